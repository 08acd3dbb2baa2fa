"""The CRM record that a request becomes."""

from jobs.core import Inputs
from jobs.crm import CreateRecord, Write
from jobs.inquiry.schema import InquiryProposal, Item, Request
from jobs.inquiry.target import customer_of, owner_of, route

_TAGS = {
    "quote_request": "Quote request",
    "order": "Order",
    "complaint": "Complaint",
    "service_request": "Service request",
    "invoice": "Invoice",
    "question": "Question",
    "other": "Other",
}
_EXCERPT = 4000
"""Characters of the mail that a record's description shows; the whole mail is attached."""


def plan(proposal: InquiryProposal, inputs: Inputs) -> list[Write]:
    """One record with the mail attached. Nothing for mail that is no business, nor for several requests at once:
    each of those becomes a case of its own."""
    if not proposal.is_business or len(proposal.requests) != 1 or proposal.requests[0].kind == "not_business":
        return []
    [request] = proposal.requests
    customer = customer_of(proposal, inputs).customer
    rule = route(proposal, request, customer, inputs.rules)
    team, owner = rule.team if rule else None, owner_of(rule, customer)
    record = CreateRecord(
        reference=inputs.case_id,
        kind=rule.record if rule else "ticket",
        title=request.summary[:120],
        description=_description(request, inputs),
        priority=request.priority,
        tags=(_TAGS[request.kind], "Countersign"),
        team=team if team in inputs.facts.teams else None,
        owner=owner if owner in inputs.facts.owners else None,
        customer_id=customer.id if customer else None,
        company=request.company or (customer.name if customer else None),
        contact=request.contact,
        email=request.email,
        phone=request.phone,
    )
    return [record, *inputs.attached]


def _description(request: Request, inputs: Inputs) -> str:
    lines = [request.summary, ""]
    lines += [f"- {_item(item)}" for item in request.items]
    if request.wanted_date:
        lines.append(f"Wanted by: {request.wanted_date}")
    if request.priority_reason:
        lines.append(f"Priority {request.priority}: {request.priority_reason}")
    shown = ("mail.new_text", "mail.thread") if inputs.mail.forwarded_from else ("mail.new_text",)
    text = "\n\n".join(source.text for source in inputs.sources if source.id in shown)
    lines += [
        "",
        f"Proposed by: {inputs.proposed_by or 'a person'}",
        f"Case: {inputs.case_id} {inputs.case_url}".rstrip(),
        "",
        "From the mail:",
        text[:_EXCERPT],
    ]
    return "\n".join(lines)


def _item(item: Item) -> str:
    quantity = "" if item.quantity is None else f"{item.quantity:g} "
    return f"{quantity}{item.unit + ' ' if item.unit else ''}{item.text}"
