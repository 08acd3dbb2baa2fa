"""Calls for the engine's tests: a deal of a customer of its own, a talk about it, and what a model notes of it."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from jobs.review import Review
from tests.spine.conftest import Desk

OWNER = "joost.vos@kestrelvos.example"
VTT = "text/vtt"
NOTHING: dict[str, Any] = {
    "language": "en",
    "company": None,
    "summary": "",
    "decisions": [],
    "need": None,
    "budget": None,
    "authority": None,
    "timeline": None,
    "competitor": None,
    "objections": [],
    "next_steps": [],
    "next_meeting": None,
    "signal": None,
}


@dataclass(frozen=True)
class Talk:
    """A customer's one open deal, and the words of a call about it."""

    deal: int
    buyer: str
    content: bytes


def talk(desk: Desk, **values: Any) -> Talk:
    """`values` are the deal's fields in the CRM."""
    mark = uuid.uuid4().hex[:6]
    [user] = desk.crm("res.users", "search_read", domain=[["login", "=", OWNER]], fields=["id"])
    [stage] = desk.crm("crm.stage", "search_read", domain=[["name", "=", "New"]], fields=["id"])
    [company] = desk.crm("res.partner", "create", vals_list=[{"name": f"Compair {mark}", "is_company": True}])
    buyer = f"Bea Quint{mark}"
    desk.crm("res.partner", "create", vals_list=[{"name": buyer, "parent_id": company}])
    bare = {"name": f"Compressor {mark}", "type": "opportunity", "partner_id": company, "user_id": user["id"]}
    [deal] = desk.crm("crm.lead", "create", vals_list=[{**bare, "stage_id": stage["id"], **values}])
    return Talk(deal, buyer, vtt(buyer))


def vtt(buyer: str) -> bytes:
    lines = [
        ("Joost Vos", "What do you need?"),
        (buyer, "We need a compressor for the new hall."),
        (buyer, "We have 50,000 euros for it."),
        ("Joost Vos", "I'll send you the quotation by Friday."),
        (buyer, "I'll send you the drawings on Monday."),
    ]
    cues = [
        f"00:00:{n * 5:02}.000 --> 00:00:{n * 5 + 4:02}.000\n<v {name}>{words}</v>"
        for n, (name, words) in enumerate(lines)
    ]
    return ("WEBVTT\n\nNOTE Date: 2026-11-20\n\n" + "\n\n".join(cues)).encode()


def notes(desk: Desk, given: Talk, **values: Any) -> None:
    """What the model answers: what was said, and `values` besides."""
    steps = [
        {"owner": "Joost Vos", "what": "send you the quotation", "due": "2026-11-27"},
        {"owner": given.buyer, "what": "send you the drawings", "due": "2026-11-23"},
    ]
    quotes = {
        "need": "We need a compressor for the new hall.",
        "budget": "We have 50,000 euros for it.",
        "next_steps[0]": "I'll send you the quotation by Friday.",
        "next_steps[1]": "I'll send you the drawings on Monday.",
        "signal": "I'll send you the quotation by Friday.",
    }
    proposal = {
        **NOTHING,
        "summary": "They need a compressor for the new hall.",
        "need": "a compressor for the new hall",
        "budget": {"amount": 50000, "currency": "EUR"},
        "next_steps": steps,
        "signal": "offered",
        **values,
    }
    evidence = [{"field": field, "source": "transcript", "quote": quote} for field, quote in quotes.items()]
    desk.model.reply = lambda sources: json.dumps({"proposal": proposal, "evidence": evidence})


async def noted(desk: Desk, **values: Any) -> tuple[Talk, str, Review]:
    given = talk(desk, **values)
    notes(desk, given)
    case_id = await desk.send(given.content, "recap", VTT)
    return given, case_id, await desk.waiting(case_id)


def deal_now(desk: Desk, deal: int) -> dict[str, Any]:
    fields = ["stage_id", "expected_revenue", "date_deadline"]
    return desk.crm("crm.lead", "read", ids=[deal], fields=fields)[0]


def activities(desk: Desk, deal: int) -> list[dict[str, Any]]:
    fields = ["summary", "note", "date_deadline", "user_id", "activity_type_id"]
    domain = [["res_model", "=", "crm.lead"], ["res_id", "=", deal]]
    return desk.crm("mail.activity", "search_read", domain=domain, fields=fields)


def note_on(desk: Desk, deal: int) -> list[str]:
    """The bodies of our own notes on the deal."""
    domain = [["model", "=", "crm.lead"], ["res_id", "=", deal], ["body", "ilike", "Recap of the call"]]
    return [row["body"] for row in desk.crm("mail.message", "search_read", domain=domain, fields=["body"])]
