"""Loans

Revision ID: a83d5f6b1c47
Revises: 5b1f0c9d7e21
Create Date: 2024-02-19 16:30:01.550712

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "a83d5f6b1c47"
down_revision: Union[str, Sequence[str], None] = "5b1f0c9d7e21"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "loans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("borrower", sa.String(length=100), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_loans_book_id"), "loans", ["book_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_loans_book_id"), table_name="loans")
    op.drop_table("loans")
