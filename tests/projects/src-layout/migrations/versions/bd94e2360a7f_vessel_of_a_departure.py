"""Vessel of a departure

Revision ID: bd94e2360a7f
Revises: a1f5c07e92d4
Create Date: 2024-05-30 14:14:14.808260

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "bd94e2360a7f"
down_revision: Union[str, Sequence[str], None] = "a1f5c07e92d4"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("departures", sa.Column("vessel", sa.String(length=80), nullable=True))


def downgrade() -> None:
    op.drop_column("departures", "vessel")
