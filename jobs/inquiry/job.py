"""The inquiry job: an inbound mail becomes one routed lead or ticket per request."""

import re
from importlib.resources import files

from jobs.core import Draft, Headline, Inputs, Job, Part
from jobs.inquiry.checks import check
from jobs.inquiry.record import plan
from jobs.inquiry.rules import RULES
from jobs.inquiry.schema import InquiryProposal, Request
from jobs.inquiry.target import clues, customer_of, unique

_DOCUMENT = re.compile(r"\.(?:pdf|xml|png|jpe?g|tiff?)$", re.IGNORECASE)
_URGENCY = ("low", "normal", "high")


def blank(inputs: Inputs) -> InquiryProposal:
    """What the headers alone say: the form a person starts from."""
    mail = inputs.mail
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    return InquiryProposal(
        is_business=not mail.automatic,
        language="en",
        requests=[
            Request(
                kind="not_business" if mail.automatic else "other",
                summary=f"Automatic mail: {mail.automatic}" if mail.automatic else mail.subject or "(no subject)",
                company=None,
                contact=None if mail.automatic else writer.name or None,
                email=None if mail.automatic else writer.email or None,
                phone=None,
                priority="normal",
                priority_reason=None,
                items=[],
                wanted_date=None,
            )
        ],
    )


def split(draft: Draft[InquiryProposal], inputs: Inputs) -> list[Part]:
    """One case per request: those of a kind that another job takes are handed over, and read again by it."""
    requests, jobs = draft.proposal.requests, _takers(inputs)
    if len(requests) == 1 and (requests[0].kind not in jobs or inputs.edited):
        return []
    return [
        Part(jobs[request.kind], None) if request.kind in jobs else Part("inquiry", part)
        for request, part in zip(requests, _parts(draft), strict=True)
    ]


def _takers(inputs: Inputs) -> dict[str, str]:
    """The other jobs, by the kind of request that they take."""
    documents = any(_DOCUMENT.search(file.name) for file in inputs.mail.attachments)
    return {**inputs.rules.hand_over, **(inputs.rules.hand_over_documents if documents else {})}


def _parts(draft: Draft[InquiryProposal]) -> list[Draft[InquiryProposal]]:
    """One draft per request, each with the evidence of its own fields. A part that is no business says so itself."""
    return [
        Draft(
            proposal=draft.proposal.model_copy(
                update={
                    "is_business": draft.proposal.is_business and request.kind != "not_business",
                    "requests": [request],
                }
            ),
            evidence=[
                item.model_copy(update={"field": item.field.replace(f"requests[{i}]", "requests[0]", 1)})
                for item in draft.evidence
                if item.field.startswith(f"requests[{i}]") or not item.field.startswith("requests[")
            ],
        )
        for i, request in enumerate(draft.proposal.requests)
    ]


def claims(proposal: InquiryProposal) -> dict[str, str]:
    """Names, addresses, numbers and items must stand in the mail; kind and priority are judgements."""
    found: dict[str, str] = {}
    for i, request in enumerate(proposal.requests):
        if request.kind == "not_business":
            continue
        for name in ("company", "contact", "email", "phone"):
            value = getattr(request, name)
            if value:
                found[f"requests[{i}].{name}"] = value
        found |= {f"requests[{i}].items[{n}].text": item.text for n, item in enumerate(request.items)}
    return found


def refine(proposal: InquiryProposal, inputs: Inputs) -> InquiryProposal:
    """A customer with an SLA is urgent, whether or not the mail says so; what a person has set stays."""
    if inputs.edited:
        return proposal
    customer = customer_of(proposal, inputs).customer
    if customer is None or set(inputs.rules.sla_tags).isdisjoint(customer.tags):
        return proposal
    requests = [
        request.model_copy(update={"priority": "high", "priority_reason": f"{customer.name} has an SLA"})
        if request.priority == "normal" and request.kind != "not_business"
        else request
        for request in proposal.requests
    ]
    return proposal.model_copy(update={"requests": requests})


def headline(proposal: InquiryProposal, inputs: Inputs) -> Headline:
    customer = customer_of(proposal, inputs).customer
    names = (request.company or request.contact for request in proposal.requests)
    kinds = unique(request.kind for request in proposal.requests)
    return Headline(
        customer=customer.name if customer else next((name for name in names if name), ""),
        kind=", ".join(kinds),
        priority=max((request.priority for request in proposal.requests), key=_URGENCY.index, default="normal"),
    )


INQUIRY = Job(
    name="inquiry",
    answer=InquiryProposal,
    proposal=InquiryProposal,
    prompt=(files("jobs.inquiry") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    split=split,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
)
