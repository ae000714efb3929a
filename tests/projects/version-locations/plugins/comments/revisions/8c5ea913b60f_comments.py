"""Comments

Revision ID: 8c5ea913b60f
Revises:
Create Date: 2024-08-01 13:07:55.936140

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "8c5ea913b60f"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = ("comments",)
depends_on: Union[str, Sequence[str], None] = "6d20f7a1c9e3"


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("comment")
