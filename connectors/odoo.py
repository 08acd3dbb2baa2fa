"""Odoo 17 to 19 as a CRM. From 19 on it speaks JSON-2, before that JSON-RPC; Odoo's version decides.

Odoo itself has no idempotent create. Its import method `load` comes closest: it takes an external id, which the
database keeps unique, so of two attempts at one write the second finds the first one's record or fails, however late
the first one finishes. All writes here go through it.
"""

import base64
import hashlib
import html
import math
import re
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, cast

import httpx
from pydantic import SecretStr

from connectors.base import ConnectorError, OutcomeUnknown, Refused, Unavailable
from connectors.matching import addresses, closest, fold, patterns, same_vat, vat_key
from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, OpenRecord, Written

Wire = Literal["json2", "jsonrpc"]
Row = dict[str, Any]
Domain = list[Any]

_LISTS: dict[str, tuple[str, ...]] = {
    "crm.team": ("name",),
    "crm.tag": ("name",),
    "res.partner.category": ("name",),
    "res.country": ("code",),
    "res.users": ("login", "active"),
}
_LIST_SECONDS = 300.0
_OUTSIDE: Domain = [["partner_share", "=", True], ["ref_company_ids", "=", False]]
"""Partners who are neither colleagues nor the company itself."""
_LOOK_AFTER = (0.2, 0.5, 1.0, 2.0)
"""Seconds between looks for a write whose outcome is unknown."""
_PRIORITIES = {"low": "0", "normal": "1", "high": "3"}
_CANDIDATES = 500
_PASSING_STATUSES = frozenset({408, 409, 425, 429})
_CALLER_ERRORS = frozenset(
    f"builtins.{error}" for error in ("AttributeError", "IndexError", "KeyError", "TypeError", "ValueError")
)
"""Odoo answers 500 to a call that is wrong in itself (an unknown field, say): that never heals."""
_PASSING_ERRORS = ("LockError", "ConcurrencyError")
_LOST_RACE = ("could not serialize access", "deadlock detected")


