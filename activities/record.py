"""Record: the case file is closed."""

from temporalio import activity

from activities.decide import decision_row
from activities.messages import CloseRequest
from activities.resources import Resources
from ledger.tables import now


class Recording:
    def __init__(self, resources: Resources) -> None:
        self.ledger = resources.ledger

    @activity.defn
    def close_case(self, request: CloseRequest) -> None:
        case_id = activity.info().workflow_id or ""
        rows = [
            decision_row(case_id, decision, answer, f"already decided by {answer.by}")
            for decision, answer in request.late
        ]
        self.ledger.save(*rows)
        self.ledger.note(case_id, stage="closed", outcome=request.outcome.value, closed_at=now())
