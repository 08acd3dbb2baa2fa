"""A supplier's invoice on the screen: what it says and where, how its lines match the order, what is wrong with it."""

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.core import Check, Status
from jobs.invoice.schema import InvoiceLine, InvoiceProposal
from jobs.review import Review

_HEAD = (
    *("number", "issue_date", "due_date", "seller_name", "seller_vat_id", "iban", "buyer_name", "order_reference"),
    *("preceding_invoice", "payment_terms"),
)
_TOTALS = ("net_total", "tax_total", "gross_total", "prepaid_amount", "payable_amount")
_MANY = 40
"""Lines of an invoice that fit on a screen one wants to read."""


def invoice(review: Review) -> RenderableType:
    proposal = InvoiceProposal.model_validate(review.proposal)
    return Group(_head(proposal, review), Text(), _lines(proposal), Text(), _totals(proposal))


def exceptions(checks: Sequence[Check]) -> RenderableType:
    """What did not pass, with both values and what to do about it; then what did, in a line."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in sorted(checks, key=lambda check: check.status is not Status.FAIL):
        if check.status is not Status.PASS:
            mark = Text("✗", "bold red") if check.status is Status.FAIL else Text("!", "bold yellow")
            table.add_row(mark, Text(check.name, "bold"), _exception(check))
    passed = [check for check in checks if check.status is Status.PASS]
    notes = [Text(f"✓ {check.name}: {check.message}", "green") for check in passed]
    return Group(table, *notes) if table.row_count else Group(*notes)


def _exception(check: Check) -> Text:
    where = f"{check.field}: " if check.field else ""
    text = Text(f"{where}{check.message}")
    if check.found or check.expected:
        text.append(f"\nfound {check.found or '–'}, expected {check.expected or '–'}", "dim")
    if check.advice:
        text.append(f"\n→ {check.advice}", "cyan")
    return text


def _head(proposal: InvoiceProposal, review: Review) -> RenderableType:
    quotes = {item.field: item for item in review.evidence}
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3, style="dim")
    number = f" (vendor_id {proposal.vendor_id})" if proposal.vendor_id is not None else ""
    kind = "credit note" if proposal.is_credit_note else "invoice"
    table.add_row("vendor", Text(f"{proposal.vendor or '?'}{number}"), f"type {proposal.type or '?'}: {kind}")
    for name in _HEAD:
        value, quote = getattr(proposal, name), quotes.get(name)
        if value is not None:
            table.add_row(name, Text(str(value)), Text(f"“{_last(quote.quote)}” ({quote.source})" if quote else ""))
    if proposal.orders:
        table.add_row("orders", ", ".join(proposal.orders))
    for code, reason in proposal.accepted.items():
        table.add_row("accepted", Text(f"{code}: {reason}"))
    return table


def _last(quote: str) -> str:
    """Of a line of structured data the last step of its path: all of it stands below, and in `show --json`."""
    path, colon, value = quote.partition(": ")
    return f"…/{path.rpartition('/')[2]}: {value}" if colon and "/" in path and " " not in path else quote


def _lines(proposal: InvoiceProposal) -> RenderableType:
    if not proposal.lines:
        return Text("no lines: the bill gets one for each VAT rate", "dim")
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("description", ratio=1, overflow="fold")
    for heading in ("quantity", "price", "net", "VAT %"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("order", no_wrap=True)
    table.add_column("account", no_wrap=True)
    for i, line in enumerate(proposal.lines[:_MANY]):
        table.add_row(str(i), *_figures(line), line.account or "")
    if len(proposal.lines) > _MANY:
        table.add_row("", f"… {len(proposal.lines) - _MANY} more; `show --json` has them all")
    return table


def _figures(line: InvoiceLine) -> list[str | Text]:
    quantity = f"{_figure(line.quantity)} {line.unit or ''}".strip()
    on_order = Text("✓", "green") if line.order_line_id is not None else Text("–", "dim")
    text = Text.assemble((f"{line.item_number} ", "bold") if line.item_number else "", line.description)
    return [text, quantity, _figure(line.unit_price), _figure(line.net_amount), _figure(line.vat_rate), on_order]


def _totals(proposal: InvoiceProposal) -> Text:
    said = [(name.removesuffix("_total").removesuffix("_amount"), getattr(proposal, name)) for name in _TOTALS]
    words = "  ".join(f"{name} {value:,.2f}" for name, value in said if value is not None)
    return Text.assemble((words or "no totals", "bold"), f" {proposal.currency or ''}")


def _figure(number: Decimal | None) -> str:
    return "" if number is None else f"{number:,f}"
