"""Labels and search

Revision ID: 8f5d7c3ea092
Revises: 2a94bd0f61e8
Create Date: 2025-03-24 16:08:52.374015

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "8f5d7c3ea092"
down_revision: Union[str, Sequence[str], None] = "2a94bd0f61e8"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column(
        "tickets",
        sa.Column("labels", postgresql.ARRAY(sa.String(length=30)), server_default="{}", nullable=False),
    )
    op.add_column(
        "tickets",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', subject)", persisted=True),
            nullable=False,
        ),
    )
    with op.get_context().autocommit_block():
        op.create_index(
            "tickets_search", "tickets", ["search"], postgresql_using="gin", postgresql_concurrently=True
        )


def downgrade() -> None:
    op.drop_index("tickets_search", table_name="tickets", postgresql_using="gin")
    op.drop_column("tickets", "search")
    op.drop_column("tickets", "labels")
