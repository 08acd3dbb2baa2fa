"""Where a request belongs: whose it is, and which team and person it goes to."""

from collections.abc import Iterable, Sequence

from jobs.core import Inputs, Source
from jobs.crm import Customer, CustomerClues
from jobs.customers import Match, match_customer
from jobs.inquiry.rules import InquiryRules, Routing
from jobs.inquiry.schema import InquiryProposal, Request
from jobs.mail import MailFacts
from jobs.senders import sender_clues


def clues(proposal: InquiryProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """Who wants the job done, as far as mail and proposal say."""
    emails = [request.email for request in proposal.requests if request.email]
    names = [request.company for request in proposal.requests if request.company]
    return sender_clues(mail, sources, emails=emails, names=names)


def customer_of(proposal: InquiryProposal, inputs: Inputs) -> Match:
    return match_customer(inputs.facts.candidates, clues(proposal, inputs.sources, inputs.mail))


def route(
    proposal: InquiryProposal, request: Request, customer: Customer | None, rules: InquiryRules
) -> Routing | None:
    case = (request.kind, request.priority, proposal.language, customer.country if customer else "")
    return next((rule for rule in rules.routing if rule.fits(*case)), None)


def owner_of(rule: Routing | None, customer: Customer | None) -> str | None:
    if rule and rule.owner == "account_manager":
        return customer.owner or None if customer else None
    return rule.owner if rule else None


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
