"""Dates in whatever notation: 2026-03-01, 1 March, 1. März 2026, 01/03/26, le 1er mars."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jobs.claims.words import LANGUAGES, alternatives, lexicon, words

Reading = tuple[int | None, int | None, int | None]
"""Year, month and day; None: not told."""
_ISO = re.compile(r"(?<![\w-])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_FIGURES = re.compile(r"(?<![\w.,/])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/])")
_YEAR = r"(?:,?\s+(?:of\s+|van\s+|de\s+)?((?:19|20)\d\d)(?!\d))?"


@dataclass(frozen=True)
class Date:
    """A date, or what was said of one, and where it stands; figures such as 01/03/26 have two readings."""

    readings: frozenset[Reading]
    words: str
    start: int
    end: int

    def agrees(self, other: "Date") -> bool:
        """Whether some readings say nothing different, and something the same."""
        return any(_agree(mine, theirs) for mine in self.readings for theirs in other.readings)


def _agree(mine: Reading, theirs: Reading) -> bool:
    both = [(a, b) for a, b in zip(mine, theirs, strict=True) if a is not None and b is not None]
    return bool(both) and all(a == b for a, b in both)


@cache
def _months() -> dict[str, int]:
    return {
        name: number
        for language in LANGUAGES
        for number, names in enumerate(alternatives(lexicon()[language]["months"]), 1)
        for name in names
    }


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    day_first = re.compile(
        rf"(?<![\w.,])(\d{{1,2}})(?:st|nd|rd|th|er|e|ste|de|\.)?(?:\s+(?:of|d['’]))?\s*({month})\b\.?{_YEAR}", re.I
    )
    month_first = re.compile(
        rf"(?<!\w)({month})\.?\s+(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d|\w){_YEAR}", re.I
    )
    month_only = re.compile(rf"(?<!\w)({month})\.?,?\s+(?:of\s+|van\s+|de\s+)?((?:19|20)\d\d)(?!\d)", re.I)
    return day_first, month_first, month_only


def dates(text: str) -> list[Date]:
    """In their order; weekdays and bare months are not among them."""
    found: list[Date] = []
    for date in _candidates(text):
        if not any(date.start < other.end and other.start < date.end for other in found):
            found.append(date)
    return sorted(found, key=lambda date: date.start)


def _candidates(text: str) -> Iterator[Date]:
    for match in _ISO.finditer(text):
        yield _date(match, [(int(match[1]), int(match[2]), int(match[3]))])
    for match in _FIGURES.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        year += 2000 if year < 100 else 0
        yield _date(match, [(year, second, first), (year, first, second)])
    day_first, month_first, month_only = _named()
    for match in day_first.finditer(text):
        yield _date(match, [(int(match[3]) if match[3] else None, _months()[match[2].lower()], int(match[1]))])
    for match in month_first.finditer(text):
        yield _date(match, [(int(match[3]) if match[3] else None, _months()[match[1].lower()], int(match[2]))])
    for match in month_only.finditer(text):
        yield _date(match, [(int(match[2]), _months()[match[1].lower()], None)])


def _date(match: re.Match[str], readings: list[Reading]) -> Date:
    possible = [r for r in readings if 1 <= (r[1] or 1) <= 12 and 1 <= (r[2] or 1) <= 31]
    return Date(frozenset(possible), match[0].strip(), match.start(), match.end())


@cache
def _weekdays() -> dict[str, int]:
    return {
        name: number
        for language in LANGUAGES
        for number, names in enumerate(alternatives(lexicon()[language]["weekdays"]))
        for name in names
    }


def weekdays(text: str) -> dict[str, int]:
    """The weekdays named, as written, and their numbers from Monday, 0."""
    return {word: _weekdays()[word] for word in words(text) if word in _weekdays()}


def dated(text: str) -> bool:
    """Whether a month or a weekday is named."""
    return any(word in _months() or word in _weekdays() for word in words(text))
