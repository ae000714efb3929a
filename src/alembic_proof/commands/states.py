"""What the probe asks about the state of a database whose revisions it tries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.alterations import alterations
from alembic_proof.catalogs.states import read_state, snapshot
from alembic_proof.databases import StatementError, open_session
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_proof.catalogs.alterations import Alteration
    from alembic_proof.catalogs.states import State
    from alembic_proof.databases import Database
    from alembic_proof.probe import Message


def _queries(database: Database, _question: Message) -> Message:
    """The queries of a state, for the probe to run; none where they are better run from here."""
    catalog = CATALOGS[database.dialect]
    return {
        "queries": list(_read(database)) if catalog.FIXED_QUERIES else [],
        "of_tables": catalog.OF_TABLES,
    }


def _state(database: Database, _question: Message) -> Message:
    return {"state": _read(database)}


def _changes(database: Database, question: Message) -> Message:
    catalog = CATALOGS[database.dialect]
    before, after = (snapshot(catalog, question[name]) for name in ("before", "after"))
    found = alterations(before, after, catalog.spelling)
    return {"changes": [asdict(one) for one in found if not _may_stay(one)]}


def _may_stay(one: Alteration) -> bool:
    """An extension is for all that need it, and made where it is not there: no downgrade has to take it away."""
    return one.kind == "extension" and one.how == "left"


def _read(database: Database) -> State:
    try:
        with open_session(database) as session:
            return read_state(CATALOGS[database.dialect], session.rows)
    except StatementError as error:
        raise DatabaseError(
            f"the throwaway database cannot be read: {error.message}", "see the server's log"
        ) from error


def _save(database: Database, _question: Message) -> Message:
    assert database.path is not None
    with (
        closing(sqlite3.connect(database.path)) as source,
        closing(sqlite3.connect(_saved(database))) as target,
    ):
        source.backup(target)
    return {}


def _restore(database: Database, _question: Message) -> Message:
    """The file as it was saved, under the project's open connection, which sees that it is another."""
    assert database.path is not None
    with (
        closing(sqlite3.connect(_saved(database))) as source,
        closing(sqlite3.connect(database.path)) as target,
    ):
        source.backup(target)
    return {}


def _saved(database: Database) -> str:
    return f"{database.path}.saved"


STATES: dict[str, Callable[[Database, Message], Message]] = {
    "queries": _queries,
    "state": _state,
    "changes": _changes,
    "save": _save,
    "restore": _restore,
}