class Odoo:
    """Implements `connectors.base.Crm`. Safe to share between threads.

    `user` is the login that the API key belongs to; only JSON-RPC (Odoo 17 and 18) needs it. Its right in Odoo has to
    be "Sales / User: All Documents" at least. `timeout` is in seconds. `protocol` overrides what the version says.
    Everything becomes a `crm.lead`, tickets too: Odoo's helpdesk is not in its Community edition.
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
        self._url = url.rstrip("/")
        self._database = database
        self._key = api_key.get_secret_value()
        self._user = user
        self._protocol = protocol
        self._uid: int | None = None
        self._authenticating = threading.Lock()
        self._lists: dict[str, tuple[float, list[Row]]] = {}
        self._http = httpx.Client(
            base_url=self._url,
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

    # Customers

    def find_customers(self, clues: CustomerClues) -> list[Customer]:
        companies = self._companies_by_contact(clues) | self._companies_by_name(clues.names)
        return self._customers(sorted(companies)) if companies else []

    def _companies_by_contact(self, clues: CustomerClues) -> set[int]:
        """Commercial partners (companies, or persons of none) with an e-mail address or VAT number of the clues."""
        emails = {_clean(email).lower() for email in clues.emails}
        domains = {_clean(domain).lower().lstrip("@") for domain in clues.domains}
        vats = {vat_key(vat) for vat in clues.vats}
        # These match too much (an underscore is a wildcard, one field can hold several addresses): checked below.
        terms = [
            *(["email", "ilike", email] for email in sorted(emails) if email),
            *(["email", "ilike", f"@{domain}"] for domain in sorted(domains) if domain),
            *(["vat", "=ilike", f"%{'%'.join(number)}%"] for _, number in sorted(vats) if number),
        ]
        if not terms:
            return set()
        rows = self._search_read(
            "res.partner", _OUTSIDE + _any(terms), ("email", "vat", "commercial_partner_id"), limit=_CANDIDATES
        )

        def is_meant(row: Row) -> bool:
            found = addresses(row["email"] or "")
            return (
                not emails.isdisjoint(found)
                or not domains.isdisjoint(address.partition("@")[2] for address in found)
                or any(same_vat(vat_key(row["vat"] or ""), vat) for vat in vats)
            )

        return {row["commercial_partner_id"][0] for row in rows if is_meant(row)}

    def _companies_by_name(self, names: Sequence[str]) -> set[int]:
        wanted = [folded for name in names if (folded := fold(_clean(name)))]
        terms = [["name", "ilike", pattern] for name in wanted for pattern in patterns(name)]
        if not terms:
            return set()
        rows = self._named(terms)
        if len(rows) == _CANDIDATES:  # One word is everyone's (Techniek): it must not crowd out what the others find.
            rows = [row for term in terms for row in self._named([term])]
        candidates = {row["id"]: fold(row["name"] or "") for row in rows}
        return {id_ for name in wanted for id_ in closest(name, candidates)}

    def _named(self, terms: list[list[str]]) -> list[Row]:
        domain = [*_OUTSIDE, ["parent_id", "=", False], *_any(terms)]
        return self._search_read("res.partner", domain, ("name",), limit=_CANDIDATES)

    def _customers(self, companies: list[int]) -> list[Customer]:
        fields = ("name", "email", "vat", "user_id", "category_id", "country_id", "commercial_partner_id")
        rows = self._search_read("res.partner", [["commercial_partner_id", "in", companies]], fields, order="id")
        emails: dict[int, dict[str, None]] = {}
        for row in rows:
            emails.setdefault(row["commercial_partner_id"][0], {}).update(dict.fromkeys(addresses(row["email"] or "")))
        return [self._customer(row, tuple(emails[row["id"]])) for row in rows if row["id"] in companies]

    def _customer(self, row: Row, emails: tuple[str, ...]) -> Customer:
        return Customer(
            id=row["id"],
            name=row["name"] or "",
            email=next(iter(addresses(row["email"] or "")), ""),
            emails=emails,
            vat=row["vat"] or "",
            tags=tuple(self._values("res.partner.category", row["category_id"])),
            owner=self._value("res.users", row["user_id"]),
            country=self._value("res.country", row["country_id"]),
        )

    # Leads

    def open_records(self, customer_id: int) -> list[OpenRecord]:
        domain = [
            ["partner_id.commercial_partner_id", "=", customer_id],
            "|",
            ["stage_id", "=", False],
            ["stage_id.is_won", "=", False],
        ]
        rows = self._search_read("crm.lead", domain, ("name", "referred"), order="id desc", limit=20)
        return [OpenRecord(id=row["id"], title=row["name"] or "", reference=row["referred"] or "") for row in rows]

    def teams(self) -> list[str]:
        return [row["name"] for row in self._list("crm.team")]

    def owners(self) -> list[str]:
        return [row["login"] for row in self._list("res.users") if row["active"]]

    def create_record(self, record: CreateRecord) -> Written:
        reference = _clean(record.reference)
        by_reference = [["referred", "=", reference]]
        lead, found = self._write_once("crm.lead", reference, by_reference, lambda: self._lead(record, reference))
        url = f"{self._url}/mail/view?model=crm.lead&res_id={lead}"
        return Written(write=record.write, model="crm.lead", id=lead, url=url, found=found)

    def _lead(self, record: CreateRecord, reference: str) -> dict[str, str]:
        """The lead as `load` takes it. `type` is missing on purpose: whether this company works with leads or with
        opportunities only is a setting in Odoo, and its default follows it. An empty `user_id` is given on purpose:
        the default is the user of the API key."""
        lead = {
            "name": record.title,
            "referred": reference,
            "priority": _PRIORITIES[record.priority],
            "user_id/.id": self._id("res.users", record.owner, "owner") if record.owner else "",
            "contact_name": record.contact or "",
        }
        if record.team:
            lead["team_id/.id"] = self._id("crm.team", record.team, "team")
        if record.tags:
            lead["tag_ids/.id"] = ",".join(dict.fromkeys(self._tag(tag) for tag in record.tags))
        if record.customer_id is None:
            lead |= {
                "partner_name": record.company or "",
                "email_from": record.email or "",
                "phone": record.phone or "",
            }
            description = record.description
        else:
            # With a partner set, Odoo copies a lead's e-mail address and phone number INTO the partner (and from there
            # into its other leads). Master data is not ours to change: the sender's own go into the description.
            lead["partner_id/.id"] = str(self._contact(record.customer_id, record.email))
            sender = ", ".join(value for value in (record.contact, record.email, record.phone) if value)
            description = f"{record.description}\n\n{sender}" if sender else record.description
        return lead | {"description": _html(_clean(description))}

    def _contact(self, customer_id: int, email: str | None) -> int:
        """The customer's contact with this e-mail address; the customer itself when there is none."""
        address = _clean(email or "").lower()
        if not address:
            return customer_id
        domain = [["commercial_partner_id", "=", customer_id], ["email", "ilike", address]]
        rows = self._search_read("res.partner", domain, ("email",), order="id")
        matches = [row["id"] for row in rows if address in addresses(row["email"] or "")]
        return customer_id if customer_id in matches or not matches else matches[0]

    def attach_file(self, to: Written, file: AttachFile, content: bytes) -> Written:
        name = _clean(file.name)
        checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        target = {"name": name, "res_model": to.model, "res_id": str(to.id)}
        domain = [
            ["name", "=", name],
            ["res_model", "=", to.model],
            ["res_id", "=", to.id],
            ["checksum", "=", checksum],
        ]

        def attachment() -> dict[str, str]:
            return target | {"mimetype": file.media_type, "datas": base64.b64encode(content).decode()}

        reference = " ".join((*target.values(), checksum))
        id_, found = self._write_once("ir.attachment", reference, domain, attachment)
        return Written(write=file.write, model="ir.attachment", id=id_, url=to.url, found=found)

    # Writing once

    def _write_once(
        self, model: str, reference: str, domain: Domain, values: Callable[[], dict[str, str]]
    ) -> tuple[int, bool]:
        """Id of the record that `domain` describes, and whether it was there before this call."""
        found = self._find(model, domain)
        if found is not None:
            return found, True
        prepared = values()
        try:
            return self._load(model, reference, prepared), False
        except OutcomeUnknown as unknown:
            return self._look_again(model, domain, unknown), False
        except Refused:
            self._lists.clear()  # A team, user or tag that is gone may be the reason.
            raise

    def _look_again(self, model: str, domain: Domain, unknown: OutcomeUnknown) -> int:
        for pause in _LOOK_AFTER:
            time.sleep(pause)
            try:
                found = self._find(model, domain)
            except Unavailable:
                continue
            if found is not None:
                return found
        raise unknown

    def _find(self, model: str, domain: Domain) -> int | None:
        rows = self._search_read(model, domain, ("id",), order="id", limit=1, active_test=False)
        return rows[0]["id"] if rows else None

    def _load(self, model: str, reference: str, values: dict[str, str]) -> int:
        """Creates the record under an external id made of `reference`; if that id is taken, answers its record as it
        stands (that is what `update` and `noupdate` say)."""
        cells = {"id": f"__import__.countersign_{hashlib.sha256(f'{model} {reference}'.encode()).hexdigest()[:40]}"}
        cells |= {field: _clean(value) for field, value in values.items()}
        context = {"mode": "update", "noupdate": True}
        answer = self._call(model, "load", fields=list(cells), data=[list(cells.values())], context=context)
        if not answer["ids"]:
            problem = "; ".join(message["message"] for message in answer["messages"])
            # The slower one of two attempts at the same time: the faster one's record is there, or soon will be.
            lost_race = any(sign in problem for sign in _LOST_RACE)
            raise (OutcomeUnknown if lost_race else Refused)(self._message(f"{model}.load", problem))
        return answer["ids"][0]

    # Names and ids

    def _list(self, model: str, *, fresh: bool = False) -> list[Row]:
        """All records of a short list, kept for five minutes. Users are the internal ones, archived ones included:
        a customer's salesperson may have left."""
        kept = self._lists.get(model)
        if kept and not fresh and time.monotonic() - kept[0] < _LIST_SECONDS:
            return kept[1]
        domain = [["share", "=", False]] if model == "res.users" else []
        rows = self._search_read(model, domain, _LISTS[model], order="id", active_test=model != "res.users")
        self._lists[model] = (time.monotonic(), rows)
        return rows

    def _values(self, model: str, ids: Sequence[int]) -> list[str]:
        if not ids:
            return []
        names = {row["id"]: row[_LISTS[model][0]] for row in self._list(model)}
        return [names[id_] for id_ in ids if id_ in names]

    def _value(self, model: str, many2one: list[Any] | Literal[False]) -> str:
        return "".join(self._values(model, many2one[:1])) if many2one else ""

    def _lookup(self, model: str, name: str, *, fresh: bool = False) -> str | None:
        wanted = _clean(name).casefold()
        field = _LISTS[model][0]
        rows = (row for row in self._list(model, fresh=fresh) if row.get("active", True))
        return next((str(row["id"]) for row in rows if row[field].casefold() == wanted), None)

    def _id(self, model: str, name: str, what: str) -> str:
        found = self._lookup(model, name) or self._lookup(model, name, fresh=True)
        if found is None:
            raise Refused(f"Odoo has no {what} '{name}' ({model})")
        return found

    def _tag(self, name: str) -> str:
        found = self._lookup("crm.tag", name) or self._lookup("crm.tag", name, fresh=True)
        if found is not None:
            return found
        try:
            return str(self._call("crm.tag", "name_create", name=_clean(name))[0])
        except (OutcomeUnknown, Refused):
            # Tag names are unique in Odoo: it may have been created just now, by this call or by someone else.
            found = self._lookup("crm.tag", name, fresh=True)
            if found is None:
                raise
            return found

    # Calls

    def _search_read(
        self,
        model: str,
        domain: Domain,
        fields: Sequence[str],
        *,
        order: str = "",
        limit: int | None = None,
        active_test: bool = True,
    ) -> list[Row]:
        arguments: Row = {"domain": domain, "fields": list(fields), "context": {"active_test": active_test}}
        arguments |= {"order": order} if order else {}
        arguments |= {"limit": limit} if limit else {}
        try:
            return self._call(model, "search_read", **arguments)
        except OutcomeUnknown as error:  # A read leaves nothing behind that could be unknown.
            raise Unavailable(str(error), error.retry_after) from error

    def _call(self, model: str, method: str, **arguments: Any) -> Any:
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
        return self._rpc(f"{model}.{method}", "object", "execute_kw", *credentials, model, method, [], arguments)

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
            raise Refused(self._message(call, f"{error} ({self._url})")) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unavailable(self._message(call, f"no connection to {self._url}: {error}")) from error
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


def _any(terms: list[list[str]]) -> Domain:
    return ["|"] * (len(terms) - 1) + terms


def _clean(text: str) -> str:
    """Without NUL, which PostgreSQL refuses, and without lone surrogates, which no JSON in UTF-8 can carry."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _html(text: str) -> str:
    escaped = html.escape(text.replace("\r\n", "\n"))
    return "<p>" + re.sub(r"\n\s*\n", "</p><p>", escaped).replace("\n", "<br>") + "</p>"
