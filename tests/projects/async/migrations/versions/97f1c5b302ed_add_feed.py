"""Add the feed of a show

Revision ID: 97f1c5b302ed
Revises: 4de8a01c97b5
Create Date: 2025-02-17 09:48:15.729363

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "97f1c5b302ed"
down_revision: Union[str, Sequence[str], None] = "4de8a01c97b5"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column(
        "shows",
        sa.Column("feed", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("shows", "feed")
