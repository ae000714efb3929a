"""Which columns of a row a server's refusal is about, whatever language it speaks: by the names in quotes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.rows.tables import BOUNDS

if TYPE_CHECKING:
    from alembic_proof.rows.tables import Table
    from alembic_proof.rows.wording import Row

# The last two are MySQL's 'table.key' and `table.column`.
_QUOTES = (('"', '"'), ("'", "'"), ("`", "`"), (".", "'"), (".", "`"))
_SQLITE = re.compile(r"constraint failed: (.*)\Z", re.DOTALL)


def blamed(message: str, table: Table, row: Row) -> frozenset[str]:
    """The columns, those of the constraint that it names; none where it names nothing of the table."""
    if "partition" in message:
        bounds = [one.columns for one in table.checks if one.name == BOUNDS]
        return frozenset(column for columns in bounds for column in columns)
    parts = [
        *((one.name, one.columns) for one in table.keys),
        *((one.name, one.columns) for one in table.references),
        *((one.name, one.columns) for one in table.checks),
    ]
    constraints = [columns for name, columns in parts if _names(message, name, table)]
    if constraints:
        return frozenset(column for columns in constraints for column in columns)
    columns = [name for name in table.by_name if _names(message, name, table)]
    if columns:
        return frozenset(columns)
    return frozenset(column for column, text in row.items() if text and _names(message, text, table))


def _names(message: str, name: str, table: Table) -> bool:
    failed = _SQLITE.search(message)
    if failed is None:
        return any(f"{start}{name}{end}" in message for start, end in _QUOTES)
    listed = failed[1].split(", ")
    return name in (*listed, failed[1], f"CHECK ({failed[1]})") or f"{table.name[1]}.{name}" in listed
