"""The throw-away job's workflow: what `workflows/callback.py` would hold."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Result
from workflows.spine import Spine


@workflow.defn(name="callback")
class CallbackWorkflow(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        await self.receive(item)
        await self.propose()
        await self.check()
        outcome = await self.countersign()
        while outcome is None:
            outcome = await self.apply() or await self.countersign()
        return await self.close(outcome)
