"""PostgreSQL: its catalogs read, the models' database built, and the statements that mend a difference."""

from alembic_proof.catalogs.postgresql.building import build, may_fail
from alembic_proof.catalogs.postgresql.mending import mend
from alembic_proof.catalogs.postgresql.reading import read

__all__ = ["build", "may_fail", "mend", "read"]
