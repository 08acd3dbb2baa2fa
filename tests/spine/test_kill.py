"""Kill -9 of worker, of server, of both, at random moments: nothing lost, nothing doubled. Orders and requests for
quotation in turn; invoices, as data and as PDFs, and advice on deals by themselves."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

import sandbox
from jobs.core import Mode, Release
from ledger.blobs import Blobs
from ledger.store import Ledger
from settings import Settings
from starter.cases import Office
from starter.deals import advise
from starter.stack import Ports, Stack
from tests.spine.conftest import mail
from tests.spine.invoices import Invoice, Row, Supplier
from workflows.client import connect

JOBS = 50
KILLS = 6
SECONDS = 150


@pytest.mark.timeout(SECONDS + 60)
async def test_fifty_jobs_survive_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings, chance = Settings(state=tmp_path / "stack"), random.Random(20261123)
    with Stack(settings, Ports(0, 0, 0), print) as stack:
        ledger = Ledger(settings.ledger_address)
        for job in ("inquiry", "quote"):
            ledger.set_release(job, Release(mode=Mode.AUTO), "test")
        office = Office(ledger, Blobs(settings.blob_folder), settings, await connect(stack.temporal_address))
        ids = [await _start(office, n) for n in range(JOBS // 2)]
        under_way = 0
        for kill in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 1.2))
            under_way += sum(row.closed_at is None for row in ledger.cases(ids).values())
            for victim in [["worker"], ["temporal"], ["worker", "temporal"]][kill % 3]:
                os.kill(stack.pid(victim), signal.SIGKILL)
            await asyncio.sleep(0.1)
            await asyncio.to_thread(stack.watch)
            batch = range(JOBS // 2 + kill * 4, min(JOBS // 2 + kill * 4 + 4, JOBS))
            ids += [await _start(office, n) for n in batch]
        ids += [await _start(office, n) for n in range(JOBS // 2 + KILLS * 4, JOBS)]
        assert len(set(ids)) == JOBS

        deadline = time.monotonic() + SECONDS
        while len(closed := [row for row in ledger.cases(ids).values() if row.closed_at]) < JOBS:
            assert time.monotonic() < deadline, Counter(row.stage for row in ledger.cases(ids).values())
            await asyncio.to_thread(stack.watch)
            await asyncio.sleep(0.5)
        references = Counter(_references(stack.sandbox_url, "crm.lead", "referred"))
        references += Counter(_references(stack.sandbox_url, "sale.order", "origin"))
        attachments = _count(stack.sandbox_url, "ir.attachment", [["name", "=", "mail.eml"]])
    assert under_way > KILLS, "the kills came when there was nothing to interrupt"
    assert Counter(row.outcome for row in closed) == {"written": JOBS}
    assert {case_id: references[case_id] for case_id in ids} == dict.fromkeys(ids, 1)
    assert attachments == JOBS
    drafts = [file.read_text() for file in (settings.state / "mail" / ".Drafts" / "cur").iterdir()]
    assert Counter(sum(case_id in draft for draft in drafts) for case_id in ids) == {0: JOBS // 2, 1: JOBS // 2}


@pytest.mark.timeout(SECONDS)
async def test_twenty_invoices_survive_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings, chance = Settings(state=tmp_path / "stack"), random.Random(20261127)
    with Stack(settings, Ports(0, 0, 0), print) as stack:
        ledger = Ledger(settings.ledger_address)
        ledger.set_release("invoice", Release(mode=Mode.AUTO), "test")
        office = Office(ledger, Blobs(settings.blob_folder), settings, await connect(stack.temporal_address))
        ids: list[str] = []
        for kill in range(KILLS // 2 + 1):
            for number in range(kill * 5, kill * 5 + 5):
                content, media_type = _invoice(number)
                ids.append((await office.start("invoice", content, media_type)).case_id)
            if kill == KILLS // 2:
                break
            await asyncio.sleep(chance.uniform(0.5, 1.5))
            for victim in [["worker"], ["temporal"], ["worker", "temporal"]][kill]:
                os.kill(stack.pid(victim), signal.SIGKILL)
            await asyncio.sleep(0.1)
            await asyncio.to_thread(stack.watch)
        deadline = time.monotonic() + SECONDS
        while len(closed := [row for row in ledger.cases(ids).values() if row.closed_at]) < len(ids):
            waiting = {row.id: row.doubtful for row in ledger.cases(ids).values() if row.doubtful}
            assert time.monotonic() < deadline, waiting
            await asyncio.to_thread(stack.watch)
            await asyncio.sleep(0.5)
        domain = [["invoice_origin", "like", "invoice-"]]
        bills = _call(
            stack.sandbox_url, "account.move", "search_read", {"domain": domain, "fields": ["invoice_origin"]}
        )
        files = _call(
            stack.sandbox_url,
            "ir.attachment",
            "search_read",
            {"domain": [["res_model", "=", "account.move"]], "fields": ["res_id"]},
        )
    assert len(set(ids)) == 20
    assert Counter(row.outcome for row in closed) == {"written": 20}
    assert Counter(bill["invoice_origin"] for bill in bills) == dict.fromkeys(ids, 1)
    assert Counter(file["res_id"] for file in files) == dict.fromkeys((bill["id"] for bill in bills), 1)


@pytest.mark.timeout(SECONDS)
async def test_advice_on_twelve_deals_survives_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings, chance = Settings(state=tmp_path / "stack"), random.Random(20261128)
    with Stack(settings, Ports(0, 0, 0), print) as stack:
        ledger = Ledger(settings.ledger_address)
        ledger.set_release("next_action", Release(mode=Mode.AUTO), "test")
        office = Office(ledger, Blobs(settings.blob_folder), settings, await connect(stack.temporal_address))
        domain = [["type", "=", "opportunity"], ["stage_id.is_won", "=", False]]
        leads = _call(stack.sandbox_url, "crm.lead", "search_read", {"domain": domain, "fields": ["activity_ids"]})
        deals = [int(lead["id"]) for lead in leads if not lead["activity_ids"]][:12]
        ids: list[str] = []
        for kill in range(3):
            ids += [(await advise(office, deal, "sweep")).case_id for deal in deals[kill * 4 : kill * 4 + 4]]
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            victims = [["worker"], ["temporal"], ["worker", "temporal"]][kill]
            killed = {victim: stack.pid(victim) for victim in victims}
            for pid in killed.values():
                os.kill(pid, signal.SIGKILL)
            while any(stack.pid(victim) == pid for victim, pid in killed.items()):
                await asyncio.sleep(0.05)
                await asyncio.to_thread(stack.watch)
        deadline = time.monotonic() + SECONDS
        while len(closed := [row for row in ledger.cases(ids).values() if row.closed_at]) < len(ids):
            assert time.monotonic() < deadline, Counter(row.stage for row in ledger.cases(ids).values())
            await asyncio.to_thread(stack.watch)
            await asyncio.sleep(0.3)
        on_deals = {"domain": [["res_model", "=", "crm.lead"], ["res_id", "in", deals]], "fields": ["res_id"]}
        steps = _call(stack.sandbox_url, "mail.activity", "search_read", on_deals)
    assert len(set(ids)) == 12
    assert Counter(row.outcome for row in closed) == {"written": 12}
    assert Counter(step["res_id"] for step in steps) == dict.fromkeys(deals, 1)


async def _start(office: Office, number: int) -> str:
    job, content = ("quote", _request(number)) if number % 2 else ("inquiry", _order(number))
    return (await office.start(job, content)).case_id


def _request(number: int) -> bytes:
    return mail(
        f"Hello,\n\nplease quote:\n\n- {number + 1} x EL-GLD-M12-PA cable gland M12 polyamide grey\n\nGareth Pugh",
        sender="Gareth Pugh <gareth.pugh@severnpanels.example>",
        subject=f"Prices {number}",
    )


def _invoice(number: int) -> tuple[bytes, str]:
    """Of a carrier that the sandbox company knows: as data and as a PDF in turn."""
    carrier = Supplier(
        id=0,
        name="Rijnhaven Expeditie B.V.",
        vat="NL450170810B01",
        iban="NL81 KVEX 2302 6575 32",
        email="debiteuren@rijnhaven-expeditie.example",
    )
    row = Row("Pallet transport", str(number + 3), "46.90")
    given = Invoice(carrier, [row], number=f"VR-26{1000 + number}")
    return (given.xml, "application/xml") if number % 2 else (given.pdf, "application/pdf")


def _order(number: int) -> bytes:
    return mail(
        f"Hello,\n\nwe order 12 pcs of cable gland M{number}, PO {4500 + number}.\n\nKind regards\nEls Maes",
        sender=f"Els Maes <els{number}@maes{number}-bouw.example>",
        subject=f"Order {4500 + number}",
    )


def _references(url: str, model: str, field: str) -> list[str]:
    rows = _call(url, model, "search_read", {"domain": [[field, "like", "-"]], "fields": [field]})
    return [row[field] for row in rows]


def _count(url: str, model: str, domain: list[list[str]]) -> int:
    return len(_call(url, model, "search_read", {"domain": domain, "fields": ["name"]}))


def _call(url: str, model: str, method: str, arguments: dict[str, object]) -> list[dict[str, str]]:
    headers = {"Authorization": f"bearer {sandbox.API_KEY}", "X-Odoo-Database": sandbox.DATABASE}
    answer = httpx.post(f"{url}/json/2/{model}/{method}", headers=headers, json=arguments)
    answer.raise_for_status()
    return answer.json()
