"""Odoo as an ERP."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connectors.base import Refused, Unavailable
from connectors.odoo.notes import add_note
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.text import clean
from jobs.crm import Written
from jobs.erp import (
    CreateQuotation,
    Money,
    Ordered,
    OwnNumber,
    Pack,
    PricedLine,
    PricedQuotation,
    Product,
    Provenance,
    QuotationLine,
    Stock,
    Terms,
)

_PAGE = 1000
_ORDERED = 200
_HOLDS = frozenset({"credit hold", "blocked"})
"""Partner tags that companies stop a customer's orders with; Odoo itself has no such field."""
_RULE_FIELDS = {"fixed": "fixed_price", "percentage": "percent_price", "formula": "price_discount"}
_RULE: Row = {
    "fields": {
        name: {}
        for name in ("write_date", "compute_price", "price", "base", "fixed_price", "percent_price", "min_quantity")
    }
}
_PRICED: Row = {
    "pricelist_id": {"fields": {"name": {}}},
    "currency_id": {"fields": {"name": {}, "decimal_places": {}}},
    "currency_rate": {},
    "amount_untaxed": {},
    "amount_tax": {},
    "amount_total": {},
}
_ORDER = ("name", "state", "amount_untaxed", "amount_tax", "amount_total", "currency_id", "create_date", "write_date")
_HEAD = (
    "company_id",
    "date_order",
    "partner_invoice_id",
    "partner_shipping_id",
    "fiscal_position_id",
    "pricelist_id",
    "currency_id",
)
"""What Odoo makes of an order's customer, and what the prices of its lines hang on."""


