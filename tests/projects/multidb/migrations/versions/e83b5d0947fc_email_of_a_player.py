"""Email of a player

Revision ID: e83b5d0947fc
Revises: ca20e6f84d71
Create Date: 2024-05-07 09:41:02.617735

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "e83b5d0947fc"
down_revision: Union[str, Sequence[str], None] = "ca20e6f84d71"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade(engine_name: str) -> None:
    globals()["upgrade_%s" % engine_name]()


def downgrade(engine_name: str) -> None:
    globals()["downgrade_%s" % engine_name]()


def upgrade_accounts() -> None:
    op.add_column("players", sa.Column("email", sa.String(length=320), nullable=True))


def downgrade_accounts() -> None:
    op.drop_column("players", "email")


def upgrade_analytics() -> None:
    pass


def downgrade_analytics() -> None:
    pass
