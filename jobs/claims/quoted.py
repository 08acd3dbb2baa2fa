"""A claim held against the words that it quotes."""

from collections.abc import Iterator

from jobs.claims.facts import facts_missing
from jobs.claims.text import Text
from jobs.claims.tone import denied, narrowed, opposed, unconditional, undenied, unrelated, weakened
from jobs.claims.words import language_of, sentences
from jobs.grounding import normalise, stands_in

_NEIGHBOURS = 1
"""Sentences before and after the quoted ones that may bear out a number or a day, too."""


def borne_out(claim: str, quote: str, text: str) -> tuple[str, ...]:
    """Why a claim is not borne out by the words quoted from a snippet's text; empty: it is. The quote must stand there
    word for word; numbers, dates and names may stand a sentence further. Claim and text may be in two languages."""
    if not normalise(quote) or not stands_in(normalise(quote), normalise(text)):
        return ("the quoted words do not stand there",)
    near, wide = _about(quote, text)
    language = language_of(text)
    said = Text(claim, language_of(claim, language))
    return tuple(_reasons(said, Text(near, language), Text(wide, language), Text(text, language)))


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
    yield from facts_missing(said, wide, whole)
    if said.language == near.language:
        yield from unrelated(said, wide)
        yield from denied(said, near)
        yield from dict.fromkeys([*opposed(said, near), *opposed(said, wide)])
        yield from undenied(said, near)
    elif bool(said.denials) != bool(near.denials):
        yield "one of them denies what the other does not"
    yield from weakened(said, near)
    yield from narrowed(said, near)
    yield from unconditional(said, near)
