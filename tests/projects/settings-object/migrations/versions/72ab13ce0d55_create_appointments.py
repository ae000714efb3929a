"""Create appointments

Revision ID: 72ab13ce0d55
Revises: 0c2d61f8b9ae
Create Date: 2024-09-10 13:40:12.220871

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "72ab13ce0d55"
down_revision: Union[str, Sequence[str], None] = "0c2d61f8b9ae"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="appointments_minutes_positive"),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("appointments_starts_at", "appointments", ["starts_at"])


def downgrade() -> None:
    op.drop_index("appointments_starts_at", table_name="appointments")
    op.drop_table("appointments")
