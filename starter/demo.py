"""`countersign demo`: the whole way on a handful of messy mails and invoices, on a stack of its own."""

import asyncio
import shutil
import sys
import time
from collections.abc import Callable
from importlib.resources import files

import typer

from activities.messages import Outcome, Result, Verdict
from ledger.blobs import Blobs
from ledger.store import Ledger
from ledger.tables import CaseRow
from settings import Settings
from starter import desk, screen
from starter.cases import Office, media_type_of
from starter.errors import StackError
from starter.stack import Ports, Stack
from workflows.client import connect

_PATIENCE_SECONDS = 60
_INVOICES = ("011-protecta-pdf-en-xml.eml", "051-calder-dearer.xml", "049-zugferd-anderes-konto.pdf")
"""Of the examples: one that is fine, one above the ordered price, one whose PDF and data name different accounts."""


async def run_demo(settings: Settings) -> None:
    """Up, mails in, countersignatures, records out, down. Raises StackError where the stack does not come up."""
    settings = settings.model_copy(update={"state": settings.state / "demo"})
    shutil.rmtree(settings.state, ignore_errors=True)
    _say("[bold]1  The stack:[/] Temporal's dev server, a sandbox company and a worker, on free ports")
    with Stack(settings, Ports(temporal=0, ui=0, sandbox=0), _say) as stack:
        ledger = Ledger(settings.ledger_address)
        office = Office(ledger, Blobs(settings.blob_folder), settings, await connect(stack.temporal_address))
        _say(f"   Temporal UI {stack.ui_url}   the company's CRM {stack.sandbox_url}/")
        ids = await _send(office)
        _say("\n[bold]3  The model proposes, rules check[/] (a rehearsal model: rules of thumb, no real one)")
        ids = await _settled(office, ids)
        await _countersign(office)
        await _show_records(office, ids)
        _say(f"\nEvery run, step by step: {stack.ui_url}/namespaces/default/workflows")
        ledger.close()
        if sys.stdin.isatty():
            typer.prompt("Enter stops the stack", default="", show_default=False, prompt_suffix=" ")
    _say(f"Stopped. To look around in it later: COUNTERSIGN_STATE={settings.state} countersign dev")


async def _send(office: Office) -> list[str]:
    _say("\n[bold]2  Mails and supplier invoices come in[/]")
    mails = sorted(files("sandbox").joinpath("mails").iterdir(), key=lambda path: path.name)
    invoices = [files("jobs.invoice").joinpath("examples", name) for name in _INVOICES]
    ids: list[str] = []
    for job, file in [*(("inquiry", mail) for mail in (*mails, mails[0])), *(("invoice", file) for file in invoices)]:
        started = await office.start(job, file.read_bytes(), media_type_of(file.name))
        _say(f"   {screen.short(started.case_id)}  {file.name}{'' if started.new else f': {started.note}'}")
        ids += [started.case_id] if started.new else []
    return ids


async def _settled(office: Office, ids: list[str]) -> list[str]:
    """Waits until each case, and each part that one falls into, is closed or waits for a person; returns all ids."""
    every = list(ids)
    for case_id in every:  # grows as cases are split
        row = await _until(office, case_id, lambda row, waiting: bool(row.closed_at) or row.id in waiting)
        what = row.outcome if row.closed_at else f"waits for you; doubtful: {row.doubtful or 'nothing'}"
        _say(f"   {screen.short(case_id):<11} {row.kind:<26.26} {row.customer or '?':<27.27} {what}")
        if row.outcome == Outcome.SPLIT:
            result = await office.client.get_workflow_handle(case_id, result_type=Result).result()
            every += result.parts
    return every


async def _countersign(office: Office) -> None:
    if sys.stdin.isatty():
        _say("\n[bold]4  You countersign[/]")
        return await desk.walk(office)
    _say("\n[bold]4  Countersigning.[/] There is no terminal to ask, so I decide: what smells of fraud is rejected,")
    _say("   what has a wrong field is rejected, the rest is approved as proposed.")
    for row in await office.pending():
        case = office.find(row.id)
        review = desk.on_screen(case)
        if "fraud" in review.doubtful:
            await desk.decide(office, case, Verdict.REJECT, reason="smells of payment fraud")
        elif review.failed:
            await desk.decide(office, case, Verdict.REJECT, reason=f"{review.failed[0].name}: {review.failed[0].field}")
        else:
            await desk.decide(office, case, Verdict.APPROVE)


async def _show_records(office: Office, ids: list[str]) -> None:
    _say("\n[bold]5  What came out[/]")
    for case_id in ids:
        decided = any(row.said == "accepted" for row in office.find(case_id).decisions)
        if decided:
            await _until(office, case_id, lambda row, _: bool(row.closed_at))
        case = office.find(case_id)
        _say(f"   {screen.short(case_id):<11} {case.case.outcome or 'still waits':<11} {case.case.title[:60]}")
        for write in case.writes:
            _say(f"               {write.model} {write.vendor_id}  {write.url}")


async def _until(office: Office, case_id: str, reached: Callable[[CaseRow, set[str]], bool]) -> CaseRow:
    """The case once it has come so far; `reached` is also given the ids of those that wait for a person."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = office.ledger.cases([case_id]).get(case_id)
        if row and reached(row, {waiting.id for waiting in await office.pending()}):
            return row
        await asyncio.sleep(0.2)
    raise StackError(f"{case_id} did not get on in {_PATIENCE_SECONDS} s; see the logs in {office.settings.state}/logs")


def _say(words: str) -> None:
    screen.console.print(words, soft_wrap=True)
