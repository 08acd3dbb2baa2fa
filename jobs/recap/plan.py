"""What a recap leads to: a note on the deal with the transcript, a planned step for each promise, and field updates."""

from collections.abc import Iterator
from datetime import date

from jobs.core import Inputs
from jobs.crm import Write
from jobs.deals import CreateActivity, Deal, FieldChange, PostNote, UpdateDeal
from jobs.recap.call import CALL, COLLEAGUES, is_ours, text_of
from jobs.recap.dealing import find_deal, working_days_after
from jobs.recap.rules import RecapRules
from jobs.recap.schema import NextStep, RecapProposal

_NOTED = ("need", "budget", "authority", "timeline", "competitor", "next_meeting", "stage_suggestion")
_TITLES = {"next_meeting": "Next meeting", "stage_suggestion": "Suggested stage"}
_LONGEST = 200
"""Characters of an activity's title."""


def plan(proposal: RecapProposal, inputs: Inputs) -> list[Write]:
    """Nothing without a deal, or where the call has said nothing."""
    deal = find_deal(proposal, inputs).deal
    if deal is None or says_nothing(proposal):
        return []
    changes = field_changes(proposal, deal, inputs)
    update = UpdateDeal(reference=inputs.case_id, deal_id=deal.id, changes=tuple(changes))
    return [
        PostNote(reference=inputs.case_id, deal_id=deal.id, body=_note(proposal, inputs)),
        *inputs.attached,
        *_activities(proposal, deal, inputs),
        *([update] if changes else []),
    ]


def says_nothing(proposal: RecapProposal) -> bool:
    fields = (*_NOTED, "summary", "decisions", "objections", "next_steps")
    return not any(getattr(proposal, name) for name in fields)


def field_changes(proposal: RecapProposal, deal: Deal, inputs: Inputs) -> list[FieldChange]:
    """Old → new, only where they differ."""
    rules: RecapRules = inputs.rules
    wanted: list[tuple[str, str, str]] = []
    if proposal.stage_suggestion:
        wanted.append(("stage", deal.stage, proposal.stage_suggestion))
    if proposal.budget and rules.revenue_from_budget and same_currency(proposal, deal):
        old = "" if deal.revenue is None else f"{deal.revenue.normalize():f}"
        wanted.append(("revenue", old, f"{proposal.budget.amount.normalize():f}"))
    wanted_by = _day(proposal.timeline)
    if wanted_by and rules.deadline_from_timeline:
        wanted.append(("deadline", deal.deadline.isoformat() if deal.deadline else "", wanted_by.isoformat()))
    for name, field in rules.fields.items():
        text = "; ".join(proposal.objections) if name == "objections" else _plain(proposal, name)
        if text:
            wanted.append((field, deal.fields.get(field, ""), text))
    return [FieldChange(field=field, old=old, new=new) for field, old, new in wanted if old != new]


def same_currency(proposal: RecapProposal, deal: Deal) -> bool:
    """Where the call or the deal names none, they are taken for the same."""
    named = proposal.budget.currency if proposal.budget else None
    return not named or not deal.currency or named == deal.currency


def is_our_step(step: NextStep, inputs: Inputs) -> bool:
    """What nobody has taken on by name is ours to see to."""
    if not step.owner:
        return True
    ours = is_ours(step.owner, text_of(inputs.sources, CALL), text_of(inputs.sources, COLLEAGUES))
    return ours if ours is not None else bool(_login(step.owner, inputs))


def _activities(proposal: RecapProposal, deal: Deal, inputs: Inputs) -> Iterator[CreateActivity]:
    rules: RecapRules = inputs.rules
    called = date.fromisoformat(proposal.call_date) if proposal.call_date else inputs.opened
    for number, step in enumerate(proposal.next_steps, 1):
        due = _day(step.due) or working_days_after(called, rules.days_without_due)
        ours = is_our_step(step, inputs)
        if not ours and rules.customer_steps == "note":
            continue
        what = step.what if ours else f"{step.owner}: {step.what}"
        yield CreateActivity(
            reference=f"{inputs.case_id}-{number}",
            deal_id=deal.id,
            kind=rules.kind(step.what) if ours else "todo",
            summary=what[:_LONGEST],
            note=_words(proposal, f"next_steps[{number - 1}]") or what,
            due=due if ours else working_days_after(due, rules.follow_up_days),
            owner=_login(step.owner or "", inputs) if ours else "",
        )
    meeting = _day(proposal.next_meeting)
    if meeting:
        yield CreateActivity(
            reference=f"{inputs.case_id}-meeting",
            deal_id=deal.id,
            kind="meeting",
            summary=f"Next meeting: {deal.title}"[:_LONGEST],
            note=_words(proposal, "next_meeting"),
            due=meeting,
            owner="",
        )


def _login(name: str, inputs: Inputs) -> str:
    """The colleague's, where exactly one fits the name."""
    words = set(name.casefold().split())
    fitting = [
        login
        for login in text_of(inputs.sources, COLLEAGUES).split()
        if words and words <= set(login.partition("@")[0].casefold().replace("_", ".").split("."))
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _note(proposal: RecapProposal, inputs: Inputs) -> str:
    lines = [f"Recap of the call on {proposal.call_date}", proposal.summary]
    for title, items in (("Decisions", proposal.decisions), ("Objections", proposal.objections)):
        lines += [f"{title}:", *(f"- {item}" for item in items)] if items else []
    if proposal.next_steps:
        steps = (f"- {step.owner or 'nobody named'}: {step.what}{_until(step)}" for step in proposal.next_steps)
        lines += ["Next steps:", *steps]
    for name in _NOTED:
        if value := _plain(proposal, name):
            said = _words(proposal, name)
            lines.append(f"{_TITLES.get(name, name.capitalize())}: {value}{f' ({said})' if said else ''}")
    lines += [f"Noted by: {inputs.proposed_by or 'a person'}", f"Case: {inputs.case_id} {inputs.case_url}".rstrip()]
    return "\n".join(line for line in lines if line)


def _until(step: NextStep) -> str:
    return f", by {step.due}" if step.due else ""


def _plain(proposal: RecapProposal, name: str) -> str:
    if name == "budget":
        budget = proposal.budget
        return f"{budget.amount:f} {budget.currency or ''}".strip() if budget else ""
    return getattr(proposal, name) or ""


def _words(proposal: RecapProposal, field: str) -> str:
    """Who says so, when, and how."""
    found = [said for said in proposal.said if said.field == field]
    return "; ".join(" ".join(filter(None, (said.speaker, said.time, f"“{said.words}”"))) for said in found)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
