"""The models' own database compared with the revisions', and what differs made into facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.compare import compare
from alembic_proof.catalogs.snapshot import Change, Sides, Snapshot, Statement
from alembic_proof.commands.models_database import build, own, prepare, wanted_models
from alembic_proof.commands.overlap import concerns, settle
from alembic_proof.databases import StatementError, open_session
from alembic_proof.facts import Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from alembic_proof.catalogs.base import Catalog
    from alembic_proof.commands.locating import Locator
    from alembic_proof.commands.models_database import Ahead, Built
    from alembic_proof.databases import Database, Databases
    from alembic_proof.facts import Operation
    from alembic_proof.probe import Message

_FILTERS = {
    snapshot.COLUMN: "column",
    snapshot.INDEX: "index",
    snapshot.UNIQUE: "unique_constraint",
    snapshot.FOREIGN_KEY: "foreign_key_constraint",
}
_NOT_MADE = "only autogenerate compared the models, for a database cannot be made from them: {}"
_STATEMENT_LENGTH = 120  # characters of a statement that a note shows


def _unmended(_change: Change) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Compared:
    """What one comparison found, or why there was none. `mend` has the operations that undo a change."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    alike: frozenset[str] = frozenset()  # the tables in which nothing differs, as the probe names them
    mend: Callable[[Change], tuple[str, ...]] = field(default=_unmended)
    catalog: Catalog | None = None
    sides: Sides = field(default=Sides(Snapshot(()), Snapshot(())))


def compare_models(
    databases: Databases, database: Database, described: Message, ahead: Ahead | None = None
) -> Compared:
    """Have one description's models built beside `database`, which the revisions built, and compare the two.

    What was built `ahead` is taken where it is of the same models. Else every other connection to `database`
    is ended. Raises `DatabaseError`.
    """
    catalog = CATALOGS.get(database.dialect)
    if catalog is None:
        return Compared()
    if described["error"]:
        return Compared(notes=(_NOT_MADE.format(described["error"]),))
    if catalog.UNDOES_DDL and any(one["settled"] for one in described["tables"]):
        compared = _compare_in_place(catalog, database, described)
        if compared is not None:
            return compared
    try:
        built = ahead.built(database, described) if ahead else None
        return _compared(catalog, built or build(catalog, databases, database, described), described)
    except StatementError as error:
        return Compared(notes=(_cannot_be_made(error),))


def _compare_in_place(catalog: Catalog, database: Database, described: Message) -> Compared | None:
    """Compare the tables that are not settled, in a transaction that is undone; None where that does not go."""
    try:
        with open_session(database) as session:
            prepare(catalog, session, described)
            default_schema = session.rows(catalog.OWN_SCHEMA)[0][0]
            unsettled = {
                (own(one["schema"], default_schema), one["name"])
                for one in described["tables"]
                if not one["settled"]
            }
            wanted = wanted_models(described, default_schema).around(unsettled)
            if not wanted.tables:
                return Compared(alike=_alike(described, (), default_schema))
            of = {one.name for one in wanted.tables}
            built = catalog.read_tables(session.rows, of)
            session.run("BEGIN")
            for statement in catalog.build(wanted, built):
                session.run(statement.sql)
            sides = Sides(catalog.read_tables(session.rows, of), built)
    except StatementError:
        return None
    changes = compare(wanted, sides, catalog.spelling)
    alike = _alike(described, changes, default_schema)
    return Compared(changes, (), alike, partial(catalog.mend, sides=sides), catalog, sides)


def _key(schema: str | None, name: str) -> str:
    return f"{schema or ''}.{name}"


def _alike(described: Message, changes: Sequence[Change], default_schema: str | None) -> frozenset[str]:
    """The tables in which nothing differs; none of them where a type or a sequence does that they may use."""
    if any(change.entry.table is None for change in changes):
        return frozenset()
    differing = {(change.entry.schema, change.entry.table) for change in changes}
    return frozenset(
        _key(one["schema"], one["name"])
        for one in described["tables"]
        if one["included"] and (own(one["schema"], default_schema), one["name"]) not in differing
    )


def _compared(catalog: Catalog, built: Built, described: Message) -> Compared:
    changes = compare(built.wanted, built.sides, catalog.spelling)
    kept = tuple(
        change for change in changes if not any(_is_part(change, statement) for statement, _ in built.failed)
    )
    alike = frozenset() if built.failed else _alike(described, changes, built.default_schema)
    notes = tuple(_parts_not_made(built.failed))
    return Compared(kept, notes, alike, partial(catalog.mend, sides=built.sides), catalog, built.sides)


