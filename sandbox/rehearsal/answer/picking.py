"""Which statement answers a question, if any does: by the words that they share, by what they mean, and by whether what
is asked for (a period, an amount, a person) stands there at all."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jobs.answer.lexicon import asking, concepts, stem, words_of
from jobs.answer.question import Asked, Unit, answers, counted
from jobs.answer.relevance import bag, weight_of
from knowledge.embedding import Embedder, Multilingual
from sandbox.rehearsal.answer.passages import Passage, Statement

_HEADING = 0.85
"""What a word counts that stands in title, heading or label only."""
_NEAR = 0.5
"""In the statement before."""
_BEYOND = 0.25
"""Elsewhere in the passage."""
_MOST_COMPARED = 24
"""Statements that are compared by meaning."""
_PRESENT = 0.35
"""What a word is covered from that is spoken of."""
_UNLIKE, _LIKE = 0.48, 0.78
"""Cosines of two words that mean nothing, and the same, to each other."""

_NOT_OF_ITS_KIND = 0.3
"""What is left of the chance of a statement that holds no period, amount or person where one is asked for."""
_NOT_SPOKEN_OF = 0.8
"""The same where a word of the question stands nowhere near, nor anything like it."""
_IN_FORCE = frozenset(("start", "end"))
"""What is asked for a term may be answered by the days on which it begins and ends."""
_NOT_THE_THING = 0.4
"""The same where a size that is asked for, what is asked of the thing, or a word right before its name is missing."""
_MOST_KNOWN = 20_000

_embedder: Embedder = Multilingual()
_known: dict[str, NDArray[np.float32]] = {}
"""Vectors of the words and statements seen so far."""


@dataclass(frozen=True)
class Marks:
    """What speaks for a statement, each 0 to 1."""

    coverage: float
    """Of the question's words, by statement, headings and passage."""
    own: float
    """Of the question's words, by the statement alone."""
    worst: float
    """Of the word that is covered worst."""
    present: float
    """Share of the question's words that are spoken of at all."""
    focus: float
    """Share of the statement's words that the question is about."""
    alike: float
    """Cosine with the question."""
    kind: float
    """Whether what is asked for stands there; 0.7 where anything may answer."""
    passage: float
    """How high the passage was found."""
    contract: float
    """Whether it is of a contract with whom it is about."""


WEIGHTS = (5.9, 0.0, 0.4, 0.5, 3.2, 1.4, 2.8, 1.2, 1.2)
"""Of the marks, in their order: a logistic regression on the questions of part `dev`."""
BIAS = -9.75
ENOUGH = 0.47


@dataclass(frozen=True)
class Candidate:
    statement: Statement
    marks: Marks
    apt: bool
    """Whether it is about the very thing, and about what is asked of that."""

    @property
    def chance(self) -> float:
        """That this answers the question, 0 to 1."""
        total = sum(weight * mark for weight, mark in zip(WEIGHTS, astuple(self.marks), strict=True)) + BIAS
        kind = 1.0 if self.marks.kind else _NOT_OF_ITS_KIND
        held = (1.0 if self.marks.worst else _NOT_SPOKEN_OF) * (1.0 if self.apt else _NOT_THE_THING)
        return kind * held / (1 + math.exp(-total))


def candidates(asked: Asked, passages: Sequence[Passage], statements: Sequence[Sequence[Statement]]) -> list[Candidate]:
    """The statements that come into question, the likeliest answer first."""
    flat = [(rank, one) for rank, several in enumerate(statements) for one in several]
    flat = sorted(flat, key=lambda pair: -_rough(asked, pair[1]) - 0.2 * _kind(asked, pair[1]))[:_MOST_COMPARED]
    if not flat or not asked.units:
        return []
    compared = [_compared(one) for _, one in flat]
    words = (word for _, one in flat for text in _tiers(one)[:-1] for word in _content(text[1]))
    _learn([asked.text, *compared, *(unit.word for unit in asked.units), *words])
    found = [
        Candidate(
            one,
            Marks(
                *_covered(asked, one),
                alike=max(0.0, float(_known[asked.text] @ _known[text])),
                kind=_kind(asked, one),
                passage=1 / (1 + rank),
                contract=float(bool(one.passage.customer)),
            ),
            apt=_apt(asked, one),
        )
        for (rank, one), text in zip(flat, compared, strict=True)
    ]
    return sorted(found, key=lambda candidate: -candidate.chance)


