"""Sweep: the deals that have waited for too long, each to become a case of its own."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from temporalio import activity

from activities.advice import earlier_cases, open_case
from activities.calling import calling_vendor
from activities.messages import Item
from activities.resources import Resources
from jobs.core import Frozen
from jobs.deals import Deal
from jobs.next_action.rules import NextActionRules
from jobs.next_action.schema import MEDIA_TYPE, Trigger, Why
from ledger.blobs import Blobs
from ledger.tables import CaseRow


class SweepRequest(Frozen):
    stale_days: int | None = None
    """Days without contact, change or planned step; None: as the rules say."""
    day: date | None = None
    """UTC, on which it is swept; None: the day on which it starts."""


class Found(Frozen):
    """One deal to look at."""

    case_id: str
    item: Item


def case_of_deal(blobs: Blobs, deal_id: int, why: Why, day: date) -> Found:
    """One case for each deal and day, whoever asks."""
    content = Trigger(deal=deal_id, why=why, day=day).model_dump_json().encode()
    item = Item(job="next_action", input=blobs.put(content, MEDIA_TYPE))
    return Found(case_id=f"next_action-deal-{deal_id}-{day}", item=item)


class Sweeping:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    @activity.defn
    def stale_deals(self, request: SweepRequest) -> list[Found]:
        """Those that no case is open for, the one that waits longest first; those whose advice was turned down of late
        come last, so that they do not take the place of others."""
        resources, day = self.resources, request.day or datetime.now(UTC).date()
        rules = cast(NextActionRules, resources.jobs["next_action"].rules)
        before = datetime.combine(day, time(), UTC) - timedelta(days=request.stale_days or rules.stale_days)
        with calling_vendor(only_reading=True):
            deals = resources.deals.stale_deals(before)
        known = [(deal, earlier_cases(resources.ledger, deal.id)) for deal in deals]
        since = day - timedelta(days=rules.quiet_days_after_dismissal)
        waiting = [(deal, rows) for deal, rows in known if not open_case(rows, day)]
        ordered: list[Deal] = [deal for deal, _ in sorted(waiting, key=lambda one: _turned_down(one[1], since))]
        chosen = ordered[: rules.most_per_sweep]
        return [case_of_deal(resources.blobs, deal.id, "sweep", day) for deal in chosen]


def _turned_down(rows: Iterable[CaseRow], since: date) -> bool:
    return any(row.outcome == "rejected" and row.closed_at and row.closed_at.date() >= since for row in rows)
