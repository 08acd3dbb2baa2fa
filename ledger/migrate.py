"""Bringing a ledger's tables up to date (Alembic)."""

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import create_engine


def upgrade(url: str) -> None:
    """Runs every migration that the ledger at this SQLAlchemy address has not seen. Doing it again changes nothing."""
    command.upgrade(_config(url), "head")


def up_to_date(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return current == ScriptDirectory.from_config(_config(url)).get_current_head()


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def revise(message: str) -> None:
    """For developers: writes the migration that brings the newest one up to `ledger.tables`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        number = len(list((Path(__file__).parent / "migrations" / "versions").glob("*.py"))) + 1
        command.revision(_config(url), message, autogenerate=True, rev_id=f"{number:04}")
