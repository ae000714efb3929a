"""Plots and gardeners

Revision ID: b7e30f59c1a2
Revises:
Create Date: 2024-03-11 07:49:16.205883

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "b7e30f59c1a2"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "plots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("square_metres", sa.Numeric(precision=6, scale=2), nullable=False),
        sa.Column("sunny", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "gardeners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plot_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["plot_id"], ["plots.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("gardeners")
    op.drop_table("plots")
