"""Odoo as the ledger of what is owed to vendors."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from connectors.base import Refused, Unavailable
from connectors.odoo.notes import add_note
from connectors.odoo.partners import Partners, any_of
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.text import clean
from jobs.crm import Written
from jobs.invoice import texts
from jobs.purchasing import (
    BillLine,
    BookedBill,
    BookedLine,
    CreateBill,
    OrderLine,
    OwnCompany,
    PurchaseOrder,
    Vendor,
    VendorClues,
)

_CANDIDATES = 500
_BOOKED_LINES, _READ_LINES = 500, 2000
_BILLS = ["in_invoice", "in_refund", "in_receipt"]
_KINDS = {"invoice": "in_invoice", "credit_note": "in_refund"}
_ORDER_STATES = {"purchase": "open", "done": "open", "cancel": "cancelled"}
_CENT, _ROUNDING = Decimal("0.01"), Decimal("0.05")
"""The difference in tax that rounding can make, and that is adjusted as in Odoo's own form; in the bill's currency."""
_WITHOUT = frozenset({"Z", "E", "AE", "K", "G", "O"})
"""UNTDID 5305: the vendor charges no tax."""
_SELF_ASSESSED = frozenset({"AE", "K"})
"""UNTDID 5305: the buyer owes the tax."""
_TERMS = "property_supplier_payment_term_id"
_CATEGORIES = {
    "S": "standard rate",
    "Z": "zero rate",
    "E": "exempt",
    "AE": "reverse charge",
    "K": "intra-community supply",
    "G": "export outside the EU",
    "O": "not subject to VAT",
}
_MOVE = (
    "state",
    "invoice_origin",
    "currency_id",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "create_date",
    "write_date",
)
_DEFAULTS: Row = {
    "invoice_date_due": {},
    "tax_country_id": {"fields": {"code": {}}},
    "invoice_line_ids": {
        "fields": {
            "quantity": {},
            "account_id": {},
            "product_uom_id": {},
            "tax_ids": {"fields": {}},
        }
    },
}


@dataclass(frozen=True)
class _Tax:
    id: int
    rate: Decimal
    """Per cent that the vendor charges: none where the buyer owes the tax."""
    self_assessed: bool
    category: str
    country: str


class OdooPayables:
    """Implements `connectors.base.Payables`. The right in Odoo has to be "Invoicing / Billing" at least, which reads
    purchase orders, too; the user of the API key should belong to the one company that the bills are for.

    Only accounts that someone in Odoo has trusted (*Send Money*) count as a vendor's: an account that was merely typed
    in, which is how a forged one gets there, is none that may be paid to. No account is ever created or changed.

    A draft bill keeps its reference in `invoice_origin`, which Odoo itself fills with the numbers of orders only when
    someone completes a bill from an order by hand. The link to an order is that of its lines, as when Odoo makes the
    bill, so that the order counts what is billed. Odoo 19 does not refuse a second bill with a vendor's number, not
    even when it is posted: it warns. Odoo 17 and 18 round prices to the decimals of "Product Price": bills with finer
    ones are refused there until that accuracy is raised.
    """

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc
        self._partners = Partners(rpc)

    def company(self) -> OwnCompany:
        fields = ("name", "vat", "currency_id", "country_id", "partner_id")
        [row] = self._rpc.search_read("res.company", [], fields, order="id", limit=1)
        banks = self._rpc.search_read(
            "res.partner.bank", [["partner_id", "=", row["partner_id"][0]]], ("acc_number",), order="id"
        )
        return OwnCompany(
            name=row["name"],
            vat=row["vat"] or "",
            ibans=tuple(bank["acc_number"] for bank in banks),
            currency=row["currency_id"][1],
            country=self._rpc.value("res.country", row["country_id"]).upper(),
        )

    # Vendors

    def find_vendors(self, clues: VendorClues) -> list[Vendor]:
        companies = self._partners.by_contact(clues.emails, (), clues.vats) | self._partners.by_name(clues.names)
        companies |= self._partners.by_id((*clues.ids, *self._holders(clues.ibans)))
        found = self._partners.read(companies, ("name", "vat", "country_id", _TERMS))
        banks = self._banks([row["id"] for row, _ in found])
        days = self._payment_days([row[_TERMS][0] for row, _ in found if row[_TERMS]])
        return [
            Vendor(
                id=row["id"],
                name=row["name"] or "",
                vat=row["vat"] or "",
                ibans=tuple(bank["acc_number"] for bank in banks if bank["vendor"] == row["id"]),
                emails=emails,
                country=self._rpc.value("res.country", row["country_id"]).upper(),
                payment_days=days.get(row[_TERMS][0]) if row[_TERMS] else None,
                payment_terms=row[_TERMS][1] if row[_TERMS] else "",
            )
            for row, emails in found
        ]

    def _holders(self, ibans: Sequence[str]) -> list[int]:
        """Partners with one of these accounts, trusted or not: it may tell who is meant."""
        numbers = sorted({_account(iban) for iban in ibans} - {""})
        if not numbers:
            return []
        domain = [["sanitized_acc_number", "in", numbers]]
        rows = self._rpc.search_read("res.partner.bank", domain, ("partner_id",), limit=_CANDIDATES)
        return [row["partner_id"][0] for row in rows if row["partner_id"]]

    def _banks(self, vendors: Sequence[int]) -> list[Row]:
        """Accounts that may be paid to, of the companies and of their contacts, each with the `vendor` it is of."""
        if not vendors:
            return []
        domain = [["partner_id.commercial_partner_id", "in", list(vendors)], ["allow_out_payment", "=", True]]
        rows = self._rpc.search_read("res.partner.bank", domain, ("acc_number", "partner_id"), order="id")
        vendor = self._companies([row["partner_id"][0] for row in rows])
        return [row | {"vendor": vendor[row["partner_id"][0]]} for row in rows]

    def _companies(self, partners: Sequence[int]) -> dict[int, int]:
        """The company that each partner belongs to, or is."""
        if not partners:
            return {}
        domain = [["id", "in", sorted(set(partners))]]
        rows = self._rpc.search_read("res.partner", domain, ("commercial_partner_id",), active_test=False)
        return {row["id"]: row["commercial_partner_id"][0] for row in rows}

    def _payment_days(self, terms: Sequence[int]) -> dict[int, int]:
        """Of the terms that are a number of days after the invoice's date."""
        if not terms:
            return {}
        fields = ("payment_id", "delay_type", "nb_days")
        rows = self._rpc.search_read("account.payment.term.line", [["payment_id", "in", sorted(set(terms))]], fields)
        of_term: dict[int, list[Row]] = {}
        for row in rows:
            of_term.setdefault(row["payment_id"][0], []).append(row)
        single = ((term, lines[0]) for term, lines in of_term.items() if len(lines) == 1)
        return {term: line["nb_days"] for term, line in single if line["delay_type"] == "days_after"}

    # Purchase orders

    def orders(self, numbers: Sequence[str]) -> list[PurchaseOrder]:
        names = ("name", "partner_id", "partner_ref", "currency_id", "state", "locked")
        fields = [name for name in names if name in self._rpc.fields("purchase.order")]
        if not fields:
            return []  # Without Odoo's purchase module.
        found = self._numbered("purchase.order", ("name", "partner_ref"), numbers, [], fields, _same)
        if not found:
            return []
        vendors = self._companies([row["partner_id"][0] for row in found])
        lines = self._order_lines(found, vendors)
        locks = self._locks_when_confirmed()
        return [_order(row, vendors[row["partner_id"][0]], lines[row["id"]], locks) for row in found]

    def _numbered(
        self,
        model: str,
        names: Sequence[str],
        numbers: Sequence[str],
        domain: Domain,
        fields: Sequence[str],
        keys: Callable[[str], set[str]],
    ) -> list[Row]:
        """Records whose number, in one of the fields `names`, has one of its `keys` in common with one of these."""
        numbers = [number for number in dict.fromkeys(map(clean, numbers)) if texts.compact(number)]
        if not numbers:
            return []
        wanted = {key for number in numbers for key in keys(number)}
        # As it was typed first: of the looser pattern there may be too many.
        exact: list[Domain] = [[name, "=ilike", _literal(number)] for name in names for number in numbers]
        loose: list[Domain] = [[name, "=ilike", _loose(number)] for name in names for number in numbers]
        rows: dict[int, Row] = {}
        for terms in (exact, loose):
            found = self._rpc.search_read(
                model, [*domain, *any_of(terms)], fields, order="id desc", limit=_CANDIDATES, active_test=False
            )
            rows |= {row["id"]: row for row in found if any(wanted & keys(row[name] or "") for name in names)}
        return [rows[id_] for id_ in sorted(rows)]

    def _order_lines(self, orders: Sequence[Row], vendors: dict[int, int]) -> dict[int, list[OrderLine]]:
        unit = self._line_field("purchase.order.line", "product_uom_id", "product_uom")
        fields = ("order_id", "name", "product_id", "product_qty", unit, "price_unit", "discount", "price_subtotal")
        fields += ("qty_received", "qty_received_method", "qty_invoiced")
        domain = [["order_id", "in", [row["id"] for row in orders]], ["display_type", "=", False]]
        rows = self._rpc.search_read("purchase.order.line", domain, fields, order="order_id, sequence, id")
        ids = sorted({row["product_id"][0] for row in rows if row["product_id"]})
        products = self._products(ids)
        numbers = self._vendor_numbers(products)
        vendor_of = {order["id"]: vendors[order["partner_id"][0]] for order in orders}
        lines: dict[int, list[OrderLine]] = {order["id"]: [] for order in orders}
        for row in rows:
            product = products.get(row["product_id"][0]) if row["product_id"] else None
            number = numbers.get((vendor_of[row["order_id"][0]], product["id"]), "") if product else ""
            lines[row["order_id"][0]].append(_order_line(row, unit, product, number))
        return lines

    def _products(self, ids: Sequence[int]) -> dict[int, Row]:
        fields = ("default_code", "product_tmpl_id", "purchase_method")
        rows = self._rpc.search_read("product.product", [["id", "in", list(ids)]], fields, active_test=False)
        return {row["id"]: row for row in rows}

    def _vendor_numbers(self, products: dict[int, Row]) -> dict[tuple[int, int], str]:
        """The vendors' numbers of the products, by vendor and product; one for a variant before one for all."""
        templates = sorted({row["product_tmpl_id"][0] for row in products.values()})
        domain = [["product_tmpl_id", "in", templates], ["product_code", "!=", False]]
        fields = ("partner_id", "product_id", "product_tmpl_id", "product_code")
        rows = self._rpc.search_read("product.supplierinfo", domain, fields, order="id desc")
        vendors = self._companies([row["partner_id"][0] for row in rows])
        return {
            (vendors[row["partner_id"][0]], product): row["product_code"]
            for row in sorted(rows, key=lambda row: bool(row["product_id"]))
            for product, its in products.items()
            if row["product_tmpl_id"] == its["product_tmpl_id"] and product == (row["product_id"] or [product])[0]
        }

    def _locks_when_confirmed(self) -> bool:
        """Whether this company locks every order that it confirms, so that a lock says nothing."""
        if "po_lock" not in self._rpc.fields("res.company"):
            return False
        rows = self._rpc.search_read("res.company", [], ("po_lock",), order="id", limit=1)
        return rows[0]["po_lock"] == "lock"

    def _line_field(self, model: str, name: str, before_19: str) -> str:
        return name if name in self._rpc.fields(model) else before_19

    # Bills

    def bills(
        self, vendor_ids: Sequence[int], numbers: Sequence[str], gross_total: Decimal | None = None
    ) -> list[BookedBill]:
        if not vendor_ids:
            return []
        of_vendors: Domain = [
            ["commercial_partner_id", "in", list(vendor_ids)],
            ["move_type", "in", _BILLS],
            ["state", "!=", "cancel"],
        ]
        fields = ("commercial_partner_id", "ref", "move_type", "invoice_date", "currency_id", "amount_total", "state")
        fields += ("invoice_origin",)
        found = self._numbered("account.move", ("ref",), numbers, of_vendors, fields, _alike)
        if gross_total is not None:
            half_a_cent = _CENT / 2
            about = [["amount_total", ">", float(abs(gross_total) - half_a_cent)]]
            about += [["amount_total", "<", float(abs(gross_total) + half_a_cent)]]
            same = [*of_vendors, *about]
            found += self._rpc.search_read("account.move", same, fields, order="id desc", limit=_CANDIDATES)
        return [_booked(row) for row in {row["id"]: row for row in found}.values()]

    def booked_lines(self, vendor_id: int) -> list[BookedLine]:
        domain = [
            ["partner_id.commercial_partner_id", "=", vendor_id],
            ["move_type", "in", _BILLS],
            ["parent_state", "=", "posted"],
            ["display_type", "=", "product"],
            ["account_id", "!=", False],
        ]
        fields = ("name", "account_id", "product_id")
        order = "invoice_date desc, id desc"  # Odoo's own date of a bill is the end of its month.
        rows = self._rpc.search_read("account.move.line", domain, fields, order=order, limit=_READ_LINES)
        ids = sorted({row["account_id"][0] for row in rows})
        found = self._rpc.search_read("account.account", [["id", "in", ids]], ("code",), active_test=False)
        codes = {row["id"]: row["code"] for row in found}
        lines: dict[str, BookedLine] = {}
        for row in rows:
            code, words = codes.get(row["account_id"][0]), row["name"] or ""
            if code and words.strip():
                product = row["product_id"][0] if row["product_id"] else None
                lines.setdefault(words, BookedLine(description=words, account=code, product_id=product))
        return list(lines.values())[:_BOOKED_LINES]

    def accounts(self, codes: Sequence[str]) -> list[str]:
        known = self._account_ids(codes)
        return [code for code in dict.fromkeys(map(clean, codes)) if code in known]

    def _account_ids(self, codes: Iterable[str]) -> dict[str, str]:
        wanted = sorted({clean(code) for code in codes} - {""})
        if not wanted:
            return {}
        rows = self._rpc.search_read("account.account", [["code", "in", wanted]], ("code",))
        return {row["code"]: str(row["id"]) for row in rows}

    # Writing

    def create_bill(self, bill: CreateBill) -> Written:
        reference = clean(bill.reference)
        by_reference = [["invoice_origin", "=", reference], ["move_type", "in", _BILLS]]
        # The external id is the vendor's number, not the case: of two cases with one invoice, at the same moment, the
        # second finds the bill of the first.
        identity = f"{bill.vendor_id} {bill.kind} {texts.compact(bill.number)}"
        id_, found = self._rpc.write_once("account.move", identity, by_reference, lambda: self._rows(bill, reference))
        move = self._move(id_)
        if move["invoice_origin"] != reference:
            name = f"account.move {id_}, {move['state']}, from {move['invoice_origin'] or 'no source'}"
            raise Refused(
                f"Odoo has a bill {bill.number} of this vendor already: {name}; if it is void, delete it first"
            )
        if move["state"] == "draft":
            if move["write_date"] == move["create_date"]:  # What someone has changed since is theirs.
                self._settle(move, bill)
            add_note(self._rpc, "account.move", id_, reference, bill.note)
        url = f"{self._rpc.url}/mail/view?model=account.move&res_id={id_}"
        return Written(write=bill.write, model="account.move", id=id_, url=url, found=found)

    def _rows(self, bill: CreateBill, reference: str) -> list[dict[str, str]]:
        """As `load` takes them. What is left to Odoo (account, unit, due date) is asked for first: in an import an
        empty cell means none."""
        ordered = self._ordered(bill)
        shown = self._computed(bill, ordered)
        head = {
            "move_type": _KINDS[bill.kind],
            "partner_id/.id": str(bill.vendor_id),
            "ref": bill.number,
            "invoice_origin": reference,
            "invoice_date": bill.issue_date.isoformat(),
            "currency_id/.id": self._rpc.id_of("res.currency", bill.currency, "active currency"),
            **self._due(bill, shown),
            **self._bank(bill),
        }
        taxes = self._taxes()
        accounts = self._account_ids(line.account for line in bill.lines)
        country = shown["tax_country_id"]["code"] if shown["tax_country_id"] else ""
        rows = [
            _line(line, computed, ordered.get(line.order_line_id or 0), linked=bool(ordered))
            | {"account_id/.id": _account_id(line, computed, accounts)}
            | {"tax_ids/.id": ",".join(map(str, _tax_ids(line, bill, computed, taxes, country)))}
            for line, computed in zip(bill.lines, shown["invoice_line_ids"], strict=True)
        ]
        lines = [{f"invoice_line_ids/{name}": cell for name, cell in row.items()} for row in rows]
        return [head | lines[0], *lines[1:]]

    def _ordered(self, bill: CreateBill) -> dict[int, Row]:
        """The lines of orders that the bill's refer to."""
        ids = sorted({line.order_line_id for line in bill.lines if line.order_line_id})
        if not ids:
            return {}
        unit = self._line_field("purchase.order.line", "product_uom_id", "product_uom")
        rows = self._rpc.search_read("purchase.order.line", [["id", "in", ids]], ("product_id", unit))
        found = {row["id"]: {"product_id": row["product_id"], "unit": row[unit]} for row in rows}
        if missing := set(ids) - found.keys():
            raise Refused(f"Odoo has no order line {min(missing)} (purchase.order.line)")
        return found

    def _computed(self, bill: CreateBill, ordered: dict[int, Row]) -> Row:
        """The bill as Odoo's form would fill it in."""
        commands: list[list[Any]] = []
        for number, line in enumerate(bill.lines):
            values: Row = {"display_type": "product", "name": line.description, "quantity": float(line.quantity)}
            product = _product(line, ordered.get(line.order_line_id or 0))
            commands.append([0, str(number), values | ({"product_id": product} if product else {})])
        values = {
            "move_type": _KINDS[bill.kind],
            "partner_id": bill.vendor_id,
            "invoice_date": bill.issue_date.isoformat(),
            "invoice_line_ids": commands,
        }
        context = {"default_move_type": _KINDS[bill.kind]}
        answer = self._rpc.ask(
            "account.move", "onchange", ids=[], values=values, field_names=[], fields_spec=_DEFAULTS, context=context
        )
        rows = {virtual_id: row for _, virtual_id, row in answer["value"]["invoice_line_ids"]}
        return answer["value"] | {"invoice_line_ids": [rows[str(number)] for number in range(len(bill.lines))]}

    def _due(self, bill: CreateBill, shown: Row) -> dict[str, str]:
        """A day that does not follow from the vendor's terms takes their place: Odoo would go back to them."""
        if bill.due_date is None or shown["invoice_date_due"] == bill.due_date.isoformat():
            return {}
        return {"invoice_payment_term_id/.id": "", "invoice_date_due": bill.due_date.isoformat()}

    def _bank(self, bill: CreateBill) -> dict[str, str]:
        """A credit note is not paid to the vendor."""
        if not bill.iban or bill.kind == "credit_note":
            return {}
        for bank in self._banks([bill.vendor_id]):
            if _account(bank["acc_number"]) == _account(bill.iban):
                return {"partner_bank_id/.id": str(bank["id"])}
        raise Refused(f"Odoo has no account {bill.iban} of this vendor that is trusted to send money to")

    def _taxes(self) -> list[_Tax]:
        """Those on purchases that come on top of the price, in the order that Odoo lists them."""
        names = ("amount", "price_include", "country_id", "invoice_repartition_line_ids", "ubl_cii_tax_category_code")
        fields = [name for name in names if name in self._rpc.fields("account.tax")]
        domain = [["type_tax_use", "=", "purchase"], ["amount_type", "=", "percent"]]
        rows = self._rpc.search_read("account.tax", domain, fields, order="sequence, id")
        parts = self._rpc.search_read(
            "account.tax.repartition.line",
            [["repartition_type", "=", "tax"], ["tax_id", "in", [row["id"] for row in rows]]],
            ("factor_percent",),
        )
        factors = {part["id"]: Decimal(str(part["factor_percent"])) / 100 for part in parts}
        return [self._tax(row, factors) for row in rows if not row["price_include"]]

    def _tax(self, row: Row, factors: dict[int, Decimal]) -> _Tax:
        own = [factors[part] for part in row["invoice_repartition_line_ids"] if part in factors]
        amount = Decimal(str(row["amount"]))
        rate = amount * sum(own, Decimal(0)) if own else amount
        return _Tax(
            id=row["id"],
            rate=rate,
            self_assessed=bool(amount) and not rate,
            category=row.get("ubl_cii_tax_category_code") or "",
            country=self._rpc.value("res.country", row["country_id"]),
        )

    def _move(self, id_: int) -> Row:
        rows = self._rpc.search_read("account.move", [["id", "=", id_]], _MOVE)
        if not rows:
            raise Unavailable(f"Odoo: the bill {id_} was deleted while it was being checked")
        return rows[0]

    def _settle(self, move: Row, bill: CreateBill) -> None:
        """Adjusts the tax where only rounding differs; else takes the draft away again where Odoo's totals are not the
        bill's, and raises Refused."""
        ours = (bill.net, bill.tax, bill.gross)
        theirs, currency = _totals(move), move["currency_id"][1]
        off = bill.tax - theirs[1]
        same_otherwise = (theirs[0], theirs[0] + bill.tax, currency) == (bill.net, bill.gross, bill.currency)
        if same_otherwise and 0 < abs(off) <= _ROUNDING:
            self._adjust_tax(move["id"], off)
            theirs = _totals(self._move(move["id"]))
        if (theirs, currency) == (ours, bill.currency):
            return
        problem = f"Odoo computes {_words(theirs, currency)}, not {_words(ours, bill.currency)}"
        try:
            self._rpc.call("account.move", "unlink", ids=[move["id"]])
        except Refused as error:
            raise Refused(f"{problem}; its draft bill {move['id']} has to be deleted by hand: {error}") from error
        raise Refused(f"{problem}; its draft bill was deleted again")

    def _adjust_tax(self, move: int, off: Decimal) -> None:
        """As a clerk does it in the form: by the amount that the form shows below the lines, the largest one if there
        are several."""
        [row] = self._rpc.search_read("account.move", [["id", "=", move]], ("tax_totals",))
        totals = row["tax_totals"]
        groups = [group for subtotal in totals["subtotals"] for group in subtotal["tax_groups"]]
        if groups:
            largest = max(groups, key=lambda group: abs(group["tax_amount_currency"]))
            largest["tax_amount_currency"] = float(_amount(largest["tax_amount_currency"]) + off)
            self._rpc.call("account.move", "write", ids=[move], vals={"tax_totals": totals})


