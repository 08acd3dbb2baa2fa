"""`countersign demo`: the whole way on a handful of messy mails, on a stack of its own."""

import asyncio
import shutil
import sys
import time
from collections.abc import AsyncGenerator
from importlib.resources import files

import typer

from activities.messages import Verdict
from ledger.blobs import Blobs
from ledger.store import CaseFile, Ledger
from settings import Settings
from starter import desk, screen
from starter.cases import Office
from starter.errors import StackError
from starter.stack import Ports, Stack
from workflows.client import connect

_PATIENCE_SECONDS = 40
_JOB = "inquiry"


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
        await _settled(office, ids)
        await _countersign(office)
        cases = await _closed(office, ids)
        _show_records(cases, stack)
        ledger.close()
        if sys.stdin.isatty():
            typer.prompt("Enter stops the stack", default="", show_default=False, prompt_suffix=" ")
    _say(f"Stopped. To look around in it later: COUNTERSIGN_STATE={settings.state} countersign dev")


async def _send(office: Office) -> list[str]:
    _say("\n[bold]2  Mails come in[/]")
    mails = sorted(files("sandbox").joinpath("mails").iterdir(), key=lambda path: path.name)
    ids: list[str] = []
    for mail in [*mails, mails[0]]:
        started = await office.start(_JOB, mail.read_bytes())
        _say(f"   {screen.short(started.case_id)}  {mail.name}{'' if started.new else f': {started.note}'}")
        ids += [started.case_id] if started.new else []
    return ids


async def _settled(office: Office, ids: list[str]) -> None:
    """Waits until each case, and each part of one, is closed or waits for a person."""
    shown: set[str] = set()
    async for cases in _cases(office, ids):
        waiting = {row.id for row in await office.pending()}
        for case in cases:
            row = case.case
            if row.id not in shown and (row.id in waiting or row.closed_at):
                shown.add(row.id)
                what = (
                    f"closed: {row.outcome}"
                    if row.closed_at
                    else f"waits for you; doubtful: {row.doubtful or 'nothing'}"
                )
                _say(f"   {screen.short(row.id):<11} {row.kind:<26.26} {row.customer or '?':<27.27} {what}")
        if len(shown) == len(cases):
            return


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
            await desk.decide(office, case, Verdict.REJECT, reason=f"wrong: {review.failed[0].field}")
        else:
            await desk.decide(office, case, Verdict.APPROVE)


async def _closed(office: Office, ids: list[str]) -> list[CaseFile]:
    """Waits until what was decided is done; what was skipped stays open."""
    async for cases in _cases(office, ids):
        open_cases = [case for case in cases if not case.case.closed_at]
        if all(not any(row.said == "accepted" for row in case.decisions) for case in open_cases):
            return cases
    return []


def _show_records(cases: list[CaseFile], stack: Stack) -> None:
    _say("\n[bold]5  What came out[/]")
    for case in cases:
        row = case.case
        _say(f"   {screen.short(row.id):<11} {row.outcome or 'still waits':<10} {row.title[:60]}")
        for write in case.writes:
            _say(f"               {write.model} {write.vendor_id}  {write.url}")
    _say(f"\nEvery run, step by step: {stack.ui_url}/namespaces/default/workflows")


async def _cases(office: Office, ids: list[str]) -> AsyncGenerator[list[CaseFile]]:
    """The cases and their parts, again and again, until the caller has seen enough or patience ends."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = [case for case_id in ids if (case := office.ledger.case_file(case_id))]
        parts = [part for case in found for row in case.parts if (part := office.ledger.case_file(row.id))]
        yield [*found, *parts]
        await asyncio.sleep(0.2)
    raise StackError(
        f"the cases did not get on within {_PATIENCE_SECONDS} s; see the logs in {office.settings.state}/logs"
    )


def _say(words: str) -> None:
    screen.console.print(words, soft_wrap=True)
