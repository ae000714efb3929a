"""Add a patient's phone

Revision ID: e9045c7d38b2
Revises: 72ab13ce0d55
Create Date: 2024-11-28 17:05:58.641093

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "e9045c7d38b2"
down_revision: Union[str, Sequence[str], None] = "72ab13ce0d55"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("patients", sa.Column("phone", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("patients", "phone")
