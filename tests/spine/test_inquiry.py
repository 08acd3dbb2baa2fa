"""One mail from arrival to record, on the real engine, through every way a case can go."""

import asyncio

import pytest
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from activities.messages import Outcome, Verdict
from activities.resources import open_resources
from jobs.core import Mode, Route
from ledger import migrate
from ledger.tables import CaseRow, now
from settings import Settings
from starter.cases import Office, case_id_of
from tests.conftest import EmptyDatabase
from tests.spine.conftest import Desk, mail, working
from tests.spine.crm_proxy import CrmProxy
from tests.spine.model_server import ModelServer
from workflows.registry import REGISTRY


def glands() -> bytes:
    return mail("Hello,\n\nplease quote 50 pcs cable gland M20.\n\nRegards\nJan Smit\nSmit Newbuild")


ASKED = {"company": "Smit Newbuild", "contact": "Jan Smit", "email": "jan@smit-new.example"}


async def test_approved_becomes_one_record_with_the_mail(desk: Desk) -> None:
    desk.model.proposes({**ASKED, "items": [{"text": "cable gland M20", "quantity": 50, "unit": "pcs"}]})
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert review.route is Route.COUNTERSIGN
    assert desk.leads(case_id) == []

    answer = await desk.decide(case_id, Verdict.APPROVE)

    assert answer.said == "accepted"
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    [lead] = desk.leads(case_id)
    assert lead["name"] == "Orders cable glands"
    assert lead["partner_name"] == "Smit Newbuild"
    assert lead["team_id"][1] == "Sales"
    assert "50 pcs cable gland M20" in lead["description"]
    assert case_id in lead["description"]
    assert [file["name"] for file in desk.attachments(lead["id"])] == ["mail.eml"]
    row = await desk.until(case_id, lambda row: row.closed_at is not None)
    assert row.outcome == "written"
    file = desk.file(case_id)
    assert [call.tokens_in for call in file.calls] == [100]
    assert [(d.approver, d.said) for d in file.decisions] == [("anna", "accepted")]
    assert next(write.vendor_id for write in file.writes) == lead["id"]


async def test_auto_writes_without_a_person(desk: Desk) -> None:
    desk.release(Mode.AUTO)
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    assert len(desk.leads(case_id)) == 1
    assert desk.file(case_id).decisions == []


async def test_auto_stops_at_a_made_up_company(desk: Desk) -> None:
    desk.release(Mode.AUTO)
    desk.model.proposes({**ASKED, "company": "Invented Holdings"})
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert [check.field for check in review.failed] == ["requests[0].company"]
    answer = await desk.decide(case_id, Verdict.APPROVE)
    assert (answer.said, answer.fields) == ("invalid", ("requests[0].company",))
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"company": "Smit Newbuild"})
    assert answer.said == "accepted"
    await desk.result(case_id)
    assert desk.leads(case_id)[0]["partner_name"] == "Smit Newbuild"
    [_, accepted] = desk.file(case_id).decisions
    assert accepted.changes == [
        {"path": "requests[0].company", "old": "Invented Holdings", "new": "Smit Newbuild"},
    ]