class OdooErp:
    """Implements `connectors.base.Erp`. The right in Odoo has to be "Sales / User: All Documents" at least. Only a
    "Sales / Administrator" may also take a draft away again; for others the refusal says which draft is left. Credit is
    known only to those who may see invoices. Packs are Odoo 19's packagings; earlier versions answer none.
    """

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    # Catalogue

    def products(self, changed_since: datetime | None = None) -> Iterator[list[Product]]:
        units = {row["id"]: row for row in self._rpc.search_read("uom.uom", [], ("name", "factor"), active_test=False)}
        domain: Domain = [["sale_ok", "=", True]]
        if changed_since:
            moment = changed_since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
            domain = [["write_date", ">=", moment]]  # That of a product is never before that of its template.
        languages = self._languages()
        last = 0
        while rows := self._product_rows([["id", ">", last], *domain], archived=changed_since is not None):
            names = self._other_names(rows, languages)
            yield [_product(row, names[row["id"]], units) for row in rows]
            last = rows[-1]["id"]

    def _product_rows(self, domain: Domain, *, archived: bool) -> list[Row]:
        names = ("display_name", "default_code", "barcode", "description_sale", "uom_id", "uom_ids", "active")
        names += ("sale_ok", "write_date")
        fields = [name for name in names if name in self._rpc.fields("product.product")]
        return self._rpc.search_read(
            "product.product",
            domain,
            fields,
            order="id",
            limit=_PAGE,
            active_test=not archived,
            display_default_code=False,
        )

    def _languages(self) -> list[str]:
        """The active ones besides American English, in which a call without a language is answered."""
        rows = self._rpc.search_read("res.lang", [["code", "!=", "en_US"]], ("code",), order="id")
        return [row["code"] for row in rows]

    def _other_names(self, rows: Sequence[Row], languages: Sequence[str]) -> dict[int, tuple[str, ...]]:
        names = {row["id"]: {row["display_name"]: None} for row in rows}
        domain: Domain = [["id", "in", list(names)]]
        context: Row = {"active_test": False, "display_default_code": False}
        for lang in languages:
            for row in self._rpc.search_read("product.product", domain, ("display_name",), **context, lang=lang):
                names[row["id"]][row["display_name"]] = None
        return {id_: tuple(found)[1:] for id_, found in names.items()}

    def stock(self, product_ids: Sequence[int]) -> list[Stock]:
        """Without the products that the company keeps no stock of, such as services."""
        rows = self._products(product_ids, "free_qty", "sale_delay", "is_storable", "type")
        kept = (row for row in rows.values() if row.get("is_storable", row["type"] == "product"))
        return [Stock(product_id=row["id"], free=_exact(row["free_qty"]), lead_days=row["sale_delay"]) for row in kept]

    def _products(self, ids: Sequence[int], *names: str) -> dict[int, Row]:
        """By id, in the order of `ids`. Field names that the database does not know are left out."""
        fields = [name for name in names if name in self._rpc.fields("product.product")]
        domain = [["id", "in", sorted(set(ids))]]
        rows = self._rpc.search_read("product.product", domain, fields, active_test=False, display_default_code=False)
        found = {row["id"]: row for row in rows}
        return {id_: found[id_] for id_ in ids if id_ in found}

    # Customers

    def terms(self, customer_id: int) -> Terms:
        name: Row = {"fields": {"name": {}}}
        address: Row = {"fields": {"contact_address_inline": {}}}
        spec = {"pricelist_id": name, "currency_id": name, "payment_term_id": name, "partner_shipping_id": address}
        order = self._onchange({"partner_id": customer_id}, spec)
        partner = self._partner(customer_id)
        return Terms(
            customer_id=customer_id,
            pricelist=_name(order["pricelist_id"]),
            currency=_name(order["currency_id"]),
            language=partner["lang"] or "",
            payment_terms=_name(order["payment_term_id"]),
            credit_limit=_credit_limit(partner),
            credit_used=_credit_used(partner),
            blocked=self._blocked(partner),
            delivery_address=" ".join((order["partner_shipping_id"]["contact_address_inline"] or "").split()),
        )

    def _partner(self, customer_id: int) -> Row:
        credit = ("credit", "credit_to_invoice", "credit_limit", "use_partner_credit_limit", "show_credit_limit")
        wanted = ("lang", "category_id", "sale_warn", "sale_warn_msg", *credit)
        fields = [name for name in wanted if name in self._rpc.fields("res.partner")]
        rows = self._rpc.search_read("res.partner", [["id", "=", customer_id]], fields, active_test=False)
        if not rows:
            raise Refused(f"Odoo has no customer {customer_id} (res.partner)")
        return rows[0]

    def _blocked(self, partner: Row) -> str:
        """The customer's sales warning and tags. Odoo 17 and 18 tell whether the warning stops an order; 19 does not,
        so that there any warning does."""
        warns = partner.get("sale_warn", "block") == "block" and partner.get("sale_warn_msg")
        tagged = [["id", "in", partner["category_id"]]]
        tags = self._rpc.search_read("res.partner.category", tagged, ("name",), order="id", active_test=False)
        reasons = [tag["name"] for tag in tags if tag["name"].casefold() in _HOLDS]
        return "; ".join([*reasons, *([" ".join(partner["sale_warn_msg"].split())] if warns else [])])

    def own_numbers(self, customer_id: int) -> list[OwnNumber]:
        """From the module product_customerinfo of the Odoo Community Association. A number that the customer gave to
        a product with variants, without saying which, names none of them."""
        model = "product.customerinfo"
        if not self._rpc.fields(model):
            return []
        domain = [["partner_id.commercial_partner_id", "=", customer_id], ["product_code", "!=", False]]
        rows = self._rpc.search_read(model, domain, ("product_code", "product_id", "product_tmpl_id"), order="id")
        variants = self._variants({row["product_tmpl_id"][0] for row in rows if not row["product_id"]})
        meant = [
            (row["product_code"], [row["product_id"][0]] if row["product_id"] else variants[row["product_tmpl_id"][0]])
            for row in rows
        ]
        return [OwnNumber(number=number, product_id=ids[0]) for number, ids in meant if len(ids) == 1]

    def _variants(self, templates: set[int]) -> dict[int, list[int]]:
        variants: dict[int, list[int]] = {template: [] for template in templates}
        if templates:
            domain = [["product_tmpl_id", "in", sorted(templates)]]
            for row in self._rpc.search_read("product.product", domain, ("product_tmpl_id",)):
                variants[row["product_tmpl_id"][0]].append(row["id"])
        return variants

    def ordered(self, customer_id: int) -> list[Ordered]:
        domain = [
            ["order_partner_id.commercial_partner_id", "=", customer_id],
            ["state", "in", ["sale", "done"]],
            ["display_type", "=", False],
            ["product_id", "!=", False],
        ]
        unit = self._line_field("product_uom_id", "product_uom")
        fields = ("order_id", "product_id", "product_uom_qty", unit)
        # Sorting by an order sorts as orders are: newest first.
        order = "order_id, sequence, id"
        rows = self._rpc.search_read("sale.order.line", domain, fields, order=order, limit=_ORDERED)
        if not rows:
            return []
        products = self._products([row["product_id"][0] for row in rows], "default_code", "display_name")
        ids = sorted({row["order_id"][0] for row in rows})
        found = self._rpc.search_read("sale.order", [["id", "in", ids]], ("name", "date_order"))
        orders = {row["id"]: row for row in found}
        return [
            Ordered(
                product_id=row["product_id"][0],
                sku=products[row["product_id"][0]]["default_code"] or "",
                name=products[row["product_id"][0]]["display_name"],
                quantity=_exact(row["product_uom_qty"]),
                unit=row[unit][1],
                order=orders[row["order_id"][0]]["name"],
                ordered_on=_moment(orders[row["order_id"][0]]["date_order"]).date(),
            )
            for row in rows
        ]

    # Prices

    def price(self, customer_id: int | None, lines: Sequence[QuotationLine]) -> PricedQuotation:
        order, rows = self._computed(customer_id, lines, self._priced_fields(), _PRICED)
        currency, digits = order["currency_id"]["name"], order["currency_id"]["decimal_places"]
        pricelist = _name(order["pricelist_id"])

        def total(field: str) -> Money:
            source = Provenance(model="sale.order", id=0, field=field, version="", rule=pricelist)
            return Money(amount=_rounded(order[field], digits), currency=currency, source=source)

        return PricedQuotation(
            pricelist=pricelist,
            currency=currency,
            lines=tuple(self._priced_line(row, order, pricelist) for row in rows),
            untaxed=total("amount_untaxed"),
            tax=total("amount_tax"),
            total=total("amount_total"),
        )

    def _computed(
        self, customer_id: int | None, lines: Sequence[QuotationLine], line_fields: Row, fields: Row
    ) -> tuple[Row, list[Row]]:
        """An order and its lines as Odoo would fill them in. In two steps, as its own form does it: an order that gets
        its customer and its lines at one time has list prices, whatever the customer's price list says."""
        customer = {"partner_id": customer_id or False}
        head = self._onchange(customer, {name: {} for name in _HEAD})
        commands = [
            [0, str(number), {"product_id": line.product_id, "product_uom_qty": float(line.quantity)}]
            for number, line in enumerate(lines)
        ]
        values = {**customer, **{name: head[name] for name in _HEAD}, "order_line": commands}
        order = self._onchange(values, {**fields, "order_line": {"fields": line_fields}})
        rows = {virtual_id: row for _, virtual_id, row in order["order_line"]}
        return order, [rows[str(number)] for number in range(len(lines))]

    def _priced_fields(self) -> Row:
        product: Row = {"product_tmpl_id": {"fields": {"write_date": {}}}}
        if "standard_price" in self._rpc.fields("product.product"):
            product["standard_price"] = {}
        return {
            "product_id": {"fields": product},
            "product_uom_qty": {},
            "price_unit": {},
            "discount": {},
            "price_subtotal": {},
            "pricelist_item_id": _RULE,
            self._line_field("tax_ids", "tax_id"): {"fields": {"name": {}}},
        }

    def _priced_line(self, row: Row, order: Row, pricelist: str) -> PricedLine:
        currency, digits = order["currency_id"]["name"], order["currency_id"]["decimal_places"]
        source = _provenance(row, pricelist, currency, digits)
        cost = row["product_id"].get("standard_price")
        taxes = row.get(self._line_field("tax_ids", "tax_id"), [])
        return PricedLine(
            product_id=row["product_id"]["id"],
            quantity=_exact(row["product_uom_qty"]),
            unit_price=Money(amount=_price(row["price_unit"], digits), currency=currency, source=source),
            discount=_exact(row["discount"]),
            net=Money(amount=_rounded(row["price_subtotal"], digits), currency=currency, source=source),
            taxes=tuple(tax["name"] for _, _, tax in taxes),
            # Nought is what Odoo says where nobody has entered a cost.
            cost=_price(cost * order["currency_rate"], digits) if cost else None,
        )

    def _line_field(self, name: str, before_19: str) -> str:
        return name if name in self._rpc.fields("sale.order.line") else before_19

    def _onchange(self, values: Row, spec: Row) -> Row:
        """The fields of a new order, as Odoo's form would show them. Naming no changed field asks for all of them."""
        answer = self._rpc.ask("sale.order", "onchange", ids=[], values=values, field_names=[], fields_spec=spec)
        return answer["value"]

    # Quotations

    def create_quotation(self, quotation: CreateQuotation) -> Written:
        reference = clean(quotation.reference)
        by_reference = [["origin", "=", reference]]
        id_, found = self._rpc.write_once("sale.order", reference, by_reference, lambda: self._rows(quotation))
        order = self._order(id_)
        if order["state"] == "draft":
            if order["write_date"] == order["create_date"]:  # What someone has changed since is theirs.
                self._compare(order, quotation)
            add_note(self._rpc, "sale.order", id_, reference, quotation.note)
        url = f"{self._rpc.url}/mail/view?model=sale.order&res_id={id_}"
        return Written(write=quotation.write, model="sale.order", id=id_, url=url, found=found)

    def _rows(self, quotation: CreateQuotation) -> list[dict[str, str]]:
        """As `load` takes them. Salesperson and team are left to Odoo: the customer's, or the API key's user."""
        head = {
            "origin": quotation.reference,
            "partner_id/.id": str(quotation.customer_id),
            "client_order_ref": quotation.customer_reference,
            "validity_date": quotation.valid_until.isoformat(),
        }
        lines = [
            {"order_line/product_id/.id": str(line.product_id), "order_line/product_uom_qty": f"{line.quantity:f}"}
            for line in quotation.lines
        ]
        if quotation.remarks:
            # With a column for the remarks' words, every line must bring its own.
            _, rows = self._computed(quotation.customer_id, quotation.lines, {"name": {}}, {})
            texts = [{"order_line/name": row["name"], "order_line/display_type": ""} for row in rows]
            lines = [line | text for line, text in zip(lines, texts, strict=True)]
            lines += [{"order_line/name": text, "order_line/display_type": "line_note"} for text in quotation.remarks]
        return [head | lines[0], *lines[1:]]

    def _order(self, id_: int) -> Row:
        rows = self._rpc.search_read("sale.order", [["id", "=", id_]], _ORDER)
        if not rows:
            raise Unavailable(f"Odoo: the quotation {id_} was deleted while it was being checked")
        return rows[0]

    def _compare(self, order: Row, quotation: CreateQuotation) -> None:
        """Takes the draft away again and raises Refused where its totals are not the quotation's."""
        ours = (quotation.untaxed, quotation.tax, quotation.total)
        digits = -int(quotation.total.as_tuple().exponent)
        theirs = tuple(_price(order[name], digits) for name in ("amount_untaxed", "amount_tax", "amount_total"))
        currency = order["currency_id"][1]
        if (theirs, currency) == (ours, quotation.currency):
            return
        problem = f"Odoo computes {_totals(theirs, currency)}, not {_totals(ours, quotation.currency)}"
        try:
            self._rpc.call("sale.order", "unlink", ids=[order["id"]])
        except Refused as error:
            raise Refused(f"{problem}; its draft {order['name']} has to be deleted by hand: {error}") from error
        raise Refused(f"{problem}; its draft {order['name']} was deleted again")


