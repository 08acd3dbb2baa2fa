"""Records the histories that test_replay.py replays: `pytest tests/spine/record_histories.py`, after a change of the
workflows that is meant, and never to get a red replay test green without knowing why it was red."""

import sys
from datetime import timedelta
from pathlib import Path

from activities.messages import Verdict
from activities.sweep import SweepRequest
from jobs.core import Mode
from tests.spine.calls import VTT, noted, notes, talk
from tests.spine.conftest import Desk, mail, working
from tests.spine.crm_proxy import CrmProxy
from tests.spine.invoices import mailed, reads
from tests.spine.papers import PAPERS, PERIOD, put, says, shelved
from tests.spine.test_inquiry import ASKED, glands
from tests.spine.test_invoice import PDF, ordered, overcharge, sent
from tests.spine.test_invoice import waiting as arrived
from tests.spine.test_next_action import TODAY, asked, open_deal
from tests.spine.test_next_action import waiting as advised
from tests.spine.test_quote import waiting as quoted
from tests.spine.test_time import skipping, waiting_desk  # noqa: F401

HISTORIES = Path(__file__).parent / "histories"


async def _keep(desk: Desk, name: str, case_id: str) -> None:
    history = await desk.handle(case_id).fetch_history()
    folders = f"{Path(__file__).parents[2]}/", f"{sys.base_prefix}/"
    text = history.to_json()
    for folder in folders:  # stack traces name where this machine keeps things
        text = text.replace(folder, "")
    (HISTORIES / f"{name}.json").write_text(text)


async def _case(desk: Desk, text: str = "please quote 50 pcs cable gland M20.") -> str:
    return await desk.send(mail(f"Hello,\n\n{text}\n\nRegards\nJan Smit\nSmit Newbuild"))


async def test_record_decisions(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    waiting = await _case(desk)
    await desk.waiting(waiting)
    await _keep(desk, "waiting", waiting)
    for name, verdict, edits in (
        ("approved", Verdict.APPROVE, {}),
        ("edited", Verdict.EDIT, {"priority": "low"}),
        ("rejected", Verdict.REJECT, {}),
    ):
        case_id = await _case(desk)
        await desk.waiting(case_id)
        await desk.decide(case_id, verdict, edits=edits)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    desk.model.proposes(ASKED, {**ASKED, "kind": "complaint"})
    split = await desk.send(glands())
    await desk.result(split)
    await _keep(desk, "split", split)


async def test_record_refused(desk: Desk, proxy: CrmProxy) -> None:
    desk.model.proposes(ASKED)
    case_id = await _case(desk)
    await desk.waiting(case_id)
    proxy.refusing = True
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.waiting(case_id, version=2)
    proxy.refusing = False
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "refused", case_id)


async def test_record_silent(desk: Desk) -> None:
    desk.release(Mode.AUTO, model_patience_seconds=2)
    case_id = await _case(desk)
    await desk.waiting(case_id)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "silent", case_id)


async def test_record_changed(desk: Desk) -> None:
    desk.model.proposes({"contact": "Jan Smit", "email": "jan@smit-changed.example"})
    case_id = await desk.send(mail("Quote glands please.\nJan Smit", sender="jan@smit-changed.example"))
    await desk.waiting(case_id)
    desk.crm("res.partner", "create", vals_list=[{"name": "Smit Changed", "email": "jan@smit-changed.example"}])
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "changed", case_id)


async def test_record_releases(desk: Desk) -> None:
    desk.model.proposes(ASKED)
    for mode in (Mode.AUTO, Mode.MANUAL):
        desk.release(mode)
        case_id = await _case(desk)
        if mode is Mode.MANUAL:
            await desk.waiting(case_id)
            await desk.decide(case_id, Verdict.APPROVE)
        await desk.result(case_id)
        await _keep(desk, mode.value, case_id)
    case_id = await desk.send(mail("I am away.", subject="Out of office", Auto_Submitted="auto-replied"))
    await desk.result(case_id)
    await _keep(desk, "declined", case_id)


async def test_record_quotations(desk: Desk) -> None:
    waiting, _ = await quoted(desk)
    await _keep(desk, "quote-waiting", waiting)
    for name, edits in (("quote-approved", {}), ("quote-revised", {"lines[0].sku": "EL-GLD-M25-PA"})):
        case_id, _ = await quoted(desk)
        if edits:
            await desk.decide(case_id, Verdict.EDIT, edits=edits)
        await desk.decide(case_id, Verdict.APPROVE)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    case_id, _ = await quoted(desk)
    by_code = [["default_code", "=", "EL-GLD-M20-PA"]]
    [product] = desk.crm("product.product", "search_read", domain=by_code, fields=["list_price"])
    desk.crm("product.product", "write", ids=[product["id"]], vals={"list_price": product["list_price"] + 1})
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "quote-changed", case_id)
    desk.model.proposes({"kind": "quote_request", "summary": "Asks for prices"})
    case_id = await desk.send(glands())
    await desk.result(case_id)
    await _keep(desk, "handed-over", case_id)


