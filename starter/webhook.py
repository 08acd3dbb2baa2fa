"""How other systems hand work in: HTTP with a shared secret. What is taken becomes one case; the answer names it."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import parse_qsl

from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.service import RPCError

from jobs.answer.schema import Question
from settings import Settings, SettingsError
from starter.cases import Office, Started
from starter.deals import advise

MOST_BYTES = 5_000_000
"""Of one delivery: a transcript of some hours is a tenth of it."""
SIGNATURE = "X-Countersign-Signature"
_DELIVERY = ("Idempotency-Key", "X-Delivery-Id", "Webhook-Id")
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_TRANSCRIPTS = ("text/vtt", "application/x-subrip", "text/plain", _JSON)
_DEAL_FIELDS = ("deal", "_id", "id")
"""Odoo's webhooks name the record `_id`, and `id` where the automation is told to send it."""
_DEAL_MODEL = "crm.lead"
_NAME_FIELDS = ("name", "full_name", "contact", "naam", "nom")
_SUBJECT_FIELDS = ("subject", "onderwerp", "betreff", "objet", "sujet")
_MESSAGE_FIELDS = ("message", "bericht", "nachricht", "comments", "comment", "question", "text", "body")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_MOST_FIELDS = 200


class _Wrong(Exception):
    """A delivery that will not be taken; `field` is what is wrong with it."""

    def __init__(self, status: int, words: str, field: str = "") -> None:
        super().__init__(words)
        self.status, self.field = status, field


