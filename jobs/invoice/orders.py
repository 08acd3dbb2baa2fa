"""Three-way match: what is billed against what was ordered and what was received. More than that is an exception, less
is none. Tolerances are data (rules.toml)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import fuzz

from jobs.core import Check, Inputs
from jobs.grounding import normalise
from jobs.invoice import texts
from jobs.invoice.raising import error, number, shown, warning
from jobs.invoice.rules import InvoiceRules
from jobs.invoice.schema import InvoiceLine, InvoiceProposal
from jobs.purchasing import OrderLine, PurchaseFacts, PurchaseOrder, Vendor

_ASK = "Ask the supplier for a corrected invoice, or have the order changed by whoever placed it"
_ALIKE = 75
"""How alike two descriptions must be to mean the same line, 0 to 100, where no article number says so."""
_PACK = re.compile(
    r"\b(?:vp?e|packung|paket|pack|pak|box|karton|carton|doos|bo[iî]te|lot|sachet|confezione|caja|bolsa|per|pro|par|je)"
    r"[ .:]{0,2}(?:à |of |van |de |da |von |mit )?(\d{1,4})(?![\d.,x×])"
    r"|(?<![\d.,x×])(\d{1,4})(?:er\b|[ ]?(?:stk|stück|stuks|pcs|pieces|pi[eè]ces|pezzi|uds)\b)"
)
"""What says how many a pack holds."""
_LIKE_PRICE = Decimal("0.01")
"""Share by which a discount that is rounded may make a price another one."""
_SURE = 1000.0
_SAME_PRICE, _SAME_QUANTITY, _SAME_PLACE, _NAMED_LINE = 12.0, 8.0, 2.0, 20.0
"""What speaks for a line beside its description, on the same scale."""


def order_numbers(proposal: InvoiceProposal, inputs: Inputs) -> list[str]:
    """What the order reference may mean: all of it, the parts of a list, and the numbers in a sentence. Of a text that
    a model has read, also what looks like a number of our orders: leaving it out is no way around the comparison."""
    rules: InvoiceRules = inputs.rules
    text = "\n".join(source.text for source in inputs.sources) if texts.read_by_model(inputs) else ""
    standing = re.findall(rules.own_orders, text)
    reference = " ".join((proposal.order_reference or "").split())
    parts = re.split(r"\s*[,;]\s*|\s+(?:/|&|\+|and|und|en|et|e|y)\s+", reference)
    tokens = re.findall(r"[\w./-]*\d[\w./-]*\w|\d{3,}", reference) if " " in reference else []
    return list(dict.fromkeys(part for part in [reference, *parts, *tokens, *standing] if part))


def orders_of(vendor: Vendor | None, facts: PurchaseFacts | None) -> list[PurchaseOrder]:
    """Those of the orders looked up that were placed with this vendor."""
    return [order for order in facts.orders if vendor and order.vendor_id == vendor.id] if facts else []


def match_lines(proposal: InvoiceProposal, orders: Sequence[PurchaseOrder]) -> list[OrderLine | None]:
    """For each line of the invoice the order line that it bills. Each order line is given to the line that fits best;
    lines that are left may share one, as partial deliveries do. A line in another language, without an article number,
    is known by its price, if only one line of the order has it."""
    open_lines = [line for order in orders for line in order.lines]
    by_id = {line.id: line for line in open_lines}
    matched = [by_id.get(line.order_line_id) if line.order_line_id is not None else None for line in proposal.lines]
    scores = [
        (_fit(line, i, candidate, j), i, j)
        for i, line in enumerate(proposal.lines)
        if matched[i] is None
        for j, candidate in enumerate(open_lines)
    ]
    ranked = sorted((score for score in scores if score[0] > 0), key=lambda score: (-score[0], score[1], score[2]))
    taken = {line.id for line in matched if line}
    for shared in (False, True):
        for _, i, j in ranked:
            if matched[i] is None and (shared or open_lines[j].id not in taken):
                matched[i] = open_lines[j]
                taken.add(open_lines[j].id)
    return _by_price(proposal, matched, [line for line in open_lines if line.id not in taken])


def _by_price(
    proposal: InvoiceProposal, matched: Sequence[OrderLine | None], free: Sequence[OrderLine]
) -> list[OrderLine | None]:
    """Of the order lines that no other line bills, the only one at this price and of at least this quantity. What one
    line takes is none for the others."""
    result = list(matched)
    alike = {
        i: [other for other in free if _has_price(line, other)]
        for i, line in enumerate(proposal.lines)
        if matched[i] is None
    }
    while True:
        best = {i: _of_its_size(proposal.lines[i], lines) for i, lines in alike.items() if lines}
        ids = [line.id for lines in best.values() for line in lines]
        sure = {i: lines[0] for i, lines in best.items() if len(lines) == 1 and ids.count(lines[0].id) == 1}
        sure = sure or dict([(i, lines[0]) for i, lines in best.items() if len(lines) == 1][:1])
        if not sure:
            return result
        for i, line in sure.items():
            result[i] = line
        taken = {line.id for line in sure.values()}
        alike = {i: [line for line in lines if line.id not in taken] for i, lines in alike.items() if i not in sure}


def _of_its_size(line: InvoiceLine, others: Sequence[OrderLine]) -> list[OrderLine]:
    """Those with most of the figures that describe the line: sizes are the same in every language."""
    said = _figures(line.description)
    figures = [len(said & _figures(other.description)) for other in others]
    return [other for other, count in zip(others, figures, strict=True) if count == max(figures)]


@lru_cache(maxsize=10_000)
def _figures(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", text))


def _has_price(line: InvoiceLine, other: OrderLine) -> bool:
    price, units = unit_price(line), _units(line, other)
    if price is None or line.quantity is None or not 0 < line.quantity * units <= other.quantity:
        return False
    return _is_like(price / units, other.unit_price)


def check_orders(proposal: InvoiceProposal, vendor: Vendor | None, inputs: Inputs) -> Iterator[Check]:
    orders = orders_of(vendor, inputs.facts.purchase)
    yield from _references(proposal, vendor, orders, inputs)
    for order in orders:
        yield from _order(proposal, order)
    if orders and all(order.state == "open" and order.currency == proposal.currency for order in orders):
        matched = match_lines(proposal, orders)
        yield from _lines(proposal, orders, matched, inputs)
        yield from _totals(proposal, orders, matched, inputs)


def _references(
    proposal: InvoiceProposal, vendor: Vendor | None, orders: Sequence[PurchaseOrder], inputs: Inputs
) -> Iterator[Check]:
    rules: InvoiceRules = inputs.rules
    reference = (proposal.order_reference or "").strip()
    none = not reference or reference.casefold() in rules.no_order
    if orders or (none and not rules.orders_required):
        return
    facts = inputs.facts.purchase or PurchaseFacts()
    foreign = [order for order in facts.orders if texts.compact(order.number) == texts.compact(reference)]
    if none:
        message = "the invoice names no purchase order"
    elif foreign and vendor:
        message = f"purchase order {foreign[0].number} was not placed with {vendor.name}"
    else:
        message = f"the ERP has no purchase order {reference}"
    yield (error if rules.orders_required else warning)(
        "PO_UNKNOWN",
        "order_reference",
        message,
        found=reference,
        expected="an order of this vendor",
        advice="Set order_reference to the number of the order, or find out who ordered this",
    )


def _order(proposal: InvoiceProposal, order: PurchaseOrder) -> Iterator[Check]:
    said = {
        "closed": ("is closed: nothing more is to be billed on it", _ASK),
        "cancelled": ("is cancelled", "Find out whether anything was delivered; else reject"),
        "draft": ("is not confirmed yet", "Have the order confirmed in the ERP, then approve"),
    }
    if order.state in said:
        words, advice = said[order.state]
        yield _mismatch(
            "order_reference",
            f"purchase order {order.number} {words}",
            found=order.number,
            expected="an open order",
            advice=advice,
        )
    if proposal.currency and order.currency and proposal.currency != order.currency:
        yield _mismatch(
            "currency",
            f"purchase order {order.number} is in {order.currency}",
            found=proposal.currency,
            expected=order.currency,
            advice=_ASK,
        )


def _lines(
    proposal: InvoiceProposal, orders: Sequence[PurchaseOrder], matched: Sequence[OrderLine | None], inputs: Inputs
) -> Iterator[Check]:
    rules: InvoiceRules = inputs.rules
    elsewhere, by_model = texts.counted_elsewhere(inputs), texts.read_by_model(inputs)
    billed: dict[int, list[int]] = defaultdict(list)
    for i, (line, ordered) in enumerate(zip(proposal.lines, matched, strict=True)):
        if i in elsewhere:
            continue
        if ordered is None and not is_charge(line, rules):
            unsure = by_model and _is_within(proposal, orders, rules)
            yield from _unordered(f"lines[{i}]", line, proposal, unsure=unsure)
        elif ordered:
            billed[ordered.id].append(i)
            yield from _price(f"lines[{i}]", line, ordered, proposal, rules)
            if by_model:
                yield from _uncounted(f"lines[{i}]", line, ordered, proposal.currency)
    for ordered in {line.id: line for line in matched if line}.values():
        yield from _quantity(proposal, billed[ordered.id], ordered, rules)


def is_charge(line: InvoiceLine, rules: InvoiceRules) -> bool:
    """Freight and the like, as a line, up to what is tolerated of it on the whole invoice."""
    amount = line.net_amount
    named = re.match(rules.charge_lines, normalise(line.description)) is not None
    return named and amount is not None and 0 <= amount <= rules.order.charge_amount


def _is_within(proposal: InvoiceProposal, orders: Sequence[PurchaseOrder], rules: InvoiceRules) -> bool:
    """Whether all lines together cost no more than the orders have left, small surcharges apart."""
    billed = sum((line.net_amount or Decimal(0) for line in proposal.lines), Decimal(0))
    return billed <= _left(orders) + rules.order.charge_amount


def _left(orders: Sequence[PurchaseOrder]) -> Decimal:
    """What is ordered and not billed yet."""
    lines = [line for order in orders for line in order.lines]
    return sum((max(line.quantity - line.invoiced, Decimal(0)) * line.unit_price for line in lines), Decimal(0))


def _unordered(path: str, line: InvoiceLine, proposal: InvoiceProposal, *, unsure: bool) -> Iterator[Check]:
    """`unsure`: it may be ordered under a name in another language, or not have been read to its end."""
    if line.net_amount:
        yield (warning if unsure else error)(
            "PO_MISMATCH",
            path,
            f"“{line.description}” is {'not recognised on any' if unsure else 'on no'} line of the order",
            found=shown(line.net_amount, proposal.currency),
            expected="a line of the order",
            advice="Set order_line_id to the order's line if it is there under another name; else ask the supplier",
        )


def _uncounted(path: str, line: InvoiceLine, ordered: OrderLine, currency: str | None) -> Iterator[Check]:
    """Only the amount was read: more than the order line has left is too much, anything else is not known."""
    if line.net_amount is None or (line.quantity is not None and unit_price(line) is not None):
        return
    received = ordered.quantity if ordered.received is None else min(ordered.quantity, ordered.received)
    left = max(received - ordered.invoiced, Decimal(0)) * ordered.unit_price
    too_much = line.net_amount > left
    words = (
        "costs more than the order's line has left" if too_much else "has no quantity and price that can be compared"
    )
    yield (error if too_much else warning)(
        "PO_MISMATCH",
        path,
        f"“{line.description}” {words}",
        found=shown(line.net_amount, currency),
        expected=f"{number(ordered.quantity)} at {shown(ordered.unit_price, currency)}",
        advice="Set quantity and unit_price of the line as they stand in the original",
    )


def _price(
    path: str, line: InvoiceLine, ordered: OrderLine, proposal: InvoiceProposal, rules: InvoiceRules
) -> Iterator[Check]:
    price = unit_price(line)
    if price is None or line.quantity is None:
        return
    units = _units(line, ordered)
    price, quantity = price / units, line.quantity * units
    if _per_base(line, price, ordered):
        price, quantity = price * line.base_quantity, quantity / line.base_quantity
    over = price - ordered.unit_price
    allowed = abs(ordered.unit_price) * rules.order.price_percent / 100
    cost = abs(over * quantity)
    too_much = over > 0 or (over < 0 and proposal.is_credit_note)
    if too_much and cost > rules.rounding.amount and (abs(over) > allowed or cost > rules.order.price_line_amount):
        yield _mismatch(
            f"{path}.unit_price",
            f"“{line.description}” was ordered at another price; it makes {shown(cost, proposal.currency)}",
            found=shown(price, proposal.currency),
            expected=shown(ordered.unit_price, proposal.currency),
            advice=_ASK,
        )


def _units(line: InvoiceLine, ordered: OrderLine) -> Decimal:
    """How many of the order's units one of the line's is: a pack of 50, or a piece of what is ordered per 100. The
    words must give the number, and the price must say the same."""
    price = unit_price(line)
    for text, whole, part in (
        (f"{line.description} {line.unit or ''}", price, ordered.unit_price),
        (f"{ordered.description} {ordered.unit}", ordered.unit_price, price),
    ):
        for size in _pack_sizes(text):
            if whole and part and size > 1 and _is_like(whole / size, part):
                return Decimal(size) if whole is price else 1 / Decimal(size)
    return Decimal(1)


@lru_cache(maxsize=10_000)
def _pack_sizes(text: str) -> tuple[int, ...]:
    return tuple(int(one or other) for one, other in _PACK.findall(text.casefold()))


def _is_like(price: Decimal, ordered: Decimal) -> bool:
    return ordered > 0 and abs(price - ordered) <= ordered * _LIKE_PRICE


def _per_base(line: InvoiceLine, price: Decimal, ordered: OrderLine) -> bool:
    """Whether the order, too, prices so many units at once (per 100), as its amount shows."""
    whole = price * line.base_quantity
    if price <= 0 or ordered.unit_price <= 0:
        return False
    return max(whole / ordered.unit_price, ordered.unit_price / whole) < max(
        price / ordered.unit_price, ordered.unit_price / price
    )


def _quantity(
    proposal: InvoiceProposal, indexes: Sequence[int], ordered: OrderLine, rules: InvoiceRules
) -> Iterator[Check]:
    lines = [proposal.lines[i] for i in indexes]
    quantities = [line.quantity * _units(line, ordered) for line in lines if line.quantity is not None]
    here = sum(quantities, Decimal(0))
    earlier = Decimal(0) if proposal.is_credit_note else ordered.invoiced
    limits = [("ordered", ordered.quantity)]
    if ordered.received is not None and not proposal.is_credit_note:
        limits.append(("received", ordered.received))
    for what, limit in limits:
        allowed = limit + abs(limit) * rules.order.quantity_percent / 100
        if quantities and here + earlier > allowed and not _other_unit(lines, here, ordered, limit - earlier):
            before = f", and {number(earlier)} were billed before" if earlier else ""
            yield _mismatch(
                f"lines[{indexes[0]}].quantity",
                f"“{lines[0].description}”: {number(limit)} were {what}{before}",
                found=number(here),
                expected=number(max(limit - earlier, Decimal(0)) if limit >= 0 else limit - earlier),
                advice=_ASK if what == "ordered" else "Wait for the goods or have their receipt booked; else ask",
            )
            return


def _other_unit(lines: Sequence[InvoiceLine], here: Decimal, ordered: OrderLine, left: Decimal) -> bool:
    """Whether the invoice counts in another unit (pieces of a box) and comes to no more money than what is left."""
    if not ordered.unit or not here or not all(line.unit for line in lines):
        return False
    cost = sum((price * line.quantity for line in lines if (price := unit_price(line)) and line.quantity), Decimal(0))
    cheaper = cost / here < ordered.unit_price / 2
    return cheaper and cost <= left * ordered.unit_price


def _totals(
    proposal: InvoiceProposal, orders: Sequence[PurchaseOrder], matched: Sequence[OrderLine | None], inputs: Inputs
) -> Iterator[Check]:
    """What no line shows: an invoice without lines or without quantities, and surcharges."""
    rules: InvoiceRules = inputs.rules
    order = orders[0].number
    whole = all(line.quantity is not None and unit_price(line) is not None for line in proposal.lines)
    left, total = _left(orders), proposal.net_total
    charges = sum((item.amount for item in proposal.allowances_charges if item.charge), Decimal(0))
    charges += sum((line.allowance for line in proposal.lines if line.allowance > 0), Decimal(0))
    surcharges = [
        line for line, found in zip(proposal.lines, matched, strict=True) if not found and is_charge(line, rules)
    ]
    charges += sum((line.net_amount or Decimal(0) for line in surcharges), Decimal(0))
    unread = rules.order.charge_amount if texts.read_by_model(inputs) and not charges else Decimal(0)
    allowed = rules.order.price_line_amount + unread
    if not (proposal.lines and whole) and total is not None and total - left > allowed:
        yield _mismatch(
            "net_total",
            f"purchase order {order} has less left to bill",
            found=shown(total, proposal.currency),
            expected=shown(left, proposal.currency),
            advice=_ASK,
        )
    known = len(proposal.lines) - matched.count(None) + len(surcharges)
    if proposal.lines and charges > rules.order.charge_amount and known == len(proposal.lines):
        yield warning(
            "PO_CHARGE",
            "allowances_charges",
            f"there are surcharges that purchase order {order} does not show",
            found=shown(charges, proposal.currency),
            expected=f"up to {shown(rules.order.charge_amount, proposal.currency)}",
            advice="Find out whether they were agreed",
        )


def unit_price(line: InvoiceLine) -> Decimal | None:
    """Net price of one unit, less discounts of the line; its surcharges are compared with those of the order. Where no
    price is written, what the amount makes."""
    if line.unit_price is None and line.net_amount is not None and line.quantity:
        return line.net_amount / line.quantity
    if line.unit_price is None or not line.base_quantity:
        return None
    price = line.unit_price / line.base_quantity
    return price + line.allowance / line.quantity if line.allowance < 0 and line.quantity else price


def _fit(line: InvoiceLine, i: int, candidate: OrderLine, j: int) -> float:
    """How much speaks for this order line; 0: not enough."""
    said = {texts.compact(item) for item in (line.item_number, line.buyer_item_number) if item}
    known = {texts.compact(item) for item in (candidate.sku, candidate.vendor_sku) if item}
    sure = _SURE if said & known else 0
    alike = similarity(line.description, candidate.description)
    price = candidate.unit_price in (unit_price(line), line.unit_price)
    quantity = line.quantity == candidate.quantity
    if not sure and alike < _ALIKE and not (price and quantity and candidate.unit_price):
        return 0
    named = line.order_line is not None and line.order_line.strip().lstrip("0") == str(j + 1)
    beside = _SAME_PRICE * price + _SAME_QUANTITY * quantity + _SAME_PLACE * (i == j) + _NAMED_LINE * named
    return sure + alike + beside


def similarity(one: str, other: str) -> float:
    """0 to 100, of two descriptions: in any order of words, and one may say more than the other."""
    a, b = normalise(one), normalise(other)
    if not a or not b:
        return 0
    return max(fuzz.token_sort_ratio(a, b), 0.95 * fuzz.token_set_ratio(a, b))


def _mismatch(field: str, message: str, *, found: str, expected: str, advice: str) -> Check:
    return error("PO_MISMATCH", field, message, found=found, expected=expected, advice=advice)
