"""Dates and deadlines: what a sentence says, resolved against the day the mail was written."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sandbox.rehearsal.inquiry.numbers import first_number
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words, cues, fold, words

_FRIDAY = 4
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_NUMERIC = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})|\.|(?=[\s,;:)!?]|$))(?![\d/]|\.\d)")
_DUTCH_LEAD = re.compile(r"\b(?:op|voor|uiterlijk|per|tot|ma|di|wo|do|vr|za|zo|\w+dag)\.? $")
_REACH = 45
"""Characters before and behind a date in which its role stands."""
_NEAR = 28
"""Characters before it in which a verb of the past makes it past."""


@dataclass(frozen=True)
class Dated:
    """A day named in a sentence, with the words that name it."""

    day: date
    sentence: Sentence
    quote: str
    start: int
    rank: int
    """0 for a date, 1 for a day named from the mail's own (`tomorrow`), 2 for a vague time (`next month`)."""


@dataclass(frozen=True)
class _Patterns:
    """A language's ways to name a day."""

    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    part_of_month: re.Pattern[str]
    weekday: re.Pattern[str]
    week: re.Pattern[str]
    the_day: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]


@cache
def _patterns(code: str) -> _Patterns:
    lists = words(code)
    months = _numbered(lists.plain("dates", "months"), 1)
    weekdays = _numbered(lists.plain("dates", "weekdays"), 0)
    month = "|".join(sorted(months, key=len, reverse=True))
    weekday = "|".join(sorted(weekdays, key=len, reverse=True))
    late, mid, early, coming, next_, week = (
        _group(lists.plain("dates", name)) for name in ("late", "mid", "early", "coming", "next_", "week")
    )
    near = f"{coming}|{next_}"
    year = r"(?:[ ,]+(?P<year>\d{4}))?"
    ordinal = r"(?:st|nd|rd|th|e|er|de|ste)?"
    no_time = rf"(?!\d|[.:h/] ?\d| ?(?:{month}|uur|uhr|am|pm|h\b))"
    day_of_month = rf"(?:,? (?:the |den |le |de )?(?P<dom>\d{{1,2}})(?:st|nd|rd|th|\.)?{no_time})?"
    full_date = rf" ?(?:(?:den|the|le|de),? )?\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?(?:{month})\b"
    part = rf"(?P<late>{late})|(?P<mid>{mid})|(?P<early>{early})"
    return _Patterns(
        day_month=re.compile(
            rf"(?<![\d.,/])(?P<day>\d{{1,2}}){ordinal}\.?,? ?(?:of |de )?(?P<month>{month})\b\.?{year}"
        ),
        month_day=re.compile(rf"\b(?P<month>{month})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:/]){year}"),
        part_of_month=re.compile(rf"\b(?:{part})[ -]?(?:of |von |de |d'|van )?(?P<month>{month})\b{year}"),
        weekday=re.compile(
            rf"\b(?:(?P<next>{near}) )?(?P<weekday>{weekday})\b\.?{day_of_month}(?: (?:{near}))?(?!{full_date})"
        ),
        week=re.compile(rf"\b(?:{week})\.? ?(?P<week>\d{{1,2}})\b(?![./%]\d)(?:[ /]+(?P<year>\d{{4}}))?"),
        the_day=re.compile(r"\b(?:the|den|dem|le|de|on the) (?P<day>\d{1,2})(?:st|nd|rd|th|e|er)\b"),
        months=months,
        weekdays=weekdays,
    )


def _numbered(names: str, first: int) -> dict[str, int]:
    """`january|jan february|feb` as each name's number."""
    return {name: i for i, group in enumerate(fold(names).split(), first) for name in group.split("|")}


def _group(cue: str) -> str:
    return cues(cue).pattern.removeprefix(r"(?<!\w)(?:").removesuffix(r")(?!\w)")


def named_days(sentence: Sentence, code: str, today: date) -> list[Dated]:
    """Every day a sentence names, in the order of its words."""
    found = sorted(_all_days(sentence, words(code), today), key=lambda d: (d.start, -len(d.quote)))
    kept: list[Dated] = []
    for one in found:
        if not any(k.start <= one.start < k.start + len(k.quote) for k in kept):
            kept.append(one)
    return kept


