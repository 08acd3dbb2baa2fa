"""The hard facts of a claim that what it rests on must have: numbers with their units and limits, days, names."""

import re
from collections.abc import Iterator, Sequence

from jobs.claims import names as naming
from jobs.claims.dates import weekdays
from jobs.claims.numbers import Quantity
from jobs.claims.polarity import bound
from jobs.claims.text import Text
from jobs.claims.words import words

_TIMES = {"minute", "hour", "day", "week", "working day", "working hour", "month", "quarter", "year"}
"""Of these `within` is often left unsaid."""
_MOST_COUNTED = 12


def facts_missing(said: Text, source: Text, whole: Text, *, summary: bool = False) -> Iterator[str]:
    """Numbers and days must stand in `source`, names anywhere in `whole`. A summary may count: `three options`."""
    yield from _figures_missing(said, source, summary)
    for day in said.dates:
        if not any(day.agrees(other) for other in source.dates):
            yield f"the date {day.words} does not stand there"
    for word, number in weekdays(said.text).items():
        if number not in weekdays(source.text).values():
            yield f"{word.capitalize()} does not stand there"
    for name in dict.fromkeys(naming.names(said.text, said.language)):
        if not naming.stands(name, whole.plain):
            yield f"the name {name} does not stand there"


def _figures_missing(said: Text, source: Text, summary: bool) -> Iterator[str]:
    for mine in said.quantities:
        if _is_article(said, mine):
            continue
        theirs = [other for other in source.quantities if mine.same_value(other)]
        if theirs and not _is_year(mine):
            yield from _limit_differs(said, mine, source, theirs)
        elif not theirs and not (summary and _counted(said, mine, source)):
            yield f"the number {mine.words} does not stand there"


def _is_article(said: Text, mine: Quantity) -> bool:
    """`A` and `one` are hardly ever a number; `within a week` is one, `EUR 95 an hour` is none."""
    if not mine.wording or min(mine.readings) > 1:
        return False
    return not mine.unit or (mine.words.casefold().startswith(("a ", "an ")) and not bound(said.text, mine, "en")[0])


def _is_year(quantity: Quantity) -> bool:
    return not quantity.unit and re.fullmatch(r"(?:19|20)\d\d", quantity.words) is not None


def _counted(said: Text, mine: Quantity, source: Text) -> bool:
    """Whether a small number may be the author's own count: spelt out, and the source has no other of the same."""
    if not mine.wording or mine.unit or min(mine.readings) > _MOST_COUNTED:
        return False
    counted = _after(said, mine)
    return not counted or all(counted.isdisjoint(_after(source, other)) for other in source.quantities)


def _after(text: Text, quantity: Quantity) -> frozenset[str]:
    """The stems of the two words behind a number."""
    return frozenset(text.telling(words(text.text[quantity.end : quantity.end + 40])[:2]))


def _limit_differs(said: Text, mine: Quantity, source: Text, theirs: Sequence[Quantity]) -> Iterator[str]:
    side, word = bound(said.text, mine, said.language)
    limits = [bound(source.text, other, source.language) for other in theirs]
    if any(other == side for other, _ in limits):
        return
    other, other_word = limits[0]
    if side and other:
        yield f'says "{word} {mine.words}", the source says "{other_word}"'
    elif mine.unit not in _TIMES:
        yield (
            f'says "{word} {mine.words}", the source does not say "{word}"'
            if side
            else f'says {mine.words}, the source says "{other_word}"'
        )
