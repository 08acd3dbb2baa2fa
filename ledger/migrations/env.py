"""Alembic's entry: which database, which tables. New migration: see README, 'Developing'."""

from alembic import context
from sqlmodel import SQLModel, create_engine

import ledger.tables  # pyright: ignore[reportUnusedImport]

engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
