"""Migrations: from nothing to the models, on both databases."""

import sqlite3
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import SQLModel, create_engine

from ledger import migrate
from ledger.store import Ledger
from tests.ledger.conftest import EmptyDatabase
from tests.ledger.rows import case


def test_an_empty_database_is_brought_up_to_date_once(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    assert not migrate.up_to_date(url)
    migrate.upgrade(url)
    assert migrate.up_to_date(url)
    ledger = Ledger(url)
    ledger.save(case())
    migrate.upgrade(url)
    assert migrate.up_to_date(url)
    assert ledger.count() == 1
    ledger.close()


def test_migrations_and_models_agree(migrated: str) -> None:
    engine = create_engine(migrated)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_comparison_sees_a_difference(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_cases_stage")
        connection.exec_driver_sql("ALTER TABLE cases DROP COLUMN title")
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)
    assert sorted(difference[0] for difference in found) == ["add_column", "add_index"]
    engine.dispose()


def test_tables_in_memory_are_those_of_the_migrations(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path}/ledger.db")
    ledger = Ledger("sqlite://")
    ledger.create_tables()
    tables = set(inspect(ledger.engine).get_table_names())
    with sqlite3.connect(tmp_path / "ledger.db") as file:
        rows = file.execute("select name from sqlite_master where type = 'table'").fetchall()
    assert {name for (name,) in rows} == tables | {"alembic_version"}
    assert "cases" in tables


def test_looking_for_a_ledger_makes_none(tmp_path: Path) -> None:
    assert not migrate.up_to_date(f"sqlite:///{tmp_path}/ledger.db")
    assert not migrate.up_to_date(f"sqlite:///{tmp_path}/no/such/folder/ledger.db")
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_of_another_version_is_not_up_to_date(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    engine.dispose()
    assert not migrate.up_to_date(url)


def test_an_address_may_hold_a_percent_sign(tmp_path: Path) -> None:
    (tmp_path / "100%").mkdir()
    url = f"sqlite:///{tmp_path}/100%25/ledger.db"
    migrate.upgrade(url)
    assert migrate.up_to_date(url)
    assert (tmp_path / "100%" / "ledger.db").exists()
