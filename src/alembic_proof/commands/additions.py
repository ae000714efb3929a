"""What a new revision needs beside autogenerate's operations: the statements that only the catalogs know of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.snapshot import Change, Sides
from alembic_proof.commands.exact import unsaid
from alembic_proof.commands.locating import Locator
from alembic_proof.commands.overlap import concerns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alembic_proof.catalogs.base import Catalog
    from alembic_proof.catalogs.snapshot import Entry, Snapshot
    from alembic_proof.commands.exact import Compared, Unsaid
    from alembic_proof.facts import Operation
    from alembic_proof.probe import Message

# What autogenerate's operations stand on, so that it has to be there before them.
_BEFORE = (snapshot.SCHEMA, snapshot.ENUM, snapshot.DOMAIN, snapshot.SEQUENCE)
_TYPES = (snapshot.ENUM, snapshot.DOMAIN)
_UNSEEN = "# found by alembic-proof, autogenerate does not see it: "
_OUTDONE = "# by alembic-proof, for {}: "
_WHOLE = ("CreateTableOp", "DropTableOp", "AddColumnOp", "DropColumnOp")
_CONSTRAINT = ("ConstraintOp", "ForeignKeyOp")
Type = tuple["str | None", str]


@dataclass(frozen=True)
class Addition:
    """One thing that autogenerate does not see, or not well: a comment on it, and the code that does and undoes it.

    `before` says that it comes before autogenerate's operations, and is undone after them; `engine` names the
    database where env.py has several. `makes` and `drops` are the type that comes or goes by it.
    """

    comment: str
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]
    before: bool = False
    engine: str = ""
    makes: Type | None = None
    drops: Type | None = None


@dataclass(frozen=True)
class Plan:
    """What becomes of autogenerate's operations: what is added to them, and which are `replaced` by that.

    `types` are those that are there already when new tables are made, by engine: to make one again fails.
    """

    additions: tuple[Addition, ...]
    replaced: tuple[Operation, ...]
    types: tuple[tuple[str, Type], ...]

    def message(self) -> Message:
        """For the probe."""
        return {
            "additions": [asdict(one) for one in self.additions],
            "replaced": [asdict(one) for one in self.replaced],
            "types": [[engine, *type_] for engine, type_ in self.types],
            "dropped": [one.drops for one in self.additions if one.drops],
        }


def plan(compared: Sequence[Compared], question: Message) -> Plan:
    """The plan for what the probe found: `operations`, `silenced` and `comparisons`, as in its result."""
    nowhere = Locator(Path(), (), {})
    operations = tuple(map(nowhere.located, question["operations"]))
    silenced = tuple(map(nowhere.located, question["silenced"]))
    found: dict[Addition, None] = {}
    replaced: list[Operation] = []
    types: list[tuple[str, Type]] = []
    for one in unsaid(compared, question["comparisons"], operations, silenced):
        if one.compared.catalog is not None:
            mine = [each for each in operations if each.engine == one.engine]
            found |= dict.fromkeys(_additions(one.compared.catalog, one, mine))
            parts = [part for _, several in one.changes for part in several]
            replaced += [operations[number] for number in one.taken if operations[number] not in parts]
            replaced += [each for outdone in _outdone(one, mine).values() for each in outdone.operations]
            types += [
                (one.engine, _type(entry))
                for entry in one.compared.sides.revisions.entries
                if entry.kind in _TYPES
            ]
    types += [(one.engine, one.makes) for one in found if one.makes]
    return Plan(tuple(found), tuple(replaced), tuple(types))


class Outdone(NamedTuple):
    """A change that autogenerate has operations for which fail, and why: a clause."""

    change: Change
    operations: list[Operation]
    why: str


def _outdone(unsaid: Unsaid, operations: Sequence[Operation]) -> dict[tuple[int, int], Outdone]:
    catalog, found = unsaid.compared.catalog, {}
    for change in unsaid.spoken:
        assert catalog is not None
        own = [one for one in operations if one.kind not in _WHOLE and concerns(change, one)]
        nameless = any(one.name is None and one.kind.endswith(_CONSTRAINT) for one in own)
        why = "it has no name" if nameless else catalog.beyond_alembic(change, [one.code for one in own])
        if why:
            found[_key(change)] = Outdone(change, own, why)
    return found


def _key(change: Change) -> tuple[int, int]:
    return id(change.models), id(change.revisions)


def _type(entry: Entry) -> Type:
    return entry.schema, entry.name


def _additions(catalog: Catalog, unsaid: Unsaid, operations: Sequence[Operation]) -> Iterator[Addition]:
    """In the order in which they run: each is mended, and undone, in the state that those before it leave."""
    sides = unsaid.compared.sides
    outdone = _outdone(unsaid, operations)
    left = [change for change, parts in unsaid.changes if not parts and _key(change) not in outdone]
    left += [one.change for one in outdone.values()]
    state = sides.revisions
    for change in left:
        if change.kind in _BEFORE:
            state, addition = _step(catalog, change, sides.models, state, unsaid.engine)
            yield addition
    yield from _types_of_new_tables(catalog, sides, left, unsaid.engine)
    state, left = _after_autogenerate(state, unsaid.spoken, left)
    for change in left:
        state, addition = _step(catalog, change, sides.models, state, unsaid.engine)
        why = outdone.get(_key(change))
        yield replace(addition, comment=_OUTDONE.format(why.why) + _about(change)) if why else addition
    yield from _types_of_dropped_tables(catalog, sides, operations, unsaid.engine)


def _step(
    catalog: Catalog, change: Change, models: Snapshot, state: Snapshot, engine: str
) -> tuple[Snapshot, Addition]:
    """One change mended, and the state after it."""
    sides = Sides(models, state)
    upgrade = catalog.mend(change, sides)
    after = catalog.mended(change, sides, upgrade)
    downgrade = catalog.mend(change.undone, Sides(state, after))
    makes = _type(change.entry) if change.kind in _TYPES and change.revisions is None else None
    return after, Addition(
        _UNSEEN + _about(change), upgrade, downgrade, change.kind in _BEFORE, engine, makes
    )


def _after_autogenerate(
    state: Snapshot, spoken: Iterable[Change], left: Sequence[Change]
) -> tuple[Snapshot, list[Change]]:
    """The state after autogenerate's operations, and the changes that are to be made there."""
    mine = {_key(change): change for change in left}
    waiting = []
    for change in spoken:
        own = mine.get(_key(change))
        if own is None:
            state = state.changed(change)
        elif own.kind not in _BEFORE:
            state, own = _partly_made(state, change, own)
            waiting.append(own)
    return state, waiting


