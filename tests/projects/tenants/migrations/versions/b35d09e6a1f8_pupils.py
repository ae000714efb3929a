"""Pupils

Revision ID: b35d09e6a1f8
Revises: 20ec7b94f5a3
Create Date: 2025-08-25 13:37:14.029480

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "b35d09e6a1f8"
down_revision: Union[str, Sequence[str], None] = "20ec7b94f5a3"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "pupils",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("pupils")
