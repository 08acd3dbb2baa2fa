"""How it stands with a customer in Odoo: what it was offered, owes, complains of and has ordered."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from connectors.base import Refused
from connectors.odoo.erp import OdooErp
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.values import amount, exact, moment, stamp
from jobs.deals import CustomerState, OpenInvoice, OpenQuotation

COMPLAINTS = frozenset({"complaint", "complaints", "klacht", "klachten", "reklamation", "reclamation", "réclamation"})
"""Tags of leads, as companies name them."""
NOT_WON: Domain = ["|", ["stage_id", "=", False], ["stage_id.is_won", "=", False]]
_LISTED = 50
"""Quotations, invoices and complaints, at most."""
_PAID = 12
"""Invoices that the payment behaviour is taken from."""
_CLOSED_TO_US = re.compile(r"HTTP 403|AccessError|the model '[\w.]+' does not exist|Object [\w.]+ doesn't exist")
_QUOTATION = ("name", "state", "date_order", "validity_date", "amount_total", "currency_id")
_INVOICE = ("name", "invoice_date", "invoice_date_due", "amount_residual", "currency_id")


class CustomerStates:
    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc
        self._erp = OdooErp(rpc)

    def read(self, customer_id: int) -> CustomerState:
        """What the API key's user may not read stays empty: a salesperson need not see invoices."""
        rows = self._rpc.search_read(
            "res.partner", [["id", "=", customer_id]], ("name", "category_id"), active_test=False
        )
        if not rows:
            raise Refused(f"Odoo has no customer {customer_id} (res.partner)")
        confirmed = [*_of(customer_id), ["state", "in", ["sale", "done"]]]
        year = [["date_order", ">=", stamp(datetime.now(UTC) - timedelta(days=365))]]
        last = self._allowed("sale.order", confirmed, ("date_order",), order="date_order desc", limit=1)
        recent = self._allowed("sale.order", [*confirmed, *year], ("id",))
        return CustomerState(
            customer_id=customer_id,
            name=(rows[0]["name"] or "").strip(),
            tags=tuple(self._rpc.values("res.partner.category", rows[0]["category_id"])),
            quotations=tuple(self._quotations(customer_id)),
            invoices=tuple(self._invoices(customer_id)),
            paid_late_days=self._paid_late(customer_id),
            complaints=tuple(self._complaints(customer_id)),
            last_order=moment(last[0]["date_order"]).date() if last else None,
            orders_last_year=len(recent),
        )

    def _allowed(
        self, model: str, domain: Domain, fields: Sequence[str], *, order: str = "", limit: int | None = None
    ) -> list[Row]:
        """Nothing where the user may not read the model, or the database does not have it."""
        try:
            return self._rpc.search_read(model, domain, fields, order=order, limit=limit)
        except Refused as error:
            if not _CLOSED_TO_US.search(str(error)):
                raise
            return []

    # Quotations

    def _quotations(self, customer: int) -> list[OpenQuotation]:
        domain = [*_of(customer), ["state", "in", ["draft", "sent"]]]
        rows = self._allowed("sale.order", domain, _QUOTATION, order="date_order desc, id desc", limit=_LISTED)
        short = self._short([row["id"] for row in rows])
        return [
            OpenQuotation(
                id=row["id"],
                number=row["name"],
                created=moment(row["date_order"]).date(),
                valid_until=_day(row["validity_date"]),
                total=amount(row["amount_total"]),
                currency=row["currency_id"][1],
                state=row["state"],
                short=tuple(short.get(row["id"], ())),
                url=f"{self._rpc.url}/mail/view?model=sale.order&res_id={row['id']}",
            )
            for row in rows
        ]

    def _short(self, orders: Sequence[int]) -> dict[int, list[str]]:
        """Products of each quotation of which less is free than it asks for, in all its lines together."""
        asked = self._asked(orders)
        products = sorted({product for of_order in asked.values() for product in of_order})
        free = {stock.product_id: stock.free for stock in self._erp.stock(products)} if products else {}
        lacking = {
            order: [product for product, quantity in of_order.items() if free.get(product, quantity) < quantity]
            for order, of_order in asked.items()
        }
        names = self._product_names({product for of_order in lacking.values() for product in of_order})
        return {order: [names[product] for product in products] for order, products in lacking.items()}

    def _asked(self, orders: Sequence[int]) -> dict[int, dict[int, Decimal]]:
        """How much of each product, in the product's own unit, by order."""
        if not orders:
            return {}
        unit = "product_uom_id" if "product_uom_id" in self._rpc.fields("sale.order.line") else "product_uom"
        domain = [["order_id", "in", list(orders)], ["display_type", "=", False], ["product_id", "!=", False]]
        rows = self._allowed("sale.order.line", domain, ("order_id", "product_id", "product_uom_qty", unit))
        factors = self._factors({row[unit][0] for row in rows if row[unit]})
        own = self._own_units({row["product_id"][0] for row in rows})
        asked: dict[int, dict[int, Decimal]] = {}
        for row in rows:
            product = row["product_id"][0]
            per_unit = factors[row[unit][0]] / factors.get(own.get(product, 0), Decimal(1)) if row[unit] else Decimal(1)
            of_order = asked.setdefault(row["order_id"][0], {})
            of_order[product] = of_order.get(product, Decimal(0)) + exact(row["product_uom_qty"]) * per_unit
        return asked

    def _own_units(self, products: Iterable[int]) -> dict[int, int]:
        domain = [["id", "in", sorted(products)]]
        rows = self._rpc.search_read("product.product", domain, ("uom_id",), active_test=False)
        return {row["id"]: row["uom_id"][0] for row in rows}

    def _factors(self, units: Iterable[int]) -> dict[int, Decimal]:
        """How many of its reference a unit is. Before Odoo 19 its `factor` was the other way round."""
        name = "factor_inv" if "factor_inv" in self._rpc.fields("uom.uom") else "factor"
        rows = self._rpc.search_read("uom.uom", [], (name,), active_test=False) if units else []
        return {row["id"]: exact(row[name]) for row in rows}

    def _product_names(self, products: Iterable[int]) -> dict[int, str]:
        domain = [["id", "in", sorted(products)]]
        fields = ("default_code", "display_name")
        rows = self._rpc.search_read("product.product", domain, fields, active_test=False, display_default_code=False)
        return {row["id"]: f"{row['default_code'] or ''} {row['display_name']}".strip() for row in rows}

    # Invoices

    def _invoices(self, customer: int) -> list[OpenInvoice]:
        domain = [*_posted(customer), ["amount_residual", ">", 0]]
        rows = self._allowed("account.move", domain, _INVOICE, order="invoice_date_due, id", limit=_LISTED)
        return [
            OpenInvoice(
                number=row["name"],
                issued=date.fromisoformat(row["invoice_date"]),
                due=date.fromisoformat(row["invoice_date_due"] or row["invoice_date"]),
                open_amount=amount(row["amount_residual"]),
                currency=row["currency_id"][1],
            )
            for row in rows
        ]

    def _paid_late(self, customer: int) -> int | None:
        """From the day of the last payment of each invoice."""
        domain = [*_posted(customer), ["payment_state", "in", ["paid", "in_payment"]]]
        order = "invoice_date desc, id desc"
        rows = self._allowed("account.move", domain, ("invoice_date_due",), order=order, limit=_PAID)
        due = {row["id"]: day for row in rows if (day := _day(row["invoice_date_due"]))}
        paid = self._paid_on(due)
        late = [(paid[id_] - day).days for id_, day in due.items() if id_ in paid]
        return round(sum(late) / len(late)) if late else None

    def _paid_on(self, invoices: Iterable[int]) -> dict[int, date]:
        wanted = list(invoices)
        lines = [["move_id", "in", wanted], ["display_type", "=", "payment_term"]]
        move_of = {row["id"]: row["move_id"][0] for row in self._allowed("account.move.line", lines, ("move_id",))}
        matched = [["debit_move_id", "in", list(move_of)]]
        paid: dict[int, date] = {}
        for row in self._allowed("account.partial.reconcile", matched, ("debit_move_id", "max_date")):
            move, day = move_of[row["debit_move_id"][0]], date.fromisoformat(row["max_date"])
            paid[move] = max(paid.get(move, day), day)
        return paid

    # Complaints

    def _complaints(self, customer: int) -> list[str]:
        tags = [row["id"] for row in self._rpc.listed("crm.tag") if row["name"].casefold() in COMPLAINTS]
        if not tags:
            return []
        domain: Domain = [*_of(customer), ["tag_ids", "in", tags], *NOT_WON]
        rows = self._allowed("crm.lead", domain, ("name",), order="id desc", limit=_LISTED)
        return [row["name"] or "" for row in rows]


def _of(customer: int) -> Domain:
    return [["partner_id.commercial_partner_id", "=", customer]]


def _posted(customer: int) -> Domain:
    return [
        ["commercial_partner_id", "=", customer],
        ["move_type", "=", "out_invoice"],
        ["state", "=", "posted"],
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
