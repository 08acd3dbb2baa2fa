"""The production process: connects to Temporal, CRM, ERP and model, and works until it is told to stop."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.apply import Applying
from activities.check import Checking
from activities.decide import Deciding
from activities.knowledge import Keeping
from activities.propose import Proposing
from activities.receive import Receiving
from activities.record import Recording
from activities.resources import Resources, open_resources
from activities.sweep import Sweeping
from jobs.core import Job
from ledger import migrate
from settings import Settings, SettingsError, load_settings
from workflows.attributes import SEARCH_ATTRIBUTES
from workflows.client import connect
from workflows.knowledge import KnowledgeSync
from workflows.registry import REGISTRY
from workflows.sweep import Sweep

Registry = Sequence[tuple[Job[Any], type]]

# Imported once per process instead of once per open case: 20 times less memory.
_SHARED = (
    "activities",
    "catalogue",
    "connectors",
    "documents",
    "jobs",
    "knowledge",
    "ledger",
    "settings",
    "workflows.attributes",
    "workflows.spine",
)

log = structlog.get_logger()


def workflow_runner() -> SandboxedWorkflowRunner:
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*_SHARED))


def build_worker(client: Client, task_queue: str, resources: Resources, registry: Registry, threads: int) -> Worker:
    keeping = Keeping(resources.ledger, resources.blobs, resources.knowledge.embedder)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[*(workflow for _, workflow in registry), Sweep, KnowledgeSync],
        activities=[
            Receiving(resources).receive,
            Proposing(resources).propose,
            Checking(resources).check,
            Deciding(resources).decide,
            Applying(resources).apply,
            Recording(resources).close_case,
            Sweeping(resources).stale_deals,
            keeping.knowledge_sources,
            keeping.sync_knowledge,
        ],
        activity_executor=ThreadPoolExecutor(threads),
        max_concurrent_activities=threads,
        max_concurrent_local_activities=threads,
        workflow_runner=workflow_runner(),
        # After a crash, the next signal to an open case waits this long instead of ten seconds.
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


async def register_search_attributes(client: Client) -> None:
    """A workflow task that sets an unregistered attribute hangs for ever, so the worker does not start without them."""
    names = {key.name: IndexedValueType.ValueType(key.indexed_value_type) for key in SEARCH_ATTRIBUTES}
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    missing = {name: kind for name, kind in names.items() if name not in known.custom_attributes}
    if not missing:
        return
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as error:
        raise SettingsError(
            f"the namespace {client.namespace} lacks the search attributes {', '.join(missing)} "
            f"and this worker may not add them ({error.message}); have an administrator do it"
        ) from None


async def run(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then finishes what is under way."""
    if not migrate.up_to_date(settings.ledger_address):
        raise SettingsError("the ledger's tables are missing or old: run `countersign migrate`")
    resources = open_resources(settings, [job for job, _ in REGISTRY])
    client = await connect()
    await register_search_attributes(client)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    threads = settings.concurrent_activities
    async with build_worker(client, settings.task_queue, resources, REGISTRY, threads):
        log.info("worker ready", task_queue=settings.task_queue, jobs=sorted(resources.jobs))
        await stop.wait()
    resources.close()


def main() -> None:
    try:
        settings = load_settings()
        configure_logging(settings)
        asyncio.run(run(settings))
    except SettingsError as error:
        sys.exit(f"worker: {error}")
    except OperationalError as error:
        sys.exit(f"worker: the ledger does not answer: {error.orig}")


def configure_logging(settings: Settings) -> None:
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    main()
