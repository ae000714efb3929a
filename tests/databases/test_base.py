from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from alembic_proof.databases.base import OUR_NAME, Database, fresh_name

_TEXT = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=20)


@given(user=_TEXT.filter(bool), password=_TEXT)
def test_sqlalchemy_reads_back_the_user_and_the_password(user: str, password: str) -> None:
    database = Database(
        "postgresql", "alembic_proof_1", "x", "db", 5432, user, password, {"sslmode": "require"}
    )
    url = make_url(database.url("psycopg2"))
    assert (url.username, url.password or "") == (user, password)
    assert (url.host, url.port, url.database) == ("db", 5432, "alembic_proof_1")
    assert (url.drivername, url.query) == ("postgresql+psycopg2", {"sslmode": "require"})


@given(folder=_TEXT)
def test_sqlalchemy_reads_back_the_folder_of_a_socket(folder: str) -> None:
    url = make_url(Database("postgresql", "d", "x", f"/{folder}", 5432, "app").url())
    assert url.query == {"host": f"/{folder}", "port": "5432"}
    assert url.host is None


@pytest.mark.parametrize(
    ("database", "driver", "url"),
    [
        (Database("postgresql", "d", "x", "::1", 5433, "u", "p"), None, "postgresql://u:p@[::1]:5433/d"),
        (Database("postgresql", "d", "x", "db", None, "u"), "psycopg", "postgresql+psycopg://u@db/d"),
        (
            Database("postgresql", "d", "x", "/s", 5432, "u"),
            "pg8000",
            "postgresql+pg8000://u@/d?unix_sock=%2Fs%2F.s.PGSQL.5432",
        ),
        (
            Database(
                "postgresql", "d", "x", "db", 1, "u", "", {"sslmode": "require", "gssencmode": "disable"}
            ),
            "asyncpg",
            "postgresql+asyncpg://u@db:1/d?ssl=require",
        ),
        (
            Database("mysql", "d", "x", "/run/s", 3306, "u", "", {"charset": "utf8mb4"}),
            "pymysql",
            "mysql+pymysql://u@/d?charset=utf8mb4&unix_socket=%2Frun%2Fs",
        ),
        (
            Database("sqlite", "d", "x", path=Path("/a b/d.sqlite")),
            "aiosqlite",
            "sqlite+aiosqlite:////a b/d.sqlite",
        ),
    ],
)
def test_urls(database: Database, driver: str | None, url: str) -> None:
    assert database.url(driver) == url


def test_a_password_shows_in_the_url_alone() -> None:
    database = Database("postgresql", "d", "x", "db", 5432, "u", "hunter2")
    assert "hunter2" not in repr(database)
    assert "hunter2" in database.url()


def test_names_are_fresh_and_known_for_ours() -> None:
    names = {fresh_name() for _ in range(100)}
    assert len(names) == 100
    assert all(OUR_NAME.fullmatch(name) for name in names)


@pytest.mark.parametrize(
    "name",
    ["alembic_proof", "alembic_proof_", "alembic_proof_ABCDEF0123456789", "xalembic_proof_0123456789abcdef"],
)
def test_a_name_that_we_would_not_make_is_not_ours(name: str) -> None:
    assert not OUR_NAME.fullmatch(name)
