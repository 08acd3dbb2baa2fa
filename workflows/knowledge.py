"""Bringing the company's documents up to date, as a schedule does it."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.knowledge import Keeping, SyncCounts

_READ = timedelta(seconds=30)
_SYNC = timedelta(hours=2)
"""For one source that is read for the first time."""
_PATIENCE = timedelta(hours=6)
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=5))


@workflow.defn(name="knowledge-sync")
class KnowledgeSync:
    @workflow.run
    async def run(self) -> list[SyncCounts]:
        """Every source, one after the other; one that fails keeps none of the others back."""
        names = await workflow.execute_activity_method(
            Keeping.knowledge_sources,
            start_to_close_timeout=_READ,
            schedule_to_close_timeout=_PATIENCE,
            retry_policy=_RETRY,
            summary="List the sources",
        )
        done: list[SyncCounts] = []
        for name in names:
            try:
                counts = await workflow.execute_activity_method(
                    Keeping.sync_knowledge,
                    name,
                    start_to_close_timeout=_SYNC,
                    schedule_to_close_timeout=_PATIENCE,
                    heartbeat_timeout=timedelta(seconds=10),
                    retry_policy=_RETRY,
                    summary=f"Sync {name}",
                )
            except ActivityError as error:
                counts = SyncCounts(source=name, failed=str(error.cause or error))
            done.append(counts)
            workflow.set_current_details("\n".join(f"- {one.source}: {_words(one)}" for one in done))
        return done


def _words(counts: SyncCounts) -> str:
    if counts.failed:
        return counts.failed
    unread = f", {counts.problems} not read in full" if counts.problems else ""
    return f"{counts.read} read, {counts.unchanged} unchanged, {counts.gone} gone{unread}"
