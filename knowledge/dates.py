"""Days as documents write them, in the company's languages: 1 March 2024, 01.03.2024, 1er mars 2024, March 2024."""

import calendar
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from babel.dates import get_month_names

_LANGUAGES = ("en", "nl", "de", "fr")


@cache
def _months() -> Mapping[str, int]:
    names: dict[str, int] = {"mrt": 3, "sept": 9, "maerz": 3, "okt": 10}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                months = cast("Mapping[int, str]", get_month_names(width, context, language))
                names |= {name.lower().rstrip("."): number for number, name in months.items()}
    return names


@cache
def _written() -> re.Pattern[str]:
    names = sorted(map(re.escape, _months()), key=len, reverse=True)
    month = rf"(?:{'|'.join(names)})\.?"
    end = r"(?:the\s+)?(?:end\s+of|eind|einde|ende|fin)\s+(?:de\s+)?"
    return re.compile(
        rf"(?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}})"
        rf"|(?P<day>\b\d{{1,2}})(?:st|nd|rd|th|\s?er|ᵉʳ|e|\.)?\s+(?:of\s+|de\s+)?(?P<month>{month}),?\s+(?P<year>\d{{4}})"
        rf"|(?P<month2>\b{month})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
        rf"|(?P<number>\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}})"
        rf"|(?P<slashed>\b\d{{4}}/\d{{2}}/\d{{2}})"
        rf"|(?P<partial>(?:\b{end})?\b{month}\s+\d{{4}})"
        rf"|(?P<bare>(?:\b{end})?\b(?:19|20)\d{{2}})\b",
        re.I,
    )


def date_pattern() -> str:
    """A regular expression, without groups of its own, for a day, a month with its year, or a year."""
    return re.sub(r"\(\?P<\w+>", "(?:", _written().pattern)


def day_of(value: Any, *, last: bool = False) -> date | None:
    """The day that a value names; of a month or a year its first day, with `last` its last. None: it names none.

    Numbers are read with the day first (01/03/2024 is in March), unless that cannot be."""
    match value:
        case datetime():
            return value.date()
        case date():
            return value
        case int() if 1990 <= value <= 2100:
            return date(value, 12, 31) if last else date(value, 1, 1)
        case str():
            found = _written().search(value)
            return _day(found, last) if found else None
        case _:
            return None


def _day(found: re.Match[str], last: bool) -> date | None:
    try:
        if iso := found["iso"] or found["slashed"]:
            return date.fromisoformat(iso.replace("/", "-"))
        if found["day"]:
            return date(int(found["year"]), _month(found["month"]), int(found["day"]))
        if found["day2"]:
            return date(int(found["year2"]), _month(found["month2"]), int(found["day2"]))
        if found["number"]:
            return _of_numbers(*map(int, re.split(r"[./-]", found["number"])))
    except ValueError:
        return None
    return _of_period(found["partial"] or found["bare"], last)


def _of_numbers(first: int, second: int, year: int) -> date:
    return date(year, first, second) if second > 12 else date(year, second, first)


def _of_period(words: str, last: bool) -> date:
    """Of a month or a year; the end of one is its last day in any case."""
    year = int(words[-4:])
    named = next((number for word in words[:-4].split() if (number := _months().get(word.lower().rstrip(".")))), None)
    at_end = last or bool(re.match(r"(?:the\s+)?(?:end|eind|ende|fin)", words, re.I))
    month = named or (12 if at_end else 1)
    return date(year, month, calendar.monthrange(year, month)[1] if at_end else 1)


def _month(name: str) -> int:
    return _months()[name.lower().rstrip(".")]
