"""VAT: each row of the breakdown computed again (BR-CO-17 of EN 16931), rates against categories (UNTDID 5305) and
countries, and what reverse charge asks for."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from jobs.core import Check, Inputs, Status
from jobs.grounding import normalise
from jobs.invoice import texts
from jobs.invoice.raising import error, number, rounded, shown, warning
from jobs.invoice.rules import InvoiceRules
from jobs.invoice.schema import InvoiceProposal, TaxSubtotal

_ZERO = Decimal(0)
STANDARD = "S"
WITHOUT_VAT = {
    "Z": "zero rated",
    "E": "exempt",
    "AE": "reverse charge",
    "K": "intra-community supply",
    "G": "export",
    "O": "outside the scope of VAT",
}
"""Categories whose rate is 0 (BR-Z-05, BR-E-05, ...)."""
_ASK = "Ask the supplier for a corrected invoice: VAT that is shown wrongly cannot be reclaimed"
_Key = tuple[str, Decimal]


def due(row: TaxSubtotal) -> Decimal | None:
    """The tax on a row's amount at its rate; None where the row does not say."""
    if row.taxable_amount is None or row.rate is None:
        return None
    return row.taxable_amount * row.rate / 100


def check_vat(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    rules: InvoiceRules = inputs.rules
    for i, row in enumerate(proposal.tax_breakdown):
        yield from _row(f"tax_breakdown[{i}]", row, proposal, rules)
    missing = _missing_rates(proposal)
    yield from map(_doubtful, missing) if texts.read_by_model(inputs) else missing
    if not texts.read_by_model(inputs):
        yield from _taxable(proposal, texts.counted_elsewhere(inputs), rules)
    yield from _countries(proposal, rules)
    yield from _reverse_charge(proposal, inputs)
    yield from _said(proposal, inputs)


def _row(path: str, row: TaxSubtotal, proposal: InvoiceProposal, rules: InvoiceRules) -> Iterator[Check]:
    expected, currency = due(row), proposal.currency
    if expected is not None and row.tax_amount is not None:
        if abs(expected - row.tax_amount) > _least(proposal, rules):
            yield _wrong(
                f"{path}.tax_amount",
                f"{number(row.rate or _ZERO)} % of {shown(row.taxable_amount or _ZERO, currency)} is another amount",
                found=shown(row.tax_amount, currency),
                expected=shown(rounded(expected, 2), currency),
            )
    elif row.tax_amount and row.category in WITHOUT_VAT:
        yield _wrong(
            f"{path}.tax_amount",
            f"there is VAT on what is {WITHOUT_VAT[row.category]} ({row.category})",
            found=shown(row.tax_amount, currency),
            expected=shown(_ZERO, currency),
        )
    if row.rate is not None:
        yield from _category(f"{path}.rate", row.category, row.rate)


def _category(path: str, category: str | None, rate: Decimal) -> Iterator[Check]:
    if category == STANDARD and rate <= 0:
        yield _wrong(path, "a standard rate (S) is above zero", found=f"{number(rate)} %", expected="above 0 %")
    elif category in WITHOUT_VAT and rate:
        words = f"what is {WITHOUT_VAT[category]} ({category}) bears no VAT"
        yield _wrong(path, words, found=f"{number(rate)} %", expected="0 %")


def _missing_rates(proposal: InvoiceProposal) -> Iterator[Check]:
    """Lines at a rate that the breakdown does not have."""
    rows = {rate for row in proposal.tax_breakdown if (rate := _rate(row.category, row.rate)) is not None}
    if not rows or any(_rate(row.category, row.rate) is None for row in proposal.tax_breakdown):
        return
    for i, line in enumerate(proposal.lines):
        rate = _rate(line.vat_category, line.vat_rate)
        if rate is not None and rate not in rows and line.net_amount:
            yield _wrong(
                f"lines[{i}].vat_rate",
                f"“{line.description}” is taxed at a rate that the VAT breakdown does not have",
                found=f"{number(rate)} %",
                expected=", ".join(f"{number(row)} %" for row in sorted(rows)),
            )


def _taxable(proposal: InvoiceProposal, elsewhere: set[int], rules: InvoiceRules) -> Iterator[Check]:
    """BR-S-08 and its like: the lines, discounts and surcharges of a rate are its taxable amount. Only where the lines
    are complete and add up; else that is the exception."""
    sums: dict[_Key, Decimal] = defaultdict(Decimal)
    for category, rate, amount in _taxed(proposal, elsewhere):
        if category is None or rate is None or amount is None:
            return
        sums[category, rate] += amount
    rows: dict[_Key, Decimal] = defaultdict(Decimal)
    paths: dict[_Key, str] = {}
    for i, row in enumerate(proposal.tax_breakdown):
        rate = _rate(row.category, row.rate)
        if row.category is None or rate is None or row.taxable_amount is None:
            return
        rows[row.category, rate] += row.taxable_amount
        paths.setdefault((row.category, rate), f"tax_breakdown[{i}].taxable_amount")
    if not sums or sums.keys() != rows.keys():
        return
    least = _least(proposal, rules)
    if abs(sum(sums.values()) - sum(rows.values())) > least:
        return
    for key, amount in rows.items():
        if abs(amount - sums[key]) > least:
            yield _wrong(
                paths[key],
                f"the lines at {number(key[1])} % ({key[0]}) add up to another amount",
                found=shown(amount, proposal.currency),
                expected=shown(sums[key], proposal.currency),
            )


def _taxed(
    proposal: InvoiceProposal, elsewhere: set[int]
) -> Iterator[tuple[str | None, Decimal | None, Decimal | None]]:
    for line in (line for i, line in enumerate(proposal.lines) if i not in elsewhere):
        yield line.vat_category, _rate(line.vat_category, line.vat_rate), line.net_amount
    for item in proposal.allowances_charges:
        amount = item.amount if item.charge else -item.amount
        yield item.vat_category, _rate(item.vat_category, item.vat_rate), amount


def _countries(proposal: InvoiceProposal, rules: InvoiceRules) -> Iterator[Check]:
    """A rate that neither side's country has may be right all the same: the supply may belong to a third one."""
    seller = country_of(proposal.seller_country, proposal.seller_vat_id)
    buyer = country_of(proposal.buyer_country, proposal.buyer_vat_id)
    if proposal.issue_date is None or not rules.rates(seller, proposal.issue_date):
        return
    known = rules.rates(seller, proposal.issue_date)
    either = known | rules.rates(buyer, proposal.issue_date)
    for i, row in enumerate(proposal.tax_breakdown):
        if row.rate and row.category in (STANDARD, None) and row.rate not in either:
            yield warning(
                "VAT_RATE",
                f"tax_breakdown[{i}].rate",
                f"{seller} had no such rate of VAT on {proposal.issue_date}",
                found=f"{number(row.rate)} %",
                expected=", ".join(f"{number(rate)} %" for rate in sorted(known, reverse=True)),
                advice="Find out in which country the supply is taxed; else ask for a corrected invoice",
            )


def _said(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    """The words say reverse charge, and there is VAT on all of it. Of several rates, one may be for what they mean."""
    rules: InvoiceRules = inputs.rules
    rates = {row.rate for row in proposal.tax_breakdown} | {line.vat_rate for line in proposal.lines}
    rates |= {_ZERO for row in proposal.tax_breakdown if row.category in WITHOUT_VAT}
    if not proposal.tax_total or _ZERO in rates:
        return
    for place, text in texts.words(inputs):
        for sentence in map(normalise, texts.sentences(text)):
            said = rules.says_reverse_charge.search(sentence)
            if said and not rules.perhaps_reverse_charge.search(sentence):
                yield _wrong(
                    "tax_total",
                    f"{place} says that the buyer owes the VAT (“{said[0]}”), and the invoice charges it",
                    found=shown(proposal.tax_total, proposal.currency),
                    expected=shown(_ZERO, proposal.currency),
                )
                return


def _reverse_charge(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    named = proposal.buyer_vat_id or _bears_our_vat(inputs)
    seller = country_of(proposal.seller_country, proposal.seller_vat_id)
    buyer = country_of(proposal.buyer_country, proposal.buyer_vat_id)
    for i, row in enumerate(proposal.tax_breakdown):
        path = f"tax_breakdown[{i}].category"
        if row.category in ("AE", "K") and not named:
            yield warning(
                "REVERSE_CHARGE",
                "buyer_vat_id",
                f"{WITHOUT_VAT[row.category]} asks for the buyer's VAT id, and the invoice has none",
                found=row.category,
                expected="our VAT id",
                advice="Ask the supplier for a corrected invoice, and account for the VAT yourselves",
            )
        elif row.category in ("K", "G") and seller and seller == buyer:
            yield warning(
                "REVERSE_CHARGE",
                path,
                f"{WITHOUT_VAT[row.category]} ({row.category}) crosses a border, and both sides are in {seller}",
                found=row.category,
                expected="VAT of " + seller,
                advice="Find out where the goods came from; if from the same country, ask for a corrected invoice",
            )


def _bears_our_vat(inputs: Inputs) -> bool:
    """Whether our VAT id stands in a text of which a model may have left it out."""
    company = inputs.facts.purchase.company if inputs.facts.purchase else None
    ours = texts.compact(company.vat) if company else ""
    read = inputs.sources if texts.read_by_model(inputs) else ()
    return bool(ours) and any(ours in texts.compact(source.text) for source in read)


def country_of(country: str | None, vat_id: str | None) -> str:
    """ISO 3166 code: as stated, or that of the VAT id's prefix; empty where neither says."""
    prefix = (vat_id or "").strip()[:2].upper()
    code = (country or "").strip().upper() or (prefix if prefix.isalpha() else "")
    return {"EL": "GR", "XI": "GB", "UK": "GB"}.get(code, code)


def _rate(category: str | None, rate: Decimal | None) -> Decimal | None:
    """Category O states no rate (BR-O-05); it is 0."""
    return _ZERO if rate is None and category in WITHOUT_VAT else rate


def _least(proposal: InvoiceProposal, rules: InvoiceRules) -> Decimal:
    return rules.rounding.least(proposal.currency) + rules.rounding.per_line * len(proposal.lines)


def _doubtful(check: Check) -> Check:
    """A figure in the words of a line may have been read as its rate."""
    return check.model_copy(update={"status": Status.WARN})


def _wrong(field: str, message: str, *, found: str, expected: str) -> Check:
    return error("VAT_WRONG", field, message, found=found, expected=expected, advice=_ASK)