async def test_rejected_writes_nothing(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    await desk.waiting(case_id)
    assert (await desk.decide(case_id, Verdict.REJECT, reason="known spammer")).said == "accepted"
    assert (await desk.result(case_id)).outcome is Outcome.REJECTED
    assert desk.leads(case_id) == []
    assert desk.file(case_id).decisions[0].reason == "known spammer"


async def test_an_edit_is_checked_before_it_is_written(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    await desk.waiting(case_id)
    for edits in ({"priority": "urgent"}, {"colour": "red"}, {"wanted_date": "soon"}):
        answer = await desk.decide(case_id, Verdict.EDIT, edits=edits)
        assert answer.said == "invalid"
        assert next(iter(edits)) in desk.file(case_id).decisions[-1].words
    assert desk.leads(case_id) == []
    await desk.decide(case_id, Verdict.EDIT, edits={"priority": "high", "priority_reason": "line stands still"})
    await desk.result(case_id)
    assert desk.leads(case_id)[0]["priority"] == "3"


async def test_a_decision_on_another_proposal_is_refused(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    await desk.waiting(case_id)
    assert (await desk.decide(case_id, Verdict.APPROVE, digest="0" * 64)).said == "stale"
    assert desk.leads(case_id) == []


async def test_facts_that_changed_meanwhile_are_shown_again(desk: Desk) -> None:
    sender = "ines@brandnew-customer.example"
    request = mail("Please quote 5 pumps.\nInes", sender=sender)
    desk.model.proposes({"contact": "Ines", "email": sender})
    case_id = await desk.send(request)
    seen = await desk.waiting(case_id)
    partner = desk.crm("res.partner", "create", vals_list=[{"name": "Brandnew Customer", "email": sender}])

    answer = await desk.decide(case_id, Verdict.APPROVE)

    assert answer.said == "changed"
    assert "write[0].customer_id" in answer.fields
    assert desk.leads(case_id) == []
    fresh = await desk.waiting(case_id, version=2)
    assert fresh.digest != seen.digest
    stale = await desk.decide(case_id, Verdict.APPROVE, digest=seen.digest)
    assert (stale.said, stale.fields) == ("stale", answer.fields)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    assert desk.leads(case_id)[0]["partner_id"][0] == partner[0]


async def test_automatic_mail_is_closed_without_model_or_record(desk: Desk) -> None:
    away = mail("I am out of office until Monday.", subject="Automatic reply", Auto_Submitted="auto-replied")
    case_id = await desk.send(away)
    assert (await desk.result(case_id)).outcome is Outcome.DECLINED
    assert desk.model.requests == 0
    assert desk.leads(case_id) == []


async def test_fraud_reaches_a_person_even_in_auto(desk: Desk) -> None:
    desk.release(Mode.AUTO)
    desk.model.proposes({"kind": "invoice", "summary": "New bank account"})
    case_id = await desk.send(
        mail("Our bank account has changed. Please use the new IBAN for all payments from today.")
    )
    review = await desk.waiting(case_id)
    assert "fraud" in review.doubtful
    assert desk.leads(case_id) == []


async def test_several_requests_become_cases_of_their_own(desk: Desk) -> None:
    desk.model.proposes(ASKED, {**ASKED, "kind": "complaint", "summary": "Two drums arrived damaged"})
    case_id = await desk.send(glands())
    result = await desk.result(case_id)
    assert result.outcome is Outcome.SPLIT
    assert result.parts == (f"{case_id}-1", f"{case_id}-2")
    for part in result.parts:
        await desk.waiting(part)
        assert (await desk.decide(part, Verdict.APPROVE)).said == "accepted"
        await desk.result(part)
    assert desk.leads(case_id) == []
    teams = [desk.leads(part)[0]["team_id"][1] for part in result.parts]
    assert teams == ["Sales", "Service"]
    assert desk.model.requests == 1
    assert [part.id for part in desk.file(case_id).parts] == list(result.parts)


async def test_manual_release_asks_a_person_and_no_model(desk: Desk) -> None:
    desk.release(Mode.MANUAL)
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert review.by_hand
    assert desk.model.requests == 0
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"kind": "order", "summary": "50 glands"})
    assert answer.said == "accepted"
    await desk.result(case_id)
    assert desk.leads(case_id)[0]["name"] == "50 glands"


async def test_a_silent_model_ends_in_a_persons_hands(desk: Desk) -> None:
    desk.release(Mode.AUTO, model_patience_seconds=3)
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert review.route is Route.MANUAL
    assert "503" in next(check.message for check in review.checks if check.name == "proposal")
    assert desk.model.requests >= 2
    assert {call.outcome for call in desk.file(case_id).calls} == {"unavailable"}
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    await desk.result(case_id)
    assert len(desk.leads(case_id)) == 1


async def test_retry_after_is_obeyed(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    good = desk.model.reply
    desk.model.reply = lambda sources: (
        (429, {"retry-after": "1"}, "slow down") if desk.model.requests == 1 else good(sources)
    )
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert review.proposed_by == "scripted"
    first, second = desk.file(case_id).calls
    assert (first.outcome, second.outcome) == ("unavailable", "ok")
    assert 0.9 < (second.at - first.at).total_seconds() < 1.9, "the engine's own first pause is two seconds"


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, "wrong key"), (400, "context too long"), (200, "<html>maintenance</html>"), (200, '{"choices": []}')],
)
async def test_whatever_the_model_answers_a_person_gets_the_case(desk: Desk, status: int, body: str) -> None:
    desk.release(Mode.AUTO, model_patience_seconds=2)
    desk.model.reply = lambda sources: (status, {}, body)
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert (review.route, review.by_hand) == (Route.MANUAL, True)
    assert "proposal" in review.doubtful


async def test_senseless_answers_end_in_a_persons_hands_at_once(desk: Desk) -> None:
    desk.model.reply = lambda sources: '{"proposal": {"requests": 7}}'
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    assert review.by_hand
    assert desk.model.requests == 2


