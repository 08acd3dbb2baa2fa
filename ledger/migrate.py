"""Bringing a ledger's tables up to date (Alembic)."""

# Alembic is imported where it is used: loading it takes longer than most commands of the CLI.
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlmodel import create_engine, text

if TYPE_CHECKING:
    from alembic.config import Config

_VERSIONS = Path(__file__).parent / "migrations" / "versions"


def upgrade(url: str) -> None:
    """Runs every migration that the ledger at this SQLAlchemy address has not seen. Doing it again changes nothing."""
    from alembic import command

    command.upgrade(_config(url), "head")


def up_to_date(url: str) -> bool:
    """Whether the ledger at this SQLAlchemy address stands and has seen every migration. Makes no file."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return False
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "alembic_version"):
                return False
            current = connection.execute(text("select version_num from alembic_version")).scalar()
    finally:
        engine.dispose()
    return current == f"{_count():04}"


def revise(message: str) -> None:
    """For developers: writes the migration that brings the newest one up to `ledger.tables`."""
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        command.revision(_config(url), message, autogenerate=True, rev_id=f"{_count() + 1:04}")


def _count() -> int:
    """Migrations are numbered from 0001 on."""
    return len(list(_VERSIONS.glob("*.py")))


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_VERSIONS.parent))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
