"""Customers

Revision ID: 1f0c6a7d9b21
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "1f0c6a7d9b21"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
    )


def downgrade() -> None:
    op.drop_table("customer")
