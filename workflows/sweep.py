"""The stale-deal sweep: a case for each deal that has waited for too long. The cases go on by themselves."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.sweep import Sweeping, SweepRequest
    from workflows.attributes import search_attributes

_CALL = timedelta(minutes=5)
_PATIENCE = timedelta(hours=6)
"""For a CRM that is down; after that the next sweep will see the same deals."""


@workflow.defn(name="sweep")
class Sweep:
    @workflow.run
    async def run(self, request: SweepRequest) -> list[str]:
        """Ids of the cases that were opened."""
        dated = request if request.day else request.model_copy(update={"day": workflow.now().date()})
        found = await workflow.execute_activity_method(
            Sweeping.stale_deals,
            dated,
            start_to_close_timeout=_CALL,
            schedule_to_close_timeout=_PATIENCE,
            heartbeat_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=5)),
            summary="List the deals that wait",
        )
        opened: list[str] = []
        for one in found:
            try:
                await workflow.start_child_workflow(
                    one.item.job,
                    one.item,
                    id=one.case_id,
                    parent_close_policy=ParentClosePolicy.ABANDON,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=search_attributes(one.item.job),
                    static_summary=f"{one.item.job}: a deal that waits, swept on {dated.day}",
                )
                opened.append(one.case_id)
            except WorkflowAlreadyStartedError:  # Somebody has asked for advice on this deal today.
                continue
        workflow.set_current_details(f"{len(found)} deals wait; {len(opened)} cases opened.")
        return opened
