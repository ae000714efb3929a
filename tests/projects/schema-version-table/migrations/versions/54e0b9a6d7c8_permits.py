"""Permits

Revision ID: 54e0b9a6d7c8
Revises:
Create Date: 2024-06-17 09:58:31.447722

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "54e0b9a6d7c8"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "permits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plate", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=4), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="app",
    )
    op.create_index(op.f("ix_app_permits_plate"), "permits", ["plate"], schema="app")


def downgrade() -> None:
    op.drop_index(op.f("ix_app_permits_plate"), table_name="permits", schema="app")
    op.drop_table("permits", schema="app")
