"""Pages

Revision ID: 6d20f7a1c9e3
Revises:
Create Date: 2024-07-02 10:10:26.700418

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "6d20f7a1c9e3"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slug"),
    )


def downgrade() -> None:
    op.drop_table("page")
