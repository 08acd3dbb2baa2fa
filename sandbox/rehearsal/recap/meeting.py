"""The next talk: proposed by one, not turned down by the other."""

import re
from dataclasses import dataclass

from sandbox.rehearsal.recap.days import Day, days
from sandbox.rehearsal.recap.found import Found
from sandbox.rehearsal.recap.hearing import Hearing, Said
from sandbox.rehearsal.recap.steps import CLOCK

_WINDOW = 6
"""Turns for which the talk stays with the next meeting."""
_FEAST = re.compile(r"christmas|kerst|weihnacht|noël|noel|easter")
_PAST = re.compile(
    r"\b(?:ago|yesterday|last (?:week|month|year)|geleden|gisteren|vorige|gestern|letzte[nsr]?|hier|dernier|derniere)\b"
)
_SHORT = 16
"""Words of a sentence that only names the day."""


@dataclass(frozen=True)
class _Proposed:
    day: Day
    said: Said


def find_meeting(hearing: Hearing) -> Found[str] | None:
    """The last day that both were left with."""
    if hearing.notes:
        return None
    held: _Proposed | None = None
    asked: _Proposed | None = None
    until = -1
    for one in hearing.said:
        if _is_errand(hearing, one) or _PAST.search(one.folded):
            continue
        speaks = bool(hearing.cues("meet", "cue").search(one.folded))
        until = one.turn.number + _WINDOW if speaks else until
        near = one.turn.number <= until
        day = _day(hearing, one) if speaks or (near and len(one.text.split()) <= _SHORT) else None
        if near and not one.asks and hearing.cues("meet", "reject").search(one.folded):
            against = asked or held
            if against and one.speaker != against.said.speaker and (day is None or _same_weekday(day, against)):
                held, asked = None, None
                continue
        if day is None:
            if asked and one.first and one.speaker != asked.said.speaker and _agrees(hearing, one):
                held, asked = asked, None
        elif one.asks:
            asked = _Proposed(day, one)
        elif asked and one.speaker != asked.said.speaker and _only_weekday(day, asked):
            held, asked = asked, None
        elif held and day.day == held.day.day:
            continue
        elif not hearing.cues("word", "if_").match(one.folded) and not _is_refused(hearing, one):
            held, asked = _Proposed(day, one), None
    return Found(held.day.day.isoformat(), (held.said.text,), held.said.turn.number) if held else None


def _agrees(hearing: Hearing, one: Said) -> bool:
    return hearing.cues("meet", "agree").match(one.folded) is not None


def _only_weekday(day: Day, other: _Proposed) -> bool:
    """`Friday works` speaks of the Friday that was proposed."""
    return not re.search(r"\d", day.words) and _same_weekday(day, other)


def _same_weekday(day: Day, other: _Proposed) -> bool:
    return day.day.weekday() == other.day.day.weekday()


def _day(hearing: Hearing, one: Said) -> Day | None:
    found = days(one.text, hearing.code, hearing.day)
    named = [day for day in found if day.exact and day.day > hearing.day and not _FEAST.search(day.words.casefold())]
    return named[-1] if named else None


def _is_errand(hearing: Hearing, one: Said) -> bool:
    """`I'll send it by Friday` names a day, but no meeting; nor does `I'll call you on the second` without an hour."""
    cues = hearing.cues
    strong = cues.acts("commit", "strong").search(one.folded)
    if strong and not re.search(r"invit|einladung|uitnodiging|calendar|agenda|kalender", one.folded):
        return True
    weak = cues.acts("commit", "weak").search(one.folded)
    return bool(weak and not one.asks and not CLOCK.search(one.folded) and cues("do", "speak").search(weak.group()))


def _is_refused(hearing: Hearing, one: Said) -> bool:
    reply = hearing.answer(one)
    if not reply:
        return False
    folded = reply[0].folded
    return bool(hearing.cues("meet", "reject").search(folded[:60]) and not hearing.cues("meet", "agree").match(folded))
