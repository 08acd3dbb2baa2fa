"""The proposal as a quotation: the request, with every product, price and figure that catalogue and ERP have for it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from jobs.core import Inputs, Source
from jobs.crm import CustomerClues
from jobs.customers import Match as CustomerMatch
from jobs.customers import match_customer
from jobs.erp import PricedLine, SaleFacts
from jobs.mail import MailFacts
from jobs.quote.lines import break_quantities, expand, offered, place
from jobs.quote.schema import QuoteLine, QuoteProposal, Tier
from jobs.senders import sender_clues


def clues(proposal: QuoteProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    return sender_clues(
        mail,
        sources,
        emails=[proposal.email] if proposal.email else [],
        names=[proposal.company] if proposal.company else [],
        ids=[proposal.customer_id] if proposal.customer_id else [],
    )


def customer_of(proposal: QuoteProposal, inputs: Inputs) -> CustomerMatch:
    """The customer that a person has named, else the one that the clues point at."""
    if "customer_id" in inputs.edited:
        named = next((known for known in inputs.facts.candidates if known.id == proposal.customer_id), None)
        return CustomerMatch(named, "named by a person" if named else "the ERP has no customer of this number")
    free = proposal.model_copy(update={"customer_id": None})
    return match_customer(inputs.facts.candidates, clues(free, inputs.sources, inputs.mail))


def refine(proposal: QuoteProposal, inputs: Inputs) -> QuoteProposal:
    """Everything that is looked up is filled in anew, whatever stood there before."""
    sale = inputs.facts.sale or SaleFacts()
    customer = customer_of(proposal, inputs).customer
    lines = [
        place(line, match, inputs.rules, proposal.language)
        for line, match in zip(expand(proposal.lines, sale.ordered, inputs.edited), sale.matches, strict=True)
    ]
    priced = sale.priced
    return proposal.model_copy(
        update={
            "customer_id": customer.id if customer else proposal.customer_id,
            "customer": customer.name if customer else "",
            "lines": _with_prices(lines, sale),
            "pricelist": priced.pricelist if priced else "",
            "currency": priced.currency if priced else "",
            "payment_terms": sale.terms.payment_terms if sale.terms else "",
            "valid_until": proposal.valid_until if "valid_until" in inputs.edited else _valid_until(inputs),
            "untaxed": priced.untaxed if priced else None,
            "tax": priced.tax if priced else None,
            "total": priced.total if priced else None,
        }
    )


def margin(proposal: QuoteProposal, sale: SaleFacts) -> Decimal | None:
    """Share of the net total that is earned; None where the ERP does not say what a line costs."""
    lines = sale.priced.lines if sale.priced else ()
    costs = [line.cost * line.quantity for line in lines if line.cost is not None]
    net = sum((line.net.amount for line in lines), Decimal(0))
    return (net - sum(costs)) / net if net and len(costs) == len(lines) else None


def approver_role(proposal: QuoteProposal, inputs: Inputs) -> str:
    if proposal.untaxed is None:
        return ""
    earned = margin(proposal, inputs.facts.sale or SaleFacts())
    return next((tier.role for tier in inputs.rules.approval if tier.fits(proposal.untaxed.amount, earned)), "")


def _with_prices(lines: Sequence[QuoteLine], sale: SaleFacts) -> list[QuoteLine]:
    prices = iter(sale.priced.lines if sale.priced else ())
    breaks = iter(sale.breaks)
    return [_with_price(line, next(prices, None), breaks, sale) if offered(line) else _unpriced(line) for line in lines]


def _with_price(line: QuoteLine, price: PricedLine | None, breaks: Iterator[PricedLine], sale: SaleFacts) -> QuoteLine:
    at_breaks = [next(breaks) for _ in break_quantities(line)]
    if price is None or not price.unit_price.amount:  # nothing costs nothing: the ERP has no price for it
        return _unpriced(line)
    tiers = [
        Tier(quantity=quantity, unit_price=at.unit_price, discount=at.discount)
        for quantity, at in zip(line.price_breaks, at_breaks, strict=False)
    ]
    stock = next((stock for stock in sale.stock if stock.product_id == line.product_id), None)
    return line.model_copy(
        update={
            "unit_price": price.unit_price,
            "discount": price.discount,
            "net": price.net,
            "taxes": list(price.taxes),
            "tiers": tiers,
            "free_stock": stock.free if stock else None,
            "lead_days": stock.lead_days if stock else None,
        }
    )


def _unpriced(line: QuoteLine) -> QuoteLine:
    empty = QuoteLine(requested=line.requested)
    looked_up = ("unit_price", "discount", "net", "taxes", "tiers", "free_stock", "lead_days")
    return line.model_copy(update={name: getattr(empty, name) for name in looked_up})


def _valid_until(inputs: Inputs) -> date:
    """The same day on each look at the case, until too little would be left of it."""
    days, least = (timedelta(days=n) for n in (inputs.rules.validity_days, inputs.rules.least_validity_days))
    valid = inputs.opened + days
    return valid if valid - inputs.today >= least else inputs.today + days
