"""Rooms and exhibits

Revision ID: c08e5a1db7f2
Revises:
Create Date: 2024-08-20 09:05:33.510274

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "c08e5a1db7f2"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    op.create_table(
        "exhibit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.CheckConstraint("year > 0", name=op.f("ck_exhibit_year_positive")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_exhibit_room_id_room")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit")),
    )
    op.create_index(op.f("ix_exhibit_room_id"), "exhibit", ["room_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_exhibit_room_id"), table_name="exhibit")
    op.drop_table("exhibit")
    op.drop_table("room")
