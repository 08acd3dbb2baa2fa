"""The totals of an invoice: labels say what an amount may be, arithmetic which of them are (BR-CO-13 to BR-CO-16 of
EN 16931: lines - allowances + charges = net, net + VAT = gross, gross - prepaid = payable)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations, pairwise, zip_longest

from jobs.invoice.schema import AllowanceCharge, TaxSubtotal
from sandbox.rehearsal.invoice.figures import Figure, figures
from sandbox.rehearsal.invoice.page import Found, Row, found
from sandbox.rehearsal.invoice.paper import Paper
from sandbox.rehearsal.invoice.roles import is_words, roles
from sandbox.rehearsal.invoice.vocabulary import cue, label, untaxed

_MOST = 150
"""Amounts that are weighed; of more, those at the end, where totals stand."""
_CENT = Decimal("0.01")
_ZERO = Decimal("0.00")
_HIGHEST_RATE = Decimal("0.28")
_LEAST_WORTH = 4.0
_WORTH_OF_SUMS = 16.0
"""More than one row of the breakdown by itself."""
_LONGEST_INTEGER = 8
_MOST_CHANGES, _MOST_RATES = 8, 4


@dataclass(frozen=True)
class Amount:
    value: Decimal
    row: Row
    cell: int
    named_by: int
    """Cell in which its name stands."""
    roles: frozenset[str]

    def is_a(self, role: str) -> bool:
        return role in self.roles

    def bearing(self, value: Decimal) -> Found[Decimal]:
        """These words as evidence for a value: this one without its sign, or one that is computed from it."""
        return found(value, self.row, min(self.named_by, self.cell), self.cell)

    @property
    def found(self) -> Found[Decimal]:
        return self.bearing(abs(self.value))


@dataclass(frozen=True)
class Totals:
    net: Found[Decimal] | None = None
    tax: Found[Decimal] | None = None
    gross: Found[Decimal] | None = None
    prepaid: Found[Decimal] | None = None
    payable: Found[Decimal] | None = None
    negative: bool = False
    """The page writes them below zero."""
    breakdown: list[Found[TaxSubtotal]] = field(default_factory=list[Found[TaxSubtotal]])
    changing: list[Amount] = field(default_factory=list[Amount])
    """What may be discounts and surcharges on the whole."""


def find_totals(paper: Paper, line_rows: set[int], last_line: int) -> Totals:
    """`line_rows` are the rows of which arithmetic has shown that they are lines; below `last_line` there are none."""
    amounts = [one for one in _amounts(paper) if one.row.number not in line_rows][-_MOST:]
    subtotals = list(_subtotals(paper))
    triples = _Triples(paper, amounts, subtotals)
    totals = triples.best() or _by_name(amounts)
    totals = _settled(totals, amounts)
    changing = list(_changing(amounts, totals, last_line))
    return replace(totals, breakdown=_breakdown(totals, subtotals, amounts, paper), changing=changing[-_MOST_CHANGES:])


def _changing(amounts: Sequence[Amount], totals: Totals, last_line: int) -> Iterator[Amount]:
    """What is called so, and what stands between the lines and the net total under a name of its own."""
    net = next((one for one in amounts if totals.net and one.found == totals.net), None)
    alone = Counter(one.row.number for one in amounts)
    for one in amounts:
        between = net and last_line < one.row.number < net.row.number and not one.roles and alone[one.row.number] == 1
        if one.value and (one.roles & {"allowance", "charge"} or between):
            yield one


def adjustments(totals: Totals, sum_of_lines: Decimal) -> list[Found[AllowanceCharge]]:
    """The discounts and surcharges that lead from the sum of the lines to the net total; empty if none do."""
    difference = totals.net.value - sum_of_lines if totals.net else _ZERO
    if not difference or not sum_of_lines:
        return []
    for count in range(1, len(totals.changing) + 1):
        for some in combinations(totals.changing, count):
            if sum((abs(one.value) * (1 if _adds(one) else -1) for one in some), _ZERO) == difference:
                return [_adjustment(one, totals) for one in some]
    return []


def _adds(one: Amount) -> bool:
    return one.is_a("charge") or (one.value > 0 and not one.is_a("allowance"))


def _adjustment(one: Amount, totals: Totals) -> Found[AllowanceCharge]:
    rate = totals.breakdown[0].value.rate if len(totals.breakdown) == 1 else None
    change = AllowanceCharge(
        charge=_adds(one),
        amount=abs(one.value),
        reason=one.row.cells[one.named_by] if one.named_by != one.cell else None,
        vat_rate=rate,
    )
    return Found(change, one.row.source, one.found.quote)


# --- amounts and their names -----------------------------------------------------------------------------------------


def _amounts(paper: Paper) -> Iterator[Amount]:
    header: Row | None = None
    for row, under in zip_longest(paper.rows, paper.rows[1:]):
        line = [list(figures(cell, paper.mark)) for cell in row.cells]
        money = [(cell, one) for cell, some in enumerate(line) for one in some if _may_be_amount(one, row, cell)]
        if money and under and _heads_amounts(row, under, paper.mark):
            header = row
            continue
        for cell, one in money:
            yield _named(one, row, cell, line, header)
        if not money and len(row.cells) > 1 and all(one.percent for some in line for one in some):
            header = row
        elif header and header.number < row.number - 1:
            header = None


def _heads_amounts(row: Row, under: Row, mark: str) -> bool:
    """Whether a row names the amounts below it, though there are amounts in it: `VAT 21 % on 624.00`."""
    if len(row.cells) < 2 or len(under.cells) != len(row.cells):
        return False
    return all(map(is_words, row.folded)) and not any(map(is_words, under.folded)) and _all_money(under, mark)


def _all_money(row: Row, mark: str) -> bool:
    return all([one.is_money for one in figures(cell, mark)] == [True] for cell in row.cells)


def _may_be_amount(one: Figure, row: Row, cell: int) -> bool:
    """With cents or a currency; a whole number only where it is all of a row's last cell."""
    if one.is_money:
        return True
    last = cell == len(row.cells) - 1 and cell > 0 and row.cells[cell] == one.text
    return last and one.decimals == 0 and not one.percent and len(one.text) <= _LONGEST_INTEGER


