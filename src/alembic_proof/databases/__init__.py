"""Throwaway databases: made empty, used, dropped, and gone even if the run was killed."""

from alembic_proof.databases.base import Database, Provider
from alembic_proof.databases.pool import Databases

__all__ = ["Database", "Databases", "Provider"]
