"""Singers

Revision ID: 3e6f8b0d21ca
Revises:
Create Date: 2025-06-04 19:30:00.482915

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "3e6f8b0d21ca"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "singers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("voice", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("singers")