def _order(row: Row, vendor: int, lines: Sequence[OrderLine], locks: bool) -> PurchaseOrder:
    """Closed is an order that is invoiced in full, or that someone has locked by hand (called done before Odoo 19).
    Odoo's own invoice status does not tell: it is "fully billed" while goods are still to come."""
    state = _ORDER_STATES.get(row["state"], "draft")
    locked = (row.get("locked") or row["state"] == "done") and not locks
    billed = [line.invoiced >= line.quantity for line in lines if line.quantity > 0]
    if state == "open" and (locked or (billed and all(billed))):
        state = "closed"
    return PurchaseOrder.model_validate(
        {
            "id": row["id"],
            "number": row["name"],
            "vendor_id": vendor,
            "vendor_reference": row["partner_ref"] or "",
            "currency": row["currency_id"][1],
            "state": state,
            "lines": tuple(lines),
        }
    )


def _order_line(row: Row, unit: str, product: Row | None, vendor_number: str) -> OrderLine:
    return OrderLine(
        id=row["id"],
        product_id=product["id"] if product else None,
        sku=(product["default_code"] or "") if product else "",
        vendor_sku=vendor_number,
        description=row["name"] or "",
        quantity=_exact(row["product_qty"]),
        received=_received(row, product),
        invoiced=_exact(row["qty_invoiced"]),
        unit=row[unit][1] if row[unit] else "",
        unit_price=_net_price(row),
    )


