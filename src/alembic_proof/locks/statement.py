"""What a statement's own words say: what it is, and the lock that it takes, where no server can be asked any more."""

from __future__ import annotations

import re

from alembic_proof.locks.observed import Mode

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_FREE = re.compile(  # grows with nothing, or lets everybody go on
    r"\bCONCURRENTLY\b|\bVALIDATE\s+CONSTRAINT\b|^\s*(?:TRUNCATE|COMMENT|SET|SHOW|GRANT|REVOKE|ANALYZE)\b",
    re.IGNORECASE,
)
_TAKES = (
    (r"(?:CREATE\s+(?:UNIQUE\s+)?INDEX|REINDEX)\b", Mode.SHARE),
    (r"ALTER\s+TABLE\b.*\bADD\b.*\bFOREIGN\s+KEY\b", Mode.SHARE_ROW_EXCLUSIVE),
    (r"ALTER\s+TABLE\b.*\bADD\b.*\bREFERENCES\b", Mode.SHARE_ROW_EXCLUSIVE),
    (r"ALTER\s+TABLE\b|CLUSTER\b|REFRESH\s+MATERIALIZED\b|VACUUM\b.*\bFULL\b", Mode.ACCESS_EXCLUSIVE),
)
_PATTERNS = tuple((re.compile(rf"\s*(?:{words})", re.IGNORECASE | re.DOTALL), mode) for words, mode in _TAKES)


def one_line(sql: str) -> str:
    """A statement without comments and line breaks."""
    return " ".join(_COMMENT.sub(" ", sql).split())


def is_truncation(sql: str | None) -> bool:
    """It gives the table a new file and indexes of nothing, whatever there was."""
    return sql is not None and one_line(sql).upper().startswith("TRUNCATE")


def lock_of(sql: str | None) -> Mode | None:
    """The lock that a statement holds while it looks through a table, or None where it lets others write."""
    if sql is None or _FREE.search(plain := one_line(sql)):
        return None
    return next((mode for pattern, mode in _PATTERNS if pattern.match(plain)), None)
