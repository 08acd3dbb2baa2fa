"""A call becomes a note on its deal, planned steps and field updates, countersigned."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Outcome, Result
    from jobs.core import Route
from workflows.spine import Spine


@workflow.defn(name="recap")
class Recap(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        if not await self.receive(item):
            return Result(outcome=Outcome.DUPLICATE)
        await self.propose()
        route = await self.check()
        outcome = None if route in (Route.AUTO, Route.DECLINE) else await self.countersign()
        while outcome is None:
            outcome = await self.apply() or await self.countersign()
        return await self.close(outcome)
