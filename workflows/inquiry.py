"""An inbound mail becomes a routed CRM record, countersigned."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Outcome, Result
    from jobs.core import Route
from workflows.spine import Spine


@workflow.defn(name="inquiry")
class Inquiry(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        if not await self.receive(item):
            return Result(outcome=Outcome.DUPLICATE)
        await self.propose()
        route = await self.check()
        if route is Route.SPLIT:
            return await self.close(await self.split(self.reviewed.parts))
        return await self.close(await self.carry_out(route))
