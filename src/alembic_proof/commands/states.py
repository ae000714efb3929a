"""What the probe asks about the state of a database whose revisions it tries."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.alterations import alterations
from alembic_proof.catalogs.states import read_state, snapshot
from alembic_proof.databases import StatementError, open_session
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic_proof.catalogs.states import State
    from alembic_proof.databases import Database
    from alembic_proof.probe import Message


def _queries(database: Database, _question: Message) -> Message:
    """The queries of a state, for the probe to run; none where they are better run from here."""
    fixed = CATALOGS[database.dialect].FIXED_QUERIES
    return {"queries": list(_read(database)) if fixed else []}


def _state(database: Database, _question: Message) -> Message:
    return {"state": _read(database)}


def _changes(database: Database, question: Message) -> Message:
    catalog = CATALOGS[database.dialect]
    before, after = (snapshot(catalog, question[name]) for name in ("before", "after"))
    return {"changes": [asdict(one) for one in alterations(before, after, catalog.spelling)]}


def _read(database: Database) -> State:
    try:
        with open_session(database) as session:
            return read_state(CATALOGS[database.dialect], session.rows)
    except StatementError as error:
        raise DatabaseError(
            f"the throwaway database cannot be read: {error.message}", "see the server's log"
        ) from error


STATES: dict[str, Callable[[Database, Message], Message]] = {
    "queries": _queries,
    "state": _state,
    "changes": _changes,
}
