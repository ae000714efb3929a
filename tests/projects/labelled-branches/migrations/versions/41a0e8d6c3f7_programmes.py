"""Programmes

Revision ID: 41a0e8d6c3f7
Revises:
Create Date: 2023-09-04 08:30:00.754190

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "41a0e8d6c3f7"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("programmes")