def _named(one: Figure, row: Row, cell: int, line: Sequence[Sequence[Figure]], header: Row | None) -> Amount:
    """With the words that name an amount: before it, to its left, or above it."""
    if one.value < 0 and label("allowance").search(row.whole):
        return Amount(one.value, row, cell, 0, frozenset({"allowance"}))
    earlier = [other.end for other in line[cell] if other.end <= one.start and not other.percent]
    before = row.folded[cell][max(earlier, default=0) : one.start]
    if is_words(before):
        return Amount(one.value, row, cell, cell, roles(before))
    for left in range(cell - 1, -1, -1):
        if is_words(row.folded[left]):
            return Amount(one.value, row, cell, left, roles(row.folded[left]))
        if any(other.is_money for other in line[left]):
            break
    return Amount(one.value, row, cell, cell, _roles_above(row, cell, header))


def _roles_above(row: Row, cell: int, header: Row | None) -> frozenset[str]:
    """Where cells of the row are empty, any of the names that may stand above; arithmetic decides."""
    spare = len(header.cells) - len(row.cells) if header else -1
    if not header or spare < 0:
        return frozenset()
    return frozenset[str]().union(*(roles(header.folded[at]) for at in range(cell, cell + spare + 1)))


# --- net + tax = gross -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Tax:
    value: Decimal
    found: Found[Decimal] | None
    worth: float