def _partly_made(state: Snapshot, whole: Change, rest: Change) -> tuple[Snapshot, Change]:
    """A change of which autogenerate makes some aspects: the state after that, and what is left of the change."""
    if whole.aspects == rest.aspects or whole.models is None or whole.revisions is None:
        return state, rest
    said = {one: whole.models.aspects.get(one) for one in whole.models.aspects if one not in rest.aspects}
    halfway = replace(whole.revisions, aspects={**whole.revisions.aspects, **said})
    return state.changed(replace(whole, models=halfway)), replace(rest, revisions=halfway)


def _types_of_new_tables(
    catalog: Catalog, sides: Sides, left: Sequence[Change], engine: str
) -> Iterator[Addition]:
    """Types that come with the tables that use them, and that no `drop_table` takes away again."""
    made = {id(change.models) for change in left}
    for entry in sides.models.entries:
        is_new = sides.revisions.find(entry.kind, entry.schema, entry.name) is None
        if entry.kind in _TYPES and is_new and id(entry) not in made:
            gone = Change(entry.kind, entry.place, None, entry)
            yield Addition(_UNSEEN + _about(gone), (), catalog.mend(gone, sides), before=True, engine=engine)


def _types_of_dropped_tables(
    catalog: Catalog, sides: Sides, operations: Iterable[Operation], engine: str
) -> Iterator[Addition]:
    """Types that no table uses any more: the downgrade, which makes the tables again, makes them too."""
    dropped = {(one.schema, one.table) for one in operations if one.kind == "DropTableOp"}
    for entry in sides.revisions.entries:
        if entry.kind in _TYPES and dropped:
            users = [user for side in sides for user in side.columns_of_type(entry.schema, entry.name)]
            if users and all((user.schema, user.table) in dropped for user in users):
                gone = Change(entry.kind, entry.place, None, entry)
                yield Addition(
                    _UNSEEN + _about(gone), catalog.mend(gone, sides), (), engine=engine, drops=_type(entry)
                )


def _about(change: Change) -> str:
    entry: Entry = change.entry
    schema = f"{entry.schema}." if entry.schema else ""
    if entry.kind == snapshot.COLUMN:
        return f"{entry.kind} {schema}{entry.table}.{entry.name}"
    if entry.place.table is None:
        return f"{entry.kind} {schema}{entry.name}"
    name = "" if entry.nameless else f" {entry.name}"
    return f"{entry.kind}{name} on {schema}{entry.table}"