def _received(row: Row, product: Row | None) -> Decimal | None:
    """What came into stock; where someone would have to type it in, only of products that are billed as received."""
    by_hand = row["qty_received_method"] == "manual" and product and product["purchase_method"] == "receive"
    return _exact(row["qty_received"]) if by_hand or row["qty_received_method"] == "stock_moves" else None


def _net_price(row: Row) -> Decimal:
    """Less discount. Where the line's amount is another, the price has tax in it."""
    quantity, price = _exact(row["product_qty"]), _exact(row["price_unit"] * (1 - (row["discount"] or 0) / 100))
    subtotal = _exact(row["price_subtotal"])
    return price if not quantity or abs(price * quantity - subtotal) <= _CENT else _exact(float(subtotal / quantity))


def _booked(row: Row) -> BookedBill:
    return BookedBill(
        id=row["id"],
        vendor_id=row["commercial_partner_id"][0],
        number=row["ref"] or "",
        kind="credit_note" if row["move_type"] == "in_refund" else "invoice",
        issue_date=date.fromisoformat(row["invoice_date"]) if row["invoice_date"] else None,
        currency=row["currency_id"][1],
        gross_total=_amount(row["amount_total"]),
        draft=row["state"] == "draft",
        reference=row["invoice_origin"] or "",
    )


