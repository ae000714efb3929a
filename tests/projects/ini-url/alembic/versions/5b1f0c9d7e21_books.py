"""Books

Revision ID: 5b1f0c9d7e21
Revises:
Create Date: 2024-02-05 09:12:44.102938

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "5b1f0c9d7e21"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("isbn"),
    )


def downgrade() -> None:
    op.drop_table("books")
