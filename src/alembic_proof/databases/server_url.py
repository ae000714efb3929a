"""The server that a user names by a SQLAlchemy URL, for databases to be made on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alembic_proof.errors import DatabaseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.engine.url import URL

    from alembic_proof.databases.base import Dialect

OPTION = "--database (or ALEMBIC_PROOF_DATABASE)"
_DIALECTS: dict[str, Dialect] = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
# asyncpg says `ssl` for what libpq calls `sslmode`.
_NEUTRAL_NAMES: dict[Dialect, dict[str, str]] = {"postgresql": {"ssl": "sslmode"}, "mysql": {}}
_KEPT: dict[Dialect, frozenset[str]] = {
    "postgresql": frozenset(
        {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "gssencmode"}
        | {"channel_binding", "krbsrvname", "connect_timeout", "target_session_attrs", "options"}
    ),
    "mysql": frozenset({"ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"}),
}


@dataclass(frozen=True)
class ServerURL:
    """A server, and who may make databases there. `database` is connected to for that alone."""

    dialect: Dialect
    host: str
    port: int | None
    user: str
    password: str = field(repr=False)
    database: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it is, for messages: "db:5432"."""
        host = self.host or "the default host"
        return f"{host}:{self.port}" if self.port else host


def parse(text: str) -> ServerURL:
    """Read a SQLAlchemy URL. Raises `UsageError`, and `DatabaseError` for a dialect that is not served.

    No message repeats the text, for it may hold a password.
    """
    url = _read(text)
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        raise UsageError(f"{OPTION} names SQLite, which has no server", "leave it out: SQLite needs none")
    if backend not in _DIALECTS:
        raise unsupported(backend)
    if "@" in (url.host or ""):
        raise UsageError(f"the password in {OPTION} holds a bare '@'", "write it as %40")
    return _server(url, _DIALECTS[backend])


def dialect_of(name: str) -> Dialect:
    """The dialect that serves SQLAlchemy's backend `name`. Raises `DatabaseError` where none does."""
    if name == "sqlite":
        return "sqlite"
    if name not in _DIALECTS:
        raise unsupported(name)
    return _DIALECTS[name]


def unsupported(backend: str) -> DatabaseError:
    return DatabaseError(
        f"there are no throwaway databases for {backend}: only for postgresql, mysql, mariadb and sqlite",
        "choose other environments with --config, or run `alembic-proof heads`, which needs no database",
    )


def _read(text: str) -> URL:
    from sqlalchemy.engine.url import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(text)
    except (ArgumentError, ValueError):
        raise UsageError(
            f"{OPTION} is not `embedded`, `local` or a URL that SQLAlchemy reads",
            "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %-escapes in the password",
        ) from None


def _server(url: URL, dialect: Dialect) -> ServerURL:
    names = _NEUTRAL_NAMES[dialect]
    query = {
        names.get(key, key): value if isinstance(value, str) else ",".join(value)
        for key, value in url.query.items()
    }
    host = query.get("host") or query.get("unix_socket") or query.get("unix_sock") or url.host or ""
    port = query.get("port", "")
    return ServerURL(
        dialect,
        host=host.partition("/.s.PGSQL.")[0],
        port=url.port or (int(port) if port.isdecimal() else None),
        user=url.username or "",
        password=str(url.password or ""),
        database=url.database or "",
        query={key: value for key, value in query.items() if key in _KEPT[dialect]},
    )