async def test_record_invoices(desk: Desk) -> None:
    case_id, _ = await arrived(desk, ordered(desk))
    await _keep(desk, "invoice-waiting", case_id)
    for name, verdict in (("invoice-approved", Verdict.APPROVE), ("invoice-rejected", Verdict.REJECT)):
        case_id, _ = await arrived(desk, ordered(desk))
        await desk.decide(case_id, verdict)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    accepting = {"accepted": {"PO_MISMATCH": "agreed"}}
    for name, edits in (("invoice-accepted", [accepting]), ("invoice-asked", [{"ask_supplier": True}, accepting])):
        case_id, _ = await arrived(desk, overcharge(desk))
        for version, edit in enumerate(edits):
            await desk.waiting(case_id, version=1 + 2 * version)
            await desk.decide(case_id, Verdict.EDIT, edits=edit)
        await desk.result(case_id)
        await _keep(desk, name, case_id)


async def test_record_automatic_invoices(desk: Desk) -> None:
    desk.release(Mode.AUTO, "invoice")
    given = ordered(desk)
    case_id = await sent(desk, given)
    await desk.result(case_id)
    await _keep(desk, "invoice-auto", case_id)
    case_id = await desk.send(mailed(("a.xml", ordered(desk).xml), ("b.xml", ordered(desk).xml)), "invoice")
    await desk.result(case_id)
    await _keep(desk, "invoice-split", case_id)
    read = ordered(desk)
    reads(desk.model, read)
    case_id = await desk.send(read.pdf, "invoice", PDF)
    await desk.result(case_id)
    await _keep(desk, "invoice-read", case_id)


async def test_record_recaps(desk: Desk) -> None:
    _, waiting, _ = await noted(desk)
    await _keep(desk, "recap-waiting", waiting)
    for name, verdict, edits in (
        ("recap-approved", Verdict.APPROVE, {}),
        ("recap-edited", Verdict.EDIT, {"budget.amount": 40000}),
        ("recap-rejected", Verdict.REJECT, {}),
    ):
        _, case_id, _ = await noted(desk)
        answer = await desk.decide(case_id, verdict, edits=edits)
        if answer.said == "revised":
            await desk.decide(case_id, Verdict.APPROVE)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    given, case_id, _ = await noted(desk, expected_revenue=30000)
    desk.crm("crm.lead", "write", ids=[given.deal], vals={"expected_revenue": 45000})
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "recap-changed", case_id)
    desk.release(Mode.AUTO, "recap")
    given = talk(desk, stage_id=False)
    notes(desk, given)
    case_id = await desk.send(given.content, "recap", VTT)
    await desk.result(case_id)
    await _keep(desk, "recap-auto", case_id)


async def test_record_advice(desk: Desk) -> None:
    _, waiting, _ = await advised(desk)
    await _keep(desk, "next_action-waiting", waiting)
    for name, verdict, edits in (
        ("next_action-approved", Verdict.APPROVE, {}),
        ("next_action-edited", Verdict.EDIT, {"due": str(TODAY + timedelta(days=20))}),
        ("next_action-dismissed", Verdict.REJECT, {}),
    ):
        _, case_id, _ = await advised(desk)
        await desk.decide(case_id, verdict, edits=edits)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    deal, case_id, _ = await advised(desk)
    desk.crm("crm.lead", "write", ids=[deal], vals={"active": False, "probability": 0})
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "next_action-changed", case_id)
    case_id = await asked(desk, open_deal(desk, active=False))
    await desk.result(case_id)
    await _keep(desk, "next_action-declined", case_id)


async def test_record_sweep(desk: Desk) -> None:
    desk.release(Mode.MANUAL, "next_action")
    open_deal(desk)
    request = SweepRequest(day=TODAY + timedelta(days=22))
    queue = desk.office.settings.task_queue
    opened = await desk.office.client.execute_workflow(
        "sweep", request, id="next_action-sweep-1", task_queue=queue, result_type=list[str]
    )
    await _keep(desk, "next_action-sweep", "next_action-sweep-1")
    for case_id in opened:
        await desk.handle(case_id).terminate()


async def test_record_answers(desk: Desk, tmp_path: Path) -> None:
    shelved(desk.resources, tmp_path / "papers")
    says(desk, PERIOD)
    waiting = await put(desk)
    await desk.waiting(waiting)
    await _keep(desk, "answer-waiting", waiting)
    for name, verdict in (("answer-approved", Verdict.APPROVE), ("answer-rejected", Verdict.REJECT)):
        case_id = await put(desk)
        await desk.waiting(case_id)
        await desk.decide(case_id, verdict)
        await desk.result(case_id)
        await _keep(desk, name, case_id)
    case_id = await put(desk)
    await desk.waiting(case_id)
    shelved(desk.resources, tmp_path / "papers", {"pay.md": PAPERS["pay.md"]})
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    await _keep(desk, "answer-changed", case_id)
    shelved(desk.resources, tmp_path / "papers")
    desk.release(Mode.AUTO, "answer")
    for name, quotes in (("answer-auto", [PERIOD]), ("answer-declined", [])):
        says(desk, *quotes)
        case_id = await put(desk)
        await desk.result(case_id)
        await _keep(desk, name, case_id)


async def test_record_expired(waiting_desk: Desk) -> None:  # noqa: F811
    desk = waiting_desk
    async with working(desk.temporal, desk.office.settings, desk.resources):
        with desk.temporal.with_time_skipping_disabled():
            case_id = await _case(desk)
            await desk.waiting(case_id)
            await desk.temporal.fast_forward(desk.handle(case_id), timedelta(days=31))
        await desk.result(case_id)
    await _keep(desk, "expired", case_id)
