"""The recap job through the real engine: a call in, countersigned, one note, its steps and its fields on one deal."""

from typing import Any

import pytest

from activities.messages import Outcome, Verdict
from jobs.core import Mode, Route
from jobs.recap.schema import RecapProposal
from jobs.review import Review
from tests.spine.calls import VTT, activities, deal_now, note_on, noted, notes, talk
from tests.spine.conftest import Desk


def shown(review: Review) -> RecapProposal:
    return RecapProposal.model_validate(review.proposal)


def written(desk: Desk, deal: int) -> int:
    return len(note_on(desk, deal)) + len(activities(desk, deal)) + len(desk.attachments(deal))


async def test_approved_becomes_one_note_its_steps_and_its_fields(desk: Desk) -> None:
    given, case_id, review = await noted(desk)
    proposal = shown(review)
    assert (proposal.deal_id, proposal.call_date) == (given.deal, "2026-11-20")
    said = {one.field: (one.speaker, one.time) for one in proposal.said}
    assert said["budget"] == (given.buyer, "00:00:10")
    assert said["next_steps[0]"] == ("Joost Vos", "00:00:15")
    assert {item.field: item.quote for item in review.evidence}["budget"] == "We have 50,000 euros for it."
    assert review.failed == []
    assert written(desk, given.deal) == 0

    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"

    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    [note] = note_on(desk, given.deal)
    for words in ("50000 EUR", f"{given.buyer} 00:00:10", "We have 50,000 euros for it.", case_id):
        assert words in note
    assert [file["name"] for file in desk.attachments(given.deal)] == ["call.vtt"]
    ours, theirs = sorted(activities(desk, given.deal), key=lambda row: row["date_deadline"], reverse=True)
    assert (ours["summary"], ours["date_deadline"]) == ("send you the quotation", "2026-11-27")
    assert theirs["summary"] == f"{given.buyer}: send you the drawings"
    assert theirs["date_deadline"] == "2026-11-24", "a reminder on the working day after"
    now = deal_now(desk, given.deal)
    assert (now["stage_id"][1], now["expected_revenue"]) == ("Proposition", 50000)


async def test_a_filled_field_is_never_overwritten_without_a_countersignature(desk: Desk) -> None:
    desk.release(Mode.AUTO, "recap")
    given, case_id, review = await noted(desk, expected_revenue=30000)
    assert review.route is Route.COUNTERSIGN
    assert [(check.field, check.message.split(":")[0]) for check in review.checks if check.name == "overwrite"] == [
        ("stage", "New → Proposition"),
        ("revenue", "30000 → 50000"),
    ]
    assert written(desk, given.deal) == 0
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    assert deal_now(desk, given.deal)["expected_revenue"] == 50000


async def test_old_values_that_have_changed_lead_to_a_new_look(desk: Desk) -> None:
    given, case_id, first = await noted(desk, expected_revenue=30000)
    desk.crm("crm.lead", "write", ids=[given.deal], vals={"expected_revenue": 45000})
    answer = await desk.decide(case_id, Verdict.APPROVE)
    assert answer.said == "changed"
    assert written(desk, given.deal) == 0
    second = await desk.waiting(case_id, version=2)
    assert second.digest != first.digest
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    assert deal_now(desk, given.deal)["expected_revenue"] == 50000


async def test_what_the_call_does_not_say_is_emptied_and_named(desk: Desk) -> None:
    given = talk(desk)
    notes(
        desk,
        given,
        budget={"amount": 60000, "currency": "EUR"},
        authority="The managing director signs",
        competitor="Rotary Air",
        next_meeting="2026-12-01",
    )
    case_id = await desk.send(given.content, "recap", VTT)
    review = await desk.waiting(case_id)
    proposal = shown(review)
    values = (proposal.budget, proposal.authority, proposal.competitor, proposal.next_meeting)
    assert values == (None, None, None, None)
    named = {check.field for check in review.checks if check.name == "said"}
    assert named == {"budget", "authority", "competitor", "next_meeting"}
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    assert deal_now(desk, given.deal)["expected_revenue"] == 0


async def test_a_call_about_nobody_known_asks_for_its_deal(desk: Desk) -> None:
    given = talk(desk)
    stranger = given.content.replace(given.buyer.encode(), b"Odd Stranger")
    notes(desk, given, next_steps=[])
    case_id = await desk.send(stranger, "recap", VTT)
    review = await desk.waiting(case_id)
    [problem] = review.failed
    assert (problem.field, "set deal_id" in problem.message) == ("deal_id", True)
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "invalid"
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"deal_id": 10**6})
    assert answer.said in ("invalid", "revised")
    assert desk.review(case_id).failed
    assert (await desk.decide(case_id, Verdict.EDIT, edits={"deal_id": given.deal})).said == "revised"
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    assert len(note_on(desk, given.deal)) == 1


async def test_a_customer_with_two_deals_is_asked_which(desk: Desk) -> None:
    given = talk(desk)
    [row] = desk.crm("crm.lead", "read", ids=[given.deal], fields=["partner_id"])
    other = {"name": "Air dryer", "type": "opportunity", "partner_id": row["partner_id"][0]}
    [second] = desk.crm("crm.lead", "create", vals_list=[other])
    notes(desk, given)
    case_id = await desk.send(given.content, "recap", VTT)
    review = await desk.waiting(case_id)
    [problem] = review.failed
    assert f"deal_id={given.deal}" in problem.message
    assert f"deal_id={second}" in problem.message
    assert shown(review).deal_id is None


async def test_rejected_leaves_nothing(desk: Desk) -> None:
    given, case_id, _ = await noted(desk)
    await desk.decide(case_id, Verdict.REJECT, reason="wrong call")
    assert (await desk.result(case_id)).outcome is Outcome.REJECTED
    assert written(desk, given.deal) == 0


@pytest.mark.parametrize("edits", [{"budget.amount": 40000}, {"stage_suggestion": "Qualified"}])
async def test_a_person_may_set_what_was_meant(desk: Desk, edits: dict[str, Any]) -> None:
    given, case_id, _ = await noted(desk)
    answer = await desk.decide(case_id, Verdict.EDIT, edits=edits)
    assert answer.said in ("accepted", "revised")
    if answer.said == "revised":
        assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    now = deal_now(desk, given.deal)
    assert now["expected_revenue"] == edits.get("budget.amount", 50000)
    assert now["stage_id"][1] == edits.get("stage_suggestion", "Proposition")


async def test_what_nobody_can_read_is_a_form_for_a_person(desk: Desk) -> None:
    desk.release(Mode.ASSISTED, "recap", model_patience_seconds=5)
    case_id = await desk.send(b"WEBVTT\n\n", "recap", VTT)
    review = await desk.waiting(case_id)
    assert review.by_hand
    assert review.route is Route.MANUAL
    assert any("No words of a call" in check.message for check in review.checks)
