"""The wire to Odoo 17 to 19: JSON-2 from 19 on, before that JSON-RPC; Odoo's version decides.

Odoo itself has no idempotent create. Its import method `load` comes closest: it takes an external id, which the
database keeps unique, so of two attempts at one write the second finds the first one's record or fails, however late
the first one finishes. All writes of the connector go through it.
"""

import hashlib
import math
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeVar, cast

import httpx
from pydantic import SecretStr

from connectors.base import ConnectorError, OutcomeUnknown, Refused, Unavailable
from connectors.odoo.text import clean

Wire = Literal["json2", "jsonrpc"]
Row = dict[str, Any]
Domain = list[Any]
T = TypeVar("T")

_LISTS: dict[str, tuple[str, ...]] = {
    "crm.team": ("name",),
    "crm.tag": ("name",),
    "crm.stage": ("name", "sequence", "is_won", "team_ids"),
    "mail.activity.type": ("name", "category", "icon"),
    "res.partner.category": ("name",),
    "res.country": ("code",),
    "res.currency": ("name",),
    "res.users": ("login", "active"),
}
_LIST_SECONDS = 300.0
_LOOK_AFTER = (0.2, 0.5, 1.0, 2.0)
"""Seconds between looks for a write whose outcome is unknown."""
_PASSING_STATUSES = frozenset({408, 409, 425, 429})
_CALLER_ERRORS = frozenset(
    f"builtins.{error}" for error in ("AttributeError", "IndexError", "KeyError", "TypeError", "ValueError")
)
"""Odoo answers 500 to a call that is wrong in itself (an unknown field, say): that never heals."""
_PASSING_ERRORS = ("LockError", "ConcurrencyError")
_NO_MODEL = re.compile(r"the model '[\w.]+' does not exist|Object [\w.]+ doesn't exist")
_LOST_RACE = ("could not serialize access", "deadlock detected")


