"""Kill -9 of worker, of server, of both, at random moments: nothing lost, nothing doubled. Orders and requests for
quotation in turn."""

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
from starter.stack import Ports, Stack
from tests.spine.conftest import mail
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


async def _start(office: Office, number: int) -> str:
    job, content = ("quote", _request(number)) if number % 2 else ("inquiry", _order(number))
    return (await office.start(job, content)).case_id


def _request(number: int) -> bytes:
    return mail(
        f"Hello,\n\nplease quote:\n\n- {number + 1} x EL-GLD-M12-PA cable gland M12 polyamide grey\n\nGareth Pugh",
        sender="Gareth Pugh <gareth.pugh@severnpanels.example>",
        subject=f"Prices {number}",
    )


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
