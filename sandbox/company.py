"""The sandbox company: a small wholesaler whose ERP answers as Odoo 19 does (JSON-2 API), as far as we ask."""

import inspect
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox import API_KEY, DATABASE
from sandbox.orm import OdooError, Orm, Row, Store
from sandbox.pages import page_routes
from sandbox.schema import MODELS
from sandbox.seed import seed

_ON_MODEL = frozenset(
    {
        *("search", "search_read", "search_count", "name_search", "name_create", "fields_get"),
        *("create", "load", "onchange"),
    }
)
_ON_RECORDS = frozenset(
    {
        *("read", "write", "unlink", "message_post", "address_get", "update_field_translations"),
        *("action_confirm", "button_confirm", "button_cancel", "action_post", "action_feedback"),
        "action_create_payments",
    }
)
_CALLER_ERRORS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def company_routes(database: Path) -> list[Route]:
    """The company on this SQLite file; an empty or missing one is seeded."""
    store = Store(database)
    if store.empty:
        with store.transaction():
            seed(Orm(store))
    api = _Api(store)
    return [
        Route("/web/version", _version),
        Route("/json/2/{model}/{method}", api.call, methods=["POST"]),
        Route("/json/2/{rest:path}", api.unknown_path, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        *page_routes(store),
    ]


async def _version(_: Request) -> Response:
    return JSONResponse({"version_info": [19, 0, 0, "final", 0, "sandbox"], "version": "19.0"})


class _Api:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def call(self, request: Request) -> Response:
        try:
            _authenticate(request)
            body = await request.body()
            answer = await run_in_threadpool(
                self._call, request.path_params["model"], request.path_params["method"], body
            )
        except _NoDatabase:
            return HTMLResponse("<title>404 Not Found</title>\n<p>No database is selected.</p>", 404)
        except OdooError as error:
            return _error_response(error)
        return JSONResponse(answer)

    async def unknown_path(self, _: Request) -> Response:
        return _error_response(_not_found("Did you mean POST /json/2/<model>/<method>?"))

    def _call(self, model: str, method: str, body: bytes) -> Any:
        arguments = _arguments(body)
        ids, context = arguments.pop("ids", []), arguments.pop("context", {})
        if model not in MODELS:
            raise _not_found(f"the model '{model}' does not exist")
        orm = Orm(self._store, context)
        function = _method(orm, model, method, ids)
        positional = (model, ids) if method in _ON_RECORDS else (model,)
        try:
            inspect.signature(function).bind(*positional, **arguments)
        except TypeError as error:
            raise OdooError(422, "werkzeug.exceptions.UnprocessableEntity", str(error)) from error
        try:
            with self._store.transaction():
                return function(*positional, **arguments)
        except _CALLER_ERRORS as error:
            raise OdooError(500, f"builtins.{type(error).__name__}", str(error)) from error


class _NoDatabase(Exception):
    pass


def _authenticate(request: Request) -> None:
    if request.headers.get("X-Odoo-Database", DATABASE) != DATABASE:
        raise _NoDatabase
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        problem = "User not authenticated, use an API Key with a Bearer Authorization header."
    elif key != API_KEY:
        problem = "Invalid apikey"
    else:
        return
    raise OdooError(401, "werkzeug.exceptions.Unauthorized", problem)


def _arguments(body: bytes) -> Row:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError as error:
        message = f"could not parse the body as json: {error}"
        raise OdooError(400, "werkzeug.exceptions.BadRequest", message) from error
    return cast(Row, parsed) if isinstance(parsed, dict) else {}


def _method(orm: Orm, model: str, method: str, ids: Iterable[int]) -> Callable[..., Any]:
    if method.startswith("_"):
        message = f"Private methods (such as '{model}.{method}') cannot be called remotely."
        raise OdooError(403, "odoo.exceptions.AccessError", message)
    if method not in _ON_MODEL | _ON_RECORDS:
        raise _not_found(f"The method '{model}.{method}' does not exist")
    if ids and method in _ON_MODEL:
        message = f"cannot call {model}.{method} with ids"
        raise OdooError(422, "werkzeug.exceptions.UnprocessableEntity", message)
    return getattr(orm, method)


def _not_found(message: str) -> OdooError:
    return OdooError(404, "werkzeug.exceptions.NotFound", message)


def _error_response(error: OdooError) -> Response:
    body: Row = {"name": error.name, "message": str(error), "arguments": [str(error)], "context": {}, "debug": ""}
    return JSONResponse(body, error.status, {"WWW-Authenticate": "Bearer"} if error.status == 401 else None)
