"""The next talk: proposed by one, not turned down by the other."""

import re

from sandbox.rehearsal.recap.days import Day, days
from sandbox.rehearsal.recap.found import Found
from sandbox.rehearsal.recap.hearing import Hearing, Said
from sandbox.rehearsal.recap.steps import CLOCK

_WINDOW = 6
"""Turns for which the talk stays with the next meeting."""
_FEAST = re.compile(r"christmas|kerst|weihnacht|noël|noel|easter")
_SHORT = 16
"""Words of a sentence that only names the day."""


def find_meeting(hearing: Hearing) -> Found[str] | None:
    """The last day that both were left with."""
    if hearing.notes:
        return None
    held: tuple[Day, Said] | None = None
    open_: tuple[Day, Said] | None = None
    until = -1
    for one in hearing.said:
        cues = hearing.cues
        speaks = bool(cues("meet", "cue").search(one.folded))
        if _is_errand(hearing, one):
            continue
        follows = one.turn.number <= until and len(one.text.split()) <= _SHORT
        day = _day(hearing, one) if speaks or follows else None
        until = one.turn.number + _WINDOW if speaks else until
        turned_down = one.turn.number <= until and cues("meet", "reject").search(one.folded)
        if (
            turned_down
            and not one.asks
            and held
            and one.speaker != held[1].speaker
            and (day is None or day.day == held[0].day)
        ):
            held = open_ = None
            continue
        if turned_down and not one.asks and day and _same_weekday(day, open_ or held):
            held = open_ = None
            continue
        if day and not one.asks and open_ and one.speaker != open_[1].speaker and _only_weekday(day, open_[0]):
            held, open_ = open_, None
            continue
        if day is None:
            if open_ and one.first and one.speaker != open_[1].speaker and cues("meet", "agree").match(one.folded):
                held, open_ = open_, None
            continue
        if held and day.day == held[0].day:
            held = None if turned_down else held
        elif one.asks:
            open_ = (day, one)
        elif not cues("word", "if_").match(one.folded) and not _is_refused(hearing, one):
            held, open_ = (day, one), None
    if held is None:
        return None
    return Found(held[0].day.isoformat(), (held[1].text,), held[1].turn.number)


def _only_weekday(day: Day, other: Day) -> bool:
    """`Friday works` speaks of the Friday that was proposed."""
    return not re.search(r"\d", day.words) and day.day.weekday() == other.day.weekday()


def _same_weekday(day: Day, held: tuple[Day, Said] | None) -> bool:
    return held is not None and day.day.weekday() == held[0].day.weekday()


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
    return bool(weak and not CLOCK.search(one.folded) and cues("do", "speak").search(weak.group()))


def _is_refused(hearing: Hearing, one: Said) -> bool:
    reply = hearing.answer(one)
    if not reply:
        return False
    folded = reply[0].folded
    return bool(hearing.cues("meet", "reject").search(folded[:60]) and not hearing.cues("meet", "agree").match(folded))
