"""views of a post

Revision ID: f56b90c3ad18
Revises: 8ae1d2f0473c
Create Date: 2024-06-30 10:09:37.820466

"""
import sqlalchemy as sa
from alembic import op

revision = "f56b90c3ad18"
down_revision = "8ae1d2f0473c"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("views", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("views")
