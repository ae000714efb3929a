"""Notes

Revision ID: 0002
Revises: 0001
Create Date: 2024-10-21 08:45:57.605522

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: Union[str, Sequence[str], None] = "0001"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "note")
