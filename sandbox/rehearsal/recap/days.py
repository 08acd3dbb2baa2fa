"""Days of a call: those of mails, and what people only say."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.rehearsal.inquiry.dates import named_days
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import fold

_WEEKDAY = (
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|maandag|dinsdag|woensdag|donderdag"
    r"|vrijdag|zaterdag|zondag"
    r"|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|samstags?|sonntags?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
)
_NEARBY = (
    r"today|tomorrow|tonight|this (?:morning|afternoon|evening)|vandaag|morgen|overmorgen|vanmiddag"
    r"|vanavond|heute|uebermorgen|ubermorgen|aujourd'hui|demain|apres-demain"
)
_EXACT = re.compile(rf"\b(?:{_WEEKDAY}|{_NEARBY})\b|\d{{1,2}}(?:st|nd|rd|th|er|e|\.)?\b")
_WEEK_NUMBER = re.compile(r"\b(?:week|wk|kw|semaine|kalenderwoche|woche)\.? ?\d")
_END = re.compile(r"\b(?:end|ends|eind|einde|ende|fin|eow|eom|eod|weekend|close|latest)\b")
_PERIOD = re.compile(r"week|woche|semaine|month|maand|monat|mois|year|jaar|jahr|annee")
_QUARTER = re.compile(
    r"\b(?:(?P<end>end|eind|einde|ende|fin) (?:of |van |du |des )?(?:the |het |le )?)?"
    r"(?:q(?P<n>[1-4])\b(?: (?P<year>20\d\d))?|(?P<this>(?:this|the|dit|het|dieses|des|ce"
    r"|du) (?:quarter|kwartaal|quartals?|trimestre))\b)"
)
_WEEK_FROM = re.compile(
    rf"\b(?:a|one|two|three|#)? ?weeks? (?:from|on) (?P<day>{_WEEKDAY})|\b(?P<day2>{_WEEKDAY}) week\b"
)
_AFTER_NEXT = re.compile(
    r"\b(?:the )?week after next\b|\bover twee weken\b|\bubernachste~? woche\b|\bdans quinze jours\b"
    r"|\b(?:in|within) a fortnight\b|\bfortnight\b"
)
_SAME_DAY = re.compile(
    r"\bsame (?:time|day)(?: and place)? next week\b|\bzelfde tijd volgende week\b"
    r"|\bgleiche zeit nachste woche\b|\bmeme heure la semaine prochaine\b"
)
_ORDINALS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth
twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
""".split()  # noqa: SIM905
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_LONGEST_FIRST = "|".join(sorted(_ORDINALS, key=len, reverse=True))
_ORDINAL = re.compile(
    rf"\b(?:(?:on |by |until |before |(?:{_WEEKDAY}),? )(?:the )?|(?=[\w-]+ (?:of )?(?:{'|'.join(_MONTHS)})\b))"
    rf"(?P<day>{_LONGEST_FIRST})"
    rf"(?: (?:of )?(?P<month>{'|'.join(_MONTHS)}))?\b"
    r"(?! (?:week|half|quarter|delivery|one|of the|time|thing|step|floor|batch))"
)
_ORDINAL_NUMBERS = {word: number for number, word in enumerate(_ORDINALS, 1)}
_MONTH_NUMBERS = {word: number for number, word in enumerate(_MONTHS, 1)}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS = {name: number for number, name in enumerate(_DAYS)}


_ARTICLE = re.compile(r"\b(?:the|den|le) (?=\d{1,2}(?:st|nd|rd|th|er|\.)? (?:of )?[^\W\d_]{3,}\b)", re.I)
"""`the 15th of January` is no fifteenth of this month."""


@dataclass(frozen=True)
class Day:
    day: date
    start: int
    end: int
    words: str
    exact: bool
    """A day was named, not a week or a month."""
    vague: bool
    """`next week`, without its end: no day can be worked out."""


def days(text: str, code: str, today: date) -> list[Day]:
    """Those that a sentence names, in the order of its words."""
    folded = fold(text)
    found = list(_more(folded, text, today))
    bare = _ARTICLE.sub(lambda match: " " * len(match.group()), text)
    for dated in named_days(Sentence("transcript", bare, False), code, today):
        end = dated.start + len(dated.quote)
        if any(one.start < end and dated.start < one.end for one in found):
            continue
        words = fold(dated.quote)
        week = bool(_WEEK_NUMBER.search(words))
        whole = re.search(r"(?:week of|week van|woche vom|semaine du)(?: the)? ?$", folded[: dated.start])
        exact = bool(_EXACT.search(words)) and not week and not whole
        exact = exact or bool(
            not whole
            and re.search(
                r"\d+ ?(?:days|weeks|dagen|weken|tage|wochen|jours|semaines)|christmas|kerst|weihnacht|noel", words
            )
        )
        counted = bool(re.search(r"\d|\b(?:in|within|binnen|over|dans|d'ici|innerhalb)\b", words))
        vague = not exact and not week and not counted and bool(_PERIOD.search(words)) and not _END.search(words)
        day = dated.day
        if re.match(r" prochaine?\b", folded[end:]) or words.endswith((" prochain", " prochaine")):
            this_week = day.isocalendar()[:2] == today.isocalendar()[:2]
            day += timedelta(7 if exact and this_week else 0)
        found.append(Day(day, dated.start, end, dated.quote, exact, vague))
    return sorted(found, key=lambda one: one.start)


def _more(folded: str, text: str, today: date) -> Iterator[Day]:
    for match in _QUARTER.finditer(folded):
        if not match["end"] and not match["n"]:
            continue
        quarter = int(match["n"]) if match["n"] else (today.month - 1) // 3 + 1
        year = int(match["year"]) if match["year"] else today.year + (quarter < (today.month - 1) // 3 + 1)
        last = date(year, quarter * 3, monthrange(year, quarter * 3)[1])
        yield Day(last, *match.span(), text[slice(*match.span())], False, not match["end"])
    for match in _AFTER_NEXT.finditer(folded):
        whole_week = "week after" in match.group()
        yield Day(today + timedelta(14), *match.span(), text[slice(*match.span())], not whole_week, whole_week)
    for match in _SAME_DAY.finditer(folded):
        yield Day(today + timedelta(7), *match.span(), text[slice(*match.span())], True, False)
    for match in _WEEK_FROM.finditer(folded):
        name = match["day"] or match["day2"]
        if name in _WEEKDAYS:
            ahead = (_WEEKDAYS[name] - today.weekday() - 1) % 7 + 1
            yield Day(today + timedelta(ahead + 7), *match.span(), text[slice(*match.span())], True, False)
    for match in _ORDINAL.finditer(folded):
        day = _ORDINAL_NUMBERS[match["day"]]
        month = _MONTH_NUMBERS[match["month"]] if match["month"] else None
        resolved = _on(day, month, today)
        if resolved:
            yield Day(resolved, *match.span(), text[slice(*match.span())], True, False)


def _on(day: int, month: int | None, today: date) -> date | None:
    year, at = today.year, month or today.month
    if month is None and day < today.day:
        year, at = (year + 1, 1) if at == 12 else (year, at + 1)
    elif month is not None and (month, day) < (today.month, today.day):
        year += 1
    return date(year, at, day) if day <= monthrange(year, at)[1] else None
