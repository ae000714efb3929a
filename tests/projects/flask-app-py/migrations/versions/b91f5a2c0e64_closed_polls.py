"""closed polls

Revision ID: b91f5a2c0e64
Revises: 40c6e8b7d9f2
Create Date: 2022-10-15 18:27:50.114982

"""
import sqlalchemy as sa
from alembic import op

revision = "b91f5a2c0e64"
down_revision = "40c6e8b7d9f2"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("poll", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed", sa.Boolean(), server_default=sa.text("0"), nullable=False))


def downgrade():
    with op.batch_alter_table("poll", schema=None) as batch_op:
        batch_op.drop_column("closed")
