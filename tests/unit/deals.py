"""Deals for tests: those of the examples, and inputs that a job's rules can look at."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import jobs.next_action
from documents.mail import bare_facts
from jobs.advice import Background
from jobs.core import InputFile, Inputs, Source
from jobs.crm import Facts
from jobs.deals import CustomerState, Deal, DealFacts
from jobs.next_action.actions import advise, sources_of
from jobs.next_action.rules import RULES, NextActionRules
from jobs.next_action.schema import Trigger

OWNERS = ("anna@kestrelvos.example", "bram@kestrelvos.example")
TODAY = date(2026, 11, 27)
_GOLD = Path(jobs.next_action.__path__[0]) / "examples" / "gold.jsonl"


def examples(part: str = "") -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in _GOLD.read_text("utf-8").splitlines()]
    return [row for row in rows if part in ("", row["part"])]


def example(name: str) -> dict[str, Any]:
    return next(row for row in examples() if row["name"] == name)


def facts_of(row: Mapping[str, Any]) -> Facts:
    state = CustomerState.model_validate(row["state"]) if row.get("state") else None
    deals = (Deal.model_validate(row["deal"]),)
    return Facts(
        owners=OWNERS,
        deal=DealFacts(deals=deals, state=state),
        background=Background.model_validate(row.get("background", {})),
    )


def inputs_of(
    row: Mapping[str, Any],
    *,
    facts: Facts | None = None,
    rules: NextActionRules = RULES,
    edited: Iterable[str] = (),
    today: date | None = None,
    proposed_by: str = "rehearsal",
    bulk: str | None = None,
) -> Inputs:
    """As a case on this deal sees it that was opened on the example's day."""
    day, known = date.fromisoformat(row["today"]), facts or facts_of(row)
    trigger = Trigger(deal=row["deal"]["id"], why=row["why"], day=day)
    advice = advise(known, rules, trigger.why, today or day)
    return Inputs(
        case_id=f"next_action-deal-{trigger.deal}-{day}",
        sources=[Source(id="trigger", text=trigger.model_dump_json()), *sources_of(advice, rules)],
        mail=bare_facts("", [], []).model_copy(update={"bulk": bulk}),
        facts=known,
        rules=rules,
        input_sha256="0" * 64,
        input_file=InputFile(),
        opened=day,
        today=today or day,
        case_url="http://ui.example/case",
        proposed_by=proposed_by,
        edited=tuple(edited),
    )
