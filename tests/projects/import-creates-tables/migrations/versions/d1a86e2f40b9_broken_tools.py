"""Broken tools

Revision ID: d1a86e2f40b9
Revises: 93c0d4e7b5f1
Create Date: 2024-02-12 18:40:05.263744

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "d1a86e2f40b9"
down_revision: Union[str, Sequence[str], None] = "93c0d4e7b5f1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("tools", sa.Column("broken", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("tools", "broken")
