"""Tickets

Revision ID: 2a94bd0f61e8
Revises:
Create Date: 2025-03-10 14:55:07.118639

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "2a94bd0f61e8"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "state", sa.Enum("open", "waiting", "closed", name="state"), server_default="open", nullable=False
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("tickets_open", "tickets", ["id"], postgresql_where=sa.text("state = 'open'"))


def downgrade() -> None:
    op.drop_index("tickets_open", table_name="tickets")
    op.drop_table("tickets")
    sa.Enum(name="state").drop(op.get_bind())
