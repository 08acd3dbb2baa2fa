"""The same contract for every server: the sandbox company, and a real Odoo 19 over both of its protocols."""

import os
import uuid
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from connectors.odoo import OdooCrm, OdooRpc, Wire
from sandbox import API_KEY, DATABASE
from sandbox.company import company_routes
from tests.contract.proxy import Proxy, proxy_to

SERVERS = ("sandbox", "odoo19-json2", "odoo19-jsonrpc")
_VARIABLES = ("ODOO_URL", "ODOO_DATABASE", "ODOO_API_KEY")


@dataclass
class Server:
    """A CRM under test, and a plain way into it that owes nothing to the connector."""

    url: str
    database: str
    key: str
    wire: Wire | None
    http: httpx.Client

    def answer(self, model: str, method: str, **arguments: Any) -> httpx.Response:
        return self.http.post(f"/json/2/{model}/{method}", json=arguments)

    def call(self, model: str, method: str, **arguments: Any) -> Any:
        response = self.answer(model, method, **arguments)
        assert response.is_success, response.text[:500]
        return response.json()

    def create(self, model: str, **values: Any) -> int:
        return self.call(model, "create", vals_list=[values])[0]

    def read(self, model: str, id_: int, *fields: str) -> dict[str, Any]:
        return self.call(model, "read", ids=[id_], fields=fields)[0]

    def ids(self, model: str, *domain: Any) -> list[int]:
        return self.call(model, "search", domain=domain, context={"active_test": False})

    def connect(self, url: str = "", *, key: str = "", timeout: float = 20.0) -> OdooRpc:
        secret = SecretStr(key or self.key)
        return OdooRpc(url or self.url, self.database, secret, user="admin", timeout=timeout, protocol=self.wire)


@contextmanager
def serving(database: Path) -> Generator[str]:
    config = uvicorn.Config(Starlette(routes=company_routes(database)), port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the sandbox did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with serving(tmp_path_factory.mktemp("sandbox") / "company.db") as url:
        yield url


@pytest.fixture(scope="session", params=SERVERS)
def server(request: pytest.FixtureRequest, sandbox_url: str) -> Generator[Server]:
    name: str = request.param
    if name == "sandbox":
        address = (sandbox_url, DATABASE, API_KEY)
    elif all(os.environ.get(variable) for variable in _VARIABLES):
        address = (os.environ["ODOO_URL"], os.environ["ODOO_DATABASE"], os.environ["ODOO_API_KEY"])
    else:
        reason = f"NOT TESTED AGAINST A REAL ODOO 19 ({name}): set {', '.join(_VARIABLES)}"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    url, database, key = address
    headers = {"Authorization": f"Bearer {key}", "X-Odoo-Database": database}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
        yield Server(url, database, key, "jsonrpc" if name.endswith("jsonrpc") else None, http)


@pytest.fixture
def crm(server: Server) -> Generator[OdooCrm]:
    odoo = OdooCrm(server.connect())
    yield odoo
    odoo.close()


@pytest.fixture
def proxy(server: Server) -> Generator[Proxy]:
    with proxy_to(server.url) as running:
        yield running


@pytest.fixture
def word() -> str:
    """A word of ten letters that no other test uses."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:10])
