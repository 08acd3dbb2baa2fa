"""What the spine costs: history events and CPU seconds of a whole automatic `inquiry` job, worker memory per open case.

    uv run bench/spine.py [JOBS] [OPEN]

Runs the stack of `countersign dev` in a temporary folder with the rehearsal model. CPU is that of worker and Temporal
server, measured over JOBS jobs after a warm-up; the sandbox company (CRM and model) is shown beside it.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from jobs.core import Mode, Release
from ledger.blobs import Blobs
from ledger.store import Ledger
from settings import Settings
from starter.cases import Office
from starter.stack import Ports, Stack
from workflows.client import connect

WARM_UP = 20
AT_ONCE = 10
BODY = """Hello,

we order 40 pcs of LED panel 60x60 4000K and 200 m of cable NYM-J 3x1.5, number {n}.
We need it by 20 April.

Kind regards
Els Maes
Maes Bouw BV
+32 3 555 01 {n:02d}
"""
MAIL = """From: Els Maes <els{n}@maes-bouw.example>
To: sales@ourcompany.example
Subject: Order {n}
Date: Mon, 02 Mar 2026 09:00:00 +0100
Message-ID: <{prefix}-{n}@maes-bouw.example>
Content-Type: text/plain; charset=utf-8

{body}"""


async def send(office: Office, prefix: str, count: int) -> list[str]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(n: int) -> str:
        async with gate:
            content = MAIL.format(n=n, prefix=prefix, body=BODY.format(n=n)).encode()
            return (await office.start("inquiry", content)).case_id

    return list(await asyncio.gather(*(one(n) for n in range(count))))


async def until_all(office: Office, ids: Sequence[str], stages: set[str]) -> None:
    while True:
        rows = [
            row for start in range(0, len(ids), 500) for row in office.ledger.cases(ids[start : start + 500]).values()
        ]
        if sum(row.stage in stages for row in rows) == len(ids):
            return
        await asyncio.sleep(0.1)


def cpu(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def measure(jobs: int, open_cases: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        settings = Settings(state=Path(folder))
        with Stack(settings, Ports(0, 0, 0), print) as stack:
            ledger = Ledger(settings.ledger_address)
            office = Office(ledger, Blobs(settings.blob_folder), settings, await connect(stack.temporal_address))
            ledger.set_release("inquiry", Release(mode=Mode.AUTO), "bench")
            await until_all(office, await send(office, "warm", WARM_UP), {"closed"})

            pids = {name: stack.pid(name) for name in ("worker", "temporal", "sandbox")}
            before, started = {name: cpu(pid) for name, pid in pids.items()}, time.monotonic()
            ids = await send(office, "job", jobs)
            await until_all(office, ids, {"closed"})
            seconds = time.monotonic() - started
            used = {name: round((cpu(pid) - before[name]) / jobs, 4) for name, pid in pids.items()}
            outcomes = {row.outcome for row in ledger.cases(ids[:500]).values()}
            history = await office.client.get_workflow_handle(ids[0]).fetch_history()

            ledger.set_release("inquiry", Release(mode=Mode.ASSISTED), "bench")
            memory = psutil.Process(pids["worker"]).memory_info().rss
            await until_all(office, await send(office, "open", open_cases), {"countersign"})
            grown = psutil.Process(pids["worker"]).memory_info().rss - memory
    return {
        "jobs": jobs,
        "outcomes": sorted(str(outcome) for outcome in outcomes),
        "history_events": len(history.events),
        "cpu_seconds_per_job": {**used, "worker and temporal": round(used["worker"] + used["temporal"], 4)},
        "jobs_per_second": round(jobs / seconds, 1),
        "open_cases": open_cases,
        "worker_kB_per_open_case": round(grown / open_cases / 1000, 1),
    }


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]] or [200, 500]
    print(json.dumps(asyncio.run(measure(*arguments)), indent=2))
