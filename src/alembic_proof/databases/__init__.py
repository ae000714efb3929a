"""Throwaway databases: made empty, used, dropped, and gone even if the run was killed."""

from alembic_proof.databases.base import Database, Provider
from alembic_proof.databases.named import named_database
from alembic_proof.databases.pool import Databases, is_own, programs_fingerprint
from alembic_proof.databases.scripts import run_script
from alembic_proof.databases.sessions import Session, StatementError, open_session

__all__ = [
    "Database",
    "Databases",
    "Provider",
    "Session",
    "StatementError",
    "is_own",
    "named_database",
    "open_session",
    "programs_fingerprint",
    "run_script",
]
