"""The one database that a user hands over to be written to: `apply`'s."""

from __future__ import annotations

import os
from pathlib import Path

from alembic_proof.databases import server_url
from alembic_proof.databases.base import Database
from alembic_proof.errors import UsageError


def named_database(text: str) -> Database:
    """The database of a SQLAlchemy URL, as it is. Raises `UsageError`, `DatabaseError` for other dialects."""
    if text.partition("://")[0].partition("+")[0] == "sqlite":
        return _sqlite(text)
    url = server_url.parse(text)
    if not url.database:
        raise UsageError(
            f"{server_url.OPTION} names a server and no database", "add its name: ...HOST:PORT/NAME"
        )
    return Database(
        url.dialect,
        url.database,
        f"{url.database} at {url.place}",
        host=url.host or "localhost",
        port=url.port,
        user=url.user,
        password=url.password,
        query=url.query,
    )


def _sqlite(text: str) -> Database:
    from sqlalchemy.engine.url import make_url

    path = make_url(text).database
    if not path or path == ":memory:":
        raise UsageError(
            f"{server_url.OPTION} names an SQLite database in memory", "name a file: sqlite:///FILE"
        )
    return Database("sqlite", path, f"SQLite file {path}", path=Path(os.path.realpath(path)))
