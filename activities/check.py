"""Check: look the customer up, apply the job's rules, plan the writes, and say who moves the case on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from temporalio import activity

from activities.calling import calling_vendor
from activities.messages import CheckRequest, Part, Reviewed
from activities.resources import Resources
from connectors.base import Crm
from jobs.core import Draft, Inputs, Intake, Job, Route
from jobs.crm import Facts
from jobs.customers import match_customer
from jobs.review import Review, blank_draft, load_draft, review
from ledger.tables import ProposalRow, now


def ground(resources: Resources, job: Job[Any], draft: Draft[Any] | None, inputs: Inputs) -> Inputs:
    """The inputs with what the CRM knows, now, of the customer that the draft (or the bare mail) is about."""
    proposal = draft.proposal if draft else job.blank(inputs)
    return replace(inputs, facts=_look_up(resources.crm, job, proposal, inputs))


def read_inputs(
    resources: Resources, job: Job[Any], intake: Intake, case_id: str, input_sha256: str, proposed_by: str
) -> Inputs:
    return Inputs(
        case_id=case_id,
        sources=intake.sources,
        mail=intake.mail,
        facts=Facts(),
        rules=job.rules,
        input_sha256=input_sha256,
        case_url=resources.case_url(case_id),
        proposed_by=proposed_by,
    )


def save_review(
    resources: Resources,
    job: Job[Any],
    seen: Review,
    draft: Draft[Any],
    inputs: Inputs,
    edited: Sequence[str] = (),
) -> Reviewed:
    """Keeps what a person is going to see, in the blob store and the case file; the engine gets the reference."""
    headline = job.headline(draft.proposal, inputs)
    parts = job.split(draft) if seen.route is Route.SPLIT else []
    resources.ledger.save(
        ProposalRow(
            case_id=inputs.case_id,
            version=seen.version,
            digest=seen.digest,
            route=seen.route,
            review=seen.model_dump(mode="json"),
            sources=[{"id": source.id, "sha256": source.sha256} for source in inputs.sources],
            facts=inputs.facts.model_dump(mode="json"),
            at=now(),
        )
    )
    doubtful = ", ".join(seen.doubtful)
    resources.ledger.note(inputs.case_id, stage=seen.route.value, doubtful=doubtful, **headline.model_dump())
    return Reviewed(
        version=seen.version,
        digest=seen.digest,
        document=resources.blobs.put_model(seen),
        draft=resources.blobs.put_model(draft),
        edited=tuple(edited),
        route=seen.route,
        doubtful=tuple(seen.doubtful),
        kind=headline.kind,
        priority=headline.priority,
        amount=headline.amount,
        writes=len(seen.plan),
        parts=tuple(Part(job=job.name, draft=resources.blobs.put_model(part)) for part in parts),
    )


class Checking:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    @activity.defn
    def check(self, request: CheckRequest) -> Reviewed:
        resources, job = self.resources, self.resources.jobs[request.item.job]
        draft = load_draft(job, resources.blobs.get(request.draft.sha256)) if request.draft else None
        intake = resources.blobs.get_model(request.intake, Intake)
        case_id = activity.info().workflow_id or ""
        inputs = read_inputs(resources, job, intake, case_id, request.item.input.sha256, request.proposed_by)
        with calling_vendor(only_reading=True):
            inputs = ground(resources, job, draft, inputs)
        filled = draft or blank_draft(job, inputs)
        seen = review(
            job,
            filled,
            inputs,
            request.release,
            version=request.version,
            edited=request.edited,
            trouble=request.trouble,
        )
        return save_review(resources, job, seen, filled, inputs, request.edited)


def _look_up(crm: Crm, job: Job[Any], proposal: Any, inputs: Inputs) -> Facts:
    clues = job.clues(proposal, inputs.sources, inputs.mail)
    candidates = crm.find_customers(clues)
    customer = match_customer(candidates, clues).customer
    return Facts(
        candidates=tuple(candidates),
        open_records=tuple(crm.open_records(customer.id)) if customer else (),
        teams=tuple(crm.teams()),
        owners=tuple(crm.owners()),
    )
