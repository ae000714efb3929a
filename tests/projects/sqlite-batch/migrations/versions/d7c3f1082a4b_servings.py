"""Servings

Revision ID: d7c3f1082a4b
Revises: 9be40c75d1fa
Create Date: 2024-03-17 19:02:22.560019

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "d7c3f1082a4b"
down_revision: Union[str, Sequence[str], None] = "9be40c75d1fa"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    with op.batch_alter_table("recipes") as batch_op:
        batch_op.add_column(sa.Column("servings", sa.Integer(), server_default="2", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("recipes") as batch_op:
        batch_op.drop_column("servings")
