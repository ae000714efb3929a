"""Rows for a throwaway database's tables: from what its catalogs say to INSERTs that its server takes."""

from alembic_proof.rows.filling import Filled, Query, Several, Try, Work, fill
from alembic_proof.rows.tables import Name, Table, read_tables
from alembic_proof.rows.touched import around, touched

__all__ = [
    "Filled",
    "Name",
    "Query",
    "Several",
    "Table",
    "Try",
    "Work",
    "around",
    "fill",
    "read_tables",
    "touched",
]
