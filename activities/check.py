"""Check: look the customer up, apply the job's rules, plan the writes, and say who moves the case on."""

from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from activities.calling import calling_vendor
from activities.ground import look_up
from activities.messages import CheckRequest, Part, Reviewed
from activities.resources import Resources
from jobs.core import Draft, Inputs, Intake, Job, Route
from jobs.crm import Facts
from jobs.review import Review, blank_draft, load_draft, review
from ledger.tables import ProposalRow, now


def ground(resources: Resources, job: Job[Any], draft: Draft[Any] | None, inputs: Inputs) -> Inputs:
    """The inputs with what CRM and ERP know, now, of what the draft (or the bare mail) is about."""
    return inputs.with_facts(look_up(resources, job, draft.proposal if draft else job.blank(inputs), inputs))


def read_inputs(
    resources: Resources,
    job: Job[Any],
    intake: Intake,
    *,
    case_id: str,
    input_sha256: str,
    proposed_by: str,
    edited: tuple[str, ...] = (),
) -> Inputs:
    case, today = resources.ledger.cases([case_id]).get(case_id), datetime.now(UTC).date()
    return Inputs(
        case_id=case_id,
        sources=intake.sources,
        mail=intake.mail,
        facts=Facts(),
        rules=job.rules,
        input_sha256=input_sha256,
        input_file=intake.file,
        opened=case.opened_at.date() if case else today,
        today=today,
        edited=edited,
        case_url=resources.case_url(case_id),
        proposed_by=proposed_by,
        findings=tuple(intake.findings),
        beside=tuple(intake.beside),
        pictures=bool(intake.pictures),
        viewer=intake.viewer,
        context=tuple(intake.context),
        opinions=tuple(intake.opinions),
    )


def save_review(
    resources: Resources,
    job: Job[Any],
    seen: Review,
    draft: Draft[Any],
    inputs: Inputs,
) -> Reviewed:
    """Keeps what a person is going to see, in the blob store and the case file; the engine gets the reference."""
    headline = job.headline(job.proposal.model_validate(seen.proposal), inputs)
    parts = job.split(draft, inputs) if seen.route is Route.SPLIT else []
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
    listed = headline.model_dump(exclude=set() if headline.title else {"title"})
    resources.ledger.note(inputs.case_id, stage=seen.route.value, doubtful=doubtful, **listed)
    return Reviewed(
        version=seen.version,
        digest=seen.digest,
        document=resources.blobs.put_model(seen),
        draft=resources.blobs.put_model(draft),
        edited=inputs.edited,
        route=seen.route,
        doubtful=tuple(seen.doubtful),
        kind=headline.kind,
        priority=headline.priority,
        amount=headline.amount,
        writes=len(seen.plan),
        approver_role=seen.approver_role,
        stays_open=seen.stays_open,
        parts=tuple(
            Part(job=part.job, draft=resources.blobs.put_model(part.draft) if part.draft else None) for part in parts
        ),
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
        inputs = read_inputs(
            resources,
            job,
            intake,
            case_id=case_id,
            input_sha256=request.item.input.sha256,
            proposed_by=request.proposed_by,
            edited=request.edited,
        )
        with calling_vendor(only_reading=True):
            inputs = ground(resources, job, draft, inputs)
        filled = draft or blank_draft(job, inputs)
        seen = review(job, filled, inputs, request.release, version=request.version, trouble=request.trouble)
        return save_review(resources, job, seen, filled, inputs)
