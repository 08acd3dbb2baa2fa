"""Which statement answers a question, if any does: by the words that they share, by what they mean, and by whether what
is asked for (a period, an amount, a person) stands there at all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jobs.answer.question import Asked, answers
from jobs.answer.relevance import bag, weight_of
from knowledge.embedding import Embedder, Multilingual
from sandbox.rehearsal.answer.passages import Passage, Statement

_HEADING = 0.85
"""What a word counts that stands in title or heading only."""
_NEAR = 0.7
"""In the sentence before, or in what introduces a list."""
_BEYOND = 0.35
"""Elsewhere in the passage."""
_MOST_COMPARED = 60
"""Statements that are compared by meaning."""

_embedder: Embedder = Multilingual()


@dataclass(frozen=True)
class Marks:
    """What speaks for a statement, each 0 to 1."""

    coverage: float
    """Of the question's words."""
    rarest: float
    """Of the one that is covered worst."""
    alike: float
    """Cosine with the question."""
    kind: float
    """Whether what is asked for stands there."""
    passage: float
    """How high the passage was found."""

    @property
    def row(self) -> list[float]:
        return [self.coverage, self.rarest, self.alike, self.kind, self.passage]


WEIGHTS = (4.0, 1.0, 4.0, 1.5, 0.5)
BIAS = -5.6
ENOUGH = 0.5


@dataclass(frozen=True)
class Candidate:
    statement: Statement
    marks: Marks

    @property
    def chance(self) -> float:
        """That this answers the question, 0 to 1."""
        total = sum(weight * mark for weight, mark in zip(WEIGHTS, self.marks.row, strict=True)) + BIAS
        return 1 / (1 + math.exp(-total))


def candidates(asked: Asked, passages: Sequence[Passage], statements: Sequence[Sequence[Statement]]) -> list[Candidate]:
    """Every statement, the likeliest answer first."""
    flat = [(rank, one) for rank, several in enumerate(statements) for one in several]
    rough = sorted(flat, key=lambda pair: -_words(asked, pair[1])[0])[:_MOST_COMPARED]
    if not rough:
        return []
    alike = _alike(asked.text, [one for _, one in rough])
    found = [
        Candidate(one, Marks(*_words(asked, one), alike=near, kind=_kind(asked, one), passage=1 / (1 + rank)))
        for (rank, one), near in zip(rough, alike, strict=True)
    ]
    return sorted(found, key=lambda candidate: -candidate.chance)


def _words(asked: Asked, one: Statement) -> tuple[float, float]:
    """The share of the question's words that is spoken of, and that of the worst."""
    tiers = (
        (1.0, bag(one.text)),
        (_HEADING, bag(one.passage.headings)),
        (_NEAR, bag(one.around)),
        (_BEYOND, bag(one.passage.body)),
    )
    weights = [weight_of(unit, asked.kinds) for unit in asked.units]
    held = [max(worth * words.holds(unit) for worth, words in tiers) for unit in asked.units]
    if not sum(weights):
        return 0.0, 0.0
    total = sum(weight * got for weight, got in zip(weights, held, strict=True)) / sum(weights)
    worst = min((got for weight, got in zip(weights, held, strict=True) if weight >= 1), default=total)
    return total, worst


def _kind(asked: Asked, one: Statement) -> float:
    if not asked.kinds:
        return 0.7
    return max(float(answers(kind, one.text)) for kind in asked.kinds)


def _alike(question: str, statements: Sequence[Statement]) -> list[float]:
    texts = [f"{one.passage.section.rpartition('>')[2].strip()}: {one.text}" for one in statements]
    vectors = _embedder.embed([question, *texts])
    return [float(x) for x in np.clip(vectors[1:] @ vectors[0], 0, 1)]
