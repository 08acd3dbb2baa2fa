"""Dates as invoices write them: in figures by the habit of the document, with month names in six languages, ISO."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.invoice.vocabulary import text

_ISO = r"(?P<iy>(?:19|20)\d\d)[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})"
_NUMERIC = r"(?P<first>\d{1,2})(?P<mark>\s?[./-]\s?)(?P<second>\d{1,2})(?P=mark)(?P<year>(?:19|20)\d\d|\d\d)"
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:(?:19|20)\d\d|\d\d)(?![\d/])")
_YEARS = range(1990, 2100)


@dataclass(frozen=True)
class Day:
    value: date
    start: int
    end: int


@cache
def _months() -> dict[str, int]:
    groups = fold(text("months")).split()
    return {name: number for number, group in enumerate(groups, 1) for name in group.split("|")}


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    of = r"(?:\s?de[l']?\s|\s?d'|\sof\s|[\s.-]{0,2})"
    day_of = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|\.|º|°)?{of}(?P<month>{month})\b\.?"
    named = rf"{day_of}(?:,|\s(?:de|del)\b|-)?\s?(?P<ny>(?:19|20)\d\d)"
    american = rf"(?P<amonth>{month})\b\.?\s(?P<aday>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<ay>(?:19|20)\d\d)"
    return re.compile(rf"(?<![\w/-])(?:{_ISO}|{_NUMERIC}|{named}|{american})(?![\d/-]|\.\d)")


def month_first(texts: Iterable[str], american: bool) -> bool:
    """Whether 03/04 is the fourth of March in a document: another date of it shows so, or it looks American."""
    pairs = [(int(first), int(second)) for one in texts for first, second in _SLASHED.findall(one)]
    if any(second > 12 for _, second in pairs):
        return True
    return american and not any(first > 12 for first, _ in pairs)


def days(folded: str, month_first: bool) -> Iterator[Day]:
    """Every date of a folded text."""
    for match in _pattern().finditer(folded):
        value = _value(match, month_first)
        if value:
            yield Day(value, match.start(), match.end())


def _value(match: re.Match[str], month_first: bool) -> date | None:
    if match["iy"]:
        return _date(match["iy"], match["im"], match["id"])
    if match["month"]:
        return _date(match["ny"], _months()[match["month"]], match["day"])
    if match["amonth"]:
        return _date(match["ay"], _months()[match["amonth"]], match["aday"])
    first, second = int(match["first"]), int(match["second"])
    slashed = "/" in match["mark"]
    day, month = (second, first) if second > 12 or (slashed and month_first and first <= 12) else (first, second)
    year = match["year"]
    return _date(year if len(year) == 4 else f"20{year}", month, day)


def _date(year: str, month: str | int, day: str | int) -> date | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return value if value.year in _YEARS else None
