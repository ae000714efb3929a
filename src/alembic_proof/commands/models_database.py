"""The models' own database, made beside the one that the revisions built, and both of them read."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.snapshot import Described, Models, Sides, Statement
from alembic_proof.databases import StatementError, open_session

if TYPE_CHECKING:
    from alembic_proof.catalogs.base import Catalog
    from alembic_proof.databases import Database, Databases, Session
    from alembic_proof.probe import Message


@dataclass(frozen=True)
class Built:
    """What one description's models made, and what the revisions had made; `failed` are parts that cannot be made."""

    wanted: Models
    default_schema: str | None
    sides: Sides
    failed: tuple[tuple[Statement, StatementError], ...]


def build(catalog: Catalog, databases: Databases, database: Database, described: Message) -> Built:
    """Make the models' database and drop it again, after ending every other connection to `database`.

    Raises `StatementError` where the models cannot be made, and `DatabaseError`.
    """
    copy = databases.clone(database) if catalog.ON_A_COPY else databases.create(database.dialect)
    try:
        with open_session(database) as revisions, open_session(copy) as models:
            return _built(catalog, revisions, models, described)
    finally:
        databases.drop(copy)


class Ahead:
    """Makes the models' database while Alembic still compares, where nobody is connected to the revisions' before.

    Which tables env.py's filters leave out is known only when Alembic has compared: where it has filters, the
    copy waits for their answer. Else the database is made with all tables, and counts if none was left out.
    """

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._executor = ThreadPoolExecutor(1)
        self._of: Database | None = None
        self._copy: Database | None = None
        self._copy_used = False
        self._settings: Message = {}
        self._building: Future[Built] | None = None

    def copy(self, database: Database) -> bool:
        """Copy the revisions' database as it is, if it can be done at once."""
        catalog = CATALOGS.get(database.dialect)
        if catalog is not None and catalog.ON_A_COPY and self._databases.is_idle(database):
            self._of, self._copy = database, self._databases.clone(database)
        return self._copy is not None

    def begin(self, described: Message) -> None:
        """Build the first models that are described on the copy."""
        if self._copy is None or self._building is not None or described["error"]:
            return
        self._settings = described["settings"]
        self._building = self._executor.submit(_built_on, self._copy, described)

    def built(self, database: Database, described: Message) -> Built | None:
        """What was made, or is made now on the copy that waits; None where that is not what this describes.

        Raises `StatementError` where the models cannot be made now.
        """
        if self._copy is None or database != self._of:
            return None
        if self._building is None:
            waiting, self._copy_used = not self._copy_used, True
            return _built_on(self._copy, described) if waiting else None
        if described["settings"] != self._settings:
            return None
        try:
            built = self._building.result()
        except StatementError:  # perhaps of a table that is left out
            return None
        return built if built.wanted == wanted_models(described, built.default_schema) else None

    def close(self) -> None:
        """Drop the copy, which ends whatever is still done in it. Raises `DatabaseError`."""
        if self._copy is not None:
            self._databases.drop(self._copy)
        self._executor.shutdown()


def _built_on(copy: Database, described: Message) -> Built:
    with open_session(copy) as session:
        return _built(CATALOGS[copy.dialect], session, session, described)


def _built(catalog: Catalog, revisions: Session, models: Session, described: Message) -> Built:
    """Read what the revisions made, make what the models say, and read that; both may be in one database."""
    for session in (revisions, models):
        prepare(catalog, session, described)
    default_schema = revisions.rows(catalog.OWN_SCHEMA)[0][0]
    wanted = wanted_models(described, default_schema)
    before = catalog.read(revisions.rows)
    failed = [
        (statement, error)
        for statement in catalog.build(wanted, before)
        if (error := _refusal(catalog, models, statement))
    ]
    return Built(wanted, default_schema, Sides(catalog.read(models.rows), before), tuple(failed))


def prepare(catalog: Catalog, session: Session, described: Message) -> None:
    for statement in catalog.prepare(described["settings"]):
        session.run(statement)


def _refusal(catalog: Catalog, models: Session, statement: Statement) -> StatementError | None:
    """Why an index or a constraint cannot be made; None where all is well. Raises `StatementError` for the rest."""
    try:
        models.run(statement.sql)
    except StatementError as error:
        if statement.part:
            return error
        if not catalog.may_fail(statement, error.message, error.code):
            raise
    return None


def wanted_models(described: Message, default_schema: str | None) -> Models:
    """The probe's description, with the connection's own schema left out of names as Alembic leaves it out."""

    ours = partial(own, default_schema=default_schema)
    statements = (
        Statement(
            one["sql"],
            one["makes"],
            ours(one["schema"]),
            one["name"],
            (ours(one["table"][0]), one["table"][1]) if one["table"] else None,
        )
        for one in described["statements"]
    )
    tables = (
        Described(ours(one["schema"]), one["name"], frozenset(one["named"]))
        for one in described["tables"]
        if one["included"]
    )
    return Models(tuple(statements), tuple(dict.fromkeys(tables)))


def own(schema: str | None, default_schema: str | None) -> str | None:
    return None if schema == default_schema else schema
