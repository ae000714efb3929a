from __future__ import annotations

import pytest

from alembic_proof.databases import server_url
from alembic_proof.databases.server_url import ServerURL
from alembic_proof.errors import DatabaseError, ProofError, UsageError

_UNREADABLE = (
    "--database (or ALEMBIC_PROOF_DATABASE) is not `embedded`, `local` or a URL that SQLAlchemy reads"
)


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        (
            "postgresql+asyncpg://u:p%40@db:5433/app?ssl=require&prepared_statement_cache_size=0",
            ServerURL("postgresql", "db", 5433, "u", "p@", "app", {"sslmode": "require"}),
        ),
        ("postgres://u@db/app", ServerURL("postgresql", "db", None, "u", "", "app")),
        ("postgresql://[::1]:5432/app", ServerURL("postgresql", "::1", 5432, "", "", "app")),
        ("postgresql:///app?host=/run/pg&port=5433", ServerURL("postgresql", "/run/pg", 5433, "", "", "app")),
        (
            "postgresql+pg8000://u@/app?unix_sock=/run/pg/.s.PGSQL.5432",
            ServerURL("postgresql", "/run/pg", None, "u", "", "app"),
        ),
        (
            "mysql+aiomysql://root:s@db:3306/app?charset=utf8mb4&ssl_ca=/ca.pem",
            ServerURL("mysql", "db", 3306, "root", "s", "app", {"ssl_ca": "/ca.pem"}),
        ),
        (
            "mariadb+pymysql://root@/?unix_socket=/run/m.sock",
            ServerURL("mysql", "/run/m.sock", None, "root", ""),
        ),
    ],
)
def test_what_a_url_says(text: str, parsed: ServerURL) -> None:
    assert server_url.parse(text) == parsed


@pytest.mark.parametrize(
    ("text", "kind", "message", "hint"),
    [
        (
            "nonsense:hunter2",
            UsageError,
            _UNREADABLE,
            "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %-escapes in the password",
        ),
        (
            "postgresql://u:hunter2@db:port/app",
            UsageError,
            _UNREADABLE,
            "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %-escapes in the password",
        ),
        (
            "postgresql://u:p@hunter2@db/app",
            UsageError,
            "the password in --database (or ALEMBIC_PROOF_DATABASE) holds a bare '@'",
            "write it as %40",
        ),
        (
            "sqlite:///app.db",
            UsageError,
            "--database (or ALEMBIC_PROOF_DATABASE) names SQLite, which has no server",
            "leave it out: SQLite needs none",
        ),
        (
            "oracle://u:hunter2@db/app",
            DatabaseError,
            "there are no throwaway databases for oracle: only for postgresql, mysql, mariadb and sqlite",
            "choose other environments with --config, or run `alembic-proof heads`, which needs no database",
        ),
    ],
)
def test_what_cannot_be_used_is_said_without_the_password(
    text: str, kind: type[ProofError], message: str, hint: str
) -> None:
    with pytest.raises(kind) as caught:
        server_url.parse(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_password_does_not_show() -> None:
    assert "hunter2" not in repr(server_url.parse("postgresql://u:hunter2@db/app"))
