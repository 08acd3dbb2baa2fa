"""The steps that every job's workflow is made of: order and waiting. What they decide by runs in activities."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeUpdate, WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.apply import Applying
    from activities.check import Checking
    from activities.decide import Deciding
    from activities.messages import (
        Answer,
        ApplyRequest,
        CheckRequest,
        CloseRequest,
        Decided,
        DecideRequest,
        Decision,
        Item,
        Outcome,
        Part,
        ProposeRequest,
        Received,
        Result,
        Reviewed,
        Verdict,
    )
    from activities.propose import Proposing
    from activities.receive import Receiving
    from activities.record import Recording
    from jobs.core import BlobRef, Mode, Route
    from jobs.crm import Written
    from workflows.attributes import AMOUNT, APPROVER_ROLE, RELEASE_MODE, STAGE, WAITING, search_attributes

# A vendor may be down for a weekend: keep trying, every few minutes, and let the UI show why.
_PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=2),
    maximum_interval=timedelta(minutes=5),
    non_retryable_error_types=["PayloadsTooLarge"],
)
_QUICK = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10))
_CALL = timedelta(minutes=10)
_HEARTBEAT = timedelta(seconds=10)
_LOCAL = timedelta(minutes=1)

A = TypeVar("A")
R = TypeVar("R")


class Spine:
    """One case. The steps are called in order by `run` of the job's workflow."""

    item: Item
    received: Received
    draft: BlobRef | None
    proposed_by: str

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.written: list[Written] = []
        self._reviewed: Reviewed | None = None
        self._parts: tuple[Part, ...] = ()
        self._inbox: list[Decision] = []
        self._answers: dict[str, Answer] = {}
        self._late: list[tuple[Decision, Answer]] = []
        self._decided_by: str | None = None

    @workflow.signal
    def decide(self, decision: Decision) -> None:
        """A person's word. The first valid one wins; the query `answer` says what became of each."""
        if self._decided_by is None:
            self._inbox.append(decision)
        else:
            self._turn_away(decision)

    @workflow.query
    def answer(self, decision_id: str) -> Answer | None:
        return self._answers.get(decision_id)

    @property
    def reviewed(self) -> Reviewed:
        """What there is to decide, once it has been checked."""
        assert self._reviewed is not None, "check() comes first"
        return self._reviewed

    async def receive(self, item: Item, *, takes_long: bool = False) -> bool:
        """Reads the input and the release in force. False when this input was a case before."""
        self.item, run = item, _call if takes_long else _quickly
        self.received = await run(Receiving.receive, item, "Read the input, open the case file")
        return self.received.earlier_outcome is None

    async def propose(self) -> None:
        """Asks the model, unless there is nothing to ask or a person is to do it. A model that stays silent or
        senseless leaves the case without a draft, and so in a person's hands."""
        self.draft = self.item.draft or self.received.draft
        self.proposed_by = self.item.proposed_by or self.received.proposed_by
        release = self.received.release
        if self.draft or self.received.automatic or release.mode is Mode.MANUAL:
            return
        workflow.set_current_details("The model reads the input.")
        request = ProposeRequest(item=self.item, intake=self.received.intake)
        patience = timedelta(seconds=release.model_patience_seconds)
        try:
            proposed = await _call(Proposing.propose, request, "Ask the model", patience)
            self.draft, self.proposed_by = proposed.draft, proposed.model
            if proposed.intake:
                self.received = self.received.model_copy(update={"intake": proposed.intake})
        except ActivityError as error:
            self.trouble = f"no proposal from the model: {_cause(error)}"

    async def check(self) -> Route:
        """Looks the facts up, applies the rules, plans the writes; says who moves the case on."""
        self._reviewed = await self._check(self.draft, version=1)
        return self.reviewed.route

    async def carry_out(self, route: Route) -> Outcome:
        """Writes, at once or when a person has countersigned, until the case is settled."""
        outcome = None if route in (Route.AUTO, Route.DECLINE) else await self.countersign()
        while outcome is None:
            outcome = await self.apply() or await self.countersign()
        return outcome

    async def countersign(self) -> Outcome | None:
        """Waits for a person's decision. None: go ahead with what they signed; otherwise how the case ends."""
        self._enter(WAITING, f"Waits for a person with the role **{self._approver_role}**.")
        while self._decided_by is None:
            decision = await self._next_decision()
            if decision is None:
                self._decided_by = "nobody in time"
                return Outcome.EXPIRED
            decided = await self._weigh(decision)
            self._reviewed = decided.reviewed
            self._answers[decision.id] = decided.answer
            if decided.answer.said == "accepted":
                self._decided_by = decision.approver
                if decision.verdict is Verdict.REJECT:
                    return Outcome.REJECTED
        return None

    async def apply(self) -> Outcome | None:
        """Carries out the writes that were seen. None: a person has to look again, because the vendor refused one, or
        because they do not settle the case."""
        if self.reviewed.writes == 0:
            return Outcome.DECLINED
        workflow.set_current_details(f"Writing.\n\n{self._facts()}")
        request = ApplyRequest(item=self.item, document=self.reviewed.document)
        try:
            self.written += await _call(Applying.apply, request, f"Write what was countersigned: {self.reviewed.kind}")
            self.trouble = None
        except ActivityError as error:
            self.trouble = f"the write was refused: {_cause(error)}"
        if self.trouble or self.reviewed.stays_open:
            seen = self.reviewed
            self._reviewed = await self._check(seen.draft, version=seen.version + 1, edited=seen.edited)
            self._decided_by = None
            return None
        return Outcome.WRITTEN

    async def split(self, parts: tuple[Part, ...]) -> Outcome:
        """Starts a case for each part. They go on by themselves."""
        self._parts = parts
        for number, part in enumerate(parts, 1):
            read_with_the_whole = part.draft is not None and part.intake is None
            item = self.item.model_copy(
                update={
                    "job": part.job,
                    "input": part.input or self.item.input,
                    "intake": self.received.intake if read_with_the_whole else part.intake,
                    "draft": part.draft,
                    "proposed_by": self.proposed_by if read_with_the_whole else part.proposed_by,
                    "parent": workflow.info().workflow_id,
                    "document": part.document,
                }
            )
            await workflow.start_child_workflow(
                part.job,
                item,
                id=f"{workflow.info().workflow_id}-{number}",
                parent_close_policy=ParentClosePolicy.ABANDON,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=search_attributes(part.job),
                static_summary=f"{part.job}: part {number} of {len(parts)}",
            )
        return Outcome.SPLIT

    async def close(self, outcome: Outcome) -> Result:
        """Closes the case file; answers whoever came too late."""
        for decision in self._inbox:
            self._turn_away(decision)
        await _quickly(
            Recording.close_case, CloseRequest(outcome=outcome, late=tuple(self._late)), "Close the case file"
        )
        self._enter(outcome.value, f"Closed: **{outcome.value}**.")
        await workflow.wait_condition(workflow.all_handlers_finished)
        parts = tuple(f"{workflow.info().workflow_id}-{n}" for n in range(1, len(self._parts) + 1))
        return Result(outcome=outcome, written=tuple(self.written), parts=parts)

    async def _check(self, draft: BlobRef | None, version: int, edited: tuple[str, ...] = ()) -> Reviewed:
        request = CheckRequest(
            item=self.item,
            intake=self.received.intake,
            release=self.received.release,
            draft=draft,
            proposed_by=self.proposed_by,
            edited=edited,
            version=version,
            trouble=self.trouble,
        )
        return await _call(Checking.check, request, "Look up facts, check, plan the writes")

    async def _next_decision(self) -> Decision | None:
        days = self.received.release.expires_days
        try:
            await workflow.wait_condition(
                lambda: bool(self._inbox), timeout=timedelta(days=days), timeout_summary=f"Expires after {days} days"
            )
        except TimeoutError:
            return None
        return self._inbox.pop(0)

    async def _weigh(self, decision: Decision) -> Decided:
        request = DecideRequest(
            item=self.item,
            intake=self.received.intake,
            release=self.received.release,
            current=self.reviewed,
            decision=decision,
        )
        return await _call(Deciding.decide, request, f"{decision.approver} says {decision.verdict}: weigh it")

    def _turn_away(self, decision: Decision) -> None:
        answer = Answer(decision_id=decision.id, said="already_decided", by=self._decided_by or "")
        self._answers[decision.id] = answer
        self._late.append((decision, answer))

    def _enter(self, stage: str, words: str) -> None:
        release, amount = self.received.release, self._reviewed.amount if self._reviewed else None
        updates: list[SearchAttributeUpdate[Any]] = [
            STAGE.value_set(stage),
            RELEASE_MODE.value_set(release.mode),
            APPROVER_ROLE.value_set(self._approver_role),
        ]
        if amount is not None:
            updates.append(AMOUNT.value_set(float(amount)))
        workflow.upsert_search_attributes(updates)  # pyright: ignore[reportUnknownMemberType]
        workflow.set_current_details(f"{words}\n\n{self._facts()}")

    @property
    def _approver_role(self) -> str:
        job = self._reviewed.approver_role if self._reviewed else ""
        return job or self.received.release.approver_role

    def _facts(self) -> str:
        """The case in Markdown for the UI; kinds and numbers, no customer content."""
        reviewed, case_id = self._reviewed, workflow.info().workflow_id
        if reviewed is None:
            return f"- {len(self._parts)} cases came in at once"
        lines = [
            f"- **{reviewed.kind or 'no kind'}**, priority {reviewed.priority or 'none'}",
            f"- doubtful: {', '.join(reviewed.doubtful) or 'nothing'}",
            f"- proposed by {self.proposed_by or 'nobody: a form to fill in'}",
            f"- writes: {reviewed.writes}",
            f"- proposal {reviewed.version}, digest `{reviewed.digest[:12]}`; `countersign show {case_id}`",
        ]
        lines += [f"- decided by {self._decided_by}"] if self._decided_by else []
        lines += [f"- [{written.model} {written.id}]({written.url})" for written in self.written]
        return "\n".join(lines)


async def _call(activity: Callable[[Any, A], R], request: A, summary: str, patience: timedelta | None = None) -> R:
    """An activity that calls the outside: patient, noticed dead within seconds."""
    return await workflow.execute_activity_method(
        activity,
        request,
        start_to_close_timeout=_CALL,
        schedule_to_close_timeout=patience,
        heartbeat_timeout=_HEARTBEAT,
        retry_policy=_PATIENT,
        summary=summary,
    )


async def _quickly(activity: Callable[[Any, A], R], request: A, summary: str) -> R:
    """A quick idempotent one, run within the workflow task to spare the engine a round trip."""
    return await workflow.execute_local_activity_method(
        activity, request, start_to_close_timeout=_LOCAL, retry_policy=_QUICK, summary=summary
    )


def _cause(error: ActivityError) -> str:
    """The vendor's own words, below the engine's wrapping."""
    cause: BaseException = error
    while cause.__cause__:
        cause = cause.__cause__
    return str(cause)
