"""The day of a call, as the head of a file writes it."""

import re
from datetime import UTC, date, datetime

_MONTHS = (
    "jan(?:uary|uari|uar|vier)?|jänner|janv",
    "feb(?:ruary|ruari|ruar)?|fév(?:rier)?|fev(?:rier)?|févr",
    "mar(?:ch|s)?|mrt|maart|mär(?:z)?|maerz",
    "apr(?:il)?|avr(?:il)?",
    "may|mei|mai",
    "jun(?:e|i)?|juin",
    "jul(?:y|i)?|juil(?:let)?",
    "aug(?:ust|ustus)?|août|aout",
    "sep(?:t|tember|tembre)?",
    "oct(?:ober|obre)?|okt(?:ober)?",
    "nov(?:ember|embre)?",
    "dec(?:ember)?|dez(?:ember)?|déc(?:embre)?",
)
_MONTH = "|".join(f"(?P<m{i}>{names})" for i, names in enumerate(_MONTHS, 1))
_ISO = re.compile(r"(?<!\d)(20\d\d)[-/.]?(0[1-9]|1[0-2])[-/.]?([0-2]\d|3[01])(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](20\d\d)(?!\d)")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|e|\.)?\s+(?:of\s+|de\s+)?(?:{_MONTH})\b\.?,?\s+(?P<year>20\d\d)", re.I
)
_MONTH_DAY = re.compile(rf"\b(?:{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)", re.I)
_MILLISECONDS = 10**11
"""From here on a number of epoch is none of seconds."""


def day_in(text: str) -> date | None:
    """The first day with its year that stands in a text. 3/4/2026 is the third of April, unless it can only be the
    other way round."""
    found: list[tuple[int, date | None]] = []
    for match in _ISO.finditer(text):
        found.append((match.start(), _day(int(match[1]), int(match[2]), int(match[3]))))
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (second, first) if second > 12 >= first else (first, second)
        found.append((match.start(), _day(year, month, day)))
    for match in [*_DAY_MONTH.finditer(text), *_MONTH_DAY.finditer(text)]:
        month = next(i for i in range(1, 13) if match[f"m{i}"])
        found.append((match.start(), _day(int(match["year"]), month, int(match["day"]))))
    return next((day for _, day in sorted(found, key=lambda one: one[0]) if day), None)


def moment_of(value: object) -> datetime | None:
    """Of an ISO time, of seconds or milliseconds since 1970, or of a day in words."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _from_epoch(value)
    text = str(value).strip()
    if text.isdigit() and len(text) >= 10:
        return _from_epoch(int(text))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        day = day_in(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_epoch(value: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC) if value > 10**9 else None
    except (ValueError, OverflowError, OSError):
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
