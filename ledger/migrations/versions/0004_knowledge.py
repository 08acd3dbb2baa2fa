"""the company's documents, and the folders that they come from"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ledger.tables

revision = "0004"
down_revision = "0003"

_TEXT = sqlmodel.sql.sqltypes.AutoString()


def upgrade() -> None:
    op.create_table(
        "knowledge_sources",
        sa.Column("name", _TEXT, primary_key=True),
        sa.Column("folder", _TEXT, nullable=False),
        sa.Column("customer", _TEXT, nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("changed_at", ledger.tables.Utc(timezone=True), nullable=False),
        sa.Column("synced_at", ledger.tables.Utc(timezone=True), nullable=True),
        sa.Column("problem", _TEXT, nullable=False),
    )
    op.create_table(
        "knowledge_documents",
        sa.Column("source", _TEXT, primary_key=True),
        sa.Column("path", _TEXT, primary_key=True),
        sa.Column("fingerprint", _TEXT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("parts_sha256", _TEXT, nullable=False),
        sa.Column("vectors_sha256", _TEXT, nullable=False),
        sa.Column("embedder", _TEXT, nullable=False),
        sa.Column("snippets", sa.Integer(), nullable=False),
        sa.Column("problem", _TEXT, nullable=False),
        sa.Column("read_at", ledger.tables.Utc(timezone=True), nullable=False),
    )
