"""Ledgers to test on: a SQLite file, and a real PostgreSQL."""

from collections.abc import Generator

import pytest
from sqlmodel import SQLModel

from ledger import migrate
from ledger.store import Ledger
from tests.conftest import EmptyDatabase


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
