"""A quotation on the screen: each line with its product, price and stock, and what there is to pick from."""

from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.erp import Money
from jobs.quote.lines import offered
from jobs.quote.schema import QuoteLine, QuoteProposal
from jobs.review import Review

_MARKS = {"matched": ("✓", "green"), "ambiguous": ("?", "bold yellow"), "none": ("–", "dim")}


def quotation(review: Review) -> RenderableType:
    proposal = QuoteProposal.model_validate(review.proposal)
    return Group(_head(proposal), Text(), _lines(proposal), *_choices(proposal), Text(), _totals(proposal))


def open_lines(proposal: QuoteProposal) -> list[int]:
    """Numbers of the lines that a person has to pick a product for."""
    return [i for i, line in enumerate(proposal.lines) if line.status == "ambiguous" and line.candidates]


def _head(proposal: QuoteProposal) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    number = f" (customer_id {proposal.customer_id})" if proposal.customer_id else ""
    rows = {
        "customer": f"{proposal.customer or '?'}{number}",
        "from": " ".join(filter(None, (proposal.contact, proposal.company, proposal.email))),
        "customer_reference": proposal.customer_reference,
        "delivery_address": proposal.delivery_address,
        "wanted_date": proposal.wanted_date,
        "special_terms": "; ".join(proposal.special_terms),
        "price list": f"{proposal.pricelist}, {proposal.payment_terms or 'no payment terms'}"
        if proposal.pricelist
        else "",
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value))
    return table


def _lines(proposal: QuoteProposal) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    for heading, justify in (("", "left"), ("#", "right"), ("asked", "right")):
        table.add_column(heading, justify=justify, no_wrap=True)  # pyright: ignore[reportArgumentType]
    table.add_column("requested, product, and why", ratio=1, overflow="fold")
    for heading in ("quantity", "price", "disc.", "net", "free"):
        table.add_column(heading, justify="right", no_wrap=True)
    for i, line in enumerate(proposal.lines):
        mark, style = _MARKS[line.status]
        asked = f"{_figure(line.quantity)} {line.unit or ''}".strip()
        table.add_row(Text(mark, style), str(i), asked, _product(line), *_figures(line))
        for tier in line.tiers:
            table.add_row("", "", "", Text(f"from {_figure(tier.quantity)}", "dim"), "", _price(tier.unit_price))
    return table


def _product(line: QuoteLine) -> Text:
    requested = f"{line.context}: {line.requested}" if line.context else line.requested
    if not offered(line):
        return Text.assemble(requested, "\n", (line.why, "yellow" if line.status == "ambiguous" else "dim"))
    rule = line.unit_price.source.rule if line.unit_price else ""
    why = f"{line.why}; price: {rule}" if rule else line.why
    return Text.assemble(requested, "\n", (line.sku or "", "bold"), f" {line.name}\n", (why, "dim"))


def _figures(line: QuoteLine) -> list[str]:
    if line.order_quantity is None:
        return []
    discount = f"{line.discount.normalize():f} %" if line.discount else ""
    free = "" if line.free_stock is None else _figure(line.free_stock)
    quantity = f"{_figure(line.order_quantity)} {line.order_unit}"
    return [quantity, _price(line.unit_price), discount, _price(line.net), free]


def _choices(proposal: QuoteProposal) -> list[RenderableType]:
    shown: list[RenderableType] = []
    for i in open_lines(proposal):
        line = proposal.lines[i]
        table = Table(box=None, show_header=False, pad_edge=False)
        for number, candidate in enumerate(line.candidates, 1):
            doubt = Text(candidate.conflict, "yellow")
            table.add_row(
                f"  {number}", Text(candidate.sku, "bold"), Text(candidate.name), f"{candidate.score:.2f}", doubt
            )
        shown += [Text(), Text(f"line {i}: which “{line.requested}”?", "bold"), table]
    return shown


def _totals(proposal: QuoteProposal) -> Text:
    if proposal.total is None or proposal.untaxed is None or proposal.tax is None:
        return Text("no total: nothing is offered", "yellow")
    net, tax, total = (f"{money.amount:,.2f}" for money in (proposal.untaxed, proposal.tax, proposal.total))
    return Text.assemble(
        f"net {net}  tax {tax}  ",
        (f"total {total} {proposal.currency}", "bold"),
        f"  valid until {proposal.valid_until}",
    )


def _price(money: Money | None) -> str:
    return f"{money.amount:,f}" if money else ""


def _figure(number: float | Decimal | None) -> str:
    return "" if number is None else f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
