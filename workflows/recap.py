"""A call becomes a note on its deal, planned steps and field updates, countersigned."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Outcome, Result
from workflows.spine import Spine


@workflow.defn(name="recap")
class Recap(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        if not await self.receive(item):
            return Result(outcome=Outcome.DUPLICATE)
        await self.propose()
        route = await self.check()
        return await self.close(await self.carry_out(route))