def deadlines(sentence: Sentence, code: str, today: date) -> list[Dated]:
    """The days by which something is wanted: not the past, not a holiday or opening hours."""
    lists = words(code)
    days = (dated for dated in named_days(sentence, code, today) if dated.day >= today)
    return [dated for dated in days if _is_deadline(dated, lists, today)]


def working_days(start: date, end: date) -> int:
    """Mondays to Fridays after `start`, up to and with `end`; public holidays are not known."""
    return sum(1 for n in range(1, (end - start).days + 1) if (start + timedelta(n)).weekday() < 5)


def _is_deadline(dated: Dated, lists: Words, today: date) -> bool:
    folded = dated.sentence.folded
    before = re.split(r"[.;!?]\s|, (?=\w+ \w+ \w+)", folded[max(0, dated.start - _REACH) : dated.start])[-1]
    after = re.split(r"[.;!?,]\s", folded[dated.start + len(dated.quote) :][:_REACH])[0]
    if any(lists.cues("dates", "not_wanted").search(part) for part in (before, after)):
        return False
    if _ends_with(lists.cues("dates", "any_day"), before) or _ends_with(lists.cues("dates", "past_link"), before):
        return False
    if dated.day == today and lists.cues("dates", "past").search(after[:_NEAR]):
        return False
    past = [match.end() for match in lists.cues("dates", "past").finditer(before[-_NEAR:])]
    if past and not lists.cues("dates", "past_anyway").search(before[-_NEAR:][past[-1] :]):
        return False
    if any(lists.cues("dates", "deadline").search(part) for part in (before, after)):
        return True
    return not before.strip() or (dated.day > today and dated.rank == 1)


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    bare = text.rstrip(" (:-")
    return any(match.end() == len(bare) for match in pattern.finditer(bare))


def _all_days(sentence: Sentence, lists: Words, today: date) -> Iterator[Dated]:
    text = sentence.folded
    patterns = _patterns(lists.code)

    def dated(match: re.Match[str], day: date | None, rank: int = 0) -> Iterator[Dated]:
        if day is not None:
            yield Dated(day, sentence, sentence.text[match.start() : match.end()], match.start(), rank)

    for match in _ISO.finditer(text):
        yield from dated(match, _day(int(match[1]), int(match[2]), int(match[3])))
    for match in _NUMERIC.finditer(text):
        yield from dated(match, _numeric(match, lists.code, today))
    for match in [*patterns.day_month.finditer(text), *patterns.month_day.finditer(text)]:
        yield from dated(match, _in_year(match["year"], patterns.months[match["month"]], int(match["day"]), today))
    for match in patterns.part_of_month.finditer(text):
        yield from dated(match, _part_of_month(match, patterns.months, today), 2)
    for match in patterns.weekday.finditer(text):
        yield from dated(match, _weekday(match, text, patterns, lists, today), 0 if match["dom"] else 1)
    for match in patterns.week.finditer(text):
        yield from dated(match, _friday_of_week(int(match["week"]), match["year"], today))
    for match in patterns.the_day.finditer(text):
        yield from dated(match, _day_of_month(int(match["day"]), today))
    yield from _relative(sentence, lists, today)


def _relative(sentence: Sentence, lists: Words, today: date) -> Iterator[Dated]:
    text = sentence.folded
    friday = today + timedelta((_FRIDAY - today.weekday()) % 7)
    following = today.replace(day=1) + timedelta(32)
    named = {
        "today": today,
        "tomorrow": today + timedelta(1),
        "day_after": today + timedelta(2),
        "this_week": friday,
        "next_week_end": today + timedelta(_FRIDAY - today.weekday() + 7),
        "next_week": today + timedelta(_FRIDAY - today.weekday() + 7),
        "this_month": _month_end(today.year, today.month),
        "next_month_end": _month_end(following.year, following.month),
        "next_month": _month_end(following.year, following.month),
        "this_year": date(today.year, 12, 31),
        "christmas": date(today.year, 12, 24),
    }
    for name, day in named.items():
        for match in lists.cues("dates", name).finditer(text):
            rank = 2 if name in ("next_month", "this_year", "next_week", "this_month") else 1
            yield Dated(day, sentence, sentence.text[match.start() : match.end()], match.start(), rank)
    for name in ("in_hours", "in_days", "in_weeks", "in_months"):
        for match in lists.cues("dates", name).finditer(text):
            day = _after(name, match.group(), lists, today)
            if day:
                yield Dated(day, sentence, sentence.text[match.start() : match.end()], match.start(), 1)


