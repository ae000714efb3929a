"""What all throwaway databases have in common: plain data, and the few things that can be done."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Dialect = Literal["postgresql", "sqlite", "mysql"]

# The only databases that are ever dropped on a server that others use too.
OUR_NAME = re.compile(r"alembic_proof_[0-9a-f]{16}")


def fresh_name() -> str:
    return f"alembic_proof_{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Database:
    """One throwaway database, and how to reach it.

    `host` is a host name, or the folder of a Unix socket; `query` holds what else of the user's own URL a
    client needs, such as `sslmode`; `path` is the file of an SQLite database, and set for no other dialect.
    `server` is for people: "PostgreSQL 18.4 (embedded)".
    """

    dialect: Dialect
    name: str
    server: str
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    query: Mapping[str, str] = field(default_factory=dict)
    path: Path | None = None

    def url(self, driver: str | None = None) -> str:
        """The URL that SQLAlchemy takes, password included, for `driver` or for the dialect's own default."""
        scheme = f"{self.dialect}+{driver}" if driver else self.dialect
        if self.path:
            return f"{scheme}:///{quote(str(self.path), safe='/ +')}"
        query = dict(self.query)
        host = self.host
        if host.startswith("/"):
            query |= _socket_query(self.dialect, driver, host, self.port)
            host = ""
        elif ":" in host:
            host = f"[{host}]"
        port = f":{self.port}" if host and self.port else ""
        text = f"{scheme}://{_credentials(self.user, self.password)}{host}{port}/{quote(self.name, safe='')}"
        return f"{text}?{urlencode(_renamed(query, driver))}" if query else text


class Keeper(Protocol):
    """A provider whose databases may outlive a run, to be copied. Everything raises `DatabaseError`."""

    def templates(self) -> Mapping[str, bytes]:
        """What was said of each database that is kept, by name, the last used first."""

    def from_template(self, name: str, role: str | None) -> Database:
        """A new database, a copy of one that is kept."""

    def keep(self, database: Database, record: bytes) -> str | None:
        """Have a database outlive the run, if nothing that belongs to it lies outside of it; its new name."""

    def forget(self, name: str) -> None:
        """Have one that is kept be gone at the end of the run."""


class Provider(Protocol):
    """One source of databases of one dialect. Everything raises `DatabaseError`."""

    server: str

    def create(self, role: str | None = None) -> Database:
        """A new, empty database; `role`, where the server is ours alone, becomes its owner."""

    def recreate(self, database: Database) -> None:
        """Make it empty again, whoever is still connected to it."""

    def is_idle(self, database: Database) -> bool:
        """Whether nobody is connected to it; who is just leaving is waited for."""

    def clone(self, database: Database) -> Database:
        """A copy of one, after ending every connection to it."""

    def drop(self, database: Database) -> None: ...

    def close(self) -> None:
        """Drop what was created and is still there, and stop what was started."""


def _credentials(user: str, password: str) -> str:
    secret = f":{quote(password, safe='')}" if password else ""
    return f"{quote(user, safe='')}{secret}@" if user or password else ""


def _socket_query(dialect: Dialect, driver: str | None, host: str, port: int | None) -> dict[str, str]:
    if dialect == "mysql":
        return {"unix_socket": host}
    if driver == "pg8000":
        return {"unix_sock": f"{host}/.s.PGSQL.{port or 5432}"}
    return {"host": host, "port": str(port)} if port else {"host": host}


def _renamed(query: Mapping[str, str], driver: str | None) -> dict[str, str]:
    """asyncpg takes libpq's `sslmode` under another name, and none of its other parameters."""
    if driver != "asyncpg":
        return dict(query)
    names = {"sslmode": "ssl", "host": "host", "port": "port"}
    return {names[key]: value for key, value in query.items() if key in names}
