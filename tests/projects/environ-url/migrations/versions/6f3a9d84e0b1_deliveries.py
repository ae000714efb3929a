"""Deliveries

Revision ID: 6f3a9d84e0b1
Revises: 11d0be7c52fa
Create Date: 2025-01-20 14:21:09.004812

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "6f3a9d84e0b1"
down_revision: Union[str, Sequence[str], None] = "11d0be7c52fa"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"]),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscriber.id"]),
        sa.PrimaryKeyConstraint("issue_id", "subscriber_id"),
    )


def downgrade() -> None:
    op.drop_table("delivery")
