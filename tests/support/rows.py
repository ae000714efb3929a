"""Fills the tables of a throwaway database, as the probe does on the project's connection."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.databases import StatementError, open_session
from alembic_proof.rows import Query, Try, fill, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alembic_proof.catalogs.snapshot import Snapshot
    from alembic_proof.databases import Database, Session
    from alembic_proof.rows import Filled, Table
    from alembic_proof.rows.tables import Name


@contextmanager
def filled(
    database: Database,
    sql: str = "",
    *,
    seed: str = "",
    keys: Mapping[Name, Sequence[Sequence[str]]] | None = None,
) -> Iterator[tuple[Filled, Session]]:
    """What came of filling all tables that `sql` makes, in a transaction that is undone at the end of the block."""
    with open_session(database) as session:
        for one in filter(str.strip, sql.split(";\n")):
            session.run(one)
        tables = read_tables(database.dialect, read(database, session))
        session.run("BEGIN")
        work = fill(database.dialect, tables.values(), seed, keys=keys or {})
        yield converse(session, work, database.dialect), session
        session.run("ROLLBACK")


def read(database: Database, session: Session) -> Snapshot:
    return CATALOGS[database.dialect].read(session.rows)


def tables_of(database: Database) -> Mapping[Name, Table]:
    with open_session(database) as session:
        return read_tables(database.dialect, read(database, session))


def converse(session: Session, work: Any, dialect: str) -> Any:
    """Have a conversation over a session, and what it comes to."""
    said = None
    while True:
        try:
            wanted = work.send(said)
        except StopIteration as ended:
            return ended.value
        said = _said(session, wanted, dialect)


def _said(session: Session, wanted: Any, dialect: str) -> Any:
    if isinstance(wanted, Query):
        return session.rows(wanted.sql)
    if isinstance(wanted, Try):
        return _tried(session, wanted.sql, dialect)
    answers: list[Any] = []
    for step in wanted.steps:
        answers.append(_said(session, step, dialect))
        if isinstance(step, Try) and answers[-1] is not None:
            break
    return answers


def _tried(session: Session, sql: str, dialect: str) -> str | None:
    holds = dialect == "postgresql"
    if holds:
        session.run("SAVEPOINT tried")
    try:
        session.run(sql)
    except StatementError as error:
        if holds:
            session.run("ROLLBACK TO SAVEPOINT tried")
        return error.message
    if holds:
        session.run("RELEASE SAVEPOINT tried")
    return None
