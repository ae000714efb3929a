"""Riders and trips

Revision ID: b06f24d8c913
Revises: 3a7be9105c4d
Create Date: 2023-05-22 18:20:43.702551

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "b06f24d8c913"
down_revision: Union[str, Sequence[str], None] = "3a7be9105c4d"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "riders",
        sa.Column("card_number", sa.String(length=16), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("card_number"),
    )
    op.create_table(
        "trips",
        sa.Column("bike_id", sa.Integer(), nullable=False),
        sa.Column("rider_id", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=False),
        sa.Column("ended", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bike_id"], ["bikes.id"]),
        sa.ForeignKeyConstraint(["rider_id"], ["riders.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("trips")
    op.drop_table("riders")
