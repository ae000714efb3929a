"""Longer titles that must be there

Revision ID: 9be40c75d1fa
Revises: 2f81ad3e6c70
Create Date: 2024-01-06 12:34:41.087265

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "9be40c75d1fa"
down_revision: Union[str, Sequence[str], None] = "2f81ad3e6c70"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("recipes") as batch_op:
        batch_op.alter_column("title", type_=sa.String(length=120), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("recipes") as batch_op:
        batch_op.alter_column("title", type_=sa.String(length=80), nullable=True)
