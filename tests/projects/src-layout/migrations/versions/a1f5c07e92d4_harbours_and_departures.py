"""Harbours and departures

Revision ID: a1f5c07e92d4
Revises:
Create Date: 2024-04-22 06:30:17.395001

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "a1f5c07e92d4"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "harbours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "departures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("harbour_id", sa.Integer(), nullable=False),
        sa.Column("leaves", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["harbour_id"], ["harbours.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("departures")
    op.drop_table("harbours")
