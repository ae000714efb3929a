"""Throwaway databases: made empty, used, dropped, and gone even if the run was killed."""

from alembic_proof.databases.base import Database, Provider
from alembic_proof.databases.named import named_database
from alembic_proof.databases.pool import Databases
from alembic_proof.databases.scripts import run_script

__all__ = ["Database", "Databases", "Provider", "named_database", "run_script"]
