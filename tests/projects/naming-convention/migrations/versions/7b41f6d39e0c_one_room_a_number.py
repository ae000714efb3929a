"""One room a number

Revision ID: 7b41f6d39e0c
Revises: c08e5a1db7f2
Create Date: 2024-08-27 10:44:18.772095

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "7b41f6d39e0c"
down_revision: Union[str, Sequence[str], None] = "c08e5a1db7f2"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_unique_constraint(op.f("uq_room_floor_number"), "room", ["floor", "number"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_room_floor_number"), "room", type_="unique")
