"""Stations and bikes

Revision ID: 3a7be9105c4d
Revises:
Create Date: 2023-05-08 07:55:10.115000

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "3a7be9105c4d"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "stations",
        sa.Column("street", sa.String(length=100), nullable=False),
        sa.Column("docks", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "bikes",
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("bikes")
    op.drop_table("stations")
