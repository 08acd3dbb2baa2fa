"""What a quotation leads to: a draft in the ERP with the request attached, and a draft of the reply."""

from collections.abc import Sequence

from jobs.core import Inputs
from jobs.crm import Customer, Write
from jobs.erp import CreateQuotation, SaleFacts, SaveDraft
from jobs.quote.lines import offered, to_price
from jobs.quote.quotation import customer_of
from jobs.quote.reply import draft_reply
from jobs.quote.schema import QuoteLine, QuoteProposal


def plan(proposal: QuoteProposal, inputs: Inputs) -> list[Write]:
    """Nothing without a customer. Where no line is offered only the reply, which says so."""
    customer = customer_of(proposal, inputs).customer
    if customer is None or not proposal.lines:
        return []
    quotation = _quotation(proposal, customer, inputs)
    reply = _reply(proposal, customer, inputs)
    return [*([quotation, *inputs.attached] if quotation else []), *([reply] if reply.to else [])]


def _quotation(proposal: QuoteProposal, customer: Customer, inputs: Inputs) -> CreateQuotation | None:
    lines = to_price(proposal.lines)
    untaxed, tax, total, until = proposal.untaxed, proposal.tax, proposal.total, proposal.valid_until
    if not lines or untaxed is None or tax is None or total is None or until is None:
        return None
    return CreateQuotation(
        reference=inputs.case_id,
        customer_id=customer.id,
        customer_reference=proposal.customer_reference or "",
        lines=tuple(lines),
        remarks=tuple(_remarks(proposal.lines)) if inputs.rules.mark_unmatched else (),
        note=_note(proposal, inputs),
        valid_until=until,
        currency=proposal.currency,
        untaxed=untaxed.amount,
        tax=tax.amount,
        total=total.amount,
    )


def _reply(proposal: QuoteProposal, customer: Customer, inputs: Inputs) -> SaveDraft:
    sale = inputs.facts.sale or SaleFacts()
    return draft_reply(
        proposal,
        inputs.mail,
        customer,
        inputs.sources,
        reference=inputs.case_id,
        language=sale.terms.language if sale.terms else "",
    )


def _remarks(lines: Sequence[QuoteLine]) -> list[str]:
    return [f"Not offered: {line.requested}" for line in lines if not offered(line)]


def _note(proposal: QuoteProposal, inputs: Inputs) -> str:
    rows = [f"- {line.requested} → {_outcome(line)}" for line in proposal.lines]
    wishes = {
        "Wanted by": proposal.wanted_date,
        "Deliver to": proposal.delivery_address,
        "Asks for": "; ".join(proposal.special_terms),
    }
    return "\n".join(
        [
            "From the request:",
            *rows,
            *(f"{name}: {wish}" for name, wish in wishes.items() if wish),
            f"Proposed by: {inputs.proposed_by or 'a person'}",
            f"Case: {inputs.case_id} {inputs.case_url}".rstrip(),
        ]
    )


def _outcome(line: QuoteLine) -> str:
    return f"[{line.sku}] {line.name} ({line.why})" if offered(line) else f"not offered ({line.why})"
