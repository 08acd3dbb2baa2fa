"""What Odoo 19 computes of bills, those of vendors and ours: terms, accounts, taxes, totals, and the lines that it adds
by itself.

Left out: fiscal positions, exchange rates, the entries of payments, and the cents by which Odoo's entries differ from
the lines' own amounts where the whole bill is rounded at once.
"""

import calendar
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from sandbox.sales import Row, Rows, Sales, rounded, shown
from sandbox.schema import TYPED

PURCHASES = frozenset({"in_invoice", "in_refund"})
SALES = frozenset({"out_invoice", "out_refund"})
_DRAFTS = {
    "in_invoice": "Draft Bill",
    "in_refund": "Draft Vendor Credit Note",
    "out_invoice": "Draft Invoice",
    "out_refund": "Draft Credit Note",
}
_DIGITS = 2
"""Of quantities."""


class Bills:
    """`row` answers a record by its id, or raises that there is none."""

    def __init__(self, rows: Rows, row: Callable[[str, Any], Row], sales: Sales) -> None:
        self._rows = rows
        self._row = row
        self._sales = sales

    # Bills

    def move(self, vals: Row) -> Row:
        """`vals` of a new bill, and what Odoo fills in where they are silent."""
        sells = vals["move_type"] in SALES
        kind = "sale" if sells else "purchase"
        journals = (row["id"] for row in self._rows["account.journal"].values() if row["type"] == kind)
        filled: Row = {"journal_id": next(journals, False), "currency_id": self._sales.company["currency_id"]}
        if vals.get("partner_id"):
            partner = self._sales.commercial_partner(self._row("res.partner", vals["partner_id"]))
            terms = "property_payment_term_id" if sells else "property_supplier_payment_term_id"
            filled["invoice_payment_term_id"] = partner[terms]
            we_are_paid = vals["move_type"] in ("in_refund", "out_invoice")
            filled["partner_bank_id"] = self._bank(self._sales.company["partner_id"] if we_are_paid else partner["id"])
        filled |= vals
        return filled | {"invoice_date_due": self._due(filled)}

    def _bank(self, partner: int) -> int | bool:
        """The first account of who is paid, trusted ones before others."""
        banks = [row for row in self._rows["res.partner.bank"].values() if row["partner_id"] == partner]
        ranked = ((not bank["allow_out_payment"], bank["id"]) for bank in banks if bank["active"])
        return min(ranked, default=(False, False))[1]

    def _due(self, move: Row) -> str | bool:
        """By the terms, if there are any, whatever else was said."""
        terms, day = move.get("invoice_payment_term_id"), move.get("invoice_date")
        lines = [row for row in self._rows["account.payment.term.line"].values() if row["payment_id"] == terms]
        if not (day and lines):
            return move.get("invoice_date_due") or day or False
        return max(str(_maturity(date.fromisoformat(day), line)) for line in lines)

    def name(self, move: Row) -> str:
        """The next number of its kind and month, or year where it goes to a customer."""
        year, month, _ = move["invoice_date"].split("-")
        series, digits = (f"INV/{year}/", 5) if move["move_type"] in SALES else (f"BILL/{year}/{month}/", 4)
        prefix = f"{'R' if move['move_type'].endswith('refund') else ''}{series}"
        names = (other["name"] or "" for other in self._rows["account.move"].values())
        last = max((int(name.removeprefix(prefix)) for name in names if name.startswith(prefix)), default=0)
        return f"{prefix}{last + 1:0{digits}}"

    def display_name(self, move: Row) -> str:
        draft = _DRAFTS.get(move["move_type"], "Draft Entry")
        number = f" ({move['ref']})" if move["ref"] else ""
        return f"{move['name'] or draft}{number}"

    # Lines

    def line(self, move: Row, before: Row, vals: Row) -> Row:
        """`vals` of a line (`before` is empty for a new one), and what they change in it."""
        vals = vals | {"quantity": rounded(vals["quantity"], _DIGITS)} if "quantity" in vals else vals
        if before or (before | vals).get("display_type", "product") != "product":
            return vals
        computed: Row = {}
        if vals.get("product_id"):
            product = self._row("product.product", vals["product_id"])
            code = f"[{product['default_code']}] " if product["default_code"] else ""
            computed["name"] = f"{code}{product['name']}"
            computed["product_uom_id"] = product["uom_id"]
            taxes = "taxes_id" if move["move_type"] in SALES else "supplier_taxes_id"
            computed["tax_ids"] = [[6, 0, product[taxes]]]
        computed["account_id"] = self._account(move, vals.get("product_id"))
        return computed | vals

    def _account(self, move: Row, product: int | bool | None) -> int | bool:
        """Where there is no product: the account that bills of this vendor have most often; the journal's otherwise."""
        partner = move["partner_id"] and self._sales.commercial_partner(self._row("res.partner", move["partner_id"]))
        used = Counter(
            line["account_id"]
            for line in self._rows["account.move.line"].values()
            if not product and partner and move["move_type"] in PURCHASES and self._is_expense(line, partner["id"])
        )
        ranked = ((-count, self._row("account.account", account)["code"], account) for account, count in used.items())
        journal = move["journal_id"] and self._row("account.journal", move["journal_id"])["default_account_id"]
        return min(ranked, default=(0, "", journal))[2]

    def _is_expense(self, line: Row, partner: int) -> bool:
        move = self._row("account.move", line["move_id"])
        account = line["account_id"] and self._row("account.account", line["account_id"])
        of = move["partner_id"] and self._sales.commercial_partner(self._row("res.partner", move["partner_id"]))["id"]
        return bool(account) and of == partner and account["account_type"].startswith("expense")

    def line_amounts(self, move: Row, line: Row) -> Row:
        if line["display_type"] not in TYPED:
            return {}
        digits = self._sales.decimals(move)
        amounts = shown(self._sales.taxed(line["quantity"] * line["price_unit"], line["tax_ids"], digits), digits)
        sign = _sign(move)
        subtotal = amounts["price_subtotal"]
        return {"price_subtotal": subtotal, "price_total": amounts["price_total"], "amount_currency": sign * subtotal}

    # Totals

    def totals(self, move: Row, lines: Iterable[Row]) -> tuple[Row, dict[int, float]]:
        """The amounts of the bill, and what is due of each of its taxes."""
        digits = self._sales.decimals(move)
        taxed = [
            self._sales.taxed(line["quantity"] * line["price_unit"], line["tax_ids"], digits)
            for line in lines
            if line["display_type"] == "product"
        ]
        taxes: dict[int, float] = {}
        for _, of_line in taxed:
            for tax, amount in of_line.items():
                taxes[tax] = taxes.get(tax, 0.0) + amount
        return self._sales.summed(taxed, digits), {tax: rounded(amount, digits) for tax, amount in taxes.items()}

    def balancing(self, move: Row, amounts: Row, taxes: dict[int, float]) -> list[Row]:
        """The lines of taxes and of what is to be paid."""
        sign = _sign(move)
        kind = "receivable" if move["move_type"] in SALES else "payable"
        owed = (row["id"] for row in self._rows["account.account"].values() if kind in row["account_type"])
        lines: list[Row] = [
            {
                "display_type": "tax",
                "name": self._row("account.tax", tax)["name"],
                "tax_line_id": tax,
                "account_id": self._tax_account(tax),
                "amount_currency": sign * amount,
            }
            for tax, amount in taxes.items()
            if amount
        ]
        due: Row = {"display_type": "payment_term", "name": move["ref"], "account_id": next(owed, False)}
        return [*lines, due | {"amount_currency": -sign * amounts["amount_total"]}]

    def _tax_account(self, tax: int) -> int | bool:
        lines = self._rows["account.tax.repartition.line"].values()
        return next((line["account_id"] for line in lines if line["tax_id"] == tax and line["account_id"]), False)

    # Payments

    def residual(self, move: Row) -> float:
        """What is not paid yet."""
        return rounded(move["amount_total"] - self._paid(move), self._sales.decimals(move))

    def payment_state(self, move: Row) -> str:
        paid = self._paid(move)
        if move["state"] != "posted" or not paid:
            return "not_paid"
        return "partial" if self.residual(move) else "paid"

    def _paid(self, move: Row) -> float:
        lines = self.owed_lines([move["id"]])
        matches = self._rows["account.partial.reconcile"].values()
        return sum(match["amount"] for match in matches if match["debit_move_id"] in lines)

    def owed_lines(self, moves: Iterable[int]) -> list[int]:
        """The lines of what is to be paid."""
        lines, of = self._rows["account.move.line"].values(), set(moves)
        return [line["id"] for line in lines if line["move_id"] in of and line["display_type"] == "payment_term"]

    def tax_totals(self, move: Row, lines: Iterable[Row]) -> Row:
        """Taxes by their groups, as the form shows them below the lines."""
        groups: dict[int, Row] = {}
        for tax, amount in _due_taxes(move, lines).items():
            group = self._row("account.tax", tax)["tax_group_id"]
            known = groups.setdefault(group, {"id": group, "involved_tax_ids": [], "tax_amount_currency": 0.0})
            known["involved_tax_ids"].append(tax)
            known["tax_amount_currency"] += amount
        return {
            "currency_id": move["currency_id"],
            "subtotals": [{"name": "Untaxed Amount", "tax_groups": list(groups.values())}],
            "base_amount_currency": move["amount_untaxed"],
            "tax_amount_currency": move["amount_tax"],
            "total_amount_currency": move["amount_total"],
        }

    def corrected(self, move: Row, lines: Iterable[Row], totals: Row) -> dict[int, float]:
        """What is due of each tax after someone has changed the amounts of groups: the difference goes to the first
        tax of the group."""
        taxes = _due_taxes(move, lines)
        for subtotal in totals["subtotals"]:
            for group in subtotal["tax_groups"]:
                own = [tax for tax in taxes if self._row("account.tax", tax)["tax_group_id"] == group["id"]]
                if own:
                    taxes[own[0]] += group["tax_amount_currency"] - sum(taxes[tax] for tax in own)
        digits = self._sales.decimals(move)
        return {tax: rounded(amount, digits) for tax, amount in taxes.items()}


def _due_taxes(move: Row, lines: Iterable[Row]) -> dict[int, float]:
    return {
        line["tax_line_id"]: _sign(move) * line["amount_currency"] for line in lines if line["display_type"] == "tax"
    }


def _sign(move: Row) -> int:
    """Of what a bill costs us, in its lines."""
    return 1 if move["move_type"] in ("in_invoice", "out_refund") else -1


def _maturity(day: date, term: Row) -> date:
    match term["delay_type"]:
        case "days_after":
            return day + timedelta(days=term["nb_days"])
        case "days_after_end_of_month":
            return _month_end(day) + timedelta(days=term["nb_days"])
        case "days_after_end_of_next_month":
            return _month_end(_month_end(day) + timedelta(days=1)) + timedelta(days=term["nb_days"])
        case _:
            return _month_end(day + timedelta(days=term["nb_days"]))


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
