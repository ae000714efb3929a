"""Fines

Revision ID: cf2718d3e065
Revises: 54e0b9a6d7c8
Create Date: 2024-07-09 12:16:44.892035

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "cf2718d3e065"
down_revision: Union[str, Sequence[str], None] = "54e0b9a6d7c8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "fines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("permit_id", sa.Integer(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("issued", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["permit_id"], ["app.permits.id"]),
        sa.PrimaryKeyConstraint("id"),
        schema="app",
    )


def downgrade() -> None:
    op.drop_table("fines", schema="app")
