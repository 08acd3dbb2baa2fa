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
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sandbox.schema import ADMIN, MODELS, Field

Row = dict[str, Any]
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
_NEGATIVES = {"!=": "=", "not in": "in", "not like": "like", "not ilike": "ilike"}


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
        for model, id_, document in self._database.execute("SELECT model, id, document FROM record ORDER BY id"):
            self.rows[model][id_] = json.loads(document)

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
                for model, id_, row in reversed(self._undo):
                    if row is None:
                        del self.rows[model][id_]
                    else:
                        self.rows[model][id_] = row
                raise

    def put(self, model: str, row: Row) -> None:
        self._undo.append((model, row["id"], self.rows[model].get(row["id"])))
        self.rows[model][row["id"]] = row
        document = json.dumps(row, ensure_ascii=False)
        self._database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (model, row["id"], document))

    def next_id(self, model: str) -> int:
        return max(self.rows[model], default=0) + 1

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

    def __init__(self, store: Store, context: Mapping[str, Any] | None = None) -> None:
        self._store = store
        self._context = context or {}

    # What can be called from outside

    def search(
        self,
        model: str,
        domain: Sequence[Any],
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
    ) -> list[int]:
        rows = self._sorted(model, self._matching(model, domain), order or "id")
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
        return [self._create(model, vals) for vals in ([vals_list] if isinstance(vals_list, dict) else vals_list)]

    def write(self, model: str, ids: Sequence[int], vals: Row) -> bool:
        for id_ in ids:
            self._write(model, dict(self._row(model, id_)), vals)
        return True

    def load(self, model: str, fields: Sequence[str], data: Sequence[Sequence[str]]) -> Row:
        ids: list[int] = []
        for number, cells in enumerate(data):
            try:
                ids.append(self._load(model, dict(zip(fields, cells, strict=True))))
            except OdooError as error:
                if error.status == 500:
                    raise
                rows = {"from": number, "to": number}
                message = {"rows": rows, "record": number, "type": "error", "message": str(error)}
                return {"ids": False, "messages": [message], "nextrow": 0}
        return {"ids": ids, "messages": [], "nextrow": 0}

    def message_post(self, model: str, ids: Sequence[int], body: str = "", subject: str | bool = False) -> list[int]:
        author = self._row("res.users", ADMIN)["partner_id"]
        message = {"model": model, "body": f"<p>{html.escape(body)}</p>", "subject": subject, "date": _now()}
        return [self._create("mail.message", message | {"res_id": id_, "author_id": author}) for id_ in ids]

    # Reading

    def _row(self, model: str, id_: Any) -> Row:
        row = self._store.rows[model].get(id_)
        if row is None:
            raise _missing_error(model, id_)
        return row

    def _read(self, model: str, row: Row, name: str) -> Any:
        field = MODELS[model].fields[name]
        if field.kind == "binary":
            return base64.b64encode(self._store.file(row["checksum"])).decode()
        value = self._value(model, row, name)
        if field.kind == "many2one" and value:
            return [value, self._display_name(field.comodel, self._row(field.comodel, value))]
        return value

    def _value(self, model: str, row: Row, name: str) -> Any:
        """As stored: an id for a many2one, a list of ids for the other relations, False where there is nothing."""
        field = MODELS[model].fields[name]
        if field.kind == "one2many":
            return [
                other["id"] for other in self._store.rows[field.comodel].values() if other[field.inverse] == row["id"]
            ]
        if not field.computed or name == "id":
            return row[name]
        if name == "display_name":
            return self._display_name(model, row)
        if name == "commercial_partner_id":
            return self._commercial_partner(row)["id"]
        quants = [quant for quant in self._store.rows["stock.quant"].values() if quant["product_id"] == row["id"]]
        reserved = sum(quant["reserved_quantity"] for quant in quants) if name == "free_qty" else 0
        return sum(quant["quantity"] for quant in quants) - reserved

    def _commercial_partner(self, partner: Row) -> Row:
        while partner["parent_id"] and not partner["is_company"]:
            partner = self._row("res.partner", partner["parent_id"])
        return partner

    def _display_name(self, model: str, row: Row) -> str:
        name = row.get("name") or row.get("acc_number") or f"{model},{row['id']}"
        if model == "res.partner" and row["parent_id"] and not row["is_company"]:
            return f"{self._row(model, row['parent_id'])['name']}, {name}"
        if row.get("default_code"):
            return f"[{row['default_code']}] {name}"
        return name

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

            def key(row: Row, name: str = name) -> tuple[bool, Any]:
                value = self._value(model, row, name)
                return _is_unset(value), 0 if _is_unset(value) else value

            rows = sorted(rows, key=key, reverse=direction.strip().lower() == "desc")
        return rows

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
        row = {name: field.default for name, field in MODELS[model].fields.items() if _is_stored(field)}
        row |= {"id": self._store.next_id(model), "create_date": _now()}
        row |= {name: [] for name, field in MODELS[model].fields.items() if field.kind == "many2many"}
        return self._write(model, row, vals)

    def _write(self, model: str, row: Row, vals: Row) -> int:
        fields = MODELS[model].fields
        for name, value in vals.items():
            if name not in fields:
                raise _value_error(f"Invalid field '{name}' in '{model}'")
            if _is_stored(fields[name]):
                row[name] = self._stored(model, name, value, row[name])
        if "datas" in vals:
            content = base64.b64decode(vals["datas"] or "")
            row |= {"checksum": self._store.put_file(content), "file_size": len(content)}
        if model == "crm.lead" and row["partner_id"]:
            self._share_contact_details(row)
        self._validate(model, row)
        self._store.put(model, row | {"write_date": _now()})
        for name, value in vals.items():
            if fields[name].kind == "one2many":
                self._write_lines(fields[name], row["id"], value)
        return row["id"]

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
        lead["partner_name"] = lead["partner_name"] or self._commercial_partner(partner)["name"]

    def _load(self, model: str, cells: Row) -> int:
        name = cells.pop("id", "")
        taken = self._store.external_id(name) if name else None
        if taken is not None and self._context.get("mode") == "update" and self._context.get("noupdate"):
            return taken
        vals = {field.removesuffix("/.id"): self._cell(model, field, cell) for field, cell in cells.items()}
        if taken is not None:
            return self._write(model, dict(self._row(model, taken)), vals)
        created = self._create(model, vals)
        if name:
            self._store.put_external_id(name, model, created)
        return created

    def _cell(self, model: str, name: str, cell: str) -> Any:
        bare, by_id = name.removesuffix("/.id"), name.endswith("/.id")
        field = MODELS[model].fields.get(bare)
        if field is None:
            raise _value_error(f"Invalid field name '{bare}'")
        if not by_id:
            return cell or False
        ids = [int(part) for part in cell.split(",") if part]
        for id_ in ids:
            if id_ not in self._store.rows[field.comodel]:
                message = f"No matching record found for database id '{id_}' in field '{bare}'"
                raise OdooError(422, "odoo.exceptions.UserError", message)
        return [[6, 0, ids]] if field.kind == "many2many" else ids[0] if ids else False


def _is_stored(field: Field) -> bool:
    return not field.computed and field.kind not in ("one2many", "binary")


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


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
