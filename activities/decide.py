"""Decide: what becomes of a person's word. The facts are read again first: if what would be written is no longer what
was seen, nothing is, and the new proposal takes its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temporalio import activity

from activities.calling import calling_vendor
from activities.check import ground, read_inputs, save_review
from activities.messages import Answer, Decided, DecideRequest, Decision, Reviewed, Said, Verdict
from activities.resources import Resources
from jobs.core import Draft, Inputs, Intake, Job
from jobs.edits import Change, apply_edits, changes, covered, full_path, value_at
from jobs.review import Review, edit_draft, load_draft, review
from ledger.tables import DecisionRow, ProposalRow


@dataclass(frozen=True)
class _Ruling:
    said: Said
    words: str
    changes: Sequence[Change] = ()
    fields: Sequence[str] = ()
    reviewed: Reviewed | None = None
    """The proposal that holds from now on, if it is another one."""


class Deciding:
    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    @activity.defn
    def decide(self, request: DecideRequest) -> Decided:
        decision, case_id = request.decision, activity.info().workflow_id or ""
        ruling = self._rule(request, case_id)
        answer = Answer(
            decision_id=decision.id,
            said=ruling.said,
            by=decision.approver,
            fields=tuple(ruling.fields or [change.path for change in ruling.changes]),
        )
        self.resources.ledger.save(decision_row(case_id, decision, answer, ruling.words, ruling.changes))
        return Decided(answer=answer, reviewed=ruling.reviewed or request.current)

    def _rule(self, request: DecideRequest, case_id: str) -> _Ruling:
        decision, current = request.decision, request.current
        seen = self.resources.blobs.get_model(current.document, Review)
        if decision.digest != current.digest:
            older = self._review_with(decision.digest, case_id)
            differences = differing(older, seen) if older else []
            return _Ruling("stale", "the proposal has changed since you saw it", differences)
        if decision.verdict is Verdict.REJECT:
            return _Ruling("accepted", "rejected")

        job = self.resources.jobs[request.item.job]
        draft = load_draft(job, self.resources.blobs.get(current.draft.sha256))
        inputs = self._inputs_now(request, job, draft, case_id, seen.proposed_by, current.edited)
        fresh = review(job, draft, inputs, request.release, version=current.version + 1)
        if fresh.digest != current.digest:
            replaced = save_review(self.resources, job, fresh, draft, inputs)
            return _Ruling("changed", "the facts have changed since you saw them", differing(seen, fresh), (), replaced)
        if decision.verdict is Verdict.APPROVE:
            if not _blocked(fresh):
                return _Ruling("accepted", "approved")
            news = fresh.checks != seen.checks
            return _wrong(fresh, save_review(self.resources, job, fresh, draft, inputs) if news else None)
        return self._edit(request, job, draft, fresh, case_id)

    def _edit(self, request: DecideRequest, job: Job[Any], draft: Draft[Any], fresh: Review, case_id: str) -> _Ruling:
        try:
            edits = {full_path(fresh.proposal, path): value for path, value in request.decision.edits.items()}
            edited = edit_draft(job, draft, apply_edits(fresh.proposal, edits))
        except ValueError as error:
            return _Ruling("invalid", str(error))
        paths = tuple(dict.fromkeys((*request.current.edited, *edits)))
        inputs = self._inputs_now(request, job, edited, case_id, fresh.proposed_by, paths)
        if job.split(edited, inputs):
            return _Ruling("invalid", "a case holds one request; reject this one and enter the others by themselves")
        new = review(job, edited, inputs, request.release, version=fresh.version)
        looked_up = [path for path, value in edits.items() if not _holds(new.proposal, path, value)]
        if looked_up:
            return _Ruling("invalid", f"{', '.join(looked_up)}: is looked up, not set", fields=looked_up)
        differences = changes(fresh.proposal, new.proposal)
        if any(not covered(change.path, edits) for change in differences):
            saved = save_review(self.resources, job, new, edited, inputs)
            return _Ruling("revised", "your edits are in; countersign what they lead to", differences, (), saved)
        if _blocked(new):
            return _wrong(new)
        saved = save_review(self.resources, job, new, edited, inputs)
        words = "noted; it is carried out, and the case stays open" if new.stays_open else "edited and approved"
        return _Ruling("accepted", words, differences, (), saved)

    def _inputs_now(
        self,
        request: DecideRequest,
        job: Job[Any],
        draft: Draft[Any],
        case_id: str,
        proposed_by: str,
        edited: tuple[str, ...],
    ) -> Inputs:
        intake = self.resources.blobs.get_model(request.intake, Intake)
        inputs = read_inputs(
            self.resources,
            job,
            intake,
            case_id=case_id,
            input_sha256=request.item.input.sha256,
            proposed_by=proposed_by,
            edited=edited,
        )
        with calling_vendor(only_reading=True):
            return ground(self.resources, job, draft, inputs)

    def _review_with(self, digest: str, case_id: str) -> Review | None:
        case = self.resources.ledger.case_file(case_id)
        rows: Sequence[ProposalRow] = case.proposals if case else ()
        return next((Review.model_validate(row.review) for row in rows if row.digest == digest), None)


def differing(old: Review, new: Review) -> list[Change]:
    """What differs between two reviews: fields of the proposal, then of the writes."""
    plans = [[write.model_dump(mode="json") for write in item.plan] for item in (old, new)]
    return changes(old.proposal, new.proposal) + changes(*plans, path="write")


def decision_row(
    case_id: str, decision: Decision, answer: Answer, words: str, differences: Sequence[Change] = ()
) -> DecisionRow:
    return DecisionRow(
        id=decision.id,
        case_id=case_id,
        verdict=decision.verdict,
        approver=decision.approver,
        reason=decision.reason,
        digest=decision.digest,
        edits=decision.edits,
        changes=[change.model_dump(mode="json") for change in differences],
        said=answer.said,
        words=words,
        at=decision.at,
    )


def _holds(proposal: dict[str, Any], path: str, value: Any) -> bool:
    """Whether the rules have left the value as a person set it, but for capitals. A list or section may have been
    completed."""
    if isinstance(value, (list, dict)):
        return True
    stands = value_at(proposal, path)
    return stands == value or (isinstance(stands, str) and stands.casefold() == str(value).casefold())


def _blocked(seen: Review) -> bool:
    """A letter that asks about what is wrong may go out while it is."""
    return bool(seen.failed) and not seen.stays_open


def _wrong(seen: Review, reviewed: Reviewed | None = None) -> _Ruling:
    """`reviewed`: the same proposal, saved with what is wrong with it by now."""
    words = "; ".join(f"{check.field or check.name}: {check.message}" for check in seen.failed)
    fields = [check.field or check.name for check in seen.failed]
    return _Ruling("invalid", words, fields=fields, reviewed=reviewed)
