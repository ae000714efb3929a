"""Longer slugs

Revision ID: f04c8be5723d
Revises: 6d20f7a1c9e3
Create Date: 2024-08-13 16:52:30.158277

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "f04c8be5723d"
down_revision: Union[str, Sequence[str], None] = "6d20f7a1c9e3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.alter_column("page", "slug", type_=sa.String(length=100))


def downgrade() -> None:
    op.alter_column("page", "slug", type_=sa.String(length=60))
