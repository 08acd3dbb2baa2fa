"""What is wrong with a recap, or doubtful, in words that an approver understands."""

from collections.abc import Iterator, Sequence
from datetime import date

from jobs.core import Check, Draft, Inputs, Status
from jobs.deals import Deal, DealFacts
from jobs.recap.dealing import find_deal
from jobs.recap.plan import field_changes, same_currency, says_nothing
from jobs.recap.schema import RecapProposal

_SHOWN = 5


def check(draft: Draft[RecapProposal], inputs: Inputs) -> list[Check]:
    proposal = draft.proposal
    found = find_deal(proposal, inputs)
    return [
        *_or_pass("deal", found.why, _deal(proposal, inputs)),
        *_or_pass("said", "every field is borne out by words of the call", _said(proposal, inputs)),
        *_or_pass("dates", "every date is one", _dates(proposal)),
        *_or_pass("overwrite", "no field that is filled changes", _overwritten(proposal, found.deal, inputs)),
        *_or_pass("call", "was read completely", [_warn("call", None, problem) for problem in inputs.mail.problems]),
    ]


def _deal(proposal: RecapProposal, inputs: Inputs) -> Iterator[Check]:
    found = find_deal(proposal, inputs)
    if found.deal and not found.deal.is_open:
        yield _warn("deal", "deal_id", f"“{found.deal.title}” is closed")
    if found.deal:
        return
    rivals = ", ".join(f"{_described(deal)} (deal_id={deal.id})" for deal in found.rivals[:_SHOWN])
    more = f" and {len(found.rivals) - _SHOWN} more" if len(found.rivals) > _SHOWN else ""
    which = f": {rivals}{more}" if rivals else ""
    advice = f"edit {inputs.case_id} --set deal_id=NUMBER"
    yield Check(
        name="deal",
        status=Status.FAIL,
        field="deal_id",
        message=f"{found.why}{which}; which deal is it? {advice}",
        advice=advice,
    )


def _described(deal: Deal) -> str:
    return f"“{deal.title}”{f' of {deal.customer}' if deal.customer else ''}, {deal.stage or 'no stage'}"


def _said(proposal: RecapProposal, inputs: Inputs) -> Iterator[Check]:
    for one in proposal.emptied:
        yield _warn("said", one.field, f"“{one.value}” is left out: {one.why}")
    if says_nothing(proposal):
        yield _warn("said", None, "nothing was found in the call that belongs in the CRM: nothing is written")
    known = (inputs.facts.deal or DealFacts()).stages
    stage = proposal.stage_suggestion
    if stage and known and stage not in known:
        yield _fail("said", "stage_suggestion", f"the CRM has no stage “{stage}”, only {', '.join(known)}")


def _dates(proposal: RecapProposal) -> Iterator[Check]:
    """Of a person's edits: a model's were held against the call."""
    days = {"next_meeting": proposal.next_meeting}
    days |= {f"next_steps[{number}].due": step.due for number, step in enumerate(proposal.next_steps)}
    for field, day in days.items():
        if day and not _is_date(day):
            yield _fail("dates", field, f"“{day}” is no date (YYYY-MM-DD)")


def _overwritten(proposal: RecapProposal, deal: Deal | None, inputs: Inputs) -> Iterator[Check]:
    if deal is None:
        return
    for change in field_changes(proposal, deal, inputs):
        if change.old:
            yield _warn("overwrite", change.field, f"{change.old} → {change.new}: a filled field changes")
    if proposal.budget and not same_currency(proposal, deal):
        words = f"{proposal.budget.amount:f} {proposal.budget.currency} is not written: the deal is in {deal.currency}"
        yield _warn("overwrite", "budget", words)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _or_pass(name: str, words: str, problems: Iterator[Check] | Sequence[Check]) -> list[Check]:
    return list(problems) or [Check(name=name, status=Status.PASS, field=None, message=words)]


def _fail(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.FAIL, field=field, message=message)


def _warn(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.WARN, field=field, message=message)
