"""Databases that outlive a run, kept in a slot's cluster to be copied, each with a record of what it holds.

A database without a record and a record without a database are both as good as none; whoever finds one removes it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from alembic_proof.cache import make_folder
from alembic_proof.databases.postgres import sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg2.extensions import connection as Connection  # noqa: N812

_NAME = re.compile(r"template_[0-9a-f]{16}")
_RESTING = "alembic_proof_role_"
_UNUSED_SECONDS = 30 * 24 * 3600
_MOST_BYTES = 2 * 2**30
# What belongs to the whole cluster and no copy of a database would have.
_SETTINGS = """
    SELECT 1 FROM pg_db_role_setting
    UNION ALL SELECT 1 FROM pg_file_settings WHERE sourcefile LIKE '%%postgresql.auto.conf'
    UNION ALL SELECT 1 FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')
    UNION ALL SELECT 1 FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%%' AND rolname <> ALL(%s)
        AND rolname NOT LIKE 'alembic\\_proof\\_role\\_%%'
"""
_OWNERS = """
    SELECT rolname FROM pg_roles r WHERE rolname <> %s AND rolname NOT LIKE 'pg\\_%%' AND EXISTS (
        SELECT FROM pg_database d WHERE d.datname = ANY(%s) AND (d.datdba = r.oid OR EXISTS (
            SELECT FROM pg_shdepend s WHERE s.dbid = d.oid AND s.refclassid = 'pg_authid'::regclass
            AND s.refobjid = r.oid)))
"""


class Templates:
    """The templates of one cluster; `folder` holds their records."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def records(self) -> dict[str, bytes]:
        """What was said of each of them, by name, the last used first."""
        files = sorted(self._files(), key=lambda file: file.stat().st_mtime, reverse=True)
        return {file.name: _content(file) for file in files}

    def settle(self, connection: Connection) -> list[str]:
        """Forget what is unused, too much, or only half there; the names of the databases to keep."""
        there = set(
            sql.column(connection, "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%%'")
        )
        kept: list[str] = []
        for name in self.records():
            if name in there and not self._is_unused(name):
                kept.append(name)
            else:
                self.forget(name)
        return kept

    def prune(self, connection: Connection, most: int = _MOST_BYTES) -> list[str]:
        """Forget the least recently used while all together take too much room; their names."""
        gone: list[str] = []
        size = 0
        for name in self.records():
            (bytes_,) = sql.column(connection, "SELECT pg_database_size(%s)", name)
            size += bytes_
            if size > most:
                self.forget(name)
                gone.append(name)
        return gone

    def add(self, connection: Connection, database: str, record: bytes) -> str:
        """Make a database that nobody is connected to a template; its name."""
        name = f"template_{secrets.token_hex(8)}"
        sql.execute(connection, "ALTER DATABASE {} RENAME TO {}", database, name)
        sql.execute(connection, "CHECKPOINT")  # our servers stop at once, and write nothing more
        fresh = make_folder(self._folder) / f"{name}.new"
        fresh.write_bytes(record)
        fresh.replace(self._folder / name)
        return name

    def use(self, name: str) -> None:
        with suppress(OSError):
            os.utime(self._folder / name)

    def forget(self, name: str) -> None:
        record = self._folder / name
        if record.is_dir():
            shutil.rmtree(record, ignore_errors=True)
        else:
            record.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return (file for file in self._folder.glob("template_*") if _NAME.fullmatch(file.name))

    def _is_unused(self, name: str) -> bool:
        return time.time() - (self._folder / name).stat().st_mtime > _UNUSED_SECONDS


def _content(file: Path) -> bytes:
    """Empty, which is no record, where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def is_whole(connection: Connection, roles: set[str]) -> bool:
    """Whether all that a database's history made lies in it, and nothing in the cluster around it.

    `roles` are those that we made ourselves.
    """
    return not sql.column(connection, _SETTINGS, sorted(roles))


def put_to_rest(connection: Connection, superuser: str, kept: list[str]) -> None:
    """Rename the roles that templates depend on: revisions of another history may make roles of the same names."""
    for role in sql.column(connection, _OWNERS, superuser, kept):
        if not role.startswith(_RESTING):
            sql.execute(connection, "ALTER ROLE {} RENAME TO {}", role, resting_name(role))


def resting_name(role: str) -> str:
    return _RESTING + hashlib.sha256(role.encode()).hexdigest()[:16]


def is_resting(role: str) -> bool:
    return role.startswith(_RESTING)
