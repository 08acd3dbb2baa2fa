"""Deals of the made-up company that somebody works on: what was said and planned, quotations, invoices, complaints."""

import html
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.orm import Orm, Row

_DATA = Path(__file__).parent / "data" / "deals.toml"
_SAID = {
    "from": ("email", "Discussions", False),
    "to": ("email_outgoing", "Discussions", False),
    "note": ("comment", "Note", True),
}
"""Kind and subtype of a message, and whether it is for colleagues only."""
_KINDS = {"call": "Call", "mail": "Email", "meeting": "Meeting", "todo": "To-Do"}


class Deals:
    """`ids` are the records that are referred to by their names, for each model."""

    def __init__(self, orm: Orm, ids: Mapping[str, Mapping[str, int]], today: datetime) -> None:
        self._orm = orm
        self._ids = ids
        self._today = today

    def seed(self, customers: Sequence[Row]) -> None:
        data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
        known = {customer["name"]: customer["id"] for customer in customers}
        for deal in data["deals"]:
            self._deal(known[deal["customer"]], deal)
        for series in data["invoices"]:
            self._invoices(known[series["customer"]], series)
        for complaint in data["complaints"]:
            self._lead(known[complaint["customer"]], complaint, tag_ids=[[6, 0, [self._ids["crm.tag"]["complaint"]]]])

    def _at(self, ago: int) -> Orm:
        return self._orm.at(self._today - timedelta(days=ago))

    def _day(self, ahead: int) -> str:
        return str((self._today + timedelta(days=ahead)).date())

    def _lead(self, customer: int, lead: Row, **values: Any) -> int:
        [partner] = self._orm.read("res.partner", [customer], ["user_id"])
        row: Row = {
            "name": lead["title"],
            "partner_id": customer,
            "team_id": self._ids["crm.team"]["Sales"],
            "user_id": partner["user_id"][0],
        }
        return self._at(lead["opened"]).create("crm.lead", row | values)[0]

    def _deal(self, customer: int, deal: Row) -> None:
        named = [["parent_id", "=", customer], ["name", "=", deal.get("contact", "")]]
        contact = next(iter(self._orm.search("res.partner", named)), customer)
        closes = {"date_deadline": self._day(deal["closes"])} if "closes" in deal else {}
        lead = self._lead(customer, deal, partner_id=contact, expected_revenue=deal["revenue"], **closes)
        if "moved" in deal:
            stage = {"stage_id": self._ids["crm.stage"][deal["stage"]]}
            self._at(deal["moved"]).write("crm.lead", [lead], stage | {"probability": 40})
        for ago, who, words in deal.get("said", ()):
            self._say(lead, contact, ago, who, words)
        for ago, kind, summary in deal.get("done", ()):
            step = self._plan(lead, kind, summary, -ago, ago + 2)
            self._at(ago).action_feedback("mail.activity", [step])
        for kind, summary, due in deal.get("planned", ()):
            self._plan(lead, kind, summary, due, deal.get("moved", deal["opened"]))
        for quotation in deal.get("quotations", ()):
            self._quote(customer, lead, quotation)

    def _say(self, lead: int, contact: int, ago: int, who: str, words: str) -> None:
        kind, subtype, internal = _SAID[who]
        [of] = self._orm.search("mail.message.subtype", [["name", "=", subtype]])
        [owned] = self._orm.read("crm.lead", [lead], ["user_id"])
        [colleague] = self._orm.read("res.users", [owned["user_id"][0]], ["partner_id"])
        author = contact if who == "from" else colleague["partner_id"][0]
        message: Row = {
            "model": "crm.lead",
            "res_id": lead,
            "body": f"<p>{html.escape(words)}</p>",
            "author_id": author,
        }
        said = {"message_type": kind, "subtype_id": of, "is_internal": internal}
        self._at(ago).create("mail.message", message | said)

    def _plan(self, lead: int, kind: str, summary: str, due: int, ago: int) -> int:
        [of] = self._orm.search("mail.activity.type", [["name", "=", _KINDS[kind]]])
        [model] = self._orm.search("ir.model", [["model", "=", "crm.lead"]])
        [owned] = self._orm.read("crm.lead", [lead], ["user_id"])
        on: Row = {"res_model_id": model, "res_id": lead, "user_id": owned["user_id"][0]}
        step = {"activity_type_id": of, "summary": summary, "date_deadline": self._day(due)}
        return self._at(ago).create("mail.activity", on | step)[0]

    def _quote(self, customer: int, lead: int, quotation: Row) -> None:
        lines: list[list[Any]] = []
        for code, quantity in quotation["lines"]:
            [product] = self._orm.search("product.product", [["default_code", "=", code]])
            lines.append([0, 0, {"product_id": product, "product_uom_qty": quantity}])
        [owned] = self._orm.read("crm.lead", [lead], ["user_id"])
        order: Row = {
            "partner_id": customer,
            "opportunity_id": lead,
            "user_id": owned["user_id"][0],
            "team_id": self._ids["crm.team"]["Sales"],
            "date_order": (self._today - timedelta(days=quotation["made"])).strftime("%Y-%m-%d %H:%M:%S"),
            "validity_date": self._day(quotation["valid"]),
            "state": quotation["state"],
            "order_line": lines,
        }
        self._at(quotation["made"]).create("sale.order", order)

    def _invoices(self, customer: int, series: Row) -> None:
        tax = [[6, 0, [self._ids["account.tax"]["21%"]]]]
        for number, ago in enumerate(series["issued"]):
            goods = {"name": "Goods delivered", "price_unit": series["amount"], "tax_ids": tax}
            bill: Row = {
                "move_type": "out_invoice",
                "partner_id": customer,
                "invoice_date": self._day(-ago),
                "invoice_date_due": self._day(series["terms"] - ago),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [[0, 0, goods]],
            }
            orm = self._at(ago)
            [move] = orm.create("account.move", bill)
            orm.action_post("account.move", [move])
            if "paid" in series:
                self._pay(move, series["paid"][number])

    def _pay(self, move: int, ago: int) -> None:
        owed = self._orm.search("account.move.line", [["move_id", "=", move], ["display_type", "=", "payment_term"]])
        payment: Row = {"line_ids": [[6, 0, owed]], "payment_date": self._day(-ago)}
        register = self._at(ago).create("account.payment.register", payment)
        self._at(ago).action_create_payments("account.payment.register", register)
