"""The quote job: a request for quotation becomes a draft quotation and a draft reply."""

from importlib.resources import files

from jobs.core import Headline, Inputs, Job
from jobs.quote.checks import check
from jobs.quote.pieces import join, pieces
from jobs.quote.plan import plan
from jobs.quote.quotation import approver_role, clues, refine
from jobs.quote.rules import RULES
from jobs.quote.schema import QuoteProposal, QuoteRequest


def blank(inputs: Inputs) -> QuoteProposal:
    """What the headers alone say: the form a person starts from."""
    writer = inputs.mail.forwarded_from or inputs.mail.reply_to or inputs.mail.sender
    return QuoteProposal(
        language="en",
        company=None,
        contact=writer.name or None,
        email=writer.email or None,
        customer_reference=None,
        delivery_address=None,
        wanted_date=None,
        special_terms=[],
        lines=[],
        reply="",
    )


def claims(proposal: QuoteProposal) -> dict[str, str]:
    """What is copied from the request must stand there."""
    names = ("company", "contact", "email", "customer_reference", "delivery_address")
    values = {name: getattr(proposal, name) for name in names}
    values |= {f"special_terms[{i}]": term for i, term in enumerate(proposal.special_terms)}
    for i, line in enumerate(proposal.lines):
        values |= {f"lines[{i}].{name}": getattr(line, name) for name in ("requested", "context", "article")}
    return {path: value for path, value in values.items() if value}


def headline(proposal: QuoteProposal, inputs: Inputs) -> Headline:
    return Headline(
        customer=proposal.customer or proposal.company or proposal.contact or "",
        kind=f"{len(proposal.lines)} lines" if len(proposal.lines) != 1 else "1 line",
        priority="normal",
        amount=proposal.total.amount if proposal.total else None,
        currency=proposal.currency or None,
    )


QUOTE = Job(
    name="quote",
    answer=QuoteRequest,
    proposal=QuoteProposal,
    prompt=(files("jobs.quote") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
    approver_role=approver_role,
    pieces=pieces,
    join=join,
)
