"""Day of payment

Revision ID: 0002
Revises: 0001
Create Date: 2024-11-04 11:33:19.072846

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: Union[str, Sequence[str], None] = "0001"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("invoices", sa.Column("paid_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("invoices", "paid_on")
