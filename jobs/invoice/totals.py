"""The arithmetic of an invoice, done again: line by line, the sum of the lines, discounts and surcharges, tax, what is
paid already (BR-CO-10 to BR-CO-16 of EN 16931). What the invoice does not say is not compared."""

from collections.abc import Iterator
from decimal import Decimal

from jobs.core import Check, Inputs
from jobs.invoice import texts, vat
from jobs.invoice.official import is_minimum
from jobs.invoice.raising import error, rounded, shown, warning
from jobs.invoice.rules import InvoiceRules
from jobs.invoice.schema import InvoiceLine, InvoiceProposal

_ZERO = Decimal(0)
_ASK = "Compare with the original; if it says so, ask the supplier for a corrected invoice"


def check_totals(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    return _Totals(proposal, inputs).problems()


def _unsure(check: Check) -> Check:
    """Of lines that a model has read one may be missing."""
    words = "the lines that were read add up to another amount: one was not read, or the sum is wrong"
    advice = "Compare the lines with the original and set what is missing; if the sum is wrong there, ask the supplier"
    return warning(
        check.name, check.field, words, found=check.found, expected=check.expected, advice=f"{advice} for a right one"
    )


class _Totals:
    def __init__(self, proposal: InvoiceProposal, inputs: Inputs) -> None:
        elsewhere = texts.counted_elsewhere(inputs)
        self._invoice = proposal
        self._lines = [(i, line) for i, line in enumerate(proposal.lines) if i not in elsewhere]
        self._rules: InvoiceRules = inputs.rules
        self._exact = not texts.read_by_model(inputs)
        """Structured data says amounts as they are; what is printed may be rounded."""
        self._ordered = bool(inputs.facts.purchase and inputs.facts.purchase.orders)
        self._no_prepaid = is_minimum(inputs)
        self._least = self._rules.rounding.least(proposal.currency)

    def problems(self) -> Iterator[Check]:
        for i, line in self._lines:
            yield from self._line(f"lines[{i}].net_amount", line)
        yield from self._sums()
        yield from self._header()

    def _line(self, path: str, line: InvoiceLine) -> Iterator[Check]:
        """Quantity times price is no rule of EN 16931 (Peppol has one, R120), and lines occur that are odd and meant
        so (with insurance tax in the amount, a percentage as the price): only one that costs more than it says, where
        something was ordered, is an error."""
        if line.quantity is None or line.unit_price is None or line.net_amount is None or not line.base_quantity:
            return
        due = line.quantity * line.unit_price / line.base_quantity + line.allowance
        least = max(self._least, self._rounded(line))
        if abs(due - line.net_amount) > least:
            yield (error if line.net_amount > due and self._ordered else warning)(
                "LINE_MISMATCH",
                path,
                f"“{line.description}”: quantity times price, less discount, is another amount",
                found=shown(line.net_amount, self._invoice.currency),
                expected=shown(rounded(due, 4), self._invoice.currency),
                advice=_ASK,
            )

    def _rounded(self, line: InvoiceLine) -> Decimal:
        """What a price makes that is rounded: half a unit of its last digit, a cent or less, for the quantity; at most
        a hundredth of the line."""
        price, quantity = line.unit_price or _ZERO, line.quantity or _ZERO
        digit = Decimal(1).scaleb(min(-2, int(price.normalize().as_tuple().exponent)))
        return min(abs(digit / 2 * quantity / line.base_quantity), abs(line.net_amount or _ZERO) / 100)

    def _sums(self) -> Iterator[Check]:
        invoice, rows = self._invoice, self._invoice.tax_breakdown
        nets = [line.net_amount for _, line in self._lines if line.net_amount is not None]
        if nets and len(nets) == len(self._lines):
            words = "the lines add up to another amount"
            found = self._equal("line_total", words, self._lines_total(), sum(nets, _ZERO))
            yield from found if self._exact else map(_unsure, found)
        for field, charge, words in (
            ("allowance_total", False, "the discounts add up to another amount"),
            ("charge_total", True, "the surcharges add up to another amount"),
        ):
            amounts = [item.amount for item in invoice.allowances_charges if item.charge is charge]
            yield from self._equal(field, words, getattr(invoice, field), sum(amounts, _ZERO)) if amounts else ()
        yield from self._tax_total()
        taxable = [row.taxable_amount for row in rows if row.taxable_amount is not None]
        if taxable and len(taxable) == len(rows):
            yield from self._equal(
                "net_total", "the amounts of the VAT breakdown add up to another one", invoice.net_total, sum(taxable)
            )

    def _tax_total(self) -> Iterator[Check]:
        """BR-CO-14. Where a row is wrong by itself, and the total is right without that, the row alone is wrong."""
        rows, total = self._invoice.tax_breakdown, self._invoice.tax_total
        taxes = [row.tax_amount for row in rows if row.tax_amount is not None]
        if not taxes or len(taxes) != len(rows):
            return
        dues = [vat.due(row) for row in rows]
        right = sum((due if due is not None else tax for due, tax in zip(dues, taxes, strict=True)), _ZERO)
        if total is None or abs(total - right) > self._least + self._rules.rounding.per_line * len(rows):
            yield from self._equal("tax_total", "the VAT breakdown adds up to another amount", total, sum(taxes, _ZERO))

    def _header(self) -> Iterator[Check]:
        invoice = self._invoice
        lines, net, tax, gross = self._lines_total(), invoice.net_total, invoice.tax_total, invoice.gross_total
        if lines is not None and net is not None:
            due = lines - self._total("allowance_total", charge=False) + self._total("charge_total", charge=True)
            yield from self._equal("net_total", "is not the lines less discounts plus surcharges", net, due)
        if net is not None and tax is not None and gross is not None:
            yield from self._equal("gross_total", "is not net plus VAT", gross, net + tax, sums=False)
        if gross is not None and invoice.payable_amount is not None:
            due = gross - (invoice.prepaid_amount or _ZERO) + (invoice.rounding_amount or _ZERO)
            least = self._least
            if invoice.rounding_amount is None and not self._exact:
                least = max(least, self._rules.rounding.cash.get(invoice.currency or "", _ZERO))
            less = self._no_prepaid and invoice.payable_amount < due
            if abs(invoice.payable_amount - due) > least and not less:
                words = "the amount to pay is not the total less what is paid already"
                yield self._mismatch("payable_amount", words, invoice.payable_amount, due)

    def _lines_total(self) -> Decimal | None:
        """BT-106; where only the net total is printed and nothing comes on top, that one."""
        invoice = self._invoice
        if invoice.line_total is not None or invoice.net_total is None or self._exact:
            return invoice.line_total
        return (
            invoice.net_total + self._total("allowance_total", charge=False) - self._total("charge_total", charge=True)
        )

    def _total(self, field: str, *, charge: bool) -> Decimal:
        stated: Decimal | None = getattr(self._invoice, field)
        if stated is not None:
            return stated
        return sum((item.amount for item in self._invoice.allowances_charges if item.charge is charge), _ZERO)

    def _equal(
        self, field: str, words: str, said: Decimal | None, due: Decimal | int, *, sums: bool = True
    ) -> Iterator[Check]:
        least = self._least
        if sums and not self._exact:
            least = max(least, self._rules.rounding.per_line * len(self._lines))
        if said is not None and abs(said - due) > least:
            yield self._mismatch(field, words, said, Decimal(due))

    def _mismatch(self, field: str, message: str, said: Decimal, due: Decimal) -> Check:
        return error(
            "TOTAL_MISMATCH",
            field,
            message,
            found=shown(said, self._invoice.currency),
            expected=shown(rounded(due, 4), self._invoice.currency),
            advice=_ASK,
        )