class _Triples:
    """Net, tax and gross that add up."""

    def __init__(self, paper: Paper, amounts: Sequence[Amount], subtotals: Sequence[Found[TaxSubtotal]]) -> None:
        self._nets = _by_value(amounts, ("net",))
        self._taxes = _by_value(amounts, ("tax",))
        self._grosses = _by_value(amounts, ("gross", "payable"))
        self._subtotals = subtotals
        self._sum_of_taxes = _sum_of_taxes(_by_rate(subtotals))
        self._taxes_together = {sum((abs(one.value) for one in some), _ZERO): some[-1] for some in _runs(amounts)}
        self._rates = {one.value for row in paper.rows for one in figures(row.text, paper.mark) if one.percent}
        self._exemption = _exemption(paper)

    def best(self) -> Totals | None:
        """The best named one; of equals the last on the page."""
        best = self._computed()
        for gross in self._grosses.values():
            for net in self._nets.values():
                tax = self._tax(abs(net.value), abs(gross.value), net is gross)
                if tax is None:
                    continue
                alone = net.value == gross.value and not net.is_a("net")
                worth = tax.worth + _worth(gross, "gross", "payable") + (0 if alone else _worth(net, "net"))
                worth += gross.row.number / 10_000
                if best is None or worth > best[0]:
                    totals = Totals(net.found, tax.found, gross.found, negative=gross.value < 0)
                    best = worth, totals
        return best[1] if best and best[0] >= _LEAST_WORTH else None

    def _computed(self) -> tuple[float, Totals] | None:
        """Where only the breakdown has net and tax: its sums, if they make up a gross total."""
        subtotals = _by_rate(self._subtotals)
        net, tax = _sum_of_bases(subtotals), self._sum_of_taxes
        gross = self._grosses.get(net + tax)
        if not gross or net in self._nets or not gross.is_a("gross"):
            return None
        last = subtotals[-1]
        bears = [Found(value, last.source, last.quote) for value in (net, tax)]
        return _WORTH_OF_SUMS * (len(subtotals) > 1), Totals(bears[0], bears[1], gross.found)

    def _tax(self, net: Decimal, gross: Decimal, same: bool) -> _Tax | None:
        """What is between the two, if it can be the tax."""
        value = gross - net
        if value == 0 and gross:
            return self._nothing(same)
        if not 0 < value <= net * _HIGHEST_RATE:
            return None
        fits = any(abs(net * rate / 100 - value) <= 2 * _CENT for rate in self._rates)
        bonus = fits + 2 * (value == self._sum_of_taxes)
        if amount := self._taxes.get(value):
            return _Tax(value, amount.found, _worth(amount, "tax") + 1 + bonus)
        if value == self._sum_of_taxes:
            last = self._subtotals[-1]
            return _Tax(value, Found(value, last.source, last.quote), 3 + bonus)
        if last_of_them := self._taxes_together.get(value):
            return _Tax(value, last_of_them.bearing(value), 4)
        return None

    def _nothing(self, same: bool) -> _Tax | None:
        """No tax: the page says so in figures or words, or names net and gross by the same amount."""
        zero = self._taxes.get(_ZERO)
        if zero and zero.is_a("tax"):
            return _Tax(_ZERO, zero.found, 4)
        if self._exemption:
            return _Tax(_ZERO, found(_ZERO, self._exemption[1]), 2)
        return None if same else _Tax(_ZERO, None, 0)


def _runs(amounts: Sequence[Amount]) -> Iterator[Sequence[Amount]]:
    """Taxes one below or beside the other: those of several rates, which nobody has added up."""
    taxes = [one for one in amounts if one.is_a("tax") and one.value]
    for first in range(len(taxes)):
        for last in range(first + 1, min(first + _MOST_RATES, len(taxes))):
            if taxes[last].row.number - taxes[last - 1].row.number > 1:
                break
            yield taxes[first : last + 1]


def _by_value(amounts: Sequence[Amount], names: tuple[str, ...]) -> dict[Decimal, Amount]:
    """The amounts, whatever their sign; of those that are alike the best named one, the last of them."""
    kept: dict[Decimal, Amount] = {}
    for one in amounts:
        value = abs(one.value)
        if value not in kept or _worth(one, *names) >= _worth(kept[value], *names):
            kept[value] = one
    return kept


