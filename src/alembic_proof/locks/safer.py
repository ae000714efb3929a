"""For a statement that keeps others waiting, the way of doing the same that does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.locks.statement import one_line

if TYPE_CHECKING:
    from alembic_proof.locks.blocking import Block, Rewrite

_AUTOCOMMIT = "inside `with op.get_context().autocommit_block():`"
_LATER = "in a later revision, `ALTER TABLE ... VALIDATE CONSTRAINT ...`, which lets everybody go on"
_OWN_TRANSACTION = (
    "do it in a revision of its own, with `transaction_per_migration=True` in env.py, "
    "so that the lock is gone by then"
)
_NOT_NULL = (
    "add CHECK (... IS NOT NULL) with `postgresql_not_valid=True`, validate it in a later revision, and then set NOT "
    "NULL, which needs no scan any more, and drop the CHECK"
)
_UNIQUE = (
    f"create a unique index with `postgresql_concurrently=True` {_AUTOCOMMIT}, then make it the constraint: "
    "`ALTER TABLE ... ADD CONSTRAINT ... {kind} USING INDEX ...`"
)
_EXPAND = (
    "expand and contract: add a new column, have the application write both, fill the new one in batches, and drop the "
    "old one in a later revision"
)
_FILL = (
    "add the column without it, which takes an instant; then set the default for new rows, and fill the old ones in "
    "batches"
)
_QUIET = "there is no way that lets others go on: do it while nobody needs the table, with a `lock_timeout`"

_PARTS = (
    "create it ON ONLY the partitioned table, then with CONCURRENTLY on each partition, and attach those: "
    "`ALTER INDEX ... ATTACH PARTITION ...`"
)
_COMPUTE = "add a plain column, have the application or a trigger fill it, and fill the old rows in batches"

# The first pattern that a statement without comments begins with, or has, says what to do.
_WAYS: tuple[tuple[str, str], ...] = (
    (
        r"^CREATE (UNIQUE )?INDEX\b",
        f"create the index with `postgresql_concurrently=True` {_AUTOCOMMIT}",
    ),
    (r"^REINDEX\b", f"`REINDEX ... CONCURRENTLY` {_AUTOCOMMIT}"),
    (
        r"^REFRESH MATERIALIZED VIEW\b",
        "`REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index on it",
    ),
    (r"^(CLUSTER|VACUUM)\b|\bSET (UN)?LOGGED\b|\bSET (TABLESPACE|ACCESS METHOD)\b", _QUIET),
    (r"\bVALIDATE CONSTRAINT\b", _OWN_TRANSACTION),
    (
        r"\bATTACH PARTITION\b",
        "before it, add a CHECK of the partition's bounds with NOT VALID and validate it",
    ),
    (r"^ALTER DOMAIN\b", "add the constraint with NOT VALID, and validate it in a later revision"),
    (r"\bPRIMARY KEY\b(?!.*\bUSING INDEX\b)", _UNIQUE.format(kind="PRIMARY KEY")),
    (r"\bADD\b.*\bUNIQUE\b", _UNIQUE.format(kind="UNIQUE")),
    (r"\bADD CONSTRAINT\b.*\bEXCLUDE\b", _QUIET),
    (
        r"\bADD\b.*\b(FOREIGN KEY|REFERENCES)\b",
        f"add the foreign key with `postgresql_not_valid=True`, and {_LATER}",
    ),
    (r"\bADD (CONSTRAINT \S+ )?CHECK\b", f"add the CHECK with `postgresql_not_valid=True`, and {_LATER}"),
    (r"\bSET NOT NULL\b|\bPRIMARY KEY\b", _NOT_NULL),
    (r"\bALTER( COLUMN)? \S+ (SET DATA )?TYPE\b", _EXPAND),
    (
        r"\bADD( COLUMN)?\b.*\bCHECK\b",
        f"add the column first and the CHECK after it with `postgresql_not_valid=True`, and {_LATER}",
    ),
    (r"\bADD( COLUMN)?\b.*\bGENERATED ALWAYS AS \(", _COMPUTE),
    (r"\bADD( COLUMN)?\b.*\b(DEFAULT|GENERATED|SERIAL|BIGSERIAL)\b", _FILL),
    (r"^(ALTER|CREATE|DROP)\b", _QUIET),
)
_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX\b", re.IGNORECASE)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), way) for pattern, way in _WAYS)


def safer_way(finding: Block | Rewrite) -> str:
    """What to do instead of a statement; in a transaction that locked the tables before it, to be first."""
    if finding.statement.sql is None:
        return "run it with `op.execute`, so that each statement is seen by itself"
    sql = one_line(finding.statement.sql)
    if _INDEX.match(sql) and getattr(finding, "partitioned", False):
        return _PARTS
    return next((way for pattern, way in _PATTERNS if pattern.search(sql)), _OWN_TRANSACTION)
