"""Orders

Revision ID: 52d8e3b40c6f
Revises: 1f0c6a7d9b21
"""

import sqlalchemy as sa
from alembic import op

revision = "52d8e3b40c6f"
down_revision = "1f0c6a7d9b21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Numeric(10, 2), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_order_customer_id"), "order", ["customer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_order_customer_id"), table_name="order")
    op.drop_table("order")
