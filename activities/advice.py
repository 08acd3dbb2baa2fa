"""What an advice on a deal rests on: the CRM's deal and how it stands with its customer, the customer's contracts, the
newest recap of a talk, and what was recommended before."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, cast

from pydantic import ValidationError
from temporalio import activity

from activities.resources import Resources
from connectors.base import Refused
from documents.mail import bare_facts
from jobs.advice import AgreedStep, Background, Contract, Dismissal, Recapped
from jobs.context import Document, Viewer, may_see
from jobs.core import Inputs, Intake, Job, Source
from jobs.crm import Facts
from jobs.deals import CreateActivity, Deal, DealFacts
from jobs.next_action.actions import advise, sources_of
from jobs.next_action.recommending import TRIGGER, trigger_of
from jobs.next_action.rules import NextActionRules
from jobs.next_action.schema import NextStep, Trigger
from jobs.review import Review
from ledger.store import Ledger
from ledger.tables import CaseRow

_RECAPS = 100
"""Newest ones among which a deal's is looked for."""
_RECAP_DAYS = 180
_ENDED_DAYS = 60
"""A contract that ended longer ago is no matter for renewal."""
_OPEN_DAYS = 60
"""A case that has been open for longer has been given up."""


def read_trigger(content: bytes) -> Intake:
    """What came in, as read; its problems say what is wrong with one that cannot be."""
    facts = bare_facts("", [], []).model_copy(update={"bulk": "a system, or a colleague, asks for advice on a deal"})
    try:
        trigger = Trigger.model_validate_json(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in error.errors())
        return Intake(mail=facts.model_copy(update={"problems": [wrong]}), sources=[])
    return Intake(mail=facts, sources=[Source(id=TRIGGER, text=trigger.model_dump_json())])


def gather_advice(resources: Resources, intake: Intake, day: date) -> Intake:
    """The evidence piece by piece and the admissible steps; the very same intake where no step is."""
    trigger = trigger_of(intake.sources)
    if trigger is None:
        return intake
    case_id = (activity.info().workflow_id or "") if activity.in_activity() else ""
    rules = cast(NextActionRules, resources.jobs["next_action"].rules)
    sources = sources_of(advise(_facts(resources, trigger, case_id, day), rules, trigger.why, day), rules)
    return intake.model_copy(update={"sources": [*intake.sources, *sources]}) if sources else intake


def advice_facts(resources: Resources, job: Job[Any], proposal: NextStep, inputs: Inputs) -> Facts:
    trigger = trigger_of(inputs.sources)
    return _facts(resources, trigger, inputs.case_id, inputs.today) if trigger else Facts()


def earlier_cases(ledger: Ledger, deal_id: int, case_id: str = "") -> list[CaseRow]:
    """The deal's cases before that one (all of them where the ledger does not know it), newest first."""
    rows = ledger.newest("next_action", prefix=f"next_action-deal-{deal_id}-")
    own = next((row for row in rows if row.id == case_id), None)
    return [row for row in rows if own is None or (row.opened_at, row.id) < (own.opened_at, own.id)]


def open_case(rows: Iterable[CaseRow], today: date) -> str:
    """Id of one that is not closed yet; empty: there is none."""
    since = today - timedelta(days=_OPEN_DAYS)
    return next((row.id for row in rows if row.outcome is None and row.opened_at.date() >= since), "")


def _facts(resources: Resources, trigger: Trigger, case_id: str, today: date) -> Facts:
    # First: a key that the CRM refuses is refused here, and tried again, before a deal could be taken for missing.
    owners = tuple(resources.crm.owners())
    try:
        deal = resources.deals.deal(trigger.deal)
    except Refused as error:
        return Facts(owners=owners, background=Background(missing=str(error)))
    state = resources.deals.state(deal.customer_id) if deal.customer_id else None
    rows = earlier_cases(resources.ledger, deal.id, case_id)
    background = Background(
        contracts=tuple(_contracts(resources.knowledge.current().documents(), deal, today)) if deal.customer else (),
        recap=_recap(resources.ledger, deal, today),
        dismissed=tuple(_dismissals(resources.ledger, rows)),
        recommended=tuple(_recommended(resources.ledger, rows)),
        open_case=open_case(rows, today),
    )
    return Facts(owners=owners, deal=DealFacts(deals=(deal,), state=state), background=background)


def _contracts(documents: Iterable[Document], deal: Deal, today: date) -> Iterator[Contract]:
    """The customer's own that end, or have just ended, without another in their place; none that only some roles may
    read: whoever owns the deal reads the advice."""
    viewer = Viewer(customers=(deal.customer,))
    for document in documents:
        ends = document.valid_until
        if ends is None or not document.customer or not may_see(viewer, document):
            continue
        if document.holds(min(ends, today)) and ends >= today - timedelta(days=_ENDED_DAYS):
            yield Contract(document=document.id, title=document.title, ends=ends)


def _dismissals(ledger: Ledger, rows: Iterable[CaseRow]) -> Iterator[Dismissal]:
    for row in rows:
        if row.outcome == "rejected" and row.closed_at:
            review = _latest_review(ledger, row)
            if review and review.proposal.get("action"):
                yield Dismissal(action=review.proposal["action"], day=row.closed_at.date())


def _recommended(ledger: Ledger, rows: Iterable[CaseRow]) -> Iterator[str]:
    for row in rows:
        review = _latest_review(ledger, row) if row.outcome == "written" else None
        yield from (write.summary for write in review.plan if isinstance(write, CreateActivity)) if review else ()


def _recap(ledger: Ledger, deal: Deal, today: date) -> Recapped | None:
    since = today - timedelta(days=_RECAP_DAYS)
    for row in ledger.newest("recap", outcome="written", limit=_RECAPS):
        if row.opened_at.date() < since:
            return None
        review = _latest_review(ledger, row)
        if review and any(getattr(write, "deal_id", None) == deal.id for write in review.plan):
            return _recapped(row, review)
    return None


def _recapped(row: CaseRow, review: Review) -> Recapped:
    """Without the steps that the recap has put on a list of ours: whether they are done is to be seen there."""
    listed = {write.reference for write in review.plan if isinstance(write, CreateActivity)}
    proposal = review.proposal
    steps = [_step(step) for step in _entries(proposal.get("next_steps"))]
    objections = [_words(one) for one in _entries(proposal.get("objections"))]
    return Recapped(
        case_id=row.id,
        day=_day(proposal.get("call_date")) or row.opened_at.date(),
        steps=tuple(step for number, step in enumerate(steps, 1) if step.what and f"{row.id}-{number}" not in listed),
        objections=tuple(words for words in objections if words),
    )


def _step(entry: Any) -> AgreedStep:
    if not isinstance(entry, dict):
        return AgreedStep(what=_words(entry))
    step = cast("dict[str, Any]", entry)
    return AgreedStep(what=_words(step.get("what")), owner=_words(step.get("owner")), due=_day(step.get("due")))


def _entries(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _latest_review(ledger: Ledger, row: CaseRow) -> Review | None:
    file = ledger.case_file(row.id)
    return Review.model_validate(file.latest.review) if file and file.latest else None
