"""Propose: the model call. Every call is recorded, the answer goes to the blob store."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from activities.calling import calling_vendor
from activities.gather import gather
from activities.messages import Proposed, ProposeRequest
from activities.resources import Resources
from activities.second_opinion import with_opinions
from connectors import model
from jobs.core import Draft, Intake, Job
from ledger.tables import ModelCallRow

RULES = "rules"
"""Whose proposal it is where no model had to be asked."""


def ask_model(resources: Resources, job: Job[Any], intake: Intake, on_call: Callable[[model.Call], None]) -> Draft[Any]:
    """The model's draft for an input; raises as model.propose does."""
    pictures = [model.Picture(ref.media_type, resources.blobs.get(ref.sha256)) for ref in intake.pictures]
    return model.propose(resources.endpoints, job=job, sources=intake.sources, pictures=pictures, on_call=on_call)


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

        resources, job = self.resources, self.resources.jobs[request.item.job]
        bare = resources.blobs.get_model(request.intake, Intake)
        with calling_vendor():
            intake = gather(resources, job, bare)
            draft = ask_model(resources, job, intake, record)
            # Where there is nothing to ask a model, none is: the rules alone have spoken.
            by = calls[-1].model if calls else RULES
            intake = with_opinions(resources, job, draft, intake, record)
        looked_up = resources.blobs.put_model(intake) if intake is not bare else None
        if looked_up:
            resources.ledger.note(info.workflow_id or "", intake_sha256=looked_up.sha256)
        return Proposed(draft=resources.blobs.put_model(draft), model=by, intake=looked_up)
