"""From a line as requested to a line that the ERP can price: which product, and how many of its own unit."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jobs.edits import covered
from jobs.erp import Match, Ordered, Pack, Product, QuotationLine
from jobs.quote.rules import QuoteRules
from jobs.quote.schema import Candidate, QuoteLine, WantedLine

_MULTIPLES = {"dozen": Decimal(12), "kilometre": Decimal(1000)}
_CONTAINERS = frozenset(("box", "carton", "pack", "ring", "drum", "roll"))


@dataclass(frozen=True)
class Conversion:
    """A requested quantity in the product's own unit; None where nobody but a person can say."""

    factor: Decimal | None
    doubt: str = ""
    """Why a person should look, in words."""


def expand(lines: Sequence[QuoteLine], ordered: Sequence[Ordered], edited: Collection[str]) -> list[QuoteLine]:
    """The lines with the products that a person has chosen, none yet for the others, and with "same as last time" spelt
    out from the customer's latest order. What that order has more than one line goes to the end, so that the lines
    before keep their places."""
    expanded, more = [_unmatched(line, f"lines[{i}].sku", edited) for i, line in enumerate(lines)], list[QuoteLine]()
    latest = [line for line in ordered if line.order == ordered[0].order]
    for i, line in enumerate(expanded):
        if not line.repeats_order or line.from_order or line.sku or line.left_out or not latest:
            continue
        repeated = [_repeated(line, earlier) for earlier in latest]
        if len(latest) == 1 and line.quantity is not None:
            repeated = [repeated[0].model_copy(update={"quantity": line.quantity, "unit": line.unit})]
        expanded[i] = repeated[0]
        more += repeated[1:]
    return expanded + more


def asked(line: WantedLine) -> str:
    """The words that the catalogue is asked for."""
    return f"{line.context} {line.requested}" if line.context else line.requested


def place(line: QuoteLine, match: Match, rules: QuoteRules, language: str) -> QuoteLine:
    """The line with what the catalogue says to it; a line that is left out keeps its candidates, but no product."""
    product = None if line.left_out else match.product
    factor = conversion(line, product, rules, language).factor if product else None
    quantity = None if line.quantity is None or factor is None else Decimal(str(line.quantity)) * factor
    return line.model_copy(
        update={
            "sku": product.sku if product else line.sku,
            "status": "none" if line.left_out else match.status,
            "why": "a person has left this line out" if line.left_out else match.reason,
            "candidates": [
                Candidate(
                    sku=found.product.sku,
                    name=found.product.name,
                    score=round(found.score, 3),
                    conflict="; ".join(found.conflicts),
                )
                for found in match.candidates
            ],
            "product_id": product.id if product else None,
            "name": product.name if product else "",
            "order_quantity": quantity.normalize() + 0 if quantity is not None else None,
            "order_unit": product.unit if product else "",
        }
    )


def conversion(line: QuoteLine, product: Product, rules: QuoteRules, language: str) -> Conversion:
    """How many of the product's own unit one of the requested unit is."""
    word = line.unit or ""
    kind, own = rules.unit_kind(word, language), rules.unit_kind(product.unit) or product.unit.casefold()
    if not word:
        doubt = f"no unit is named; it is sold by the {product.unit}" if product.packs and own == "metre" else ""
        return Conversion(Decimal(1), doubt)
    if kind == own or word.casefold() == product.unit.casefold():
        return Conversion(Decimal(1))
    if kind == "dozen" or (kind == "kilometre" and own == "metre"):
        return Conversion(_MULTIPLES[kind])
    if kind == "piece" and own in ("pair", "set"):
        return Conversion(Decimal(1), f"“{word}” is read as {product.unit}, as it is sold")
    if kind in _CONTAINERS:
        return _packed(word, kind, line, product, rules)
    if not product.unit:
        return Conversion(Decimal(1))
    return Conversion(None, f"“{word}” is no unit that it is sold in ({_sold_in(product)})")


def offered(line: QuoteLine) -> bool:
    return line.product_id is not None and line.order_quantity is not None


def to_price(lines: Sequence[QuoteLine]) -> list[QuotationLine]:
    """What the ERP is asked to price: the lines that are offered, in order."""
    return [
        QuotationLine(product_id=line.product_id, quantity=line.order_quantity)
        for line in lines
        if line.product_id is not None and line.order_quantity is not None
    ]


def breaks_to_price(lines: Sequence[QuoteLine]) -> list[QuotationLine]:
    """The offered lines again, at each quantity that a price is asked for."""
    return [
        QuotationLine(product_id=line.product_id, quantity=quantity)
        for line in lines
        if line.product_id is not None
        for quantity in break_quantities(line)
    ]


def break_quantities(line: QuoteLine) -> list[Decimal]:
    """The quantities that prices are asked for, in the product's own unit. One alone is the line itself."""
    if not offered(line) or not line.quantity or line.order_quantity is None or len(line.price_breaks) < 2:
        return []
    factor = line.order_quantity / Decimal(str(line.quantity))
    return [Decimal(str(quantity)) * factor for quantity in line.price_breaks]


def _unmatched(line: QuoteLine, path: str, edited: Collection[str]) -> QuoteLine:
    kept = line.from_order or covered(path, edited)
    return line if kept else line.model_copy(update={"sku": None})


def _repeated(line: QuoteLine, earlier: Ordered) -> QuoteLine:
    return line.model_copy(
        update={
            "sku": earlier.sku,
            "quantity": float(earlier.quantity),
            "unit": earlier.unit or None,
            "from_order": f"{earlier.order} of {earlier.ordered_on:%Y-%m-%d}",
        }
    )


def _packed(word: str, kind: str, line: QuoteLine, product: Product, rules: QuoteRules) -> Conversion:
    fitting = [pack for pack in product.packs if _pack_kind(pack, rules) == kind]
    fitting = fitting or ([product.packs[0]] if len(product.packs) == 1 else [])
    numbers = {Decimal(number) for number in re.findall(r"\d+", f"{line.requested} {word}")}
    if len(fitting) > 1:
        fitting = [pack for pack in fitting if pack.quantity in numbers]
    if len(fitting) != 1:
        return Conversion(None, f"“{word}” may be one of several, or none: it is sold in {_sold_in(product)}")
    [pack] = fitting
    doubt = "" if _pack_kind(pack, rules) == kind else f"“{word}” is read as {pack.name}"
    return Conversion(pack.quantity, doubt)


def _pack_kind(pack: Pack, rules: QuoteRules) -> str | None:
    return rules.unit_kind(re.split(r"[\s(]", pack.name, maxsplit=1)[0])


def _sold_in(product: Product) -> str:
    return ", ".join([product.unit or "pieces", *(pack.name for pack in product.packs)])
