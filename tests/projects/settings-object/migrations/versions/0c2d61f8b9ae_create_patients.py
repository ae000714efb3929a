"""Create patients

Revision ID: 0c2d61f8b9ae
Revises:
Create Date: 2024-09-03 08:15:36.917400

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "0c2d61f8b9ae"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "patients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("patients")
