"""Shelf of a book

Revision ID: c4e9720ab6d3
Revises: a83d5f6b1c47
Create Date: 2024-04-02 11:47:25.781230

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "c4e9720ab6d3"
down_revision: Union[str, Sequence[str], None] = "a83d5f6b1c47"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("books", sa.Column("shelf", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("books", "shelf")