def _after(name: str, phrase: str, lists: Words, today: date) -> date | None:
    count = int(first_number(phrase, lists.code) or 1)
    if count > 400:
        return None
    if name == "in_hours":
        return today + timedelta(max(1, -(-count // 24)) if count > 12 else 0)
    if name == "in_weeks":
        return today + timedelta(weeks=count)
    if name == "in_months":
        return _plus_months(today, count)
    if re.search(r"work|business|werk|arbeits|ouvr", phrase):
        return _plus_working_days(today, count)
    return today + timedelta(count)


def _numeric(match: re.Match[str], code: str, today: date) -> date | None:
    first, second = int(match[1]), int(match[3])
    if match[4] is None and not _is_date(match, code):
        return None
    day, month = (second, first) if second > 12 and first <= 12 else (first, second)
    year = match[4]
    return _in_year(year if year is None or len(year) == 4 else f"20{year}", month, day, today)


def _is_date(match: re.Match[str], code: str) -> bool:
    """Whether `21-5` or `1.5` is a day without its year rather than a range or a decimal."""
    if match[2] == "-":
        return code == "nl" and bool(_DUTCH_LEAD.search(match.string[: match.start()]))
    return match[2] == "/" or match.group().endswith(".") or code in ("de", "nl")


def _in_year(year: str | None, month: int, day: int, today: date) -> date | None:
    """Without a year it is the next such day, unless that day was shortly before the mail."""
    if year:
        return _day(int(year), month, day)
    found = _day(today.year, month, day)
    if found and (today - found).days > 120:
        return _day(today.year + 1, month, day)
    return found


def _part_of_month(match: re.Match[str], months: dict[str, int], today: date) -> date | None:
    month = months[match["month"]]
    year = int(match["year"]) if match["year"] else today.year + (1 if month < today.month else 0)
    if match["late"]:
        return _month_end(year, month)
    return date(year, month, 15 if match["mid"] else 5)


def _weekday(match: re.Match[str], text: str, patterns: _Patterns, lists: Words, today: date) -> date | None:
    name = match["weekday"]
    if len(name) <= 3 and not _spelled_like_a_day(match, text, lists):
        return None
    wanted = patterns.weekdays[name]
    if match["dom"]:
        day = _day_of_month(int(match["dom"]), today)
        if day and day.weekday() == wanted:
            return day
    day = today + timedelta((wanted - today.weekday() - 1) % 7 + 1)
    around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
    week_after = lists.cues("dates", "next_week").search(around) or (match["next"] or "").startswith(
        ("next", "nachst", "volgende")
    )
    this_week = (day - today).days <= _FRIDAY + 2 - today.weekday()
    return day + timedelta(7) if week_after and this_week else day


def _spelled_like_a_day(match: re.Match[str], text: str, lists: Words) -> bool:
    """Short names (`do`, `sun`, `di`) are everyday words too: they count only behind a preposition of time."""
    before = text[: match.start("weekday")].rstrip()[-12:]
    return bool(match["dom"]) or _ends_with(lists.cues("dates", "before_short_day"), before)


def _friday_of_week(week: int, year: str | None, today: date) -> date | None:
    if not 1 <= week <= 53:
        return None
    try:
        friday = date.fromisocalendar(int(year) if year else today.isocalendar().year, week, _FRIDAY + 1)
        if not year and friday < today - timedelta(60):
            friday = date.fromisocalendar(today.year + 1, week, _FRIDAY + 1)
    except ValueError:
        return None
    return friday


def _day_of_month(day: int, today: date) -> date | None:
    month = today if day >= today.day else today.replace(day=1) + timedelta(32)
    return _day(month.year, month.month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _plus_months(today: date, count: int) -> date:
    month = today.month - 1 + count
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _plus_working_days(today: date, count: int) -> date:
    day = today
    while count > 0:
        day += timedelta(1)
        count -= day.weekday() < 5
    return day
