"""The rehearsal model's recaps: it copies the sentences that say something, and leaves empty what none says."""

import re
from collections.abc import Mapping
from typing import Any

from jobs.core import Draft, Evidence
from jobs.recap.call import CALL, TRANSCRIPT, companies_of
from jobs.recap.schema import CallNotes, NextStep
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.recap.budget import find_budget
from sandbox.rehearsal.recap.found import Found, trimmed
from sandbox.rehearsal.recap.hearing import Hearing, Said, hear
from sandbox.rehearsal.recap.meeting import find_meeting
from sandbox.rehearsal.recap.notes import budget_of, labelled, steps_anywhere, steps_of
from sandbox.rehearsal.recap.people import find_authority, find_competitor
from sandbox.rehearsal.recap.steps import find_steps
from sandbox.rehearsal.recap.wishes import (
    find_decisions,
    find_need,
    find_objections,
    find_timeline,
    find_won,
    when_in,
)

_LINES = 5
_FROM = re.compile(
    r"\b(?:from|by|before|starting|vanaf|voor|uiterlijk|ab|bis|vor|spatestens|a partir|des|avant|d'ici)\b"
)


def draft(sources: Mapping[str, str]) -> Draft[CallNotes]:
    hearing = hear(sources)
    if hearing.is_private:
        return Draft(proposal=_nothing(hearing.code), evidence=[])
    single, lists = _said(hearing)
    if hearing.notes:
        _noted(hearing, single, lists)
    steps: list[Found[NextStep]] = lists["next_steps"]
    single["signal"] = find_won(hearing) or _offered(hearing, steps)
    values: dict[str, Any] = {name: one.value if one else None for name, one in single.items()}
    values |= {name: [one.value for one in found] for name, found in lists.items()}
    company = next(iter(companies_of(sources.get(CALL, ""))), None)
    notes = CallNotes(language=hearing.code, company=company, summary=_summary(hearing, single, lists), **values)
    return Draft(proposal=notes, evidence=list(_evidence(single, lists)))


def _nothing(code: str) -> CallNotes:
    """For a talk that is no business of ours."""
    return CallNotes(
        language=code,
        company=None,
        summary="",
        decisions=[],
        need=None,
        budget=None,
        authority=None,
        timeline=None,
        competitor=None,
        objections=[],
        next_steps=[],
        next_meeting=None,
        signal=None,
    )


def _said(hearing: Hearing) -> tuple[dict[str, Found[Any] | None], dict[str, list[Found[Any]]]]:
    single: dict[str, Found[Any] | None] = {
        "need": find_need(hearing),
        "budget": find_budget(hearing),
        "authority": find_authority(hearing),
        "timeline": find_timeline(hearing),
        "competitor": find_competitor(hearing),
        "next_meeting": find_meeting(hearing),
    }
    lists: dict[str, list[Found[Any]]] = {
        "objections": list(find_objections(hearing)),
        "decisions": list(find_decisions(hearing)),
        "next_steps": list(find_steps(hearing)),
    }
    return single, lists


def _noted(hearing: Hearing, single: dict[str, Found[Any] | None], lists: dict[str, list[Found[Any]]]) -> None:
    """A label says what its line is; it comes before what a sentence seems to say."""
    labels = labelled(hearing)
    for name in ("need", "authority", "competitor"):
        if name in labels:
            texts = [(value, line) for value, line in labels[name] if value]
            single[name] = Found("; ".join(v for v, _ in texts), tuple(s.text for _, s in texts), 0) if texts else None
    if "budget" in labels:
        single["budget"] = budget_of(labels["budget"], hearing)
    for name in ("timeline", "next_meeting"):
        lines = labels.get("meeting" if name == "next_meeting" else name)
        if lines is not None:
            single[name] = next(
                (when for value, line in lines if value and (when := when_in(hearing, value, line))), None
            )
    if single["next_meeting"] and not single["next_meeting"].value[:4].isdigit():
        single["next_meeting"] = None
    for name, label in (("objections", "objection"), ("decisions", "decision")):
        if label in labels:
            lists[name] = [
                Found(part.strip(), (line.text,), line.turn.number)
                for value, line in labels[label]
                for part in value.split(";")
                if part.strip()
            ]
    if single["timeline"] is None and "timeline" not in labels:
        single["timeline"] = _start(hearing, labels.get("need", []))
    listed = labels.get("step") or list(steps_anywhere(hearing))
    of_steps = {line.text for _, line in (*listed, *labels.get("meeting", []))}
    if "timeline" not in labels and single["timeline"] and of_steps.intersection(single["timeline"].quotes):
        single["timeline"] = None  # the day of a task
    lists["next_steps"] = list(steps_of(listed, hearing))


def _start(hearing: Hearing, lines: list[tuple[str, Said]]) -> Found[str] | None:
    """`12 pallets a month from January`: the end of a need's line, from `from` on."""
    for value, line in lines:
        for lead in _FROM.finditer(fold(value)):
            if when := when_in(hearing, value[lead.start() :], line):
                return when
    return None


def _offered(hearing: Hearing, steps: list[Found[NextStep]]) -> Found[str] | None:
    """An offer that somebody has promised to send."""
    for step in steps:
        if hearing.cues("say", "offered").search(step.value.what.casefold()):
            return Found("offered", step.quotes, step.at)
    return None


def _evidence(single: Mapping[str, Found[Any] | None], lists: Mapping[str, list[Found[Any]]]) -> list[Evidence]:
    fields = {name: one for name, one in single.items() if one}
    fields |= {f"{name}[{number}]": one for name, found in lists.items() for number, one in enumerate(found)}
    return [
        Evidence(field=field, source=TRANSCRIPT, quote=quote) for field, one in fields.items() for quote in one.quotes
    ]


def _summary(hearing: Hearing, single: Mapping[str, Found[Any] | None], lists: Mapping[str, list[Found[Any]]]) -> str:
    """Five sentences of the call: what it is about, what it may cost, what stands against it, what comes next."""
    order = [single["need"], *lists["decisions"][:1], single["budget"], *lists["objections"][:1]]
    order += [
        single["timeline"],
        *lists["next_steps"][:2],
        single["authority"],
        single["competitor"],
        single["next_meeting"],
    ]
    picked = [one for one in order if one][:_LINES]
    quotes = [quote for one in sorted(picked, key=lambda one: one.at) for quote in one.quotes[:1]]
    if not quotes:
        longest = sorted(hearing.said, key=lambda one: len(one.text), reverse=True)[:3]
        quotes = [one.text for one in sorted(longest, key=lambda one: one.turn.number) if not one.asks]
    return "\n".join(dict.fromkeys(trimmed(quote, hearing.cues) for quote in quotes))
