"""Rows as the activities write them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ledger.tables import CaseRow, DecisionRow, ModelCallRow, ProposalRow, WriteRow

NOON = datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=UTC)


def case(id_: str = "inquiry-1", **values: Any) -> CaseRow:
    given: dict[str, Any] = {
        "job": "inquiry",
        "run_id": "run-1",
        "input_sha256": "5e" * 32,
        "input_media_type": "message/rfc822",
        "input_size": 1234,
        "opened_at": NOON,
    }
    return CaseRow(id=id_, **{**given, **values})


def proposal(version: int = 1, **values: Any) -> ProposalRow:
    given: dict[str, Any] = {
        "case_id": "inquiry-1",
        "digest": f"d{version}",
        "route": "countersign",
        "review": {"proposal": {"company": "Müller & Søn"}},
        "sources": [{"id": "mail.new_text", "sha256": "ab"}],
        "facts": {},
        "at": NOON,
    }
    return ProposalRow(version=version, **{**given, **values})


def call(attempt: int = 1, number: int = 0, **values: Any) -> ModelCallRow:
    given: dict[str, Any] = {
        "case_id": "inquiry-1",
        "endpoint": "model",
        "model": "m-1",
        "prompt_version": "p",
        "repair": False,
        "outcome": "ok",
        "seconds": 1.25,
        "cost": Decimal("0.001234"),
        "currency": "EUR",
        "at": NOON,
    }
    return ModelCallRow(attempt=attempt, call=number, **{**given, **values})


def decision(id_: str = "decision-1", minutes: int = 0, **values: Any) -> DecisionRow:
    given: dict[str, Any] = {
        "case_id": "inquiry-1",
        "verdict": "edit",
        "approver": "lotte",
        "reason": "",
        "digest": "d1",
        "edits": {"company": "Müller"},
        "changes": [{"path": "company", "old": None, "new": "Müller"}],
        "said": "accepted",
        "words": "edited and approved",
        "at": NOON + timedelta(minutes=minutes),
    }
    return DecisionRow(id=id_, **{**given, **values})


def write(number: int = 0, **values: Any) -> WriteRow:
    given: dict[str, Any] = {
        "case_id": "inquiry-1",
        "write": "create_record",
        "model": "crm.lead",
        "vendor_id": 41,
        "url": "http://crm/41",
        "found": False,
        "at": NOON,
    }
    return WriteRow(number=number, **{**given, **values})
