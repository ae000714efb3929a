"""Day of joining

Revision ID: 70cd1f59ae84
Revises: 3e6f8b0d21ca
Create Date: 2025-06-18 21:04:39.270613

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "70cd1f59ae84"
down_revision: Union[str, Sequence[str], None] = "3e6f8b0d21ca"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("singers", sa.Column("joined", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("singers", "joined")
