"""How the models' database differs from the one that the revisions built. Pure: two snapshots in, changes out.

Objects are matched by name. Constraints and indexes that no person named are matched by what they say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from alembic_proof.catalogs.snapshot import (
    COLUMN,
    CONSTRAINTS,
    DOMAIN,
    ENUM,
    INDEX,
    PRIMARY_KEY,
    SCHEMA,
    SEQUENCE,
    TABLE,
    Change,
    Entry,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from alembic_proof.catalogs.base import Spelling
    from alembic_proof.catalogs.snapshot import Described, Models, Sides

# What a revision may set and no model can unsay: compared where the models' side says something.
SAID_BY_EVENTS = frozenset(
    {"access method", "row security", "storage", "compression", "statistics", "replica identity", "owner"}
)
# Of what else models can only set a comment by an event.
WITH_COMMENTS = (TABLE, COLUMN)
EXPRESSIONS = frozenset({"default", "generated", "definition", "constraints"})
# What follows from a column's type, and changes with it.
OF_TYPE = frozenset({"collation", "serial", "identity", "default", "storage", "compression"})
NO_TABLES = ("view", "materialized view", "virtual table")  # where a table is meant, they are another thing


class Pair(NamedTuple):
    models: Entry | None
    revisions: Entry | None


def compare(wanted: Models, sides: Sides, spelling: Spelling) -> tuple[Change, ...]:
    """Every difference in what `wanted` describes, in its order: schemas, types and sequences, then tables."""
    comparison = _Comparison(sides, spelling)
    schemas = {table.schema: table for table in reversed(wanted.tables) if table.schema is not None}
    changes = [change for table in reversed(schemas.values()) for change in comparison.schema(table)]
    for kind in (ENUM, DOMAIN, SEQUENCE):
        for schema, name in wanted.made(kind):
            changes += comparison.standing(kind, schema, name)
    changes += [change for table in wanted.tables for change in comparison.table(table)]
    return tuple(changes)


class _Comparison:
    def __init__(self, sides: Sides, spelling: Spelling) -> None:
        self._sides = sides
        self._models, self._revisions = sides
        self._spelling = spelling

    def standing(self, kind: str, schema: str | None, name: str) -> Iterator[Change]:
        """A type or a sequence. A type that only tables use which are themselves missing is made with them."""
        pair = Pair(self._models.find(kind, schema, name), self._revisions.find(kind, schema, name))
        users = self._models.columns_of_type(schema, name)
        missing = [self._revisions.find(TABLE, one.schema, one.table or "") is None for one in users]
        if pair.revisions is None and users and all(missing):
            return
        for change in self._changed(pair):
            yield replace(change, used_in=users[0] if users else None)

    def schema(self, described: Described) -> Iterator[Change]:
        """The schema of a table, where the revisions lack it."""
        pair = Pair(*(side.find(SCHEMA, None, described.schema or "") for side in self._sides))
        if pair.models is not None and pair.revisions is None:
            user = self._models.find(TABLE, described.schema, described.name)
            yield Change(SCHEMA, pair.models.place, pair.models, None, used_in=user)

    def table(self, described: Described) -> Iterator[Change]:
        ours = self._models.find(TABLE, described.schema, described.name)
        theirs = self._revisions.find(TABLE, described.schema, described.name)
        yield from self._changed(Pair(ours, theirs))
        if ours is None or theirs is None or theirs.aspects.get("kind") in NO_TABLES:
            return
        columns = tuple(_by_name(self._models.parts(COLUMN, ours), self._revisions.parts(COLUMN, theirs)))
        gone = {pair.revisions.name for pair in columns if pair.models is None and pair.revisions}
        loosely = any(_is_unlike(pair, "type") for pair in columns)
        for pair in columns:
            yield from self._changed(pair, loosely)
        for kind in (*CONSTRAINTS, INDEX):
            found = self._models.parts(kind, ours), self._revisions.parts(kind, theirs)
            for pair in self._matched(kind, *found, described.named):
                # What stands on a column that the models lack goes when the column does.
                if pair.models is not None or gone.isdisjoint(
                    pair.revisions.columns if pair.revisions else ()
                ):
                    yield from self._changed(pair, loosely, named=described.named)

    def _changed(
        self, pair: Pair, loosely: bool = False, named: frozenset[str] = frozenset()
    ) -> Iterator[Change]:
        ours, theirs = pair
        entry = ours or theirs
        if entry is None:
            return
        if ours is None or theirs is None:
            yield Change(entry.kind, entry.place, ours, theirs)
            return
        aspects = [aspect for aspect in ours.aspects if self._differs(pair, aspect, loosely)]
        if ours.name != theirs.name and ours.name in named:
            aspects.insert(0, "name")
        if "kind" in aspects and theirs.aspects["kind"] in NO_TABLES:
            aspects = ["kind"]
        if "definition" in aspects and "index" in aspects:
            aspects.remove("index")  # the index behind a constraint says the same once more
        if aspects:
            yield Change(entry.kind, entry.place, ours, theirs, tuple(aspects))

    def _differs(self, pair: Pair, aspect: str, loosely: bool) -> bool:
        ours, theirs = pair
        assert ours is not None
        assert theirs is not None
        said, found = ours.aspects.get(aspect), theirs.aspects.get(aspect)
        if said == found or (said is None and _is_said_by_events(ours.kind, aspect)):
            return False
        if aspect in OF_TYPE and _is_unlike(pair, "type"):
            return (said is None) != (found is None) and aspect in ("default", "identity")
        if aspect in EXPRESSIONS and self._spelling.same(said, found, loosely=loosely):
            return False
        type_ = ours.aspects.get("type") or ""
        return not (aspect == "default" and self._spelling.same_constant(said, found, type_))

    def _matched(
        self, kind: str, models: Iterable[Entry], revisions: Iterable[Entry], named: frozenset[str]
    ) -> tuple[Pair, ...]:
        """A table's constraints or indexes of one kind, each with the one that it is in the other database."""
        ours, theirs, found = list(models), list(revisions), []

        def take(alike: Callable[[Entry, Entry], bool]) -> None:
            for one in tuple(ours):
                other = next((candidate for candidate in theirs if alike(one, candidate)), None)
                if other is not None:
                    ours.remove(one)
                    theirs.remove(other)
                    found.append(Pair(one, other))

        says_the_same = self._says_the_same
        take(lambda one, other: one.name == other.name and says_the_same(one, other))
        take(lambda one, other: one.name not in named and says_the_same(one, other))
        take(lambda one, other: one.name == other.name)
        take(says_the_same)
        take(
            lambda one, other: kind == PRIMARY_KEY or (one.name not in named and one.columns == other.columns)
        )
        take(lambda one, other: one.name not in named and set(one.columns) == set(other.columns))
        for one in ours:
            # What a model says once more, without a name, is there already.
            repeated = any(pair.models and says_the_same(one, pair.models) for pair in found)
            if one.name in named or not repeated:
                found.append(Pair(one, None))
        return (*found, *(Pair(None, one) for one in theirs))

    def _says_the_same(self, one: Entry, other: Entry) -> bool:
        return self._spelling.same(one.aspects.get("definition"), other.aspects.get("definition"))


def _is_said_by_events(kind: str, aspect: str) -> bool:
    return aspect in SAID_BY_EVENTS or (aspect == "comment" and kind not in WITH_COMMENTS)


def _is_unlike(pair: Pair, aspect: str) -> bool:
    ours, theirs = pair
    if ours is None or theirs is None:
        return False
    return ours.aspects.get(aspect) != theirs.aspects.get(aspect)


def _by_name(models: Iterable[Entry], revisions: Iterable[Entry]) -> Iterator[Pair]:
    left = {one.name: one for one in revisions}
    for one in models:
        yield Pair(one, left.pop(one.name, None))
    for one in left.values():
        yield Pair(None, one)
