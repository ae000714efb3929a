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
_MOOT = re.compile(
    r"TRUNCATE\b"
    r"|ALTER TABLE (?:(?!\bADD\b|,).)+ ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT\b)"
    r"(?:(?!\b(?:ADD|ALTER|DEFAULT|GENERATED|\w*SERIAL|CHECK|UNIQUE|PRIMARY|REFERENCES)\b).)+\bNOT NULL$",
    re.IGNORECASE,
)
_PATTERNS = tuple((re.compile(rf"\s*(?:{words})", re.IGNORECASE | re.DOTALL), mode) for words, mode in _TAKES)


def one_line(sql: str) -> str:
    """A statement without comments and line breaks."""
    return " ".join(_COMMENT.sub(" ", sql).split())


def is_moot(sql: str | None) -> bool:
    """What it does to a table is done at once, however many rows there are.

    TRUNCATE gives it a new file and indexes of nothing; a new column that is NOT NULL and has no value fails at the
    first row.
    """
    return sql is not None and _MOOT.match(one_line(sql)) is not None


def lock_of(sql: str | None) -> Mode | None:
    """The lock that a statement holds while it looks through a table, or None where it lets others write."""
    if sql is None or _FREE.search(plain := one_line(sql)):
        return None
    return next((mode for pattern, mode in _PATTERNS if pattern.match(plain)), None)
