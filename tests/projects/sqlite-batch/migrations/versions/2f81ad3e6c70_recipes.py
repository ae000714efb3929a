"""Recipes

Revision ID: 2f81ad3e6c70
Revises:
Create Date: 2023-12-27 20:11:05.938114

"""
from typing import Sequence, Union

import sqlalchemy as sa
from alembic import op

revision: str = "2f81ad3e6c70"
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table(
        "recipes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "ingredients",
        sa.Column("recipe_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["recipe_id"], ["recipes.id"]),
        sa.PrimaryKeyConstraint("recipe_id", "name"),
    )


def downgrade() -> None:
    op.drop_table("ingredients")
    op.drop_table("recipes")
