"""The lines of an invoice: rows in which quantity times price is the amount, and those of a table that name one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, islice, product, zip_longest

from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.invoice.days import days
from sandbox.rehearsal.invoice.figures import Figure, exact, figures
from sandbox.rehearsal.invoice.page import Row
from sandbox.rehearsal.invoice.paper import Paper
from sandbox.rehearsal.invoice.roles import roles
from sandbox.rehearsal.invoice.totals import Totals, adjustments
from sandbox.rehearsal.invoice.vocabulary import bag, heading, label
from sandbox.rehearsal.quote.vocabulary import units

_CENT = Decimal("0.01")
_HALF_CENT = Decimal("0.00501")
_HIGHEST_RATE = 30
_PRICE_PLACES = 6
_PER = (10, 100, 1000)
"""Units that a price may be for, beside one."""
_MOST = 1_000
_FEWEST_CELLS, _FEWEST_LETTERS = 3, 3
"""Of a line outside a table; of a description."""
_LONGEST_REST = 60
"""Characters of a row in which a description goes on."""
_REACH = 6
"""Figures before an amount in which quantity and price stand."""
_UNIT = re.compile(r"\s*([^\W\d_][\w²³'-]*\.?(?:\([^\W\d_]{1,3}\))?|m[²³])")
_OTHER_FACT = re.compile(r":|@|\d{4}|\d[.,]\d\d\b(?!\s?\w)|\b(?:nr|no|n°|nº|ref|art)\b\.?", re.I)
"""A label, a number, an amount."""
_ARTICLE_BELOW = re.compile(
    r"\(?\b(?:art(?:ikel|icle|icolo|ículo)?|item|réf|ref|cod|code|sku)\b\.?[ -]?(?:-?(?:nr|no|n°|nº)\b\.?)?:?\s?"
    r"(?P<number>(?=[\w./-]*\d)[A-Z0-9][\w./-]{2,})\)?",
    re.I,
)
_COUNTED = re.compile(r"(?P<count>\d{1,3}(?:[.,' ]\d{3})+|\d{1,6})\s?[x×]\s+(?P<text>[^\W\d_].{2,})")
_SUM = re.compile(r"(?<=[\s(])(?=(?P<sum>\d[\d.,]* ?\S{0,5}? ?[x×*à@] ?\D{0,5}\d[\d.,]*\D{1,9}\d[\d.,]*))")
"""Quantity, price and amount in running text."""
_LEAD = re.compile(r"^(?:\d{1,3}[.)]\s|[-–•*·]\s)?\s*")
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
    amount_row: Row | None = None
    """In which the amount stands."""

    @property
    def proven(self) -> bool:
        return self.unit_price is not None

    def turned(self) -> "Line":
        """With the amount above zero, and the quantity."""
        return replace(self, net=self.net and -self.net, quantity=self.quantity and abs(self.quantity))

    def multiplied(self) -> "Line":
        """With the amount as the price of one, where it does not say what it is."""
        if self.proven or self.quantity is None or self.net is None:
            return self
        return replace(self, unit_price=self.net, net=self.net * self.quantity)


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
    for some in (lines, [line.multiplied() for line in lines]):
        if sum_of(some) == wanted:
            return list(some)
    missing = wanted - sum_of(proven)
    one = next((line for line in lines if not line.proven and line.net == missing), None)
    return sorted([*proven, one], key=lambda line: line.row.number) if one and missing else proven


def sum_of(lines: Iterable[Line]) -> Decimal:
    return sum((line.net or Decimal(0) for line in lines), Decimal(0))


@dataclass(frozen=True)
class _Table:
    """The columns that a heading names, by kind, and how many cells it has."""

    columns: Mapping[str, int]
    width: int


def _rows(paper: Paper) -> Iterator[Line]:
    table: _Table | None = None
    line: Line | None = None
    last = -1  # The row that the line reaches down to.
    for row, under in zip_longest(paper.rows, paper.rows[1:]):
        above = paper.rows[row.number - 1] if row.number else None
        if heads := _heading(row):
            table = heads
        elif table and _is_total(row):
            table = table if "carried" in roles(row.folded[0]) else None
        elif line and row is line.amount_row and row is not line.row:
            last = row.number
        elif new := _line(row, above, under, table, paper.mark):
            if line:
                yield line
            line, last = new, row.number
        elif line and table and row.number == last + 1 and (more := _more(line, row, paper)):
            line, last = more, row.number
    if line:
        yield line


def _more(line: Line, row: Row, paper: Paper) -> Line | None:
    """With what the row below says of it: the rest of its description, its article number."""
    article = _ARTICLE_BELOW.search(row.text) if len(row.cells) == 1 else None
    if article and not line.item_number:
        line = replace(line, item_number=article["number"])
    if _goes_on(row, paper):
        return replace(line, description=f"{line.description} {row.text}")
    return line if article else None


def _goes_on(row: Row, paper: Paper) -> bool:
    """Whether a row is the rest of the description above it: words alone, and no other fact of the line."""
    if len(row.cells) > 1 or len(row.text) > _LONGEST_REST or not re.search(r"[^\W\d_]{2,}|^\d{1,3}$", row.text):
        return False
    return not (_OTHER_FACT.search(_ARTICLE_BELOW.sub("", row.text)) or any(days(row.whole, paper.month_first)))


def _heading(row: Row) -> _Table | None:
    kinds: dict[str, int] = {}
    for cell, folded in enumerate(row.folded):
        if kind := _column(folded):
            kinds.setdefault(kind, cell)
    is_one = len({"description", "quantity", "unit_price", "net"} & kinds.keys()) > 1
    return _Table(kinds, len(row.cells)) if is_one else None


@lru_cache(maxsize=2_000)
def _column(folded: str) -> str | None:
    bare = folded.strip(" :*")
    without_currency = " ".join(re.sub(r"\([^)]*\)|[€£$]|\b(?:eur|chf|gbp|usd)\b", " ", bare).split())
    return next((kind for name in (bare, without_currency) for kind, names in heading().items() if name in names), None)


def _is_total(row: Row) -> bool:
    return bool(roles(row.folded[0]) & {"net", "gross", "payable", "prepaid", "lines", "carried", "tax"})


def _line(row: Row, above: Row | None, under: Row | None, table: _Table | None, mark: str) -> Line | None:
    """Outside a table only what arithmetic proves."""
    if not _description(row):
        return _named_above(row, above, mark)
    if not table and (counted := _counted(row, mark)):
        return counted
    if not table and (len(row.cells) < _FEWEST_CELLS or _is_total(row)):
        return _prose(row, mark)
    cells = [list(figures(_without_days(cell), mark)) for cell in row.cells]
    description = _description(row)
    proof = _proof(cells)
    if table and not proof:
        proof = (_proof(cells, _amount(under, mark)) if under else None) or _in_columns(cells, table)
    if proof:
        return Line(
            description=description,
            row=row,
            net=proof.net.value,
            quantity=proof.quantity.value,
            unit=_unit(row, proof),
            unit_price=proof.net_price,
            rate=_rate(cells, table, proof.discount, row.cells.index(description)),
            item_number=_item_number(row, description),
            amount_row=under if proof.net_below else row,
        )
    last = next((one for some in reversed(cells) for one in some if one.is_money), None)
    if not table or not last or (last.value < 0 and label("allowance").search(row.whole)):
        return _prose(row, mark) if not table else None
    if len(row.cells) == 1:
        return None
    return Line(description, row, last.value, rate=_rate(cells, table, None, row.cells.index(description)))


@dataclass(frozen=True)
class _Proof:
    """Quantity times price, less a discount in per cent, is the amount; or columns are headed so."""

    quantity: Figure
    cell: int
    """Of the quantity."""
    price: Figure
    discount: Decimal
    net: Figure
    net_below: bool = False
    per: int = 1
    """How many units the price is for."""

    @property
    def net_price(self) -> Decimal:
        """BT-146: of one unit, less the discount; for a discount that the row does not say what makes the amount."""
        whole = self.quantity.value * self.price.value / self.per
        if not self.discount and abs(whole) > abs(self.net.value) + _rounding(self.quantity.value, self.price):
            return round(self.net.value / self.quantity.value, _PRICE_PLACES).normalize()
        if not self.discount:
            return self.price.value / self.per
        price = (self.price.value * (100 - self.discount) / 100).normalize()
        return max(price, price.quantize(_CENT), key=lambda one: -int(one.as_tuple().exponent))


def _proof(cells: Sequence[Sequence[Figure]], below: Figure | None = None) -> _Proof | None:
    """The last amount of a row, or the one below it, that two figures before it make up."""
    numbers = [(cell, one) for cell, some in enumerate(cells) for one in some]
    discounts = [Decimal(0), *(one.value for _, one in numbers if one.percent and 0 < one.value < 100)]
    places = [(len(numbers), below)] if below else [(at, one) for at, (_, one) in enumerate(numbers)]
    for place, net in reversed(places):
        if net.percent or not (net.is_money or net.decimals == 0):
            continue
        before = [(cell, one) for cell, one in numbers[max(0, place - _REACH) : place] if not one.percent and one.value]
        for discount, pair in product(discounts, combinations(before, 2)):
            (cell, quantity), (_, price) = sorted(pair, key=lambda one: _is_price(one[1]))
            if price.value > 0 and _makes(quantity.value, price.value, discount, net.value):
                return _Proof(quantity, cell, price, discount, net, below is not None)
    return None


def _in_columns(cells: Sequence[Sequence[Figure]], table: _Table) -> _Proof | None:
    """What the columns say, whether or not it adds up; for a price that is for ten, a hundred or a thousand units,
    arithmetic says so."""
    at = [table.columns.get(kind) for kind in ("quantity", "unit_price", "net")]
    if len(cells) != table.width or None in at:
        return None
    quantities, prices, nets = ([one for one in cells[place or 0] if not one.percent] for place in at)
    if any(len(some) != 1 for some in (quantities, prices, nets)) or quantities[0].start or not nets[0].is_money:
        return None
    quantity, price, net = quantities[0], prices[0], nets[0]
    if quantity.value <= 0 or price.value <= 0:
        return None
    per = (per for per in _PER if abs(quantity.value * price.value / per - abs(net.value)) <= _HALF_CENT)
    return _Proof(quantity, at[0] or 0, price, Decimal(0), net, per=next(per, 1))


def _rounding(quantity: Decimal, price: Figure) -> Decimal:
    """What a price that is rounded to its last digit makes."""
    return quantity * Decimal(1).scaleb(-price.decimals) / 2 + _HALF_CENT


def _is_price(one: Figure) -> bool:
    return bool(one.currency) or one.decimals >= 2


def _makes(quantity: Decimal, price: Decimal, discount: Decimal, net: Decimal) -> bool:
    return abs(abs(quantity) * price * (100 - discount) / 100 - abs(net)) <= _HALF_CENT


def _amount(row: Row, mark: str) -> Figure | None:
    """The amount of a row that has one."""
    money = [one for one in figures(row.text, mark) if one.is_money]
    return money[0] if len(money) == 1 else None


def _rate(
    cells: Sequence[Sequence[Figure]], table: _Table | None, discount: Decimal | None, named: int
) -> Decimal | None:
    """Per cent of VAT: with its sign, or in the column that is headed so. `named` is the cell of the description,
    which may speak of other ones."""
    beside = [one for cell, some in enumerate(cells) for one in some if cell != named and one.percent]
    percents = [one.value for one in beside if one.value <= _HIGHEST_RATE]
    marked = [one for one in percents if one != discount] or percents[1:]
    at = table.columns.get("rate") if table and len(cells) == table.width else None
    in_column = at is not None and len(cells[at]) == 1
    if not marked and at is not None and in_column and not cells[at][0].decimals:
        return cells[at][0].value if cells[at][0].value <= _HIGHEST_RATE else None
    return marked[-1] if marked else None


def _without_days(text: str) -> str:
    """The figures of a date are no quantity and no price; everything else stays where it is."""
    for day in days(fold(text), month_first=False):
        text = f"{text[: day.start]}{'x' * (day.end - day.start)}{text[day.end :]}"
    return text


def _description(row: Row) -> str:
    """The cell with the most letters; a unit is none."""
    letters = [sum(map(len, _words(folded))) for folded in row.folded]
    return row.cells[letters.index(max(letters))] if max(letters) >= _FEWEST_LETTERS else ""


@lru_cache(maxsize=2_000)
def _words(folded: str) -> tuple[str, ...]:
    """What may name a thing: no unit, no currency, no small word between quantity and price."""
    return tuple(word for word in re.findall(r"[^\W\d_]+", folded) if word not in units() | bag("beside_figures"))


def _unit(row: Row, proof: _Proof) -> str | None:
    """Behind the quantity, or in a cell beside it."""
    match = _UNIT.match(row.cells[proof.cell], proof.quantity.end)
    if match:
        return match[1]
    for beside in (proof.cell + 1, proof.cell - 1):
        if 0 <= beside < len(row.cells) and row.folded[beside].strip(".") in units():
            return row.cells[beside]
    return None


def _item_number(row: Row, description: str) -> str | None:
    before = row.cells[: row.cells.index(description)]
    return next((cell for cell in reversed(before) if _ARTICLE.fullmatch(cell) and len(cell) > 2), None)


def _counted(row: Row, mark: str) -> Line | None:
    """`1 x Hire of a crane | 120.00`, without a table. Of more than one it does not say whether that is for all."""
    match = _COUNTED.fullmatch(row.cells[0])
    money = [one for cell in row.cells[1:] for one in figures(cell, mark)]
    count = exact(match["count"], mark) if match else None
    if not match or not count or len(money) != 1 or not money[0].is_money:
        return None
    return Line(match["text"], row, money[0].value, count, unit_price=money[0].value if count == 1 else None)


def _named_above(row: Row, above: Row | None, mark: str) -> Line | None:
    """`4 h à 85.00 | 340.00`, with what it is in the row above."""
    proof = _proof([list(figures(cell, mark)) for cell in row.cells])
    if not proof or not above or not _is_price(proof.price) or len(above.cells) > 1 or _is_total(above):
        return None
    description = _LEAD.sub("", above.text)
    if not re.search(r"[^\W\d_]{3,}", description) or any(one.is_money for one in figures(description, mark)):
        return None
    return Line(
        description,
        row,
        proof.net.value,
        quantity=proof.quantity.value,
        unit=_unit(row, proof),
        unit_price=proof.net_price,
    )


def _prose(row: Row, mark: str) -> Line | None:
    """`Two days on site: 2 x 400.00 = 800.00`, without a table."""
    for match in _SUM.finditer(row.text):
        text = _LEAD.sub("", row.text[: match.start()]).strip(" :,–-")
        numbers = list(figures(match["sum"], mark))
        if len(numbers) == 3 and len(re.sub(r"[\W\d_]", "", text)) >= _FEWEST_LETTERS:
            quantity, price, net = (one.value for one in numbers)
            if _makes(quantity, price, Decimal(0), net):
                return Line(text, row, net, quantity=quantity, unit_price=price)
    return None
