"""What a claim says, held against the words that it rests on, with the reasons why not in words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from jobs.claims import names as naming
from jobs.claims.dates import Date, dates
from jobs.claims.numbers import Quantity, quantities
from jobs.claims.polarity import Word, bound, denials, found, modals, small_words
from jobs.claims.words import language_of, sentences, stem, words
from jobs.grounding import normalise, stands_in

_NEIGHBOURS = 1
"""Sentences before and after the quoted ones that may bear out a number, date or name, too."""
_TIGHT = {"minute", "hour", "day", "week", "working day", "working hour", "month", "quarter", "year"}
"""Units of time, of which `within` is often left unsaid."""


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is borne out, how well from 0 to 1, and what is not."""

    supported: bool
    score: float
    reasons: tuple[str, ...]


class Text:
    """A text and what it says, read once."""

    def __init__(self, text: str, language: str = "") -> None:
        self.text = text
        self.language = language or language_of(text)

    @cached_property
    def plain(self) -> str:
        return normalise(self.text)

    @cached_property
    def dates(self) -> list[Date]:
        return dates(self.text)

    @cached_property
    def quantities(self) -> list[Quantity]:
        blanked = self.text
        for date in self.dates:
            blanked = blanked[: date.start] + "\x00" * (date.end - date.start) + blanked[date.end :]
        return list(quantities(blanked))

    @cached_property
    def denials(self) -> list[Word]:
        return denials(self.text, self.language)

    @cached_property
    def modals(self) -> dict[str, str]:
        return modals(self.text, self.language)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of the telling words."""
        small = small_words(self.language)
        return frozenset(stem(word, self.language) for word in words(self.text) if word not in small and len(word) > 2)

    def has(self, kind: str) -> list[Word]:
        return found(kind, self.text, self.language)


def borne_out(claim: str, quote: str, text: str) -> tuple[str, ...]:
    """Why a claim is not borne out by the words quoted from a snippet's text; empty: it is. The quote must stand there
    word for word; numbers, dates and names may stand a sentence further. Claim and text may be in two languages."""
    if not normalise(quote) or not stands_in(normalise(quote), normalise(text)):
        return ("the quoted words do not stand there",)
    near, wide = _about(quote, text)
    language = language_of(text)
    said = Text(claim)
    return tuple(_reasons(said, Text(near, language), Text(wide, language), Text(text, language)))


def verdict(claim: str, source: str) -> Verdict:
    """Of a claim about a long source: each sentence of it is held against the passage that it is most likely about."""
    whole = Text(source)
    passages = [Text(sentence.text, whole.language) for sentence in sentences(source)]
    reasons: list[str] = []
    covered: list[float] = []
    for sentence in sentences(claim):
        said = Text(sentence.text, language_of(claim))
        reasons += _reasons(said, _likeliest(said, passages), whole, whole)
        covered.append(_share(said.stems, whole.stems))
    score = (sum(covered) / len(covered) if covered else 0.0) * 0.5 ** len(reasons)
    return Verdict(not reasons and score >= 0.5, score, tuple(dict.fromkeys(reasons)))


def _share(part: frozenset[str], whole: frozenset[str]) -> float:
    return len(part & whole) / len(part) if part else 1.0


def _likeliest(said: Text, passages: Sequence[Text]) -> Text:
    best = sorted(passages, key=lambda passage: len(said.stems & passage.stems), reverse=True)[:3]
    return Text("\n\n".join(passage.text for passage in best), said.language)


def _about(quote: str, text: str) -> tuple[str, str]:
    """The sentences that the quote stands in, and those with their neighbours."""
    all_, plain = sentences(text), normalise(quote)
    for width in range(1, len(all_) + 1):
        for at in range(len(all_) - width + 1):
            run = text[all_[at].start : all_[at + width - 1].end]
            if plain in normalise(run):
                first, last = max(0, at - _NEIGHBOURS), min(len(all_), at + width + _NEIGHBOURS) - 1
                return run, text[all_[first].start : all_[last].end]
    return quote, text


def _reasons(said: Text, near: Text, wide: Text, whole: Text) -> Iterator[str]:
    rules: list[Callable[[Text, Text, Text, Text], Iterator[str]]] = [_figures, _days, _names]
    for rule in rules:
        yield from rule(said, near, wide, whole)
    yield from _denied(said, near)
    yield from _modal(said, near)
    yield from _limited(said, near)


def _figures(said: Text, near: Text, wide: Text, whole: Text) -> Iterator[str]:
    for mine in said.quantities:
        if mine.wording and not mine.unit and mine.readings <= {0, 1}:
            continue
        theirs = [other for other in wide.quantities if mine.same_value(other)]
        if not theirs:
            yield f"the number {mine.words} does not stand there"
        else:
            yield from _bounds(said, mine, wide, theirs)


def _bounds(said: Text, mine: Quantity, wide: Text, theirs: Sequence[Quantity]) -> Iterator[str]:
    side, word = bound(said.text, mine, said.language)
    others = [bound(wide.text, other, wide.language) for other in theirs]
    if any(other == side for other, _ in others):
        return
    other, other_word = others[0]
    if side and other:
        yield f'says "{word} {mine.words}", the source says "{other_word}"'
    elif mine.unit not in _TIGHT:
        yield (
            f'says "{word} {mine.words}", the source does not say "{word}"'
            if side
            else f'says {mine.words}, the source says "{other_word}"'
        )


def _days(said: Text, near: Text, wide: Text, whole: Text) -> Iterator[str]:
    for mine in said.dates:
        if not any(mine.agrees(other) for other in wide.dates):
            yield f"the date {mine.words} does not stand there"


def _names(said: Text, near: Text, wide: Text, whole: Text) -> Iterator[str]:
    for name in dict.fromkeys(naming.names(said.text, said.language)):
        if not naming.stands(name, whole.plain):
            yield f"the name {name} does not stand there"


def _denied(said: Text, near: Text) -> Iterator[str]:
    if said.language != near.language:
        if bool(said.denials) != bool(near.denials):
            yield "what one of them denies the other does not"
        return
    for word in said.denials:
        if not near.denials:
            yield f'says "{word.words}", the source does not'
    for word in near.denials:
        if not said.denials and word.scope and _share(word.scope, said.stems) >= 0.5:
            yield f'the source says "{word.words}", which the claim leaves out'


_WEAKER = {
    "duty": ("permission", "advice", "chance"),
    "permission": ("duty",),
    "advice": ("duty",),
    "promise": ("chance", "advice"),
}


def _modal(said: Text, near: Text) -> Iterator[str]:
    for kind, others in _WEAKER.items():
        if kind in said.modals and kind not in near.modals:
            other = next((other for other in others if other in near.modals), None)
            if other and other not in said.modals:
                yield f'says "{said.modals[kind]}", the source says "{near.modals[other]}"'


def _limited(said: Text, near: Text) -> Iterator[str]:
    conditional = [word for kind in ("condition", "exception", "only") for word in said.has(kind)]
    if not conditional:
        for word in near.has("exception"):
            yield f'the source says "{word.words}", which the claim leaves out'
    if said.has("only") and not near.has("only"):
        yield f'says "{said.has("only")[0].words}", the source does not'
