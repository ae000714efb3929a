"""Kinds of events

Revision ID: ca20e6f84d71
Revises: 1b7d93e5fa08
Create Date: 2024-03-19 15:26:33.908154

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "ca20e6f84d71"
down_revision: Union[str, Sequence[str], None] = "1b7d93e5fa08"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade(engine_name: str) -> None:
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name: str) -> None:
    globals()["downgrade_%s" % engine_name]()


def upgrade_accounts() -> None:
    pass


def downgrade_accounts() -> None:
    pass


def upgrade_analytics() -> None:
    op.add_column("events", sa.Column("kind", sa.String(length=40), nullable=False))


def downgrade_analytics() -> None:
    op.drop_column("events", "kind")