def _product(line: BillLine, ordered: Row | None) -> int | None:
    return line.product_id or (ordered["product_id"][0] if ordered and ordered["product_id"] else None)


def _line(line: BillLine, computed: Row, ordered: Row | None, *, linked: bool) -> dict[str, str]:
    """The order's unit is that of the quantity, as where Odoo makes the bill. The line's amount is what counts: where
    Odoo rounds the quantity, or the price does not make the amount, the price follows from them."""
    quantity, price = _exact(computed["quantity"]), line.unit_price
    if not quantity:
        quantity, price = Decimal(1), line.net_amount
    elif quantity * price != line.net_amount:
        price = line.net_amount / quantity
    product = _product(line, ordered)
    unit = ordered["unit"] if ordered else computed["product_uom_id"]
    return {
        "name": line.description or "-",
        "quantity": f"{quantity:f}",
        "price_unit": f"{price:f}",
        "product_id/.id": str(product or ""),
        "product_uom_id/.id": str(_id(unit) or ""),
    } | ({"purchase_line_id/.id": str(line.order_line_id or "")} if linked else {})


def _id(many2one: Any) -> int | None:
    """However it is given: as `search_read` or as `onchange` does."""
    if isinstance(many2one, list):
        return cast(int, many2one[0])
    return cast(Row, many2one)["id"] if isinstance(many2one, dict) else many2one or None