class OdooRpc:
    """One database of one Odoo. Safe to share between threads.

    `user` is the login that the API key belongs to; only JSON-RPC (Odoo 17 and 18) needs it. `timeout` is in seconds.
    `protocol` overrides what the version says.
    """

    def __init__(
        self,
        url: str,
        database: str,
        api_key: SecretStr,
        *,
        user: str = "",
        timeout: float = 20.0,
        protocol: Wire | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._database = database
        self._key = api_key.get_secret_value()
        self._user = user
        self._protocol = protocol
        self._uid: int | None = None
        self._authenticating = threading.Lock()
        self._lists: dict[str, tuple[float, list[Row]]] = {}
        self._fields: dict[str, frozenset[str]] = {}
        self._http = httpx.Client(
            base_url=self.url,
            timeout=timeout,
            headers={
                "Authorization": f"Bearer {self._key}",
                "X-Odoo-Database": database,
                "User-Agent": "countersign",
                "Accept": "application/json",
            },
        )

    def close(self) -> None:
        self._http.close()

    # Writing once

    def write_once(
        self, model: str, reference: str, domain: Domain, rows: Callable[[], list[dict[str, str]]]
    ) -> tuple[int, bool]:
        """Id of the record that `domain` describes, and whether it was there before this call. `rows` as `load` takes
        them: the record with its first line, then its further lines, all with the columns of the first row."""
        found = self.find(model, domain)
        if found is not None:
            return found, True
        prepared = rows()
        try:
            return self._load(model, reference, prepared), False
        except OutcomeUnknown as unknown:
            return self.look_again(lambda: self.find(model, domain), unknown), False
        except Refused:
            self._lists.clear()  # A team, user or tag that is gone may be the reason.
            raise

    def look_again(self, look: Callable[[], T | None], unknown: OutcomeUnknown) -> T:
        """What a few looks find of a write whose outcome is unknown; raises that it is, if it is not there by then."""
        for pause in _LOOK_AFTER:
            time.sleep(pause)
            try:
                found = look()
            except Unavailable:
                continue
            if found is not None:
                return found
        raise unknown

    def find(self, model: str, domain: Domain) -> int | None:
        rows = self.search_read(model, domain, ("id",), order="id", limit=1, active_test=False)
        return rows[0]["id"] if rows else None

    def _load(self, model: str, reference: str, rows: list[dict[str, str]]) -> int:
        """Creates the record under an external id made of `reference`; if that id is taken, answers its record as it
        stands (that is what `update` and `noupdate` say)."""
        external_id = f"__import__.countersign_{hashlib.sha256(f'{model} {reference}'.encode()).hexdigest()[:40]}"
        columns = list(rows[0])
        cells = [[external_id, *(clean(rows[0][column]) for column in columns)]]
        cells += [["", *(clean(row.get(column, "")) for column in columns)] for row in rows[1:]]
        context = {"mode": "update", "noupdate": True}
        answer = self.call(model, "load", fields=["id", *columns], data=cells, context=context)
        if not answer["ids"]:
            problem = "; ".join(message["message"] for message in answer["messages"])
            # The slower one of two attempts at the same time: the faster one's record is there, or soon will be.
            lost_race = any(sign in problem for sign in _LOST_RACE)
            raise (OutcomeUnknown if lost_race else Refused)(self._message(f"{model}.load", problem))
        return answer["ids"][0]

    # Names and ids

    def listed(self, model: str, *, fresh: bool = False) -> list[Row]:
        """All records of a short list, kept for five minutes. Users are the internal ones, archived ones included:
        a customer's salesperson may have left."""
        kept = self._lists.get(model)
        if kept and not fresh and time.monotonic() - kept[0] < _LIST_SECONDS:
            return kept[1]
        domain = [["share", "=", False]] if model == "res.users" else []
        rows = self.search_read(model, domain, _LISTS[model], order="id", active_test=model != "res.users")
        self._lists[model] = (time.monotonic(), rows)
        return rows

    def values(self, model: str, ids: Sequence[int]) -> list[str]:
        if not ids:
            return []
        names = {row["id"]: row[_LISTS[model][0]] for row in self.listed(model)}
        return [names[id_] for id_ in ids if id_ in names]

    def value(self, model: str, many2one: list[Any] | Literal[False]) -> str:
        return "".join(self.values(model, many2one[:1])) if many2one else ""

    def lookup(self, model: str, name: str, *, fresh: bool = False) -> str | None:
        wanted = clean(name).casefold()
        field = _LISTS[model][0]
        rows = (row for row in self.listed(model, fresh=fresh) if row.get("active", True))
        return next((str(row["id"]) for row in rows if row[field].casefold() == wanted), None)

    def id_of(self, model: str, name: str, what: str) -> str:
        found = self.lookup(model, name) or self.lookup(model, name, fresh=True)
        if found is None:
            raise Refused(f"Odoo has no {what} '{name}' ({model})")
        return found

    # Calls

    def search_read(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        order: str = "",
        limit: int | None = None,
        active_test: bool = True,
        **context: Any,
    ) -> list[Row]:
        arguments: Row = {"domain": domain, "fields": list(fields), "context": {"active_test": active_test, **context}}
        arguments |= {"order": order} if order else {}
        arguments |= {"limit": limit} if limit else {}
        return self.ask(model, "search_read", **arguments)

    def fields(self, model: str) -> frozenset[str]:
        """The fields of a model that this user may read, as they were when first asked for; none where the database
        has no such model."""
        if model not in self._fields:
            try:
                self._fields[model] = frozenset(self.ask(model, "fields_get", attributes=["type"]))
            except Refused as error:
                if not _NO_MODEL.search(str(error)):
                    raise
                self._fields[model] = frozenset()
        return self._fields[model]

    def ask(self, model: str, method: str, **arguments: Any) -> Any:
        """A call that only reads: it leaves nothing behind that could be unknown."""
        try:
            return self.call(model, method, **arguments)
        except OutcomeUnknown as error:
            raise Unavailable(str(error), error.retry_after) from error

    def call(self, model: str, method: str, **arguments: Any) -> Any:
        if self._protocol is None:
            self._protocol = self._protocol_by_version()
        wire = self._json2 if self._protocol == "json2" else self._jsonrpc
        return wire(model, method, arguments)

    def _protocol_by_version(self) -> Wire:
        response = self._send("version", "GET", "/web/version")
        if response.status_code in _PASSING_STATUSES or response.status_code >= 500:
            raise self._failure("version", response)
        try:
            major = re.search(r"\d+", str(response.json()["version_info"][0]))  # 19, or "saas~19" on Odoo Online.
        except (ValueError, LookupError, TypeError):
            major = None  # Odoo before 19 need not know this path.
        return "json2" if major and int(major.group()) >= 19 else "jsonrpc"

    def _json2(self, model: str, method: str, arguments: Row) -> Any:
        return self._post(f"{model}.{method}", f"/json/2/{model}/{method}", arguments)

    def _jsonrpc(self, model: str, method: str, arguments: Row) -> Any:
        with self._authenticating:
            if self._uid is None:
                self._uid = self._authenticate()
        credentials = (self._database, self._uid, self._key)
        arguments = dict(arguments)
        ids = [arguments.pop("ids")] if "ids" in arguments else []
        return self._rpc(f"{model}.{method}", "object", "execute_kw", *credentials, model, method, ids, arguments)

    def _authenticate(self) -> int:
        if not self._user:
            raise Refused("Odoo before version 19 needs the login (user) that the API key belongs to")
        uid = self._rpc("authenticate", "common", "authenticate", self._database, self._user, self._key, {})
        if not uid:
            raise Refused(f"Odoo authenticate: the login '{self._user}' or its API key is wrong")
        return uid

    def _rpc(self, call: str, service: str, method: str, *args: Any) -> Any:
        """JSON-RPC reports an error with HTTP 200."""
        params = {"service": service, "method": method, "args": args}
        answer = self._post(call, "/jsonrpc", {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params})
        if "error" not in answer:
            return answer["result"]
        data = cast(Row, answer["error"].get("data", {}))
        name, text = str(data.get("name", "")), str(data.get("message", answer["error"].get("message", "")))
        refused = name.startswith(("odoo.", "werkzeug.")) or name in _CALLER_ERRORS or "does not exist" in text
        kind = Unavailable if name.endswith(_PASSING_ERRORS) or not refused else Refused
        raise kind(self._message(call, f"{text} ({name})"))

    def _post(self, call: str, path: str, body: Any) -> Any:
        """The parsed answer. Raises OutcomeUnknown where the call may have been carried out, a read too."""
        response = self._send(call, "POST", path, body)
        if not response.is_success:
            raise self._failure(call, response)
        try:
            return response.json()
        except ValueError as error:
            raise OutcomeUnknown(self._message(call, f"answered no JSON: {_excerpt(response.text)}")) from error

    def _send(self, call: str, method: str, path: str, body: Any = None) -> httpx.Response:
        try:
            return self._http.request(method, path, json=body)
        except httpx.UnsupportedProtocol as error:
            raise Refused(self._message(call, f"{error} ({self.url})")) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(self._message(call, f"no connection to {self.url}: {error}")) from error
        except httpx.RequestError as error:
            raise OutcomeUnknown(self._message(call, f"no answer: {type(error).__name__} {error}")) from error

    def _failure(self, call: str, response: httpx.Response) -> ConnectorError:
        status, retry_after = response.status_code, _retry_after(response)
        name, text = _odoo_error(response)
        message = self._message(call, f"HTTP {status} {text}")
        if status == 401:
            return Refused(f"{message} (wrong, expired or revoked API key?)")
        if status in (502, 504) or (status >= 500 and status != 503 and not name):
            return OutcomeUnknown(message, retry_after)
        if status in _PASSING_STATUSES or (status >= 500 and name not in _CALLER_ERRORS):
            return Unavailable(message, retry_after)
        return Refused(message)

    def _message(self, call: str, text: str) -> str:
        return f"Odoo {call}: {' '.join(text.split())}".replace(self._key or "***", "***")


def _odoo_error(response: httpx.Response) -> tuple[str, str]:
    """The exception's name, empty where it was not Odoo that answered, and the text."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and "message" in body:
        fields = cast(Row, body)
        return str(fields.get("name", "")), str(fields["message"]).strip()
    target = response.headers.get("Location")
    return "", f"to {target}" if target else _excerpt(response.text)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value).replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
        except ValueError:
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _excerpt(text: str) -> str:
    without_markup = re.sub(r"<(style|script)\b.*?</\1>|<!--.*?-->|<[^>]*>", " ", text[:20_000], flags=re.S | re.I)
    return " ".join(without_markup.split())[:200] or "(empty)"
