"""A small stand-in for Odoo's ORM: JSON documents in SQLite, searched in memory, with Odoo's own words for errors."""

import base64
import hashlib
import html
import json
import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sandbox.bills import PURCHASES, SALES, Bills
from sandbox.sales import Row, Sales, rounded
from sandbox.schema import ADMIN, FIRST_STAGE, MODELS, TYPED, Field

Test = Callable[[Row], bool]

_TABLES = """
CREATE TABLE IF NOT EXISTS record (model TEXT, id INTEGER, document TEXT, PRIMARY KEY (model, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS external_id (name TEXT PRIMARY KEY, model TEXT, id INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (checksum TEXT PRIMARY KEY, content BLOB);
"""
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_LIKES = {"like": ("%{}%", 0), "ilike": ("%{}%", re.I), "=like": ("{}", 0), "=ilike": ("{}", re.I)}
_OWNERS = {
    "sale.order.line": ("sale.order", "order_id"),
    "purchase.order.line": ("purchase.order", "order_id"),
    "account.move.line": ("account.move", "move_id"),
}
"""Lines, and what they are lines of."""
_OF_MOVE = {
    "parent_state": "state",
    "partner_id": "commercial_partner_id",
    "move_type": "move_type",
    "invoice_date": "invoice_date",
}
_LINES = {"sale.order": "order_line", "purchase.order": "order_line", "account.move": "invoice_line_ids"}
_NEGATIVES = {"!=": "=", "not in": "in", "not like": "like", "not ilike": "ilike"}
_SOURCE_LANGUAGE = "en_US"
"""Of texts that are not translated."""


class OdooError(Exception):
    """What Odoo answers: an HTTP status, the name of its exception, and its message."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name


def _value_error(message: str) -> OdooError:
    return OdooError(500, "builtins.ValueError", message)


def _validation_error(message: str) -> OdooError:
    return OdooError(422, "odoo.exceptions.ValidationError", f"The operation cannot be completed: {message}")


def _user_error(message: str) -> OdooError:
    return OdooError(422, "odoo.exceptions.UserError", message)


def _missing_error(model: str, id_: Any) -> OdooError:
    message = f"Record does not exist or has been deleted.\n(Record: {model}({id_},), User: {ADMIN})"
    return OdooError(404, "odoo.exceptions.MissingError", message)


class Store:
    """All documents, in memory for searching and in SQLite for good. What a failed transaction changed is undone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = RLock()
        self._undo: list[tuple[str, int, Row | None]] = []
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_TABLES)
        self.rows: dict[str, dict[int, Row]] = {model: {} for model in MODELS}
        self._last_ids = dict.fromkeys(MODELS, 0)
        for model, id_, document in self._database.execute("SELECT model, id, document FROM record ORDER BY id"):
            self._last_ids[model] = id_
            if document:
                self.rows[model][id_] = _blank(model) | json.loads(document)  # A field may be newer than the file.

    @property
    def empty(self) -> bool:
        return not any(self.rows.values())

    @contextmanager
    def transaction(self) -> Generator[None]:
        with self._lock:
            self._undo.clear()
            self._database.execute("BEGIN")
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                self._undo_to(0)
                raise

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """A part of the transaction that can fail by itself."""
        done = len(self._undo)
        self._database.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK TO part")
            self._undo_to(done)
            raise
        finally:
            self._database.execute("RELEASE part")

    def _undo_to(self, length: int) -> None:
        while len(self._undo) > length:
            model, id_, row = self._undo.pop()
            if row is None:
                del self.rows[model][id_]
            else:
                self.rows[model][id_] = row

    def put(self, model: str, row: Row) -> None:
        self._undo.append((model, row["id"], self.rows[model].get(row["id"])))
        self.rows[model][row["id"]] = row
        document = json.dumps(row, ensure_ascii=False)
        self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (model, row["id"], document))

    def delete(self, model: str, id_: int) -> None:
        """Leaves an empty record behind, so that the id is not given out again."""
        self._undo.append((model, id_, self.rows[model].pop(id_)))
        self._database.execute("UPDATE record SET document = '' WHERE model = ? AND id = ?", (model, id_))
        self._database.execute("DELETE FROM external_id WHERE model = ? AND id = ?", (model, id_))

    def next_id(self, model: str) -> int:
        self._last_ids[model] += 1
        return self._last_ids[model]

    def external_id(self, name: str) -> int | None:
        found = self._database.execute("SELECT id FROM external_id WHERE name = ?", (name,)).fetchone()
        return found and found[0]

    def put_external_id(self, name: str, model: str, id_: int) -> None:
        self._database.execute("INSERT INTO external_id VALUES (?, ?, ?)", (name, model, id_))

    def file(self, checksum: str) -> bytes:
        found = self._database.execute("SELECT content FROM file WHERE checksum = ?", (checksum,)).fetchone()
        return found[0] if found else b""

    def put_file(self, content: bytes) -> str:
        checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        self._database.execute("INSERT OR IGNORE INTO file VALUES (?, ?)", (checksum, content))
        return checksum