def _account_id(line: BillLine, computed: Row, accounts: dict[str, str]) -> str:
    code = clean(line.account)
    if code and code not in accounts:
        raise Refused(f"Odoo has no account {code} (account.account)")
    return accounts[code] if code else str(_id(computed["account_id"]) or "")


def _tax_ids(line: BillLine, bill: CreateBill, computed: Row, taxes: Sequence[_Tax], country: str) -> list[int]:
    """Odoo's own choice for this product, account and vendor where it is of the invoice's rate and category; else the
    first tax that is. No tax is taken where the invoice has none and does not say why."""
    own = [tax["id"] for _, _, tax in computed.get("tax_ids", [])]
    rate = Decimal(0) if line.vat_rate is None and line.vat_category in _WITHOUT else line.vat_rate
    if rate is None:
        return own if bill.tax else []
    fitting = [tax for tax in taxes if tax.country in ("", country) and _fits(tax, line.vat_category)]
    rates = {tax.id: tax.rate for tax in fitting}
    if own and all(id_ in rates for id_ in own) and sum(rates[id_] for id_ in own) == rate:
        return own
    if not rate and not line.vat_category:
        return []
    right = [tax for tax in fitting if tax.rate == rate]
    if right:
        return [max(right, key=lambda tax: tax.category == line.vat_category).id]
    if line.vat_category == "O":
        return []
    words = _CATEGORIES.get(line.vat_category, "")
    category = f", category {line.vat_category} ({words})" if words else ""
    where = f" for {country}" if country else ""
    raise Refused(
        f"Odoo has no tax on purchases of {rate:f} %{category}{where}: set one up under Invoicing / "
        "Configuration / Taxes, with the price excluding it"
    )


