"""Start as one moment

Revision ID: d95b2e7f01ac
Revises: 41a0e8d6c3f7
Create Date: 2023-11-20 10:15:22.301867

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "d95b2e7f01ac"
down_revision: Union[str, Sequence[str], None] = "41a0e8d6c3f7"
branch_labels: Union[str, Sequence[str], None] = ("expand",)
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("programmes", sa.Column("starts_at", sa.DateTime(), nullable=True))
    op.execute("UPDATE programmes SET starts_at = day + hour * interval '1 hour'")
    op.alter_column("programmes", "starts_at", nullable=False)


def downgrade() -> None:
    op.drop_column("programmes", "starts_at")