class Orm:
    """Odoo's methods, for one call with its context. To be used within `store.transaction()`."""

    def __init__(self, store: Store, context: Mapping[str, Any] | None = None, now: datetime | None = None) -> None:
        self._store = store
        self._context = context or {}
        self._sales = Sales(store.rows, self._row, ADMIN)
        self._bills = Bills(store.rows, self._row, self._sales)
        self._now = (now or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M:%S")

    def at(self, now: datetime) -> "Orm":
        """The same, at another time."""
        return Orm(self._store, self._context, now)

    # What can be called from outside

    def search(
        self,
        model: str,
        domain: Sequence[Any],
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[int]:
        rows = self._sorted(model, self._matching(model, domain), order or MODELS[model].order)
        return [row["id"] for row in rows[offset : offset + limit if limit else None]]

    def search_count(self, model: str, domain: Sequence[Any], limit: int | None = None) -> int:
        return len(self.search(model, domain, limit=limit))

    def search_read(
        self,
        model: str,
        domain: Sequence[Any] = (),
        fields: Sequence[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[Row]:
        return self.read(model, self.search(model, domain, offset, limit, order), fields)

    def read(self, model: str, ids: Sequence[int], fields: Sequence[str] | None = None) -> list[Row]:
        known = MODELS[model].fields
        for name in fields or ():
            if name not in known:
                raise _value_error(f"Invalid field '{name}' on '{model}'")
        names = dict.fromkeys(["id", *(fields or known)])
        rows = [row for id_ in ids if (row := self._store.rows[model].get(id_))]
        return [{name: self._read(model, row, name) for name in names} for row in rows]

    def name_search(
        self, model: str, name: str = "", domain: Sequence[Any] = (), operator: str = "ilike", limit: int = 100
    ) -> list[list[Any]]:
        found = self.search(model, [*domain, ["display_name", operator, name]], limit=limit)
        return [[id_, self._display_name(model, self._store.rows[model][id_])] for id_ in found]

    def name_create(self, model: str, name: str) -> list[Any]:
        return [self.create(model, [{"name": name}])[0], name]

    def create(self, model: str, vals_list: Sequence[Row] | Row) -> list[int]:
        ids = [self._create(model, vals) for vals in ([vals_list] if isinstance(vals_list, dict) else vals_list)]
        self._total(model, ids)
        return ids

    def write(self, model: str, ids: Sequence[int], vals: Row) -> bool:
        for id_ in ids:
            row = self._row(model, id_)
            self._write(model, dict(row), self._changed(model, row, vals))
            if model == "product.template":
                self._share_with_variants(row)
        self._total(model, ids)
        return True

    def update_field_translations(
        self, model: str, ids: Sequence[int], field_name: str, translations: Mapping[str, str]
    ) -> bool:
        for language in translations:
            self._check_language(language)
        row = self._row(model, ids[0])
        translated = {_translated(field_name, language): text for language, text in translations.items()}
        self._store.put(model, row | translated | {"write_date": self._now})
        if model == "product.template":
            self._share_with_variants(row)
        return True

    def unlink(self, model: str, ids: Sequence[int]) -> bool:
        for id_ in ids:
            self._unlink(model, self._row(model, id_))
        return True

    def load(self, model: str, fields: Sequence[str], data: Sequence[Sequence[str]]) -> Row:
        ids: list[int] = []
        span: Row = {}
        try:
            with self._store.savepoint():
                for number, rows in self._records(model, fields, data):
                    span = {"from": number, "to": number + len(rows) - 1}
                    ids.append(self._load(model, rows))
        except OdooError as error:
            if error.status == 500:
                raise
            message = {"rows": span, "record": span["from"], "type": "error", "message": str(error)}
            return {"ids": False, "messages": [message], "nextrow": 0}
        return {"ids": ids, "messages": [], "nextrow": 0}

    def fields_get(self, model: str, allfields: Sequence[str] = (), attributes: Sequence[str] = ()) -> Row:
        """`attributes` that a field does not have are left out; all of them, if none are asked for."""
        fields = MODELS[model].fields.items()
        described = {name: _described(field) for name, field in fields if not allfields or name in allfields}
        return {
            name: {key: value for key, value in row.items() if not attributes or key in attributes}
            for name, row in described.items()
        }

    def onchange(self, model: str, values: Row, field_names: Sequence[str], fields_spec: Row) -> Row:
        """What a new quotation or bill with these values would look like. Odoo also does this for changes
        (`field_names`) and for other models."""
        if model == "account.move" and not field_names:
            return {"value": self._new_bill(values, fields_spec)}
        if model != "sale.order" or field_names:
            raise _value_error("The sandbox knows onchange for new quotations and bills only")
        order = self._filled(model, _blank(model), self._sales.order(values))
        # In Odoo a price list that comes with the customer comes too late for the lines.
        priced_by = order if "pricelist_id" in values else order | {"pricelist_id": False}
        lines = [(ref, self._quoted(priced_by, vals)) for _, ref, vals in values.get("order_line") or ()]
        order |= self._sales.totals(order, [line for _, line in lines])
        shown = self._specified(
            model, order, {name: spec for name, spec in fields_spec.items() if name != "order_line"}
        )
        if lines and "order_line" in fields_spec:
            spec = fields_spec["order_line"].get("fields", {})
            shown["order_line"] = [[0, ref, self._specified("sale.order.line", line, spec)] for ref, line in lines]
        return {"value": shown}

    def _new_bill(self, values: Row, fields_spec: Row) -> Row:
        bill = self._filled("account.move", _blank("account.move"), self._bills.move(values))
        spec = {name: inner for name, inner in fields_spec.items() if name != "invoice_line_ids"}
        value = self._specified("account.move", bill, spec)
        if values.get("invoice_line_ids") and "invoice_line_ids" in fields_spec:
            spec = fields_spec["invoice_line_ids"].get("fields", {})
            lines = [
                (ref, self._filled("account.move.line", _blank("account.move.line"), self._bills.line(bill, {}, vals)))
                for _, ref, vals in values["invoice_line_ids"]
            ]
            value["invoice_line_ids"] = [
                [0, ref, self._specified("account.move.line", line, spec)] for ref, line in lines
            ]
        return value

    def address_get(self, model: str, ids: Sequence[int], adr_pref: Sequence[str] = ()) -> Row:
        partner = self._row(model, ids[0])
        return {"contact": partner["id"]} | {kind: self._sales.address(partner, kind) for kind in adr_pref}

    def action_confirm(self, model: str, ids: Sequence[int]) -> bool:
        return self.write(model, ids, {"state": "sale", "date_order": self._now})

    def button_confirm(self, model: str, ids: Sequence[int]) -> bool:
        return self.write(model, ids, {"state": "purchase"})

    def button_cancel(self, model: str, ids: Sequence[int]) -> bool:
        return self.write(model, ids, {"state": "cancel"})

    def action_post(self, model: str, ids: Sequence[int]) -> bool:
        for id_ in ids:
            move = self._row(model, id_)
            if not move["invoice_date"]:
                raise _user_error("The Bill/Refund date is required to validate this document.")
            if move["amount_total"] < 0:
                raise _user_error("You cannot validate an invoice with a negative total amount.")
            self.write(model, [id_], {"state": "posted", "name": move["name"] or self._bills.name(move)})
        return True

    def action_create_payments(self, model: str, ids: Sequence[int]) -> bool:
        """Pays what the invoices come to, or the amount of it. (In Odoo the payment has entries of its own.)"""
        for register in (self._row(model, id_) for id_ in ids):
            for line in (self._row("account.move.line", id_) for id_ in register["line_ids"]):
                move = self._row("account.move", line["move_id"])
                amount = register["amount"] or self._bills.residual(move)
                paid = {"debit_move_id": line["id"], "amount": amount, "max_date": register["payment_date"]}
                self._create("account.partial.reconcile", paid)
        return True

    def message_post(
        self,
        model: str,
        ids: Sequence[int],
        body: str = "",
        subject: str | bool = False,
        message_type: str = "notification",
        subtype_xmlid: str = "mail.mt_note",
    ) -> list[int]:
        message = {"message_type": message_type, "subject": subject, "body": f"<p>{html.escape(body)}</p>"}
        return [self._said(model, id_, message, subtype_xmlid) for id_ in ids]

    def _said(self, model: str, id_: int, message: Row, subtype: str) -> int:
        on = {"model": model, "res_id": id_}
        return self._create("mail.message", on | message | {"subtype_id": self._store.external_id(subtype)})

    def action_feedback(self, model: str, ids: Sequence[int], feedback: str = "") -> int | bool:
        """Keeps what was planned as done; answers the last one's message."""
        message: int | bool = False
        for id_ in ids:
            activity = self._row(model, id_)
            kind = activity["activity_type_id"]
            title = f"{kind and self._row('mail.activity.type', kind)['name']} done: {activity['summary'] or ''}"
            body = f"<div><p>{html.escape(title)}</p><div>{activity['note'] or ''}</div>{html.escape(feedback)}</div>"
            done = {"body": body, "mail_activity_type_id": kind}
            message = self._said("crm.lead", activity["res_id"], done, "mail.mt_activities")
            self.write(model, [id_], {"active": False, "date_done": self._now[:10], "feedback": feedback})
        return message

    # Reading

    def _row(self, model: str, id_: Any) -> Row:
        row = self._store.rows[model].get(id_)
        if row is None:
            raise _missing_error(model, id_)
        return row

    def _read(self, model: str, row: Row, name: str) -> Any:
        field = MODELS[model].fields[name]
        if name == "datas":
            return base64.b64encode(self._store.file(row["checksum"])).decode()
        value = self._value(model, row, name)
        if field.kind == "many2one" and value:
            return [value, self._display_name(field.comodel, self._row(field.comodel, value))]
        return value

    def _value(self, model: str, row: Row, name: str) -> Any:
        """As stored: an id for a many2one, a list of ids for the other relations, False where there is nothing."""
        field = MODELS[model].fields[name]
        if field.kind == "one2many":
            kind, kinds = field.only
            return [
                other["id"]
                for other in self._store.rows[field.comodel].values()
                if other[field.inverse] == row["id"] and (not kind or other[kind] in kinds)
            ]
        if name == "display_name":
            return self._display_name(model, row)
        if name == "property_product_pricelist":
            return self._sales.pricelist(row)
        if (model, name) == ("product.product", "write_date"):
            return max(row[name], self._row("product.template", row["product_tmpl_id"])[name])
        if (model, name) == ("purchase.order.line", "qty_invoiced"):
            return row[name] + self._billed(row["id"])
        if field.translate:
            return self._text(row, name)
        if not field.computed or name in row:
            return row[name]
        return self._computed(model, row, name)

    def _text(self, row: Row, name: str) -> Any:
        """In the language of the call, where it is translated."""
        return row.get(_translated(name, self._language)) or row[name]

    @cached_property
    def _language(self) -> str:
        language = self._context.get("lang") or _SOURCE_LANGUAGE
        self._check_language(language)
        return language

    def _check_language(self, code: str) -> None:
        active = (row["code"] for row in self._store.rows["res.lang"].values() if row["active"])
        if code not in (_SOURCE_LANGUAGE, *active):
            raise OdooError(422, "odoo.exceptions.UserError", f"Invalid language code: {code}")

    def _computed(self, model: str, row: Row, name: str) -> Any:
        match model, name:
            case "res.partner", "commercial_partner_id":
                return self._sales.commercial_partner(row)["id"]
            case "res.partner", "contact_address_inline":
                return self._address(row)
            case "res.partner", _:
                return row["credit_limit"] != 0  # use_partner_credit_limit
            case "crm.lead", _:
                return self._sales.company["currency_id"]
            case "mail.activity", _:
                return row["res_model_id"] and self._row("ir.model", row["res_model_id"])["model"]
            case "res.company", _:
                return self._row("res.partner", row["partner_id"])[name]
            case "res.partner.bank", _:
                return re.sub(r"\W+", "", row["acc_number"]).upper()
            case "res.currency", _:
                return self._sales.rate(row["id"], self._now[:10])
            case "account.tax", _:
                return self._sales.price_include(row)
            case "product.pricelist.item", _:
                return f"{row['fixed_price'] or row['percent_price']:g}" + ("" if row["fixed_price"] else " % discount")
            case "uom.uom", _:
                return self._sales.factor(row["id"])
            case "product.category", _:
                above = row["parent_id"] and self._value(model, self._row(model, row["parent_id"]), name)
                return f"{above} / {row['name']}" if above else row["name"]
            case "product.product", "free_qty":
                return self._on_hand(row) - self._on_hand(row, "reserved_quantity")
            case "product.product", "purchase_method":
                return "purchase" if row["type"] == "service" else "receive"
            case "product.product", _:
                return self._on_hand(row)
            case "purchase.order.line", _:
                product = row["product_id"] and self._row("product.product", row["product_id"])
                return product and ("manual" if product["type"] == "service" else "stock_moves")
            case "account.move", "commercial_partner_id":
                partner = row["partner_id"] and self._row("res.partner", row["partner_id"])
                return partner and self._sales.commercial_partner(partner)["id"]
            case "account.move", "amount_residual":
                return self._bills.residual(row)
            case "account.move", "payment_state":
                return self._bills.payment_state(row)
            case "account.move", "tax_country_id":
                return self._computed("res.company", self._sales.company, "country_id")
            case "account.move", _:
                return self._bills.tax_totals(row, self._move_lines(row))
            case "account.move.line", "purchase_order_id":
                line = row["purchase_line_id"]
                return line and self._row("purchase.order.line", line)["order_id"]
            case "account.move.line", _:
                move = self._row("account.move", row["move_id"])
                return self._value("account.move", move, _OF_MOVE[name])
            case "sale.order", _:
                return self._sales.order_rate(row)
            case "sale.order.line", "pricelist_item_id":
                return self._rule(self._owner(model, row), row)
            case _:
                order = self._owner(model, row)
                return order[name if name in order else "partner_id"]

    def _owner(self, model: str, line: Row) -> Row:
        owner, field = _OWNERS[model]
        return self._row(owner, line[field])

    def _move_lines(self, move: Row) -> list[Row]:
        return [self._row("account.move.line", id_) for id_ in self._value("account.move", move, "line_ids")]

    def _billed(self, order_line: int) -> float:
        """By bills that are not cancelled, drafts among them."""
        lines = [row for row in self._store.rows["account.move.line"].values() if row["purchase_line_id"] == order_line]
        moves = [(line["quantity"], self._row("account.move", line["move_id"])) for line in lines]
        return sum(
            quantity if move["move_type"] == "in_invoice" else -quantity
            for quantity, move in moves
            if move["state"] != "cancel"
        )

    def _rule(self, order: Row, line: Row) -> int | bool:
        rule = self._sales.rule(order, line)
        return rule["id"] if rule else False

    def _on_hand(self, product: Row, kind: str = "quantity") -> float:
        return sum(
            quant[kind] for quant in self._store.rows["stock.quant"].values() if quant["product_id"] == product["id"]
        )

    def _address(self, partner: Row) -> str:
        country = partner["country_id"] and self._row("res.country", partner["country_id"])["name"]
        town = " ".join(part for part in (partner["zip"], partner["city"]) if part)
        parts = (self._display_name("res.partner", partner), partner["street"], town, country)
        return ", ".join(part for part in parts if part)

    def _display_name(self, model: str, row: Row) -> str:
        translated = "name" in row and MODELS[model].fields["name"].translate
        name = self._text(row, "name") if translated else row.get("name")
        name = name or row.get("acc_number") or row.get("summary") or f"{model},{row['id']}"
        if model == "account.move":
            return self._bills.display_name(row)
        if model == "res.partner" and row["parent_id"] and not row["is_company"]:
            return f"{self._row(model, row['parent_id'])['name']}, {name}"
        if model == "product.pricelist":
            return f"{name} ({self._row('res.currency', row['currency_id'])['name']})"
        if row.get("default_code") and self._context.get("display_default_code", True):
            return f"[{row['default_code']}] {name}"
        return name

    def _specified(self, model: str, row: Row, spec: Row) -> Row:
        """The fields of a new record as Odoo's `onchange` shows them: relations to many only if there are any."""
        shown = {name: self._specified_field(model, row, name, inner) for name, inner in spec.items()}
        return {name: value for name, value in shown.items() if value != []}

    def _specified_field(self, model: str, row: Row, name: str, spec: Row) -> Any:
        field = MODELS[model].fields.get(name)
        if field is None:
            raise _value_error(f"Invalid field '{name}' on '{model}'")
        value, inner = self._value(model, row, name), spec.get("fields")
        if not field.comodel:
            return value
        rows = [self._row(field.comodel, id_) for id_ in _ids(value)]
        linked = [{"id": row["id"]} | self._specified(field.comodel, row, inner or {}) for row in rows]
        if field.kind == "many2many":
            return [[4, one["id"], one] for one in linked]
        return linked[0] if linked and inner is not None else value

    # Searching

    def _matching(self, model: str, domain: Sequence[Any]) -> list[Row]:
        test = self._test(model, domain)
        rows = self._store.rows[model].values()
        hides_archived = "active" in MODELS[model].fields and self._context.get("active_test", True)
        if hides_archived and not any(_path(term) == "active" for term in domain):
            rows = [row for row in rows if row["active"]]
        return [row for row in rows if test(row)]

    def _sorted(self, model: str, rows: list[Row], order: str) -> list[Row]:
        for part in reversed(order.split(",")):
            name, _, direction = part.strip().partition(" ")
            if name not in MODELS[model].fields:
                raise _value_error(f"Invalid field '{name}' on model '{model}'")

            rank = self._ranks(MODELS[model].fields[name].comodel)

            def key(row: Row, name: str = name, rank: dict[int, int] | None = rank) -> tuple[bool, Any]:
                value = self._value(model, row, name)
                return _is_unset(value), 0 if _is_unset(value) else rank[value] if rank else value

            rows = sorted(rows, key=key, reverse=direction.strip().lower() == "desc")
        return rows

    def _ranks(self, model: str) -> dict[int, int] | None:
        """Where records come in their own order, which decides when others are sorted by them; None: by id."""
        if not model or MODELS[model].order == "id":
            return None
        rows = self._sorted(model, list(self._store.rows[model].values()), MODELS[model].order)
        return {row["id"]: rank for rank, row in enumerate(rows)}

    def _test(self, model: str, domain: Sequence[Any]) -> Test:
        terms = list(domain)

        def parse() -> Test:
            if not terms:
                raise _value_error(f"Domain() malformed domain {list(domain)}")
            term = terms.pop(0)
            if term == "!":
                inner = parse()
                return lambda row: not inner(row)
            if term in ("&", "|"):
                left, right = parse(), parse()
                if term == "&":
                    return lambda row: left(row) and right(row)
                return lambda row: left(row) or right(row)
            return self._condition(model, *term)

        tests: list[Test] = []
        while terms:
            tests.append(parse())
        return lambda row: all(test(row) for test in tests)

    def _condition(self, model: str, path: str, operator: str, value: Any) -> Test:
        name, _, rest = path.partition(".")
        field = MODELS[model].fields.get(name)
        if field is None:
            raise _value_error(f"Invalid field {model}.{name} in condition {(path, operator, value)}")
        if rest:
            inner, others = self._condition(field.comodel, rest, operator, value), self._store.rows[field.comodel]
            return lambda row: any(inner(others[id_]) for id_ in _ids(self._value(model, row, name)))
        if operator in _NEGATIVES:
            positive = self._condition(model, path, _NEGATIVES[operator], value)
            return lambda row: not positive(row)
        if operator == "in":
            tests = [self._condition(model, path, "=", one) for one in value]
            return lambda row: any(test(row) for test in tests)
        if operator == "child_of":
            family = self._descendants(model if name == "id" else field.comodel, value)
            return lambda row: not family.isdisjoint(_ids(self._value(model, row, name)))
        if operator == "=" and not (field.comodel and isinstance(value, str)):
            return lambda row: _equal(self._value(model, row, name), value)
        if operator in _COMPARISONS:
            compare = _COMPARISONS[operator]
            return lambda row: not _is_unset(found := self._value(model, row, name)) and compare(found, value)
        if operator in _LIKES or operator == "=":
            template, flags = _LIKES.get(operator, ("{}", 0))
            pattern = _like(template.format(value), flags)
            return lambda row: any(pattern.fullmatch(text) for text in self._texts(model, row, name))
        raise _value_error(f"Invalid operator in condition {(path, operator, value)}")

    def _texts(self, model: str, row: Row, name: str) -> Iterable[str]:
        field, value = MODELS[model].fields[name], self._value(model, row, name)
        if field.comodel:
            return [self._display_name(field.comodel, self._row(field.comodel, id_)) for id_ in _ids(value)]
        return [] if _is_unset(value) else [str(value)]

    def _descendants(self, model: str, value: Any) -> set[int]:
        found = set(_ids(value))
        while children := {row["id"] for row in self._store.rows[model].values() if row["parent_id"] in found} - found:
            found |= children
        return found

    # Writing

    def _create(self, model: str, vals: Row) -> int:
        row = _blank(model) | {"id": self._store.next_id(model), "create_date": self._now}
        match model:
            case "sale.order":
                vals = {"name": f"S{row['id']:05}"} | self._sales.order(vals)
            case "crm.lead":
                vals = self._moved({}, vals)
            case "mail.activity":
                vals = self._planned(vals)
            case "mail.message":
                vals = {"date": self._now, "author_id": self._row("res.users", ADMIN)["partner_id"]} | vals
            case "product.supplierinfo" if vals.get("product_id"):
                product = self._row("product.product", vals["product_id"])
                vals = {"product_tmpl_id": product["product_tmpl_id"]} | vals
            case "purchase.order":
                vals = {"name": f"P{row['id']:05}", "date_order": self._now} | vals
            case "account.move":
                vals = self._bills.move(vals) if vals.get("move_type") in PURCHASES | SALES else vals
            case "account.payment.register":
                lines = self._bills.owed_lines(self._context.get("active_ids", ()))
                vals = {"line_ids": [[6, 0, lines]], "payment_date": self._now[:10]} | vals
            case "sale.order.line" | "purchase.order.line" | "account.move.line":
                vals = self._line(model, {}, vals)
            case "product.product":
                vals = self._product(vals)
            case _:
                pass
        return self._write(model, row, vals)

    def _changed(self, model: str, before: Row, vals: Row) -> Row:
        """`vals` that someone writes into a record, and what they change in it."""
        if model == "crm.lead":
            return self._moved(before, vals)
        return self._line(model, before, vals) if model in _OWNERS else vals

    def _moved(self, before: Row, vals: Row) -> Row:
        """`vals` of a lead (`before` is empty for a new one), and what its stage changes in it."""
        stage = vals.get("stage_id", False if before else FIRST_STAGE)
        if before and stage in (False, before["stage_id"]):
            return vals
        is_won = bool(stage) and self._row("crm.stage", stage)["is_won"]
        return {"date_last_stage_update": self._now} | vals | ({"probability": 100.0} if is_won else {})

    def _planned(self, vals: Row) -> Row:
        """`vals` of a new activity. Odoo has them on other records, too."""
        lead = self._store.rows["crm.lead"].get(vals.get("res_id", 0))
        model = vals.get("res_model_id") and self._row("ir.model", vals["res_model_id"])["model"]
        if not lead or model != "crm.lead":
            raise _user_error("Activities have to be linked to records with a not null res_id.")
        return vals

    def _line(self, model: str, before: Row, vals: Row) -> Row:
        """`vals` of a line (`before` is empty for a new one), and what they change in it."""
        owner = self._owner(model, before | vals)
        match model:
            case "sale.order.line":
                return self._sales.line(owner, before, vals)
            case "account.move.line":
                return self._bills.line(owner, before, vals)
            case _:
                return vals if before else self._sales.bought(vals)

    def _product(self, vals: Row) -> Row:
        defaults = self._sales.default_taxes()
        vals = {name: [[6, 0, taxes]] for name, taxes in defaults.items()} | vals
        if not vals.get("product_tmpl_id"):
            shared = {name: value for name, value in vals.items() if name in MODELS["product.template"].fields}
            vals = vals | {"product_tmpl_id": self._create("product.template", shared)}
        return vals

    def _share_with_variants(self, before: Row) -> None:
        """What a product has in common with its template follows it. (In Odoo there is one value for both.)"""
        template = self._row("product.template", before["id"])
        changed = {
            name: value for name, value in template.items() if value != before.get(name) and name != "write_date"
        }
        for id_ in self._value("product.template", template, "product_variant_ids"):
            product = self._row("product.product", id_)
            common = {name: value for name, value in changed.items() if product.get(name) == before.get(name)}
            self._store.put("product.product", product | common)

    def _write(self, model: str, row: Row, vals: Row) -> int:
        row = self._filled(model, row, vals)
        if model == "crm.lead" and row["partner_id"]:
            self._share_contact_details(row)
        row |= self._line_amounts(model, row)
        self._validate(model, row)
        self._store.put(model, row | {"write_date": self._now})
        for name, value in vals.items():
            field = MODELS[model].fields[name]
            if field.kind == "one2many":
                self._write_lines(field, row["id"], value)
        if _LINES.get(model) in vals:
            self._put_totals(model, row["id"])
        if "tax_totals" in vals:
            lines = self._move_lines(row)
            self._balance(row, self._bills.corrected(row, lines, vals["tax_totals"]))
        return row["id"]

    def _line_amounts(self, model: str, line: Row) -> Row:
        match model:
            case "sale.order.line":
                return self._sales.line_amounts(self._owner(model, line), line)
            case "purchase.order.line":
                return self._sales.bought_amounts(self._owner(model, line), line)
            case "account.move.line":
                return self._bills.line_amounts(self._owner(model, line), line)
            case _:
                return {}

    def _filled(self, model: str, row: Row, vals: Row) -> Row:
        fields = MODELS[model].fields
        for name, value in vals.items():
            if name not in fields:
                raise _value_error(f"Invalid field '{name}' in '{model}'")
            if _is_stored(fields[name]):
                key = _translated(name, self._language) if fields[name].translate and row[name] else name
                row[key] = self._stored(model, name, value, row[name])
        if "datas" in vals:
            content = base64.b64decode(vals["datas"] or "")
            row |= {"checksum": self._store.put_file(content), "file_size": len(content)}
        return row

    def _quoted(self, order: Row, vals: Row) -> Row:
        """A line of an order that is not stored."""
        line = self._filled("sale.order.line", _blank("sale.order.line"), self._sales.line(order, {}, vals))
        line |= self._sales.line_amounts(order, line)
        return line | {"id": False, "pricelist_item_id": self._rule(order, line)}

    def _total(self, model: str, lines: Sequence[int]) -> None:
        if model in _OWNERS:
            for owner in {self._owner(model, self._row(model, line))["id"] for line in lines}:
                self._put_totals(_OWNERS[model][0], owner)

    def _put_totals(self, model: str, id_: int) -> None:
        owner = self._row(model, id_)
        lines_of = MODELS[model].fields[_LINES[model]].comodel
        lines = [self._row(lines_of, line) for line in self._value(model, owner, _LINES[model])]
        match model:
            case "sale.order":
                self._store.put(model, owner | self._sales.totals(owner, lines))
            case "purchase.order":
                self._store.put(model, owner | self._sales.bought_totals(owner, lines))
            case _:
                amounts, taxes = self._bills.totals(owner, lines)
                self._store.put(model, owner := owner | amounts)
                self._balance(owner, taxes)

    def _balance(self, move: Row, taxes: dict[int, float]) -> None:
        """Replaces the lines that a bill's own ones lead to, with this much of each tax."""
        for line in self._move_lines(move):
            if line["display_type"] not in TYPED:
                self._store.delete("account.move.line", line["id"])
        digits = self._row("res.currency", move["currency_id"])["decimal_places"]
        tax = rounded(sum(taxes.values()), digits)
        amounts = {"amount_tax": tax, "amount_total": rounded(move["amount_untaxed"] + tax, digits)}
        self._store.put("account.move", move := move | amounts)
        for line in self._bills.balancing(move, amounts, taxes):
            self._create("account.move.line", line | {"move_id": move["id"]})

    def _unlink(self, model: str, row: Row) -> None:
        if model == "mail.activity":
            self._store.delete(model, row["id"])
            return
        if model not in ("sale.order", "account.move"):
            problem = "In the sandbox only quotations, bills and activities can be deleted"
            raise OdooError(403, "odoo.exceptions.AccessError", problem)
        if model == "sale.order" and row["state"] not in ("draft", "cancel"):
            problem = "You can not delete a sent quotation or a confirmed sales order. You must first cancel it."
            raise _user_error(problem)
        if model == "account.move" and row["state"] == "posted":
            raise _user_error(
                "You can't delete a posted journal item. Don’t play games with your accounting records; reset the "
                "journal entry to draft before deleting it."
            )
        lines = {owner: (line, field) for line, (owner, field) in _OWNERS.items()}[model]
        of_record = {
            lines[0]: [[lines[1], "=", row["id"]]],
            "mail.message": [["model", "=", model], ["res_id", "=", row["id"]]],
            "ir.attachment": [["res_model", "=", model], ["res_id", "=", row["id"]]],
        }
        for other, domain in of_record.items():
            for id_ in self.search(other, domain):
                self._store.delete(other, id_)
        self._store.delete(model, row["id"])

    def _stored(self, model: str, name: str, value: Any, current: Any) -> Any:
        field = MODELS[model].fields[name]
        if field.kind == "many2one":
            return self._row(field.comodel, value)["id"] if value else False
        if field.kind == "many2many":
            return self._linked(field, value, current)
        if field.kind == "selection" and value and value not in field.choices:
            raise _value_error(f"Wrong value for {model}.{name}: {value!r}")
        casts: dict[str, Callable[[Any], Any]] = {"integer": int, "float": float, "boolean": bool}
        return casts[field.kind](value or 0) if field.kind in casts else value or False

    def _linked(self, field: Field, commands: Sequence[Sequence[Any]], current: list[int]) -> list[int]:
        ids = list(current)
        for command in commands:
            match command:
                case [6, _, replaced]:
                    ids = [self._row(field.comodel, id_)["id"] for id_ in replaced]
                case [5, *_]:
                    ids = []
                case [4, id_, *_]:
                    ids = [*ids, self._row(field.comodel, id_)["id"]]
                case [3, id_, *_]:
                    ids = [one for one in ids if one != id_]
                case [0, _, vals]:
                    ids = [*ids, self._create(field.comodel, vals)]
                case _:
                    raise _value_error(f"Wrong value for {field.comodel}: {command!r}")
        return list(dict.fromkeys(ids))

    def _write_lines(self, field: Field, owner: int, commands: Sequence[Sequence[Any]]) -> None:
        for command in commands:
            match command:
                case [0, _, vals]:
                    self._create(field.comodel, vals | {field.inverse: owner})
                case [1, id_, vals]:
                    self.write(field.comodel, [id_], vals)
                case [4, id_, *_]:
                    self.write(field.comodel, [id_], {field.inverse: owner})
                case _:
                    raise _value_error(f"Wrong value for {field.comodel}: {command!r}")

    def _validate(self, model: str, row: Row) -> None:
        for name, field in MODELS[model].fields.items():
            if field.required and _is_unset(row[name]):
                raise _validation_error(f"Missing required value for the field '{name}' ({name}).\nModel: '{model}'")
        for name, message in MODELS[model].unique.items():
            if any(o[name] == row[name] and o["id"] != row["id"] for o in self._store.rows[model].values()):
                raise _validation_error(message)

    def _share_contact_details(self, lead: Row) -> None:
        """As in Odoo: a lead's e-mail address and phone number are its partner's, and change the partner's."""
        partner = self._row("res.partner", lead["partner_id"])
        for mine, theirs in (("email_from", "email"), ("phone", "phone")):
            if lead[mine]:
                self._store.put("res.partner", partner := partner | {theirs: lead[mine]})
            else:
                lead[mine] = partner[theirs]
        lead["partner_name"] = lead["partner_name"] or self._sales.commercial_partner(partner)["name"]

    def _load(self, model: str, rows: list[Row]) -> int:
        """`rows` is one record: its own cells in the first one, and a line in each."""
        name = rows[0].get("id", "")
        taken = self._store.external_id(name) if name else None
        if taken is not None and self._context.get("mode") == "update" and self._context.get("noupdate"):
            return taken
        vals = self._cells(model, rows)
        if taken is not None:
            self.write(model, [taken], vals)
            return taken
        created = self._create(model, vals)
        if name:
            self._store.put_external_id(name, model, created)
        return created

    def _records(self, model: str, fields: Sequence[str], data: Sequence[Sequence[str]]) -> list[tuple[int, list[Row]]]:
        """Rows that belong to one record, with the number of the first: those that follow it have lines only."""
        records: list[tuple[int, list[Row]]] = []
        for number, row in enumerate(data):
            cells = dict(zip(fields, row, strict=True))
            own = any(cell for path, cell in cells.items() if not self._is_line(model, path))
            if records and not own and any(row):
                records[-1][1].append(cells)
            else:
                records.append((number, [cells]))
        return records

    def _is_line(self, model: str, path: str) -> bool:
        name, _, rest = path.partition("/")
        return bool(rest) and name in MODELS[model].fields and MODELS[model].fields[name].kind == "one2many"

    def _cells(self, model: str, rows: list[Row]) -> Row:
        vals: Row = {}
        for path, cell in rows[0].items():
            name, _, rest = path.partition("/")
            if self._is_line(model, path):
                vals.setdefault(name, [])
            elif path != "id":
                vals[name] = self._cell(model, name, rest, cell)
        for name in [name for name in vals if self._is_line(model, f"{name}/id")]:
            for row in rows:
                line = {
                    path.removeprefix(f"{name}/"): cell for path, cell in row.items() if path.startswith(f"{name}/")
                }
                if any(line.values()):
                    vals[name].append([0, 0, self._cells(MODELS[model].fields[name].comodel, [line])])
        return vals

    def _cell(self, model: str, name: str, key: str, cell: str) -> Any:
        """`key` says how a relation is given: `.id` in the database or external `id`."""
        field = MODELS[model].fields.get(name)
        if field is None:
            raise _value_error(f"Invalid field name '{name}'")
        if not key:
            return _number(cell, name) if cell and field.kind in ("float", "integer") else cell or False
        kind = "database" if key == ".id" else "external"
        ids: list[int] = []
        for part in filter(None, cell.split(",")):
            id_ = int(part) if key == ".id" else self._store.external_id(part)
            if id_ not in self._store.rows[field.comodel]:
                message = f"No matching record found for {kind} id '{part}' in field '{name}'"
                raise _user_error(message)
            ids.append(id_)
        return [[6, 0, ids]] if field.kind == "many2many" else ids[0] if ids else False


def _described(field: Field) -> Row:
    about: Row = {"type": field.kind, "readonly": field.computed, "required": field.required}
    about |= {"relation": field.comodel} if field.comodel else {}
    return about | ({"selection": [[choice, choice] for choice in field.choices]} if field.choices else {})


def _number(cell: str, name: str) -> float:
    try:
        return float(cell)
    except ValueError as error:
        raise _user_error(f"'{cell}' does not seem to be a number for field '{name}'") from error


def _blank(model: str) -> Row:
    fields = MODELS[model].fields
    row = {name: field.default for name, field in fields.items() if _is_stored(field)}
    return row | {name: [] for name, field in fields.items() if field.kind == "many2many"}


def _is_stored(field: Field) -> bool:
    return not field.computed and field.kind not in ("one2many", "binary")


def _translated(name: str, language: str) -> str:
    """Under which key a record keeps a text in a language."""
    return name if language == _SOURCE_LANGUAGE else f"{name}@{language}"


def _is_unset(value: Any) -> bool:
    return value is False or value is None or value == []


def _ids(value: Any) -> list[int]:
    return cast(list[int], value) if isinstance(value, list) else [value] if value else []


def _equal(found: Any, wanted: Any) -> bool:
    if wanted is False or wanted is None:
        return not found
    return wanted in _ids(found) if isinstance(found, list) else found == wanted


def _path(term: Any) -> Any:
    return None if isinstance(term, str) else term[0]


@lru_cache(maxsize=1000)
def _like(pattern: str, flags: int) -> re.Pattern[str]:
    parts = re.findall(r"\\(.)|(%)|(_)|([^\\])", pattern, re.S)
    regex = "".join(
        ".*" if many else "." if one else re.escape(escaped or plain) for escaped, many, one, plain in parts
    )
    return re.compile(regex, flags | re.S)