def _worth(one: Amount, name: str, other: str = "") -> float:
    """How much speaks for an amount to be what is called `name`, or `other` where that is left out."""
    if one.is_a(name):
        return 4
    if one.is_a(other):
        return 3
    return -2 if one.roles else 0


def _by_name(amounts: Sequence[Amount]) -> Totals:
    """What they are called, where nothing adds up."""
    last = {name: one for one in amounts for name in one.roles}
    net, tax, gross = (last.get(name) for name in ("net", "tax", "gross"))
    return Totals(net and net.found, tax and tax.found, gross and gross.found)


# --- gross - prepaid = payable ---------------------------------------------------------------------------------------


def _settled(totals: Totals, amounts: Sequence[Amount]) -> Totals:
    """With what is paid already and what is left to pay."""
    named = [one for one in amounts if one.is_a("payable")]
    withheld = {abs(one.value): one for one in amounts if one.is_a("withheld") and one.value}
    totals = _with_withheld(totals, named, withheld)
    if totals.gross is None:
        return replace(totals, payable=named[-1].found) if named else totals
    gross = totals.gross.value
    prepaid = {abs(one.value): one for one in amounts if one.is_a("prepaid") and one.value}
    others = {abs(one.value): one for one in amounts if not one.roles & {"tax", "net", "withheld"}}
    all_prepaid = sum(prepaid, _ZERO)
    if len(prepaid) > 1:
        prepaid.setdefault(all_prepaid, [*prepaid.values()][-1])
    for one in reversed(named):
        left = -one.value if totals.negative else one.value
        paid = prepaid.get(gross - left) or (others.get(gross - left) if 0 < gross - left < gross else None)
        if paid:
            return replace(totals, prepaid=paid.bearing(gross - left), payable=one.bearing(left))
        if abs(left) == gross or gross - left in withheld:
            return replace(totals, payable=one.bearing(abs(left)))
    if named:
        return replace(totals, payable=named[-1].found)
    for value, one in prepaid.items():
        if gross == value or gross - value in others:
            left = others.get(gross - value)
            payable = left.found if left else one.bearing(gross - value)
            return replace(totals, prepaid=one.found, payable=payable)
    return replace(totals, payable=totals.gross)


def _with_withheld(totals: Totals, named: Sequence[Amount], withheld: dict[Decimal, Amount]) -> Totals:
    """Net + VAT - withheld tax = payable, where the page leaves the gross total out."""
    if not (totals.net and totals.tax):
        return totals
    gross = totals.net.value + totals.tax.value
    for one in named:
        if any(gross - value == abs(one.value) for value in withheld):
            stated = totals.gross if totals.gross and totals.gross.value == gross else one.bearing(gross)
            return replace(totals, gross=stated, payable=one.found)
    return totals


# --- VAT breakdown ---------------------------------------------------------------------------------------------------


def _subtotals(paper: Paper) -> Iterator[Found[TaxSubtotal]]:
    """Rows that hold a rate, a base and the tax on it."""
    for row in paper.rows:
        numbers = list(figures(row.text, paper.mark))
        for rate in _rates(numbers):
            money = [one for one in numbers if one.is_money and one is not rate]
            for base, tax in pairwise(money):
                if _is_tax(rate.value, abs(base.value), abs(tax.value)):
                    yield found(_subtotal(rate.value, abs(base.value), abs(tax.value)), row)


def _rates(numbers: Iterable[Figure]) -> Iterator[Figure]:
    """Figures that may be a rate: with a per cent sign, or low."""
    marked = [one for one in numbers if one.percent]
    yield from marked or [one for one in numbers if 0 <= one.value <= 30 and not one.currency]