def secret_of(settings: Settings) -> str:
    """What callers share with us. Raises SettingsError where there is none: nobody is let in without."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        raise SettingsError(
            "the webhook needs a secret that callers share with it: COUNTERSIGN_WEBHOOK_SECRET or webhook_secret_file"
        )
    return secret


def webhook(office: Office) -> Starlette:
    """The application. Raises SettingsError without a secret."""
    secret = secret_of(office.settings)
    taking: Mapping[str, _Take] = {
        "/answer": _take_question,
        "/recap": _take_transcript,
        "/inquiry": _take_form,
        "/next_action": _take_deal,
    }

    def route(path: str, take: _Take) -> Route:
        async def receive(request: Request) -> Response:
            _look_at_key(request, secret)
            body = await _body(request)
            _authenticate(request, body, secret)
            started = await take(office, request, body)
            answer = {"case": started.case_id, "new": started.new, "note": started.note}
            return JSONResponse(answer, 202, {"Location": f"/cases/{started.case_id}"})

        return Route(path, receive, methods=["POST"])

    async def state(request: Request) -> Response:
        _authenticate(request, b"", secret)
        return JSONResponse(_state(office, request.path_params["case"]))

    return Starlette(
        routes=[*(route(path, take) for path, take in taking.items()), Route("/cases/{case}", state)],
        exception_handlers={
            _Wrong: _say_wrong,
            HTTPException: _say_http,
            RPCError: _say_later,
            OperationalError: _say_later,
        },
    )


_Take = Callable[[Office, Request, bytes], Awaitable[Started]]


async def _take_question(office: Office, request: Request, body: bytes) -> Started:
    _expect(request, (_JSON,))
    try:
        Question.model_validate(_object(body))
    except ValidationError as error:
        first = error.errors()[0]
        raise _Wrong(422, first["msg"], ".".join(map(str, first["loc"]))) from None
    return await office.start("answer", body, _JSON, case_id=_case_id("answer", request, body))


async def _take_transcript(office: Office, request: Request, body: bytes) -> Started:
    media_type = _expect(request, _TRANSCRIPTS)
    if not body.strip():
        raise _Wrong(422, "the body is empty: it is to be the transcript")
    return await office.start("recap", body, media_type, case_id=_case_id("recap", request, body))


async def _take_form(office: Office, request: Request, body: bytes) -> Started:
    """A form is read as a mail from whoever filled it in."""
    fields = _fields(_expect(request, (_JSON, _FORM)), body)
    case_id = _case_id("inquiry", request, body)
    return await office.start("inquiry", form_as_mail(fields, case_id), case_id=case_id)


async def _take_deal(office: Office, request: Request, body: bytes) -> Started:
    _expect(request, (_JSON,))
    given = _object(body)
    if given.get("_model", _DEAL_MODEL) != _DEAL_MODEL:
        raise _Wrong(422, f"only records of {_DEAL_MODEL} are deals", "_model")
    field = next((name for name in _DEAL_FIELDS if name in given), "")
    if not field:
        raise _Wrong(422, f"no deal is named: one of {', '.join(_DEAL_FIELDS)} is to be its id", "deal")
    deal_id = given[field]
    if type(deal_id) is not int or not 0 < deal_id < 2**31:
        raise _Wrong(422, "is to be the deal's id, a whole number above 0", field)
    delivery = _delivery(request)
    return await advise(office, deal_id, "stage change", delivery=_hash(delivery) if delivery else "")


def form_as_mail(fields: Mapping[str, str], key: str) -> bytes:
    """A filled-in form as a mail; `key` makes its Message-ID, by which it is one case."""
    folded = {name.casefold().strip().replace("-", "_").replace(" ", "_"): value for name, value in fields.items()}
    addresses = (_ADDRESS.fullmatch(value.strip()) for name, value in folded.items() if "mail" in name)
    sender = next((found[0] for found in addresses if found), "")
    message, mail = _first(folded, _MESSAGE_FIELDS), EmailMessage()
    if sender:
        user, _, domain = sender.rpartition("@")
        mail["From"] = Address(_line(_first(folded, _NAME_FIELDS)), user, domain)
    mail["Subject"] = _line(_first(folded, _SUBJECT_FIELDS)) or "Form"
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = f"<{key}@form.countersign>"
    rows = [f"{name}: {_line(value)}" for name, value in fields.items() if value.strip() and value != message]
    mail.set_content("\n".join([*rows, "", message, ""]))
    return mail.as_bytes()


def _state(office: Office, case_id: str) -> dict[str, Any]:
    """How it stands with a case; once it is written, with what was countersigned."""
    file = office.ledger.case_file(case_id)
    if file is None:
        raise _Wrong(404, "there is no such case", "case")
    case = file.case
    return {
        "case": case.id,
        "job": case.job,
        "stage": case.stage,
        "outcome": case.outcome,
        "kind": case.kind,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "proposal": file.latest.review["proposal"] if file.latest and case.outcome == "written" else None,
        "writes": [
            {"write": one.write, "model": one.model, "id": one.vendor_id, "url": one.url} for one in file.writes
        ],
    }


# Who may


def _look_at_key(request: Request, secret: str) -> None:
    """Turns away a wrong key before the body is read; a signature can only be looked at afterwards."""
    if SIGNATURE not in request.headers:
        _authenticate(request, b"", secret)


def _authenticate(request: Request, body: bytes, secret: str) -> None:
    """By HMAC-SHA256 over the body in hex, by bearer token, or by HTTP Basic with the secret as its password: that is
    all that a webhook of Odoo can be told to send, in its address (`https://odoo:SECRET@...`)."""
    signature = request.headers.get(SIGNATURE)
    if signature is not None:
        given = signature.removeprefix("sha256=").lower().encode()
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    else:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        key = value.strip().encode("latin-1")  # as headers are read
        given = {"bearer": key, "basic": _password(key)}.get(scheme.lower(), b"")
        wanted = secret
    if not hmac.compare_digest(given, wanted.encode()):
        raise _Wrong(401, f"no valid secret: {SIGNATURE} or Authorization is missing or wrong")


def _password(value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


# What came in


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise _Wrong(413, f"the body is larger than {MOST_BYTES:,} bytes")
    return bytes(body)


def _expect(request: Request, media_types: tuple[str, ...]) -> str:
    given = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if given not in media_types:
        raise _Wrong(415, f"is to be {' or '.join(media_types)}, not {given or 'nothing'}", "Content-Type")
    return given


def _object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _Wrong(400, f"the body is no JSON: {error}") from None
    if not isinstance(given, dict):
        raise _Wrong(422, "the body is to be a JSON object")
    return cast("dict[str, Any]", given)


def _fields(media_type: str, body: bytes) -> dict[str, str]:
    if media_type == _JSON:
        fields = {name: _text(name, value) for name, value in _object(body).items()}
    else:
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if len(fields) > _MOST_FIELDS:
        raise _Wrong(422, f"the form has more than {_MOST_FIELDS} fields")
    if not any(value.strip() for value in fields.values()):
        raise _Wrong(422, "the form is empty")
    return fields


def _text(name: str, value: Any) -> str:
    if value is None or isinstance(value, (str, int, float)):
        # Half a surrogate pair, which JSON can hold, has no UTF-8.
        return "" if value is None else str(value).encode(errors="replace").decode()
    if isinstance(value, list) and all(isinstance(one, (str, int, float)) for one in cast("list[Any]", value)):
        return ", ".join(_text(name, one) for one in cast("list[Any]", value))
    raise _Wrong(422, "is to be a text, a number or a list of these", name)


def _case_id(job: str, request: Request, body: bytes) -> str:
    """By the delivery's own id, else by its content."""
    delivery = _delivery(request)
    return f"{job}-{_hash(delivery or hashlib.sha256(body).hexdigest())}"


def _delivery(request: Request) -> str:
    return next((value for name in _DELIVERY if (value := request.headers.get(name, "").strip())), "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    found = (value.strip() for name in names for key, value in fields.items() if key in (name, f"your_{name}"))
    return next(filter(None, found), "")


def _line(text: str) -> str:
    """On one line, without control characters: fit for a header."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:200]


# What is answered


async def _say_wrong(_: Request, error: Exception) -> Response:
    wrong = cast(_Wrong, error)
    said = {"error": str(wrong), "field": wrong.field} if wrong.field else {"error": str(wrong)}
    headers = {"WWW-Authenticate": "Bearer"} if wrong.status == 401 else None
    return JSONResponse(said, wrong.status, headers)


async def _say_http(_: Request, error: Exception) -> Response:
    wrong = cast(HTTPException, error)
    return JSONResponse({"error": wrong.detail}, wrong.status_code, wrong.headers)


async def _say_later(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": "the case cannot be opened at the moment; send it again"}, 503, {"Retry-After": "30"})
