"""Where a request belongs: whose it is, and which team and person it goes to."""

import re
from collections.abc import Iterable, Iterator, Sequence

from jobs.core import Inputs, Source
from jobs.crm import Customer, CustomerClues
from jobs.customers import FREEMAIL, Match, compact_vat, is_vat, match_customer
from jobs.inquiry.rules import InquiryRules, Routing
from jobs.inquiry.schema import InquiryProposal, Request
from jobs.mail import MailFacts

_VAT = re.compile(r"\b(?:AT|BE|DE|DK|ES|FR|GB|IE|IT|LU|NL|PL|SE)[ .-]?(?:[0-9A-Z][ .-]?){8,13}\b")
_NO_REPLY = re.compile(r"(no|do-?not|ne-?pas)-?(reply|repondre)|nicht-?antworten|mailer", re.IGNORECASE)


def clues(proposal: InquiryProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """Who wants the job done, as far as mail and proposal say."""
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    emails = [request.email.lower() for request in proposal.requests if request.email]
    if writer.email and not _NO_REPLY.search(writer.email):
        emails.append(writer.email)
    domains = [domain for domain in (email.rpartition("@")[2] for email in emails) if domain not in FREEMAIL]
    text = "\n".join(source.text for source in sources)
    names = [request.company for request in proposal.requests if request.company]
    return CustomerClues(
        emails=unique(emails),
        domains=unique(domains),
        vats=unique(_vats(text)),
        names=unique(names),
    )


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


def _vats(text: str) -> Iterator[str]:
    """VAT numbers that hold by their check digits. What stands behind one on its line is cut off group by group."""
    for found in _VAT.findall(text):
        groups = re.split(r"[ .-]", found)
        numbers = (compact_vat("".join(groups[:n])) for n in range(len(groups), 0, -1))
        yield from [number for number in numbers if is_vat(number)][:1]


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