def _is_tax(rate: Decimal, base: Decimal, tax: Decimal) -> bool:
    if not rate or not tax:
        return not rate and not tax and base > 0
    return abs(base * rate / 100 - tax) <= _CENT


def _subtotal(rate: Decimal, base: Decimal, tax: Decimal) -> TaxSubtotal:
    return TaxSubtotal(category=None, rate=rate, taxable_amount=base, tax_amount=tax)


def _by_rate(subtotals: Sequence[Found[TaxSubtotal]]) -> list[Found[TaxSubtotal]]:
    """The last row of each rate: lines of a table may look the same."""
    return list({one.value.rate: one for one in subtotals}.values())


def _sum_of_taxes(subtotals: Sequence[Found[TaxSubtotal]]) -> Decimal:
    return sum((one.value.tax_amount or _ZERO for one in subtotals), Decimal(0))


def _sum_of_bases(subtotals: Sequence[Found[TaxSubtotal]]) -> Decimal:
    return sum((one.value.taxable_amount or _ZERO for one in subtotals), Decimal(0))


def _breakdown(
    totals: Totals, subtotals: Sequence[Found[TaxSubtotal]], amounts: Sequence[Amount], paper: Paper
) -> list[Found[TaxSubtotal]]:
    """The rows that sum up to the totals, or the one rate that the tax amounts to."""
    if not (totals.net and totals.tax):
        return []
    exemption = _exemption(paper)
    for some in (_by_rate(subtotals), subtotals):
        if some and (_sum_of_bases(some), _sum_of_taxes(some)) == (totals.net.value, totals.tax.value):
            return [replace(one, value=_categorised(one.value, exemption)) for one in some]
    for row in paper.rows:
        for one in figures(row.text, paper.mark):
            if one.percent and _is_tax(one.value, totals.net.value, totals.tax.value):
                whole = _subtotal(one.value, totals.net.value, totals.tax.value)
                return [found(_categorised(whole, exemption), row)]
    if several := _several_rates(totals.net.value, totals.tax.value, amounts, paper.mark):
        return several
    if exemption and not totals.tax.value:
        whole = _subtotal(_ZERO, totals.net.value, totals.tax.value)
        return [found(_categorised(whole, exemption), exemption[1])]
    return []


def _several_rates(net: Decimal, tax: Decimal, amounts: Sequence[Amount], mark: str) -> list[Found[TaxSubtotal]]:
    """Taxes of several rates without what they are on, if that comes to the net total."""
    for some in _runs(amounts):
        rates = [next((f.value for f in figures(one.row.text, mark) if f.percent and f.value), None) for one in some]
        pairs = [(abs(one.value), rate) for one, rate in zip(some, rates, strict=True) if rate]
        on = sum((value * 100 / rate for value, rate in pairs), _ZERO)
        unsure = sum((_CENT * 100 / rate for _, rate in pairs), _ZERO)
        if len(pairs) == len(some) and sum(value for value, _ in pairs) == tax and abs(on - net) <= unsure:
            return [
                found(TaxSubtotal(category="S", rate=rate, taxable_amount=None, tax_amount=value), one.row)
                for one, (value, rate) in zip(some, pairs, strict=True)
            ]
    return []


def _exemption(paper: Paper) -> tuple[str, Row] | None:
    """UNTDID 5305 code and row of what says why there is no VAT; not of what says when there would be none."""
    for row in paper.rows:
        for code, words in untaxed().items():
            match = words.search(row.whole)
            if match and not cue("if").search(row.whole) and not cue("in_case_of").search(row.whole[: match.start()]):
                return code, row
    return None


def _categorised(subtotal: TaxSubtotal, exemption: tuple[str, Row] | None) -> TaxSubtotal:
    if subtotal.rate:
        return subtotal.model_copy(update={"category": "S"})
    if not exemption:
        return subtotal.model_copy(update={"category": "Z"})
    return subtotal.model_copy(update={"category": exemption[0], "exemption_reason": exemption[1].text})
