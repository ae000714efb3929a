"""Stock

Revision ID: 15fb6d0e8c94
Revises: ae17c92b30d6
Create Date: 2024-09-27 15:02:08.660327

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "15fb6d0e8c94"
down_revision: Union[str, Sequence[str], None] = "ae17c92b30d6"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("products", sa.Column("stock", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("products", "stock")
