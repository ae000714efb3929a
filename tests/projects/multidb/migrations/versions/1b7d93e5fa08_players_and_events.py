"""Players and events

Revision ID: 1b7d93e5fa08
Revises:
Create Date: 2024-03-05 12:00:48.210397

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "1b7d93e5fa08"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade(engine_name: str) -> None:
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name: str) -> None:
    globals()["downgrade_%s" % engine_name]()


def upgrade_accounts() -> None:
    op.create_table(
        "players",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("nickname", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("nickname"),
    )


def downgrade_accounts() -> None:
    op.drop_table("players")


def upgrade_analytics() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("player_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_events_player_id"), "events", ["player_id"], unique=False)


def downgrade_analytics() -> None:
    op.drop_index(op.f("ix_events_player_id"), table_name="events")
    op.drop_table("events")
