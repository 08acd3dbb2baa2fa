"""A question is answered from the company's documents, or plainly not; what goes outside is countersigned."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.messages import Item, Outcome, Result
from workflows.spine import Spine


@workflow.defn(name="answer")
class Answer(Spine):
    @workflow.run
    async def run(self, item: Item) -> Result:
        if not await self.receive(item):
            return Result(outcome=Outcome.DUPLICATE)
        await self.propose()
        route = await self.check()
        return await self.close(await self.carry_out(route))
