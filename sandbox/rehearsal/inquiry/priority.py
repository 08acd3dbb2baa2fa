"""How pressing a request is, by the grounds the sender states. Bare `urgent` or `asap` is no ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jobs.inquiry.schema import Priority
from sandbox.rehearsal.inquiry.dates import Dated, working_days
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words

_GROUNDS = ("danger", "spoiling", "standstill", "sla")
_DEADLINE_DAYS = 2
"""Working days after the mail within which a stated deadline makes it urgent."""


@dataclass(frozen=True)
class Urgency:
    """A priority and, unless it is normal, the sentence and words that are its ground."""

    priority: Priority
    reason: str | None = None
    sentence: Sentence | None = None
    quote: str = ""


def judge(texts: Sequence[Sentence], days: Sequence[Dated], today: date | None, lists: Words) -> Urgency:
    """The first ground that the texts state: danger, spoiling goods, standstill, an SLA, a near deadline, no hurry."""
    for ground in _GROUNDS:
        pattern = lists.cues("priority", f"high_{ground}")
        for sentence in texts:
            for match in pattern.finditer(sentence.folded):
                if not _denied(sentence.folded[: match.start()], lists):
                    quote = sentence.text[match.start() : match.end()]
                    return Urgency(
                        "high", f"{lists.plain('priority', 'name_' + ground)}: {_one_line(quote)}", sentence, quote
                    )
    for dated in days:
        if today and dated.rank < 2 and working_days(today, dated.day) <= _DEADLINE_DAYS:
            label = lists.plain("priority", "name_deadline")
            return Urgency("high", f"{label}: {_one_line(dated.quote)}", dated.sentence, dated.quote)
    for sentence in texts:
        match = lists.cues("priority", "low").search(sentence.folded)
        if match and not lists.cues("priority", "low_not").search(sentence.folded):
            quote = sentence.text[match.start() : match.end()]
            return Urgency("low", f"{lists.plain('priority', 'name_low')}: {_one_line(quote)}", sentence, quote)
    return Urgency("normal")


def _denied(before: str, lists: Words) -> bool:
    """`no danger`, `to avoid a standstill`: a denial just before the words."""
    return any(len(before) - match.end() <= 10 for match in lists.cues("priority", "denied").finditer(before))


def _one_line(text: str) -> str:
    return " ".join(text.split())