def _product(row: Row, other_names: tuple[str, ...], units: dict[int, Row]) -> Product:
    own = units[row["uom_id"][0]]
    packs = (units[id_] for id_ in row.get("uom_ids", ()))
    return Product(
        id=row["id"],
        sku=row["default_code"] or "",
        name=row["display_name"],
        other_names=other_names,
        barcode=row["barcode"] or "",
        description=row["description_sale"] or "",
        unit=own["name"],
        packs=tuple(Pack(name=pack["name"], quantity=_exact(pack["factor"] / own["factor"])) for pack in packs),
        active=row["active"] and row["sale_ok"],
        changed_at=_moment(row["write_date"]),
    )


def _credit_limit(partner: Row) -> Decimal | None:
    limits = partner.get("use_partner_credit_limit") or partner.get("show_credit_limit")
    return _rounded(partner["credit_limit"], 2) if limits and partner.get("credit_limit", 0) > 0 else None


def _credit_used(partner: Row) -> Decimal | None:
    if "credit" not in partner:
        return None
    return _rounded(partner["credit"] + (partner.get("credit_to_invoice") or 0.0), 2)


def _provenance(row: Row, pricelist: str, currency: str, digits: int) -> Provenance:
    rule: Row | Any = row["pricelist_item_id"]
    if not rule:
        template = row["product_id"]["product_tmpl_id"]
        return Provenance(
            model="product.template", id=template["id"], field="list_price", version=template["write_date"]
        )
    if rule["compute_price"] == "fixed":
        words = f"{_price(rule['fixed_price'], digits):f} {currency}"
    elif rule["compute_price"] == "percentage" and rule["base"] == "list_price":
        words = f"{_exact(rule['percent_price']):f} % off"
    else:
        words = " ".join(rule["price"].split())
    least = f" from {_exact(rule['min_quantity']):f}" if rule["min_quantity"] > 1 else ""
    return Provenance(
        model="product.pricelist.item",
        id=rule["id"],
        field=_RULE_FIELDS.get(rule["compute_price"], "compute_price"),
        version=rule["write_date"],
        rule=f"{pricelist}: {words}{least}",
    )


def _name(record: Any) -> str:
    return record["name"] if record else ""


def _totals(amounts: Sequence[Decimal], currency: str) -> str:
    untaxed, tax, total = amounts
    return f"{untaxed:f} + {tax:f} tax = {total:f} {currency}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _exact(value: float) -> Decimal:
    """Without the noise of binary fractions and without trailing zeros."""
    return _price(value, 0)


def _price(value: float, digits: int) -> Decimal:
    """With at least `digits` decimals; more where Odoo has more, as it does not round prices."""
    exact = Decimal(repr(round(float(value), 8))).normalize()
    exponent = min(int(exact.as_tuple().exponent), -digits)
    return exact.quantize(Decimal(1).scaleb(exponent))


def _rounded(value: float, digits: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