def _rough(asked: Asked, one: Statement) -> float:
    """The share of the question's words that statement and headings have, by the lists alone."""
    said, above = bag(one.text), bag(f"{one.label}\n{one.passage.headings}")
    weights = [weight_of(unit, asked.kinds) for unit in asked.units]
    held = [max(said.holds(unit), _HEADING * above.holds(unit)) for unit in asked.units]
    return sum(w * got for w, got in zip(weights, held, strict=True)) / (sum(weights) or 1)


def _tiers(one: Statement) -> Sequence[tuple[float, str]]:
    """Where a word may stand, and what it counts there."""
    above = f"{one.label}\n{one.passage.headings}"
    return ((1.0, one.text), (_HEADING, above), (_NEAR, one.before), (_BEYOND, one.passage.body))


def _covered(asked: Asked, one: Statement) -> tuple[float, float, float, float, float]:
    units = [unit for unit in asked.units if not _given(unit, one.passage)] or list(asked.units)
    weights = [weight_of(unit, asked.kinds) for unit in units]
    said = f"{one.text}\n{one.label}"
    own = [_spoken_of(unit, said, _nearest) for unit in units]
    _, *others, (least, body) = _tiers(one)
    held = [
        max(got, least * _spoken_of(unit, body), *(worth * _spoken_of(unit, text, _nearest) for worth, text in others))
        for unit, got in zip(units, own, strict=True)
    ]
    total = sum(weights) or 1
    telling = [got for weight, got in zip(weights, held, strict=True) if weight >= 1]
    worst = min(telling, default=1.0)
    present = sum(got >= _PRESENT for got in telling) / len(telling) if telling else 1.0
    whole, alone = (sum(w * got for w, got in zip(weights, several, strict=True)) / total for several in (held, own))
    return whole, alone, worst, present, _focus(asked, one)


def _apt(asked: Asked, one: Statement) -> bool:
    said = f"{one.text}\n{one.label}\n{one.passage.headings}"
    if not asked.of_size(said):
        return False
    needed = [unit for unit in asked.needed if weight_of(unit, asked.kinds) >= 1 and not _given(unit, one.passage)]
    return all(_spoken_of(unit, said, _nearest) >= _PRESENT for unit in needed)


def _given(unit: Unit, passage: Passage) -> bool:
    """A contract is about its customer, and a contract, in every sentence."""
    return bool(passage.customer) and (unit.stem in bag(passage.customer).stems or "contract" in unit.concepts)


def _focus(asked: Asked, one: Statement) -> float:
    words = _content(one.text)
    about = bag(" ".join(unit.word for unit in asked.units))
    hit = sum(bool(stem(word) in about.stems or concepts(word) & about.concepts) for word in words)
    return hit / len(words) if words else 0.0


def _spoken_of(unit: Unit, text: str, near: Callable[[str, Sequence[str]], float] | None = None) -> float:
    """0 to 1: by the lists, else by the word of the text that is nearest in meaning."""
    held = bag(text).holds(unit)
    if held or near is None or any(c.isdigit() for c in unit.word):
        return held
    return 0.9 * min(1.0, max(0.0, (near(unit.word, _content(text)) - _UNLIKE) / (_LIKE - _UNLIKE)))


@lru_cache(maxsize=5_000)
def _content(text: str) -> tuple[str, ...]:
    small = frozenset(asking("small"))
    return tuple(sorted({word for word in words_of(text) if word not in small and word.isalpha() and len(word) > 2}))


def _nearest(word: str, others: Sequence[str]) -> float:
    """Cosine of the one that is most alike; both were embedded before."""
    if not others:
        return 0.0
    return float(np.max(np.stack([_known[other] for other in others]) @ _known[word]))


def _learn(texts: Iterable[str]) -> None:
    """Embeds what is new, all at once: a call costs more than a text. The store is emptied before it grows large."""
    wanted = list(dict.fromkeys(texts))
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    if new := [text for text in wanted if text not in _known]:
        _known.update(zip(new, _embedder.embed(new), strict=True))


def _kind(asked: Asked, one: Statement) -> float:
    if not asked.kinds:
        return 0.7
    if any(unit.concepts & _IN_FORCE for unit in asked.units) and bag(one.text).concepts & _IN_FORCE:
        return float(answers("when", one.text))
    return max(float(counted(asked, one.text) if kind == "count" else answers(kind, one.text)) for kind in asked.kinds)


def _compared(one: Statement) -> str:
    """With what it stands under: a rule alone does not say what it is a rule of."""
    return f"{one.label or one.passage.section.rpartition('>')[2].strip()}: {one.text}"
