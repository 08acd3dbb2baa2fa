"""Propose: the model call. Every call is recorded, the answer goes to the blob store."""

from datetime import UTC, datetime

from temporalio import activity

from activities.calling import calling_vendor
from activities.messages import Proposed, ProposeRequest
from activities.resources import Resources
from connectors import model
from jobs.core import Intake
from ledger.tables import ModelCallRow


class Proposing:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    @activity.defn
    def propose(self, request: ProposeRequest) -> Proposed:
        """The model's draft. Non-retryable `Refused` where asking again cannot help."""
        info, calls = activity.info(), list[model.Call]()

        def record(call: model.Call) -> None:
            row = ModelCallRow(
                case_id=info.workflow_id or "",
                attempt=info.attempt,
                call=len(calls),
                at=datetime.now(UTC),
                **call.model_dump(),
            )
            self.resources.ledger.save(row)
            calls.append(call)

        intake = self.resources.blobs.get_model(request.intake, Intake)
        with calling_vendor():
            draft = model.propose(
                self.resources.endpoints,
                job=self.resources.jobs[request.item.job],
                sources=intake.sources,
                on_call=record,
            )
        return Proposed(draft=self.resources.blobs.put_model(draft), model=calls[-1].model)
