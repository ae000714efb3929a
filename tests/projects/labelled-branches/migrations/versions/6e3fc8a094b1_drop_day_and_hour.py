"""Drop day and hour

Revision ID: 6e3fc8a094b1
Revises: 41a0e8d6c3f7
Create Date: 2023-11-20 10:16:03.990428

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "6e3fc8a094b1"
down_revision: Union[str, Sequence[str], None] = "41a0e8d6c3f7"
branch_labels: Union[str, Sequence[str], None] = ("contract",)
depends_on: Union[str, Sequence[str], None] = "d95b2e7f01ac"


def upgrade() -> None:
    op.drop_column("programmes", "hour")
    op.drop_column("programmes", "day")


def downgrade() -> None:
    op.add_column("programmes", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("programmes", sa.Column("hour", sa.Integer(), nullable=True))
    op.execute("UPDATE programmes SET day = starts_at::date, hour = extract(hour FROM starts_at)")
    op.alter_column("programmes", "day", nullable=False)
    op.alter_column("programmes", "hour", nullable=False)
