"""A product list in a file, as an ERP that can only be read: list prices, no stock, no customers."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, cast

from connectors.base import Refused
from jobs.crm import Written
from jobs.erp import (
    CreateQuotation,
    Money,
    Ordered,
    OwnNumber,
    PricedLine,
    PricedQuotation,
    Product,
    Provenance,
    QuotationLine,
    Stock,
    Terms,
)

_CENT = Decimal("0.01")


class ProductListError(Exception):
    """The list cannot be used; the message names file, line and column."""


class ProductList:
    """Implements `connectors.base.Erp` over a file of one product per line: JSON objects (`.jsonl`) or CSV with a
    heading (comma, semicolon or tab). `sku` and `name` are required; `price`, `currency` (EUR where there is none),
    `barcode`, `unit` and `description` are used where given. A product without a price is found, and priced at zero."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._products: list[Product] = []
        self._prices: dict[int, Money] = {}
        for number, row in _rows(path):
            self._add(number, row)
        if not self._products:
            raise ProductListError(f"{path}: holds no product")

    def products(self, changed_since: datetime | None = None) -> Iterator[list[Product]]:
        yield [] if changed_since else self._products

    def terms(self, customer_id: int) -> Terms:
        return Terms(
            customer_id=customer_id,
            pricelist=self._path.name,
            currency="",
            language="",
            payment_terms="",
            credit_limit=None,
            credit_used=None,
            blocked="",
            delivery_address="",
        )

    def own_numbers(self, customer_id: int) -> list[OwnNumber]:
        return []

    def ordered(self, customer_id: int) -> list[Ordered]:
        return []

    def price(self, customer_id: int | None, lines: Sequence[QuotationLine]) -> PricedQuotation:
        """Raises Refused for lines in several currencies."""
        currencies = {self._prices[line.product_id].currency for line in lines}
        if len(currencies) > 1:
            raise Refused(f"{self._path.name}: the lines are priced in several currencies: {', '.join(currencies)}")
        [currency] = currencies
        priced = tuple(self._line(line) for line in lines)
        untaxed = sum((line.net.amount for line in priced), Decimal("0.00"))
        total = Money(amount=untaxed, currency=currency, source=self._source(0, "sum of the lines"))
        return PricedQuotation(
            pricelist=self._path.name,
            currency=currency,
            lines=priced,
            untaxed=total,
            tax=total.model_copy(update={"amount": Decimal("0.00")}),
            total=total,
        )

    def stock(self, product_ids: Sequence[int]) -> list[Stock]:
        return []

    def create_quotation(self, quotation: CreateQuotation) -> Written:
        raise Refused(f"{self._path.name} is a list to read, no quotation can be written to it")

    def _line(self, line: QuotationLine) -> PricedLine:
        price = self._prices[line.product_id]
        net = (price.amount * line.quantity).quantize(_CENT, ROUND_HALF_UP)
        return PricedLine(
            product_id=line.product_id,
            quantity=line.quantity,
            unit_price=price,
            discount=Decimal(0),
            net=price.model_copy(update={"amount": net}),
            taxes=(),
            cost=None,
        )

    def _add(self, number: int, row: Mapping[str, Any]) -> None:
        values = {name: str(row.get(name) or "").strip() for name in ("sku", "name", "barcode", "description", "unit")}
        values["sku"] = str(row["sku"]).strip() if row.get("sku") is not None else ""  # 0 is an article number, too
        for name in ("sku", "name"):
            if not values[name]:
                raise ProductListError(f"{self._path}, line {number}: {name} is missing")
        self._products.append(Product.model_validate({"id": number, **values}))
        amount = self._amount(number, row.get("price"))
        currency = str(row.get("currency") or "EUR").strip().upper()
        self._prices[number] = Money(amount=amount, currency=currency, source=self._source(number, "list price"))

    def _amount(self, number: int, value: Any) -> Decimal:
        text = str(value if value is not None else "").strip()
        try:
            amount = Decimal(text or "0")
        except InvalidOperation:
            raise ProductListError(f"{self._path}, line {number}: price {text!r} is no number such as 12.50") from None
        if not amount.is_finite() or amount < 0:
            raise ProductListError(f"{self._path}, line {number}: price {text!r} is no price")
        return amount

    def _source(self, number: int, rule: str) -> Provenance:
        return Provenance(model=self._path.name, id=number, field="price", version="", rule=rule)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each product with the number of its line. Raises ProductListError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ProductListError(f"{path}: is not UTF-8") from None
    except OSError as error:
        raise ProductListError(f"{path}: {error.strerror}") from None
    return _objects(path, text) if text.lstrip().startswith("{") else _table(path, text)


def _objects(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line, parse_float=str)  # a price as it is written, not as a binary fraction
        except ValueError as error:
            raise ProductListError(f"{path}, line {number}: is no JSON object: {error}") from None
        if not isinstance(row, dict):
            raise ProductListError(f"{path}, line {number}: is no JSON object")
        yield number, cast("dict[str, Any]", row)


def _table(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    missing = {"sku", "name"} - {name.strip().lower() for name in reader.fieldnames or ()}
    if missing:
        raise ProductListError(f"{path}, line 1: no column {' and '.join(sorted(missing))}")
    for row in reader:
        yield reader.line_num, {str(name).strip().lower(): value for name, value in row.items()}
