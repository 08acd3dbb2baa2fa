"""The next_action job through the real engine: a deal in, countersigned, one step on its owner's list out; sweeps."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import ScheduleActionStartWorkflow
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.knowledge import sync_source
from activities.messages import Outcome, Verdict
from activities.sweep import Sweeping, SweepRequest
from jobs.core import Intake, Mode, Route
from jobs.deals import CreateActivity, PostNote
from jobs.next_action.job import NEXT_ACTION
from jobs.next_action.rules import RULES
from jobs.next_action.schema import MEDIA_TYPE, NextStep
from jobs.review import Review
from ledger.knowledge import Shelf
from ledger.tables import CaseRow, KnowledgeSourceRow, ProposalRow, now
from starter import deals
from tests.spine.conftest import Desk
from worker import build_worker
from workflows.registry import REGISTRY

OWNER = "joost.vos@kestrelvos.example"
TODAY = datetime.now(UTC).date()


def open_deal(desk: Desk, quiet: int = 30, **values: Any) -> int:
    """A deal of a customer of its own, of whom nothing was heard for so many days."""
    [user] = desk.crm("res.users", "search_read", domain=[["login", "=", OWNER]], fields=["id"])
    [stage] = desk.crm("crm.stage", "search_read", domain=[["name", "=", "Qualified"]], fields=["id"])
    [partner] = desk.crm(
        "res.partner", "create", vals_list=[{"name": f"Ladder Works {uuid.uuid4().hex[:6]}", "is_company": True}]
    )
    opened = datetime.now(UTC) - timedelta(days=quiet)
    bare = {"name": "Ladders for hall 2", "type": "opportunity", "partner_id": partner, "user_id": user["id"]}
    stamp = f"{opened:%Y-%m-%d %H:%M:%S}"
    bare |= {"stage_id": stage["id"], "contact_name": "Ilse Bos", "create_date": stamp, "date_last_stage_update": stamp}
    [deal] = desk.crm("crm.lead", "create", vals_list=[{**bare, **values}])
    return deal


def ranks(desk: Desk, *steps: Mapping[str, Any]) -> None:
    desk.model.reply = lambda sources: json.dumps({"proposal": {"ranking": list(steps)}, "evidence": []})


def call(why: str = "There has been no contact since it was opened.") -> dict[str, Any]:
    return {"action": "call_owner_contact", "why": why, "evidence": ["contact"], "quote": "no contact"}


async def asked(desk: Desk, deal: int, **values: Any) -> str:
    return (await deals.advise(desk.office, deal, "asked", **values)).case_id


async def waiting(desk: Desk, **values: Any) -> tuple[int, str, Review]:
    ranks(desk, call())
    deal = open_deal(desk, **values)
    case_id = await asked(desk, deal)
    return deal, case_id, await desk.waiting(case_id)


def activities(desk: Desk, deal: int) -> list[dict[str, Any]]:
    fields = ["summary", "note", "date_deadline", "user_id", "activity_type_id"]
    domain = [["res_model", "=", "crm.lead"], ["res_id", "=", deal]]
    return desk.crm("mail.activity", "search_read", domain=domain, fields=fields)


def messages(desk: Desk, deal: int) -> int:
    return len(desk.crm("mail.message", "search", domain=[["model", "=", "crm.lead"], ["res_id", "=", deal]]))


async def test_approved_becomes_one_step_on_its_owners_list_and_nothing_else(desk: Desk) -> None:
    deal, case_id, review = await waiting(desk)
    before = messages(desk, deal)
    step = NextStep.model_validate(review.proposal)
    assert (step.action, step.owner, step.others) == ("call_owner_contact", OWNER, [])
    assert step.why == "There has been no contact since it was opened."
    assert review.doubtful == []
    assert activities(desk, deal) == []

    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"

    result = await desk.result(case_id)
    assert result.outcome is Outcome.WRITTEN
    [activity] = activities(desk, deal)
    assert activity["summary"] == f"{step.customer}: call Ilse Bos, who has not been heard of for a while"
    assert activity["date_deadline"] == str(step.due)
    assert "There has been no contact since it was opened." in activity["note"]
    assert case_id in activity["note"]
    assert [write.write for write in result.written] == ["create_activity"]
    assert messages(desk, deal) == before, "nobody is written to"
    assert desk.drafts(case_id) == []
    row = desk.file(case_id).case
    assert (row.customer, row.kind, row.title) == (step.customer, "call owner contact", "Ladders for hall 2")


async def test_dismissed_leaves_nothing_and_is_not_repeated_by_the_sweep(desk: Desk) -> None:
    deal, case_id, _ = await waiting(desk)
    await desk.decide(case_id, Verdict.REJECT, reason="they are on holiday")
    assert (await desk.result(case_id)).outcome is Outcome.REJECTED
    assert activities(desk, deal) == []
    assert desk.file(case_id).decisions[0].reason == "they are on holiday"

    requests = desk.model.requests
    swept = await deals.advise(desk.office, deal, "sweep", delivery="next-day")
    assert (await desk.result(swept.case_id)).outcome is Outcome.DECLINED
    assert "was turned down on" in desk.review(swept.case_id).proposal["declined"]
    assert desk.model.requests == requests, "there was nothing to ask a model"

    again = await asked(desk, deal, delivery="a-colleague")
    assert (await desk.waiting(again)).proposal["action"] == "call_owner_contact", "a person who asks is answered"


async def test_another_owner_and_day_are_written(desk: Desk) -> None:
    deal, case_id, _ = await waiting(desk)
    logins = desk.crm("res.users", "search_read", domain=[["login", "!=", OWNER]], fields=["login"])
    other = next(row for row in logins if row["login"].endswith("@kestrelvos.example"))
    due = TODAY + timedelta(days=20)
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"owner": other["login"], "due": str(due)})
    assert answer.said == "accepted"
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    [activity] = activities(desk, deal)
    assert (activity["user_id"][0], activity["date_deadline"]) == (other["id"], str(due))


async def test_a_step_planned_meanwhile_means_that_nothing_is_written(desk: Desk) -> None:
    deal, case_id, _ = await waiting(desk)
    [model] = desk.crm("ir.model", "search_read", domain=[["model", "=", "crm.lead"]], fields=["id"])
    own = {"res_model_id": model["id"], "res_id": deal, "summary": "My own plan", "date_deadline": str(TODAY)}
    desk.crm("mail.activity", "create", vals_list=[own])
    answer = await desk.decide(case_id, Verdict.APPROVE)
    assert answer.said == "changed"
    fresh = desk.review(case_id)
    assert (fresh.plan, fresh.proposal["declined"]) == ([], "a next step is planned already")
    await desk.decide(case_id, Verdict.APPROVE)
    assert (await desk.result(case_id)).outcome is Outcome.DECLINED
    assert [activity["summary"] for activity in activities(desk, deal)] == ["My own plan"]


async def test_a_deal_closed_meanwhile_means_that_nothing_is_written(desk: Desk) -> None:
    deal, case_id, _ = await waiting(desk)
    desk.crm("crm.lead", "write", ids=[deal], vals={"active": False, "probability": 0})
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "changed"
    assert desk.review(case_id).proposal["declined"] == "the deal is closed"
    await desk.decide(case_id, Verdict.APPROVE)
    assert (await desk.result(case_id)).outcome is Outcome.DECLINED
    assert activities(desk, deal) == []


async def test_a_deal_that_needs_nothing_closes_without_a_model_or_a_person(desk: Desk) -> None:
    deal = open_deal(desk, active=False)
    case_id = await asked(desk, deal)
    assert (await desk.result(case_id)).outcome is Outcome.DECLINED
    assert desk.model.requests == 0
    assert desk.file(case_id).latest is not None


async def test_a_deal_that_there_is_not_is_a_persons_to_look_at(desk: Desk) -> None:
    case_id = await asked(desk, 999_999_999, delivery=uuid.uuid4().hex)
    review = await desk.waiting(case_id)
    assert [check.name for check in review.failed] == ["deal"]
    assert "999999999" in review.failed[0].message
    assert review.plan == []
    await desk.decide(case_id, Verdict.REJECT)


async def test_words_that_the_evidence_does_not_bear_out_are_never_written(desk: Desk) -> None:
    ranks(
        desk,
        {**call(), "action": "offer_a_discount"},
        call("They have lost 4 orders and want 20 % off by 2026-12-24."),
    )
    case_id = await asked(desk, open_deal(desk))
    review = await desk.waiting(case_id)
    assert review.proposal["action"] == "call_owner_contact"
    assert "20 %" not in json.dumps(review.model_dump(mode="json"), ensure_ascii=False)


async def test_where_the_release_allows_it_a_step_needs_no_signature(desk: Desk) -> None:
    desk.release(Mode.AUTO, "next_action")
    ranks(desk, call())
    deal = open_deal(desk)
    case_id = await asked(desk, deal)
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    assert len(activities(desk, deal)) == 1
    # Two cases of a day on one deal: one step.
    again = await asked(desk, deal, delivery="again")
    assert (await desk.result(again)).outcome is Outcome.DECLINED
    assert len(activities(desk, deal)) == 1


async def test_contracts_and_talks_are_among_the_evidence(desk: Desk, tmp_path: Path) -> None:
    deal = open_deal(desk, quiet=9)
    customer = desk.resources.deals.deal(deal).customer
    ends, until = TODAY + timedelta(days=40), TODAY + timedelta(days=700)
    papers = {
        "theirs.md": (customer, ends, ""),
        "later.md": (customer, until, ""),
        "limited.md": (customer, ends, "roles: [finance]\n"),
        "others.md": ("Harbour Lofts Mgmt Co. Ltd", ends, ""),
    }
    (tmp_path / "papers").mkdir()
    for name, (whose, day, more) in papers.items():
        head = f"---\ntitle: Frame {name}\ncustomer: {whose}\nvalid_from: 2025-01-01\nvalid_until: {day}\n{more}---\n"
        (tmp_path / "papers" / name).write_text(f"{head}# Framework agreement\n\nFree delivery from 500 EUR.\n")
    resources = desk.resources
    source = KnowledgeSourceRow(name="papers", folder=str(tmp_path / "papers"), roles=[], changed_at=now())
    Shelf(resources.ledger).put_source(source)
    sync_source(source, resources.ledger, resources.blobs, resources.knowledge.embedder)
    talked(desk, "recap-1", deal, TODAY - timedelta(days=9))
    talked(desk, "recap-2", deal + 1, TODAY - timedelta(days=1))

    step = {"action": "renew_contract", "evidence": ["contract:papers/theirs.md"], "quote": f"ends on {ends}"}
    ranks(desk, {**step, "why": f"The contract ends on {ends}."})
    case_id = await asked(desk, deal)
    review = await desk.waiting(case_id)
    intake = Intake.model_validate_json(resources.blobs.get(desk.file(case_id).case.intake_sha256))
    texts = {source.id: source.text for source in intake.sources}
    assert {id_ for id_ in texts if id_.startswith("contract:")} == {
        "contract:papers/theirs.md",
        "contract:papers/later.md",
    }
    assert texts["recap:recap-1"] == f"There was a talk on {TODAY - timedelta(days=9)}."
    assert texts["recap:recap-1:step"] == f"Agreed: Send the plan of the hall (Ilse Bos), by {TODAY}."
    assert "recap:recap-1:step#2" not in texts, "what is on a list of ours is looked for there"
    assert texts["recap:recap-1:objection"] == "Objection: Too dear."
    proposal = NextStep.model_validate(review.proposal)
    assert (proposal.action, proposal.why) == ("renew_contract", f"The contract ends on {ends}.")
    assert proposal.summary == f"{customer}: talk about renewing the contract (Frame theirs.md)"
    assert proposal.others[:2] == ["keep_agreed_step", "answer_objection"]


def talked(desk: Desk, case_id: str, deal: int, day: date) -> None:
    """Leaves the recap of a talk in the ledger, as it has been written."""
    ours = CreateActivity(
        reference=f"{case_id}-2", deal_id=deal, kind="todo", summary="Send prices", note="", due=day, owner=""
    )
    steps = [{"owner": "Ilse Bos", "what": "Send the plan of the hall", "due": str(TODAY)}]
    steps.append({"owner": "Joost", "what": "Send prices", "due": str(day)})
    review = Review(
        job="recap",
        version=1,
        digest="",
        proposal={"call_date": str(day), "next_steps": steps, "objections": ["Too dear."]},
        evidence=[],
        checks=[],
        plan=[PostNote(reference=case_id, deal_id=deal, body="A talk"), ours],
        route=Route.COUNTERSIGN,
        proposed_by="scripted",
    )
    bare = {"input_sha256": "", "input_media_type": "", "input_size": 0}
    case = CaseRow(id=case_id, job="recap", run_id="", outcome="written", opened_at=now(), **bare)
    shown = {"digest": "", "route": "countersign", "sources": [], "facts": {}}
    proposal = ProposalRow(case_id=case_id, version=1, review=review.model_dump(mode="json"), at=now(), **shown)
    desk.office.ledger.save(case, proposal)


async def test_a_silent_model_leaves_the_rules_own_step_to_a_person(desk: Desk) -> None:
    desk.release(Mode.AUTO, "next_action", model_patience_seconds=2)
    deal = open_deal(desk)
    case_id = await asked(desk, deal)
    review = await desk.waiting(case_id)
    assert (review.route, review.proposal["action"]) == (Route.MANUAL, "call_owner_contact")
    await desk.decide(case_id, Verdict.APPROVE)
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    assert len(activities(desk, deal)) == 1


async def test_the_sweep_takes_what_waits_and_is_nobodys_yet(desk: Desk) -> None:
    """Odoo dates what it has just stored itself, so this looks at it from a day to come."""
    ranks(desk, call())
    stale, under_way, dismissed = open_deal(desk), open_deal(desk), open_deal(desk)
    await desk.waiting(await asked(desk, under_way))
    turned_down = await asked(desk, dismissed)
    await desk.waiting(turned_down)
    await desk.decide(turned_down, Verdict.REJECT, reason="no")
    await desk.result(turned_down)
    day = TODAY + timedelta(days=20)
    all_of_them = RULES.model_copy(update={"most_per_sweep": 500})
    jobs = {**desk.resources.jobs, "next_action": replace(NEXT_ACTION, rules=all_of_them)}
    sweeping = Sweeping(replace(desk.resources, jobs=jobs))
    found = ActivityEnvironment().run(sweeping.stale_deals, SweepRequest(stale_days=14, day=day))
    ids = [one.case_id for one in found]
    assert f"next_action-deal-{stale}-{day}" in ids
    assert f"next_action-deal-{under_way}-{day}" not in ids
    assert ids[-1] == f"next_action-deal-{dismissed}-{day}", "after those who have not been looked at"
    today = ActivityEnvironment().run(sweeping.stale_deals, SweepRequest(day=TODAY))
    assert not {f"next_action-deal-{deal}-{TODAY}" for deal in (stale, dismissed)} & {one.case_id for one in today}


async def test_a_sweep_opens_a_case_for_each_deal_once_a_day(desk: Desk, temporal: WorkflowEnvironment) -> None:
    desk.release(Mode.MANUAL, "next_action")
    few = RULES.model_copy(update={"most_per_sweep": 2})
    jobs = {**desk.resources.jobs, "next_action": replace(NEXT_ACTION, rules=few)}
    queue, client = f"sweep-{uuid.uuid4().hex}", desk.office.client
    request = SweepRequest(day=TODAY + timedelta(days=21))

    async def sweep() -> list[str]:
        name = f"sweep-{uuid.uuid4().hex}"
        return await client.execute_workflow("sweep", request, id=name, task_queue=queue, result_type=list[str])

    async with build_worker(client, queue, replace(desk.resources, jobs=jobs), REGISTRY, threads=4):
        first = await sweep()
        assert len(first) == 2
        for case_id in first:
            review = await desk.waiting(case_id)
            assert [write.write for write in review.plan] in ([], ["create_activity"])
            assert desk.file(case_id).case.input_media_type == MEDIA_TYPE
            assert review.by_hand
        second = await sweep()
        assert len(second) == 2
        assert set(first).isdisjoint(second)
        for case_id in (*first, *second):
            await desk.handle(case_id).terminate()


async def test_the_schedule_sweeps_one_at_a_time_and_can_be_changed_and_taken_away(desk: Desk) -> None:
    settings, client = desk.office.settings, desk.office.client
    await deals.sweep_every(client, settings.task_queue, timedelta(days=1), None)
    await deals.sweep_every(client, settings.task_queue, timedelta(days=2), 4000)
    handle = client.get_schedule_handle(deals.SWEEP)
    described = await handle.describe()
    assert described.schedule.policy.overlap.name == "SKIP"
    assert [one.every for one in described.schedule.spec.intervals] == [timedelta(days=2)]
    assert isinstance(described.schedule.action, ScheduleActionStartWorkflow)
    await handle.trigger()
    for _ in range(200):
        described = await handle.describe()
        if described.info.recent_actions:
            break
        await asyncio.sleep(0.05)
    started = described.info.recent_actions[0].action
    assert await client.get_workflow_handle(started.workflow_id, result_type=list[str]).result() == []  # type: ignore[union-attr]
    assert await deals.sweep_never(client)
    assert not await deals.sweep_never(client)
