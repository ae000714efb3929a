"""Create shows and episodes

Revision ID: 4de8a01c97b5
Revises:
Create Date: 2025-02-03 11:31:28.447190

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "4de8a01c97b5"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "shows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "episodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("show_id", sa.Uuid(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_episodes_show_id"), "episodes", ["show_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_episodes_show_id"), table_name="episodes")
    op.drop_table("episodes")
    op.drop_table("shows")