def _is_part(change: Change, statement: Statement) -> bool:
    """Whether a change is about what a statement would have made; only foreign keys come without a name."""
    if (change.entry.schema, change.entry.table) != statement.table:
        return False
    return change.entry.name == statement.name or (
        statement.name is None and change.kind == snapshot.FOREIGN_KEY
    )


def _cannot_be_made(error: StatementError) -> str:
    line = " ".join(error.statement.split())
    shown = line if len(line) <= _STATEMENT_LENGTH else f"{line[:_STATEMENT_LENGTH]}..."
    return _NOT_MADE.format(f"{error.message} ({shown})")


def _parts_not_made(failed: Sequence[tuple[Statement, StatementError]]) -> Iterator[str]:
    """One line, whatever many they are."""
    for statement, error in failed[:1]:
        table = ".".join(part for part in statement.table or () if part)
        named = " ".join(part for part in (statement.makes, statement.name) if part)
        more = f"; {len(failed) - 1} more like it" if len(failed) > 1 else ""
        yield f"{named} on {table} cannot be made as the models say it: {error.message}{more}"


def questions(compared: Sequence[Compared]) -> list[Message]:
    """For each change, what env.py's filters are to be asked of it."""
    return [_question(number, change) for number, change in _numbered(compared)]


def _numbered(compared: Sequence[Compared]) -> list[tuple[int, Change]]:
    return [(number, change) for number, one in enumerate(compared) for change in one.changes]


def _question(number: int, change: Change) -> Message:
    ours, theirs = change.models, change.revisions
    return {
        "model": number,
        "type": _FILTERS.get(change.kind),
        "schema": change.entry.schema,
        "table": change.entry.table,
        "columns": list(change.entry.columns),
        "models": ours.name if ours else None,
        "revisions": theirs.name if theirs else None,
    }


def facts(
    compared: Sequence[Compared],
    comparisons: Sequence[Message],
    operations: tuple[Operation, ...],
    silenced: tuple[Operation, ...],
    locator: Locator,
) -> tuple[tuple[Operation, ...], tuple[Difference, ...]]:
    """Autogenerate's operations, and the differences that they leave unsaid.

    `comparisons` are the probe's answers to `questions`, by description; `silenced` the operations that env.py
    took away again: what those are about is nobody's finding.
    """
    differences: list[Difference] = []
    taken: set[int] = set()
    for one in unsaid(compared, comparisons, operations, silenced):
        taken |= one.taken
        made = (
            _difference(change, _codes(one.compared, change, found), one.engine, locator, bool(found))
            for change, found in one.changes
        )
        differences += [each for each in made if each not in differences]  # a loop over schemas says it again
    rest = tuple(one for place, one in enumerate(operations) if place not in taken)
    return rest, tuple(differences)


class Unsaid(NamedTuple):
    """What autogenerate leaves unsaid in one comparison.

    Each change comes with the operations that are parts of it; `taken` are the keys of those.
    """

    compared: Compared
    engine: str
    spoken: list[Change]  # all changes that env.py's filters let through
    changes: list[tuple[Change, tuple[Operation, ...]]]
    taken: set[int]


def unsaid(
    compared: Sequence[Compared],
    comparisons: Sequence[Message],
    operations: Sequence[Operation],
    silenced: Sequence[Operation],
) -> Iterator[Unsaid]:
    """For each comparison what autogenerate leaves unsaid; the arguments are those of `facts`."""
    for one, answered in zip(compared, comparisons, strict=True):
        included = [
            change for change, passed in zip(one.changes, answered["included"], strict=True) if passed
        ]
        engine = answered["engine"]
        spoken = [change for change in included if not any(concerns(change, gone) for gone in silenced)]
        mine = {place: each for place, each in enumerate(operations) if each.engine == engine}
        yield Unsaid(one, engine, spoken, *settle(spoken, mine))


def _codes(compared: Compared, change: Change, operations: Sequence[Operation]) -> tuple[str, ...]:
    return tuple(one.code for one in operations) or compared.mend(change)


def _difference(
    change: Change, code: tuple[str, ...], engine: str, locator: Locator, autogenerated: bool
) -> Difference:
    entry = change.entry
    home = change.used_in or entry
    path, line = locator.place(home.schema, home.table, home.name if home.kind == snapshot.COLUMN else None)
    return Difference(
        change.kind,
        entry.name,
        code,
        autogenerated,
        entry.table,
        entry.schema,
        "revisions" if change.models is None else "models" if change.revisions is None else None,
        {aspect: change.sides(aspect) for aspect in change.aspects},
        engine,
        path,
        line,
        change.definition,
    )
