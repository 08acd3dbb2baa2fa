"""The sync as a workflow, run by a schedule on the real engine."""

import asyncio
import uuid
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import ScheduleOverlapPolicy
from temporalio.testing import WorkflowEnvironment

from activities.knowledge import KnowledgeFeed, SyncCounts
from activities.resources import Resources, open_resources
from ledger import migrate
from ledger.knowledge import Shelf
from ledger.tables import KnowledgeSourceRow, now
from settings import Settings
from starter import knowledge
from tests.knowledge.letters import Counting
from worker import build_worker


@pytest.fixture
def keeping(settings: Settings) -> Generator[Resources]:
    settings.state.mkdir(parents=True)
    migrate.upgrade(settings.ledger_address)
    opened = open_resources(settings, [])
    yield replace(opened, knowledge=KnowledgeFeed(opened.ledger, opened.blobs, Counting()))
    opened.close()


def add(resources: Resources, name: str, folder: Path) -> None:
    Shelf(resources.ledger).put_source(KnowledgeSourceRow(name=name, folder=str(folder), roles=[], changed_at=now()))


async def test_a_schedule_syncs_every_source_and_one_that_fails_keeps_none_back(
    temporal: WorkflowEnvironment, keeping: Resources, tmp_path: Path
) -> None:
    queue, papers = f"test-{uuid.uuid4().hex}", tmp_path / "papers"
    papers.mkdir()
    (papers / "returns.md").write_text("# Returns\n\nGoods are returned within 14 days.")
    add(keeping, "a-missing", tmp_path / "nowhere")
    add(keeping, "papers", papers)
    async with build_worker(temporal.client, queue, keeping, [], threads=4):
        await knowledge.sync_every(temporal.client, queue, timedelta(hours=1))
        schedule = temporal.client.get_schedule_handle(knowledge.SCHEDULE)
        for _ in range(600):
            ran = (await schedule.describe()).info.recent_actions
            if ran and Shelf(keeping.ledger).documents():
                break
            await asyncio.sleep(0.05)
        run = ran[-1].action
        handle = temporal.client.get_workflow_handle(
            run.workflow_id,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            result_type=list[SyncCounts],
        )
        counts = await asyncio.wait_for(handle.result(), 30)
    assert counts[0].failed.endswith("nowhere: No such file or directory")
    assert counts[1] == SyncCounts(source="papers", read=1)
    assert [document.title for document in keeping.knowledge.current().documents()] == ["Returns"]
    await knowledge.sync_every(temporal.client, queue, timedelta(minutes=30))
    described = (await schedule.describe()).schedule
    assert described.spec.intervals[0].every == timedelta(minutes=30)
    assert described.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert await knowledge.sync_never(temporal.client)
    assert not await knowledge.sync_never(temporal.client)
