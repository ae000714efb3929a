"""Two databases on one server, filled by SQL, and what the tool finds between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.compare import compare
from alembic_proof.catalogs.snapshot import Described, Models, Sides, Snapshot, Statement
from alembic_proof.commands import exact
from alembic_proof.commands.additions import Addition, plan
from alembic_proof.commands.locating import Locator
from alembic_proof.databases import Databases, open_session, run_script
from alembic_proof.environments import Environment
from alembic_proof.facts import Facts, Schema
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.rules import model_drift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.catalogs.base import Catalog
    from alembic_proof.databases import Database
    from alembic_proof.facts import Difference, Operation
    from alembic_proof.findings import Finding

ENVIRONMENT = Environment("alembic.ini", "ini", "", "migrations", ("migrations/versions",))
_DRIVERS = {"postgresql": "psycopg2", "mysql": "pymysql", "sqlite": None}
_EMPTY = "DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def everything(models: Snapshot, named: frozenset[str] = frozenset()) -> Models:
    """As if models described all that a database holds."""
    own = [
        one for one in models.entries if one.kind in snapshot.OWN and not one.name.endswith("_seq")
    ]  # a column's own sequence is part of it
    return Models(
        tuple(Statement("", one.kind, one.schema, one.name) for one in own),
        tuple(Described(one.schema, one.name, named) for one in own if one.kind == snapshot.TABLE),
    )


@dataclass(frozen=True)
class Pair:
    """The revisions' database and the models'."""

    databases: Databases
    revisions: Database
    models: Database

    @property
    def catalog(self) -> Catalog:
        return CATALOGS[self.revisions.dialect]

    def fill(self, revisions: str, models: str) -> None:
        for database, sql in ((self.revisions, revisions), (self.models, models)):
            if database.dialect == "postgresql":  # an empty schema is made faster than a database
                with open_session(database) as session:
                    session.run(_EMPTY)
                    session.run(sql)
            else:
                self.databases.recreate(database)
                run_script(database, sql)

    def compare(self, *named: str) -> Facts:
        """What the rule is given; `named` are the constraints and indexes to which a person gave their names."""
        compared, answered = self.compared(*named)
        operations, differences = exact.facts([compared], [answered], (), (), Locator(Path(), (), {}))
        return facts(operations, differences)

    def compared(self, *named: str) -> tuple[exact.Compared, dict[str, Any]]:
        """What the catalogs found, and what env.py's filters said of it."""
        with open_session(self.revisions) as revisions, open_session(self.models) as models:
            sides = Sides(self.catalog.read(models.rows), self.catalog.read(revisions.rows))
        changes = compare(everything(sides.models, frozenset(named)), sides, self.catalog.spelling)
        mend = partial(self.catalog.mend, sides=sides)
        compared = exact.Compared(changes, mend=mend, catalog=self.catalog, sides=sides)
        return compared, {"engine": "", "included": [True] * len(changes)}

    def additions(self) -> tuple[Addition, ...]:
        """What a new revision holds, as if autogenerate saw nothing."""
        compared, answered = self.compared()
        return plan([compared], {"comparisons": [answered], "operations": [], "silenced": []}).additions

    def findings(self, *named: str) -> list[Finding]:
        return list(model_drift.find(self.compare(*named)))

    def mended(self, revisions: str, models: str, *, leaving: tuple[str, ...] = ()) -> str:
        """The message of the one finding; what it says to do leaves nothing to be found, and can be undone.

        `leaving` are the names of what is otherwise after that, for all that a server lets be said.
        """
        self.fill(revisions, models)
        (finding,) = self.findings()
        additions, before = self.additions(), self.compared()[0].sides.revisions
        self.mend(finding)
        assert self.findings() == []
        self.undo(additions, before, leaving)
        return finding.message

    def undo(self, additions: tuple[Addition, ...], before: Snapshot, leaving: tuple[str, ...] = ()) -> None:
        """Do what a downgrade does, which leaves the revisions' database as it was, where no person is asked for."""
        operations = [code for one in reversed(additions) for code in one.downgrade]
        self.execute(operations)
        with open_session(self.revisions) as session:
            after = self.catalog.read(session.rows)
        asks = any(code.startswith("#") and "rows" not in code for code in operations)
        if operations and not asks and "CREATE SEQUENCE" not in operations[0]:  # which had a name of its own
            left = compare(everything(before), Sides(before, after), self.catalog.spelling)
            names = tuple(f"{one.kind} {one.entry.name}" for one in left)
            assert names == leaving, names

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What the revisions' database answers."""
        with open_session(self.revisions) as session:
            return session.rows(query)

    def mend(self, finding: Finding) -> None:
        """Do on the revisions' database what the finding says, as a revision does it."""
        operations = finding.details["operations"]
        assert isinstance(operations, list)
        self.execute(operations)

    def execute(self, operations: Sequence[str]) -> None:
        engine = sa.create_engine(
            self.revisions.url(_DRIVERS[self.revisions.dialect]), poolclass=sa.pool.NullPool
        )
        with engine.connect() as connection:
            # A new label of an enum is of no use to the transaction that adds it.
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            op = Operations(MigrationContext.configure(autocommit))
            for code in operations:
                exec(code, {"op": op, "sa": sa})


def facts(operations: tuple[Operation, ...], differences: tuple[Difference, ...]) -> Facts:
    return Facts(
        ENVIRONMENT, RevisionGraph(()), schema=Schema(operations=operations, differences=differences)
    )


def make_pair(databases: Databases, dialect: str = "postgresql") -> Pair:
    return Pair(databases, databases.create(dialect), databases.create(dialect))
