"""Ground: what a job's rules must know, looked up now in CRM, ERP and catalogue."""

from collections.abc import Callable, Mapping
from typing import Any

from activities.advice import advice_facts
from activities.asked import documents_now
from activities.calls import call_facts
from activities.resources import Resources
from jobs.core import Inputs, Job
from jobs.crm import Facts
from jobs.customers import match_customer
from jobs.erp import Match, SaleFacts
from jobs.invoice.orders import order_numbers
from jobs.invoice.schema import InvoiceProposal
from jobs.invoice.vendors import match_vendor, vendor_clues
from jobs.purchasing import PurchaseFacts
from jobs.quote.lines import asked, breaks_to_price, expand, place, to_price
from jobs.quote.quotation import customer_of
from jobs.quote.schema import QuoteLine, QuoteProposal
from jobs.recap.schema import RecapProposal


def look_up(resources: Resources, job: Job[Any], proposal: Any, inputs: Inputs) -> Facts:
    return _FACTS.get(job.name, _customer_facts)(resources, job, proposal, inputs)


def _customer_facts(resources: Resources, job: Job[Any], proposal: Any, inputs: Inputs) -> Facts:
    """What most jobs need: whose case it is, what is open for them, who could take it."""
    clues = job.clues(proposal, inputs.sources, inputs.mail)
    candidates = resources.crm.find_customers(clues)
    customer = match_customer(candidates, clues).customer
    return Facts(
        candidates=tuple(candidates),
        open_records=tuple(resources.crm.open_records(customer.id)) if customer else (),
        teams=tuple(resources.crm.teams()),
        owners=tuple(resources.crm.owners()),
    )


def _sale_facts(resources: Resources, job: Job[Any], proposal: QuoteProposal, inputs: Inputs) -> Facts:
    """The customer's terms, a product for each line, and what the ERP asks for them."""
    erp = resources.erp
    candidates = resources.crm.find_customers(job.clues(proposal, inputs.sources, inputs.mail))
    facts = Facts(candidates=tuple(candidates))
    customer = customer_of(proposal, inputs.with_facts(facts)).customer
    customer_id = customer.id if customer else None
    ordered = erp.ordered(customer_id) if customer_id and any(line.repeats_order for line in proposal.lines) else []
    own_numbers = {own.number: own.product_id for own in erp.own_numbers(customer_id)} if customer_id else {}
    lines = expand(proposal.lines, ordered, inputs.edited)
    matches = [_match(resources, line, own_numbers) for line in lines]
    placed = [place(line, match, inputs.rules, proposal.language) for line, match in zip(lines, matches, strict=True)]
    wanted, breaks = to_price(placed), breaks_to_price(placed)
    sale = SaleFacts(
        terms=erp.terms(customer_id) if customer_id else None,
        ordered=tuple(ordered),
        matches=tuple(matches),
        priced=erp.price(customer_id, wanted) if wanted else None,
        breaks=erp.price(customer_id, breaks).lines if breaks else (),
        stock=tuple(erp.stock(sorted({line.product_id for line in wanted}))) if wanted else (),
    )
    return facts.model_copy(update={"sale": sale})


def _match(resources: Resources, line: QuoteLine, own_numbers: Mapping[str, int]) -> Match:
    """What the catalogue says to the line; the product that a person has chosen, or that an earlier order names."""
    catalogue = resources.catalogue.current()
    if not line.sku:
        return catalogue.match(asked(line), line.article, own_numbers)
    product = catalogue.by_sku(line.sku)
    why = f"ordered before: {line.from_order}" if line.from_order else "chosen by a person"
    return Match(
        status="matched" if product else "none",
        product=product,
        candidates=(),
        margin=0.0,
        reason=why if product else f"the catalogue has no article {line.sku}",
    )


def _purchase_facts(resources: Resources, job: Job[Any], proposal: InvoiceProposal, inputs: Inputs) -> Facts:
    """The vendor, what was ordered and received, and what is booked already."""
    erp = resources.payables
    vendors = erp.find_vendors(vendor_clues(proposal, inputs.sources, inputs.mail))
    facts = PurchaseFacts(company=erp.company(), vendors=tuple(vendors))
    vendor = match_vendor(proposal, inputs.with_facts(Facts(purchase=facts))).vendor
    numbers = order_numbers(proposal, inputs)
    bills = [number for number in (proposal.number, proposal.preceding_invoice) if number]
    codes = sorted({line.account for line in proposal.lines if line.account})
    case = resources.ledger.case_file(inputs.case_id)
    more = {
        "orders": tuple(erp.orders(numbers)) if numbers else (),
        "bills": tuple(erp.bills([one.id for one in vendors], bills, proposal.gross_total)),
        "booked_lines": tuple(erp.booked_lines(vendor.id)) if vendor else (),
        "accounts": tuple(erp.accounts(codes)) if codes else (),
        "same_file": tuple(resources.ledger.same_document(inputs.case_id)),
        "asked": any(write.write == "save_draft" for write in case.writes) if case else False,
    }
    return Facts(purchase=facts.model_copy(update=more))


def _document_facts(resources: Resources, job: Job[Any], proposal: Any, inputs: Inputs) -> Facts:
    return documents_now(resources, inputs)


def _call_facts(resources: Resources, job: Job[Any], proposal: RecapProposal, inputs: Inputs) -> Facts:
    return call_facts(resources, proposal, inputs)


_Look = Callable[[Resources, Job[Any], Any, Inputs], Facts]
_FACTS: Mapping[str, _Look] = {
    "quote": _sale_facts,
    "invoice": _purchase_facts,
    "answer": _document_facts,
    "next_action": advice_facts,
    "recap": _call_facts,
}
"""By job; the others look up the customer alone."""