def _fits(tax: _Tax, category: str) -> bool:
    """By the category that Odoo's tax names, if it does; else by who owes it. An unknown category is one that the
    vendor charges; what is no matter of VAT at all is no matter of other taxes either."""
    if (tax.category and category) or category == "O":
        return tax.category == category
    return tax.self_assessed == (category in _SELF_ASSESSED) and (tax.category not in _SELF_ASSESSED or bool(category))


def _groups(number: str) -> list[str]:
    """Runs of letters and of digits, without leading zeros."""
    return [group.lstrip("0") or "0" for group in re.findall(r"[^\W\d_]+|\d+", texts.bare(number))]


def _same(number: str) -> set[str]:
    """What two numbers have in common that differ in blanks, signs and capitals only."""
    return {texts.compact(number)} - {""}


def _alike(number: str) -> set[str]:
    """The same, or that differ in leading zeros."""
    return _same(number) | ({"-".join(_groups(number))} - {""})


def _loose(number: str) -> str:
    """An SQL LIKE pattern for whatever is the same as the number or alike, and for more."""
    return f"%{'%'.join(''.join(_groups(number)))}%"


def _literal(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", clean(text))


def _account(number: str) -> str:
    return re.sub(r"\W+", "", clean(number)).upper()


def _totals(move: Row) -> tuple[Decimal, ...]:
    return tuple(_amount(move[name]) for name in ("amount_untaxed", "amount_tax", "amount_total"))


def _words(amounts: Sequence[Decimal], currency: str) -> str:
    net, tax, gross = amounts
    return f"{net:f} + {tax:f} tax = {gross:f} {currency}"


def _amount(value: float) -> Decimal:
    """As Odoo rounds it, without the noise of binary fractions; at least cents."""
    exact = _exact(value)
    return exact if int(exact.as_tuple().exponent) < -2 else exact.quantize(_CENT)


def _exact(value: float) -> Decimal:
    """Without the noise of binary fractions and without trailing zeros."""
    exact = Decimal(repr(round(float(value), 8))).normalize()
    return exact if int(exact.as_tuple().exponent) < 0 else exact.quantize(Decimal(1))
