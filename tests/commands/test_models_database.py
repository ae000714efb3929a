"""The models' database that is made while Alembic compares: when it counts, and that nothing of it is left."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from alembic_proof.commands.models_database import Ahead
from alembic_proof.databases import Databases
from alembic_proof.databases.sessions import postgresql_place
from support.servers import open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.databases import Database

REVISIONS = "CREATE TABLE user_account (id integer)"
MODELS = "CREATE TABLE user_account (id bigint)"


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    with open_folder() as cache, Databases("embedded", cache) as made:
        yield made


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    made = databases.create("postgresql")
    with closing(connected(made)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(REVISIONS)
    yield made
    databases.drop(made)


def connected(database: Database) -> Any:
    return psycopg2.connect(dbname=database.name, **postgresql_place(database))


def described(sql: str = MODELS, *, included: bool = True, path: str = "public") -> dict[str, Any]:
    statement = {
        "sql": sql,
        "makes": "table",
        "schema": None,
        "name": "user_account",
        "table": [None, "user_account"],
    }
    table = {"schema": None, "name": "user_account", "included": included, "named": []}
    return {"settings": {"search_path": path}, "statements": [statement], "tables": [table], "error": None}


def made_ahead(
    databases: Databases, database: Database, first: dict[str, Any], then: dict[str, Any]
) -> list[str | None] | None:
    """The type of the column in the models and in the revisions, if what was made of the first counts."""
    ahead = Ahead(databases)
    assert ahead.copy(database)
    ahead.begin(first)
    built = ahead.built(database, then)
    ahead.close()
    if built is None:
        return None
    return [one.aspects["type"] for side in built.sides for one in side.entries if one.kind == "column"]


def test_what_was_made_ahead_counts_for_the_same_models(databases: Databases, database: Database) -> None:
    assert made_ahead(databases, database, described(), described()) == ["bigint", "integer"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (described(), described(included=False)),
        (described(), described(MODELS.replace("bigint", "text"))),
        (described(), described(path="other, public")),
        (
            described("CREATE TABLE user_account (id nonsense)"),
            described("CREATE TABLE user_account (id nonsense)"),
        ),
    ],
    ids=["a table is left out", "other models", "another search path", "cannot be made"],
)
def test_what_does_not_count(
    databases: Databases, database: Database, first: dict[str, Any], then: dict[str, Any]
) -> None:
    assert made_ahead(databases, database, first, then) is None


def test_nothing_is_copied_while_somebody_is_connected(databases: Databases, database: Database) -> None:
    ahead = Ahead(databases)
    with closing(connected(database)):
        assert not ahead.copy(database)
    ahead.begin(described())
    assert ahead.built(database, described()) is None
    ahead.close()


def test_a_copy_that_waited_is_used_once(databases: Databases, database: Database) -> None:
    ahead = Ahead(databases)
    assert ahead.copy(database)
    ahead.begin({**described(), "error": "no"})
    built = ahead.built(database, described())
    assert built is not None
    assert ahead.built(database, described()) is None
    ahead.close()


def test_closing_in_the_middle_leaves_nothing(databases: Databases, database: Database) -> None:
    ahead = Ahead(databases)
    assert ahead.copy(database)
    ahead.begin(described("SELECT pg_sleep(60)"))
    ahead.close()
    with closing(connected(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'alembic_proof_%'")
        assert cursor.fetchall() == [(database.name,)]
