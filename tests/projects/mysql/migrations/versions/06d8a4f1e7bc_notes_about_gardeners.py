"""Notes about gardeners

Revision ID: 06d8a4f1e7bc
Revises: b7e30f59c1a2
Create Date: 2024-04-16 20:03:40.917752

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision: str = "06d8a4f1e7bc"
down_revision: Union[str, Sequence[str], None] = "b7e30f59c1a2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("gardeners", sa.Column("notes", mysql.MEDIUMTEXT(), nullable=True))


def downgrade() -> None:
    op.drop_column("gardeners", "notes")
