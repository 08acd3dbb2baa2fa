"""Days of waiting, skipped on the real server."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from activities.messages import Outcome, Verdict
from activities.resources import Resources
from settings import Settings
from starter.cases import Office
from starter.stack import temporal_binary
from tests.spine.conftest import Desk, mail, working
from tests.spine.model_server import ModelServer
from workflows.attributes import SEARCH_ATTRIBUTES, STAGE, WAITING

REQUEST = mail("Please quote 3 pumps.\nJan", sender="jan@waits.example")


@pytest.fixture(scope="module")
async def skipping() -> AsyncGenerator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(temporal_binary()),
        search_attributes=SEARCH_ATTRIBUTES,
        data_converter=pydantic_data_converter,
        dev_server_extra_args=[
            *("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"),
            *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
        ],
    ) as environment:
        yield environment


@pytest.fixture
def waiting_desk(
    skipping: WorkflowEnvironment, model_settings: Settings, resources: Resources, model: ModelServer
) -> Desk:
    model.proposes({"contact": "Jan", "email": "jan@waits.example"})
    return Desk(Office(resources.ledger, resources.blobs, model_settings, skipping.client), resources, skipping, model)


async def parked(desk: Desk, case_id: str) -> None:
    """Until the engine, not only the ledger, has the case waiting: a step that is still under way when the worker goes
    would wait for the next one, and time does not skip over it."""
    await desk.waiting(case_id)
    for _ in range(200):
        described = await desk.handle(case_id).describe()
        if described.typed_search_attributes.get(STAGE) == WAITING:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{case_id} does not wait")


async def test_open_for_five_days_then_approved_by_a_new_worker(waiting_desk: Desk) -> None:
    desk = waiting_desk
    with desk.temporal.with_time_skipping_disabled():
        async with working(desk.temporal, desk.office.settings, desk.resources):
            case_id = await desk.send(REQUEST)
            await parked(desk, case_id)
        await desk.temporal.fast_forward(desk.handle(case_id), timedelta(days=5))
        async with working(desk.temporal, desk.office.settings, desk.resources):
            answer = await desk.decide(case_id, Verdict.APPROVE)
            assert answer.said == "accepted"
            assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
    history = await desk.handle(case_id).fetch_history()
    [signal] = [event for event in history.events if event.HasField("workflow_execution_signaled_event_attributes")]
    assert signal.event_time.ToDatetime() - history.events[0].event_time.ToDatetime() >= timedelta(days=5)
    assert len(desk.leads(case_id)) == 1


async def test_undecided_for_thirty_days_expires_without_a_write(waiting_desk: Desk) -> None:
    desk = waiting_desk
    async with working(desk.temporal, desk.office.settings, desk.resources):
        with desk.temporal.with_time_skipping_disabled():
            case_id = await desk.send(mail("Please quote 4 pumps.\nJan", sender="jan@waits.example"))
            await desk.waiting(case_id)
            await desk.temporal.fast_forward(desk.handle(case_id), timedelta(days=29))
            assert desk.file(case_id).case.closed_at is None
            await desk.temporal.fast_forward(desk.handle(case_id), timedelta(days=2))
        assert (await desk.result(case_id)).outcome is Outcome.EXPIRED
    assert desk.leads(case_id) == []
    assert desk.file(case_id).case.outcome == "expired"
