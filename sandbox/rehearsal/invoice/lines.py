"""The lines of an invoice: rows in which quantity times price is the amount, and those of a table that name one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import combinations, islice

from sandbox.rehearsal.invoice.figures import Figure, figures
from sandbox.rehearsal.invoice.page import Row
from sandbox.rehearsal.invoice.paper import Paper
from sandbox.rehearsal.invoice.roles import roles
from sandbox.rehearsal.invoice.totals import Totals, adjustments
from sandbox.rehearsal.invoice.vocabulary import heading
from sandbox.rehearsal.quote.vocabulary import units

_HALF_CENT = Decimal("0.005")
_HIGHEST_RATE = 30
_MOST = 1_000
_UNIT = re.compile(r"\s*([^\W\d_][\w²³'-]*\.?(?:\([^\W\d_]{1,3}\))?|m[²³])")
_ARTICLE = re.compile(r"(?=[^\s]*\d)[\w./-]{3,}|[A-Z]{2,6}")


@dataclass(frozen=True)
class Line:
    description: str
    row: Row
    net: Decimal | None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    rate: Decimal | None = None
    item_number: str | None = None

    @property
    def proven(self) -> bool:
        return self.quantity is not None

    def turned(self) -> "Line":
        """With the amount above zero, and the quantity."""
        return replace(self, net=self.net and -self.net, quantity=self.quantity and abs(self.quantity))


def read_lines(paper: Paper) -> list[Line]:
    """Rows that may be lines: arithmetic proves them, or they stand in the table and name an amount."""
    return list(islice(_rows(paper), _MOST))


def kept_lines(lines: Sequence[Line], totals: Totals) -> list[Line]:
    """Those that arithmetic proves; with those that only name an amount where they make up the net total. Prices with
    VAT are no net prices."""
    if totals.negative:
        lines = [line.turned() for line in lines]
    proven = [line for line in lines if line.proven]
    if not totals.net:
        return proven
    if totals.gross and totals.gross.value != totals.net.value and sum_of(proven) == totals.gross.value:
        return [replace(line, unit_price=None, net=None) for line in proven]
    changes = adjustments(totals, sum_of(lines)) or adjustments(totals, sum_of(proven))
    wanted = totals.net.value - sum((one.value.amount * (1 if one.value.charge else -1) for one in changes), Decimal(0))
    if sum_of(lines) == wanted:
        return list(lines)
    missing = wanted - sum_of(proven)
    one = next((line for line in lines if not line.proven and line.net == missing), None)
    return sorted([*proven, one], key=lambda line: line.row.number) if one and missing else proven


def sum_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.net or Decimal(0) for line in lines), Decimal(0))


def _rows(paper: Paper) -> Iterator[Line]:
    columns: dict[str, int] = {}
    for row in paper.rows:
        kinds = _heading(row)
        if kinds:
            columns = kinds
            continue
        if not columns:
            line = _line(row, paper.mark) if len(row.cells) > 2 and not _is_total(row) else None
            line = line if line and line.proven else _prose(row, paper.mark)
            if line:
                yield line
            continue
        if _is_total(row):
            if _ends_table(row):
                columns = {}
            continue
        line = _line(row, paper.mark)
        if line:
            yield line


def _heading(row: Row) -> dict[str, int]:
    """The columns that a row heads, by kind."""
    kinds: dict[str, int] = {}
    for cell, folded in enumerate(row.folded):
        kind = _column(folded)
        if kind and kind not in kinds:
            kinds[kind] = cell
    named = {"description", "quantity", "unit_price", "net"} & kinds.keys()
    return kinds if len(named) > 1 and "description" in named | {"description"} and len(row.cells) > 1 else {}


@cache
def _column(folded: str) -> str | None:
    bare = folded.strip(" :*")
    for kind, names in heading().items():
        if bare in names:
            return kind
    words = re.sub(r"\(.*?\)|[€£$]|\beur\b|\bchf\b|\bgbp\b|\busd\b", " ", bare).strip()
    return next((kind for kind, names in heading().items() if " ".join(words.split()) in names), None)


def _is_total(row: Row) -> bool:
    return bool(roles(row.folded[0]) & {"net", "gross", "payable", "prepaid", "lines", "carried", "tax"})


def _ends_table(row: Row) -> bool:
    return "carried" not in roles(row.folded[0])


def _line(row: Row, mark: str) -> Line | None:
    cells = [list(figures(cell, mark)) for cell in row.cells]
    description = _description(row, cells)
    if not description:
        return None
    best = _proof(row, cells)
    rate = next((one.value for cell in cells for one in cell if one.percent and one.value <= _HIGHEST_RATE), None)
    if best:
        quantity, price, net, at = best
        return Line(
            description=description,
            row=row,
            net=net.value,
            quantity=quantity.value,
            unit=_unit(row, at, quantity),
            unit_price=price.value,
            rate=rate,
            item_number=_item_number(row, description),
        )
    last = cells[-1][-1] if cells[-1] else None
    if last and last.is_money and len(row.cells) > 1 and len(row.cells[-1]) < 20:
        return Line(description=description, row=row, net=last.value, rate=rate)
    return None


def _proof(row: Row, cells: Sequence[Sequence[Figure]]) -> tuple[Figure, Figure, Figure, int] | None:
    """Quantity, price and amount of a row, with the quantity's cell: the last amount that two figures before it make
    up, less a discount in per cent."""
    every = [(cell, one) for cell, found in enumerate(cells) for one in found]
    for place in range(len(every) - 1, 1, -1):
        net = every[place][1]
        if net.percent or not (net.is_money or net.decimals == 0):
            continue
        discounts = [one.value for _, one in every if one.percent and one.value < 100]
        for (at, first), (_, second) in combinations(every[max(0, place - 6) : place], 2):
            if first.percent or second.percent or not first.value or not second.value:
                continue
            quantity, price = (second, first) if _is_price(first) and not _is_price(second) else (first, second)
            if price.value < 0 or not _makes(quantity.value, price.value, net.value, discounts):
                continue
            where = at if quantity is first else next(c for c, one in every if one is quantity)
            return quantity, price, net, where
    return None


def _is_price(one: Figure) -> bool:
    return bool(one.currency) or one.decimals >= 2


def _makes(quantity: Decimal, price: Decimal, net: Decimal, discounts: Iterable[Decimal]) -> bool:
    for discount in (Decimal(0), *discounts):
        if abs(abs(quantity) * price * (100 - discount) / 100 - abs(net)) <= _HALF_CENT + Decimal("0.00001"):
            return True
    return False


def _description(row: Row, cells: Sequence[Sequence[Figure]]) -> str:
    """The cell with the most letters."""
    texts = [(len(re.sub(r"[\W\d]", "", cell)), cell) for cell in row.cells]
    letters, text = max(texts, key=lambda one: one[0])
    return text if letters > 2 else ""


def _unit(row: Row, at: int, quantity: Figure) -> str | None:
    """Behind the quantity, or in a cell beside it."""
    match = _UNIT.match(row.cells[at], quantity.end)
    if match:
        return match[1]
    for beside in (at + 1, at - 1):
        if 0 <= beside < len(row.cells) and row.folded[beside].strip(".") in units():
            return row.cells[beside]
    return None


def _item_number(row: Row, description: str) -> str | None:
    before = row.cells[: row.cells.index(description)]
    return next((cell for cell in reversed(before) if _ARTICLE.fullmatch(cell) and len(cell) > 2), None)


def _prose(row: Row, mark: str) -> Line | None:
    """`Two days on site: 2 x 400.00 = 800.00`, without a table."""
    match = re.search(
        r"(?P<text>[^\W\d].{2,80}?)[:,–-]?\s+(?P<sum>\d[\d.,]* ?\S{0,5}? ?[x×*à@] ?\D{0,3}\d[\d.,]*\D{1,6}\d[\d.,]*)",
        row.text,
    )
    if not match:
        return None
    numbers = list(figures(match["sum"], mark))
    if len(numbers) == 3 and _makes(numbers[0].value, numbers[1].value, numbers[2].value, ()):
        return Line(match["text"], row, numbers[2].value, numbers[0].value, None, numbers[1].value)
    return None
