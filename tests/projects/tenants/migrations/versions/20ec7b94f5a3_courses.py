"""Courses

Revision ID: 20ec7b94f5a3
Revises:
Create Date: 2025-08-18 07:20:59.645218

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "20ec7b94f5a3"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("courses")
