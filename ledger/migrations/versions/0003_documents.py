"""a case names the document that it is about"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ledger.tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.add_column(
            sa.Column("document_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )
        batch.create_index("ix_cases_document_sha256", ["document_sha256"])
    with op.batch_alter_table("cases") as batch:
        batch.alter_column("document_sha256", server_default=None)
