"""How advice on deals is asked for: by a person, by the CRM, and by the stale-deal sweep."""

import re
from datetime import UTC, date, datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.sweep import SweepRequest
from jobs.next_action.schema import MEDIA_TYPE, Trigger, Why
from starter.cases import Office, Started
from starter.errors import UsageError
from starter.schedules import drop_schedule, put_schedule

SWEEP = "next_action-sweep"
"""Id of the schedule."""
_MORNING = timedelta(hours=5)
"""UTC: before the day's work begins."""
_DAY = timedelta(days=1)
_UNITS = {"d": "days", "h": "hours", "min": "minutes"}


async def advise(office: Office, deal_id: int, why: Why, *, day: date | None = None, delivery: str = "") -> Started:
    """Opens the deal's case of the day; with `delivery` (a name for what came in) the case of that, so that the same
    delivery is one case on whatever day it comes again."""
    day = day or datetime.now(UTC).date()
    content = Trigger(deal=deal_id, why=why, day=day).model_dump_json().encode()
    case_id = f"next_action-deal-{deal_id}-{delivery or day}"
    summary = f"next_action: deal {deal_id}, {why}"
    return await office.start("next_action", content, MEDIA_TYPE, case_id=case_id, summary=summary)


async def sweep_now(client: Client, task_queue: str, stale_days: int | None) -> list[str]:
    """Sweeps once and waits for it; ids of the cases that were opened."""
    return await client.execute_workflow(
        "sweep",
        SweepRequest(stale_days=stale_days),
        id=f"sweep-{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}",
        task_queue=task_queue,
        result_type=list[str],
        static_summary="sweep: asked for by hand",
    )


async def sweep_every(client: Client, task_queue: str, every: timedelta, stale_days: int | None) -> None:
    """Sets the schedule up, or changes it. One sweep at a time: one that would overlap is left out."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            "sweep", SweepRequest(stale_days=stale_days), id="sweep", task_queue=task_queue, static_summary="sweep"
        ),
        spec=ScheduleSpec(
            intervals=[ScheduleIntervalSpec(every=every, offset=_MORNING if every % _DAY == timedelta() else None)]
        ),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every),
    )
    await put_schedule(client, SWEEP, schedule)


async def sweep_never(client: Client) -> bool:
    """Takes the schedule away; whether there was one."""
    return await drop_schedule(client, SWEEP)


def interval(text: str) -> timedelta:
    """`1d`, `12h` or `30min`. Raises UsageError for anything else, and for less than a minute."""
    found = re.fullmatch(r"(\d{1,4})\s*(d|h|min)", text.strip())
    every = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if every < timedelta(minutes=1):
        raise UsageError(f"--every {text}: a number with d, h or min behind it, such as 1d or 12h")
    return every
