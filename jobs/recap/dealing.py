"""Which deal a call is about, and what the rules make of what was said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.core import Inputs, Source
from jobs.crm import CustomerClues
from jobs.customers import FREEMAIL
from jobs.deals import Deal, DealFacts
from jobs.grounding import normalise
from jobs.mail import MailFacts
from jobs.recap.borne import hold
from jobs.recap.call import (
    CALL,
    COLLEAGUES,
    TRANSCRIPT,
    companies_of,
    date_of,
    emails_of,
    is_ours,
    people_of,
    text_of,
    turns_of,
)
from jobs.recap.rules import RecapRules
from jobs.recap.schema import RecapProposal

_FRIDAY = 4


@dataclass(frozen=True)
class Found:
    deal: Deal | None
    why: str
    """In words: why this one, or why none."""
    rivals: Sequence[Deal] = ()


def clues(proposal: RecapProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """Addresses that are not our own, and the companies that the file or the call names."""
    call = text_of(sources, CALL)
    ours = {login.rpartition("@")[2] for login in text_of(sources, COLLEAGUES).split()}
    emails = [mail.sender.email] if mail.sender.email else []
    emails += emails_of((call, text_of(sources, TRANSCRIPT)))
    theirs = [email for email in dict.fromkeys(emails) if email.rpartition("@")[2] not in ours]
    domains = [domain for domain in (email.rpartition("@")[2] for email in theirs) if domain not in FREEMAIL]
    names = [proposal.customer, proposal.company or "", *companies_of(call)]
    return CustomerClues(
        people=tuple(_customers_people(sources)),
        emails=tuple(theirs),
        domains=tuple(dict.fromkeys(domains)),
        names=tuple(dict.fromkeys(name for name in names if name)),
    )


def _customers_people(sources: Sequence[Source]) -> list[str]:
    """Who takes part and is not known to be ours."""
    call, colleagues = text_of(sources, CALL), text_of(sources, COLLEAGUES)
    speakers = [turn.speaker for turn in turns_of(text_of(sources, TRANSCRIPT), call) if turn.speaker]
    people = dict.fromkeys([*speakers, *(person.name for person in people_of(call))])
    theirs = [name for name in people if not is_ours(name, call, colleagues)]
    return list(dict.fromkeys(re.sub(r"\s*[(\[].*", "", name) for name in theirs))


def find_deal(proposal: RecapProposal, inputs: Inputs) -> Found:
    """The one that a person or the file names, else the only open one of the customer's. A wrong one is worse than
    none."""
    facts = inputs.facts.deal or DealFacts()
    if proposal.deal_id is not None:
        deal = next((deal for deal in facts.deals if deal.id == proposal.deal_id), None)
        named = "chosen by a person" if "deal_id" in inputs.edited else "named in the file"
        return Found(deal, named if deal else f"the CRM has no deal {proposal.deal_id}")
    deals = [deal for deal in facts.deals if deal.is_open]
    titled = [deal for deal in deals if _title_stands(deal, text_of(inputs.sources, CALL))]
    if len(titled) == 1:
        return Found(titled[0], "its title stands in the file")
    if len(deals) == 1:
        return Found(deals[0], f"the only open deal of {deals[0].customer or 'this customer'}")
    if deals:
        return Found(None, "the call may be about any of several deals", deals)
    who = ", ".join(customer.name for customer in inputs.facts.candidates[:3])
    return Found(None, f"there is no open deal of {who}" if who else "nothing in the call says which customer it is")


def _title_stands(deal: Deal, call: str) -> bool:
    title = normalise(deal.title)
    return len(title) > 5 and title in normalise(call)


def refine(proposal: RecapProposal, inputs: Inputs) -> RecapProposal:
    """What the call bears out, the stage that the rules make of it, and the deal."""
    held = hold(proposal, inputs)
    found = find_deal(proposal, inputs)
    deal = found.deal
    called = date_of(text_of(inputs.sources, CALL))
    update: dict[str, object] = {
        "call_date": (called or inputs.opened).isoformat(),
        "deal_id": deal.id if deal else proposal.deal_id,
        "deal": deal.title if deal else "",
        "customer": deal.customer if deal else "",
        "why_this_deal": found.why if deal else "",
    }
    if "stage_suggestion" not in inputs.edited:
        update["stage_suggestion"] = _stage(held, deal, inputs)
    return held.model_copy(update=update)


def _stage(held: RecapProposal, deal: Deal | None, inputs: Inputs) -> str | None:
    """A step on; the way back is a person's to go. The CRM must know the stage."""
    rules: RecapRules = inputs.rules
    signal = held.signal
    if signal is None and sum(bool(getattr(held, name)) for name in rules.qualified_by) >= rules.qualified_from:
        signal = "qualified"
    stage = rules.stages.get(signal) if signal else None
    known = (inputs.facts.deal or DealFacts()).stages
    if stage is None or (known and stage not in known):
        return None
    if deal and deal.stage in known and known.index(stage) <= known.index(deal.stage):
        return None
    return stage


def working_days_after(start: date, days: int) -> date:
    """Mondays to Fridays; public holidays are not known."""
    day = start
    while days > 0:
        day += timedelta(1)
        days -= day.weekday() <= _FRIDAY
    return day