async def test_the_same_mail_is_one_case(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    content = glands()
    first = await desk.office.start("inquiry", content)
    second = await desk.office.start("inquiry", content)
    assert (first.new, second.new) == (True, False)
    assert first.case_id == second.case_id
    await desk.waiting(first.case_id)
    third = await desk.office.start("inquiry", content + b"\r\nP.S.")
    assert not third.new
    assert "differs" in third.note


async def test_an_open_case_that_only_the_ledger_knows_is_started_again(desk: Desk) -> None:
    """The engine's database was lost, the ledger was not: the mail must not be turned away as known."""
    desk.model.proposes(ASKED)
    content = glands()
    lost = CaseRow(
        id=case_id_of("inquiry", content),
        job="inquiry",
        run_id="lost",
        input_sha256="",
        input_media_type="message/rfc822",
        input_size=0,
        stage="countersign",
        opened_at=now(),
    )
    desk.office.ledger.open_case(lost)
    started = await desk.office.start("inquiry", content)
    assert started.new
    await desk.until(started.case_id, lambda row: bool(desk.file(row.id).proposals))
    await desk.decide(started.case_id, Verdict.APPROVE)
    assert (await desk.result(started.case_id)).outcome is Outcome.WRITTEN
    again = await desk.office.start("inquiry", content)
    assert (again.new, "written" in again.note) == (False, True)


async def test_two_approvers_the_first_one_wins(desk: Desk) -> None:
    desk.release(Mode.ASSISTED)
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    assert len(desk.leads(case_id)) == 1
    with_late = await _late(desk, case_id, review.digest)
    assert "closed already: written, decided by anna" in with_late


async def _late(desk: Desk, case_id: str, digest: str) -> str:
    from starter.errors import CaseError

    try:
        await desk.office.decide(desk.file(case_id), Verdict.REJECT, digest)
    except CaseError as error:
        return str(error)
    return "accepted?!"


async def test_switched_off_writes_wait_until_they_are_on(desk: Desk) -> None:
    desk.release(Mode.AUTO, writes_off=("create_record",))
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    await desk.until(case_id, lambda row: row.stage == "auto")
    description = await desk.handle(case_id).describe()
    for _ in range(100):
        description = await desk.handle(case_id).describe()
        failures = [activity.last_failure.message for activity in description.raw_description.pending_activities]
        if any("switched off" in failure for failure in failures):
            break
    else:
        raise AssertionError("the engine does not say that writes are off")
    assert desk.leads(case_id) == []


async def test_a_lost_ledger_does_not_stop_the_case(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id)
    file = desk.file(case_id)
    for row in ("cases", "proposals", "model_calls"):
        with desk.office.ledger.engine.begin() as connection:
            connection.exec_driver_sql(f"delete from {row}")
    answer = await desk.office.decide(file, Verdict.APPROVE, review.digest)
    assert answer is not None
    assert answer.said == "accepted"
    await desk.result(case_id)
    assert len(desk.leads(case_id)) == 1


async def test_a_write_that_the_crm_refuses_comes_back_to_a_person(desk: Desk, proxy: CrmProxy) -> None:
    desk.release(Mode.AUTO)
    desk.model.proposes(ASKED)
    proxy.refusing = True
    case_id = await desk.send(glands())
    review = await desk.waiting(case_id, version=2)
    assert "not allowed to create leads" in next(c.message for c in review.checks if c.name == "proposal")
    assert proxy.refused == 1
    proxy.refusing = False
    assert (await desk.decide(case_id, Verdict.APPROVE)).said == "accepted"
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    assert len(desk.leads(case_id)) == 1


async def test_a_crm_that_lets_nobody_in_makes_the_case_wait(desk: Desk, proxy: CrmProxy) -> None:
    desk.model.proposes(ASKED)
    proxy.locked = True
    case_id = await desk.send(glands())
    while proxy.refused < 2:
        await asyncio.sleep(0.1)
    proxy.locked = False
    await desk.waiting(case_id)
    await desk.decide(case_id, Verdict.APPROVE)
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN


async def test_the_whole_way_on_postgresql(
    temporal: WorkflowEnvironment, model_settings: Settings, model: ModelServer, postgresql: EmptyDatabase
) -> None:
    url = postgresql()
    migrate.upgrade(url)
    settings = model_settings.model_copy(update={"ledger_url": SecretStr(url)})
    resources = open_resources(settings, [job for job, _ in REGISTRY])
    office = Office(resources.ledger, resources.blobs, settings, temporal.client)
    on_postgresql = Desk(office, resources, temporal, model)
    model.proposes({**ASKED, "items": [{"text": "cable gland M20", "quantity": 50, "unit": "pcs"}]})
    async with working(temporal, settings, resources):
        case_id = await on_postgresql.send(glands())
        await on_postgresql.waiting(case_id)
        answer = await on_postgresql.decide(case_id, Verdict.EDIT, edits={"priority": "low"})
        assert answer.said == "accepted"
        await on_postgresql.result(case_id)
    file = on_postgresql.file(case_id)
    assert (file.case.outcome, len(file.proposals), len(file.calls), len(file.writes)) == ("written", 2, 1, 2)
    assert file.decisions[0].changes == [{"path": "requests[0].priority", "old": "normal", "new": "low"}]
    resources.close()
