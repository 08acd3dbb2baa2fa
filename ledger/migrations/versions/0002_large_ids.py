"""ids of other systems may be as large as an IMAP UID, 2³² - 1"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import ledger.tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("writes") as batch:
        batch.alter_column("vendor_id", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)
