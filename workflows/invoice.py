"""A supplier's invoice becomes a draft vendor bill, countersigned."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Outcome, Result
from workflows.spine import Spine


@workflow.defn(name="invoice")
class Invoice(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        if not await self.receive(item, takes_long=True):
            return Result(outcome=Outcome.DUPLICATE)
        if self.received.parts:
            return await self.close(await self.split(self.received.parts))
        await self.propose()
        route = await self.check()
        return await self.close(await self.carry_out(route))
