"""The invoice with everything that the ERP knows of it: vendor, purchase orders, and how its lines are booked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from jobs.core import Headline, Inputs
from jobs.edits import covered
from jobs.grounding import normalise
from jobs.invoice.orders import match_lines, orders_of
from jobs.invoice.schema import InvoiceLine, InvoiceProposal
from jobs.invoice.vendors import match_vendor
from jobs.purchasing import BookedLine, OrderLine, PurchaseFacts


def refine(proposal: InvoiceProposal, inputs: Inputs) -> InvoiceProposal:
    """What is looked up is filled in anew, whatever stood there before; what a person has set stays."""
    facts = inputs.facts.purchase or PurchaseFacts()
    vendor = match_vendor(proposal, inputs).vendor
    orders = orders_of(vendor, facts)
    matched = match_lines(_unmatched(proposal, inputs.edited), orders)
    booked = {normalise(line.description): line for line in reversed(facts.booked_lines)} if vendor else {}
    lines = [
        _placed(f"lines[{i}]", line, ordered, booked.get(normalise(line.description)), inputs.edited)
        for i, (line, ordered) in enumerate(zip(proposal.lines, matched, strict=True))
    ]
    named = proposal.vendor_id if covered("vendor_id", inputs.edited) else None
    return proposal.model_copy(
        update={
            "vendor_id": vendor.id if vendor else named,
            "vendor": vendor.name if vendor else "",
            "orders": [order.number for order in orders],
            "lines": lines,
            "ask_supplier": asks(proposal, inputs),
        }
    )


def _unmatched(proposal: InvoiceProposal, edited: Sequence[str]) -> InvoiceProposal:
    """Without the order lines that were looked up before: the lines, or the order, may have changed since."""
    lines = [
        line if covered(f"lines[{i}].order_line_id", edited) else line.model_copy(update={"order_line_id": None})
        for i, line in enumerate(proposal.lines)
    ]
    return proposal.model_copy(update={"lines": lines})


def _placed(
    path: str, line: InvoiceLine, ordered: OrderLine | None, booked: BookedLine | None, edited: Sequence[str]
) -> InvoiceLine:
    found = {
        "order_line_id": ordered.id if ordered else None,
        "product_id": (ordered and ordered.product_id) or (booked and booked.product_id) or None,
        "account": booked.account or None if booked else None,
    }
    return line.model_copy(
        update={name: value for name, value in found.items() if not covered(f"{path}.{name}", edited)}
    )


def headline(proposal: InvoiceProposal, inputs: Inputs) -> Headline:
    return Headline(
        customer=proposal.vendor or proposal.seller_name or "",
        kind="credit note" if proposal.is_credit_note else "invoice",
        priority="high" if _overdue(proposal.due_date, inputs.today) else "normal",
        amount=proposal.gross_total,
        currency=proposal.currency,
        title=" on ".join(filter(None, (proposal.number, ", ".join(proposal.orders)))),
    )


def approver_role(proposal: InvoiceProposal, inputs: Inputs) -> str:
    """The first tier of the rules that the total fits; the last one where there is no total."""
    tiers = inputs.rules.approval
    total = proposal.gross_total
    fitting = (tier for tier in tiers if tier.up_to is None or (total is not None and abs(total) <= tier.up_to))
    return next(fitting, tiers[-1]).role


def asks(proposal: InvoiceProposal, inputs: Inputs) -> bool:
    """Whether what comes next is a letter to the supplier. There is one of each case: what is still unclear then is
    for a telephone."""
    facts = inputs.facts.purchase or PurchaseFacts()
    return proposal.ask_supplier and not facts.asked


def _overdue(due: date | None, today: date) -> bool:
    return due is not None and due < today


def net_of(line: InvoiceLine) -> Decimal | None:
    """BT-131; where it is not written, what its parts make."""
    if line.net_amount is not None or line.quantity is None or line.unit_price is None or not line.base_quantity:
        return line.net_amount
    return line.quantity * line.unit_price / line.base_quantity + line.allowance
