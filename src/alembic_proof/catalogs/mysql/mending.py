"""The SQL that makes the revisions' side of a difference what the models say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.mysql import shown
from alembic_proof.catalogs.mysql.quoting import identifier, literal
from alembic_proof.catalogs.operations import executed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry, Sides, Snapshot

# How the servers name a constraint that nobody named.
_NAMELESS = re.compile(r"CONSTRAINT_\d+|.*_(ibfk|chk)_\d+")


def mend(change: Change, sides: Sides) -> tuple[str, ...]:
    """Operations in order, as code, with a line for a person where rows stand in the way."""
    return tuple(map(executed, _MENDERS[change.kind](change, sides)))


def _target(change: Change) -> str:
    return f"ALTER TABLE {identifier(change.entry.table or '')}"


def _table(change: Change, sides: Sides) -> Iterator[str]:
    target = _target(change)
    if change.revisions is None:
        yield change.entry.sql
    elif "kind" in change.aspects:
        name = change.entry.name
        yield f"# {name} is a view: drop it and create the table, or leave it out by include_object in env.py"
    for aspect in change.aspects:
        theirs, ours = change.sides(aspect)
        if aspect == "collation" and ours:
            yield f"{target} CONVERT TO CHARACTER SET {ours.partition('_')[0]} COLLATE {ours}"
            yield from _own_collations(change, sides, target)
        elif aspect in _TABLE_WORDS and ours:
            yield f"{target} {_TABLE_WORDS[aspect]} = {ours}"
        elif aspect == "comment":
            yield f"{target} COMMENT = {literal(ours or '')}"
        elif aspect == "options":
            yield f"{target} {' '.join(_options(theirs or '', ours or ''))}"
        elif aspect == "partitioning" and change.models is not None:
            clause = shown.after(change.models.sql).partition("PARTITION BY ")
            yield f"{target} {clause[1]}{clause[2]}" if clause[1] else f"{target} REMOVE PARTITIONING"


_TABLE_WORDS = {"engine": "ENGINE", "row format": "ROW_FORMAT"}


def _own_collations(change: Change, sides: Sides, target: str) -> Iterator[str]:
    """CONVERT takes all columns along, those too that have a collation of their own."""
    for column in sides.models.parts(snapshot.COLUMN, change.entry):
        if column.aspects["collation"] is not None:
            yield f"{target} MODIFY COLUMN {column.sql}{_inline_check(column, sides.revisions)}"


def _options(theirs: str, ours: str) -> Iterator[str]:
    names = {option.partition("=")[0] for option in ours.split()}
    gone = (option.partition("=")[0] for option in theirs.split())
    yield from (f"{name}=DEFAULT" for name in gone if name not in names)
    yield from ours.split()


def _column(change: Change, sides: Sides) -> Iterator[str]:
    target, name = _target(change), identifier(change.entry.name)
    ours, theirs = change.models, change.revisions
    if ours is None:
        yield f"{target} DROP COLUMN {name}"
    elif theirs is None:
        yield f"{target} ADD COLUMN {ours.sql}"
    elif "generated" in change.aspects:
        yield f"{target} DROP COLUMN {name}"
        yield f"{target} ADD COLUMN {ours.sql}"
    else:
        if change.sides("nullable") == ("yes", "no"):
            yield f"# fails where a row holds no {change.entry.name}: UPDATE those rows first"
        yield f"{target} MODIFY COLUMN {ours.sql}{_inline_check(ours, sides.revisions)}"


def _inline_check(column: Entry, revisions: Snapshot) -> str:
    """The CHECK that the revisions' column has and that MODIFY would take away."""
    table = revisions.find(snapshot.TABLE, None, column.table or "")
    checks = revisions.parts(snapshot.CHECK, table) if table else ()
    mine = (one for one in checks if one.sql == shown.INLINE and one.name == column.name)
    return "".join(f" {one.aspects['definition']}" for one in mine)


def _key(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    ours, theirs = change.models, change.revisions
    if ours and theirs and change.aspects == ("name",):
        yield f"{_target(change)} RENAME INDEX {identifier(theirs.name)} TO {identifier(ours.name)}"
        return
    if change.aspects != ("visibility",):
        yield _replaced_key(change)
    if ours and (change.sides("visibility")[1] or "visibility" in change.aspects):
        yield f"{_target(change)} ALTER INDEX {identifier(ours.name)} {_visibility(change)}"


def _replaced_key(change: Change) -> str:
    ours, theirs = change.models, change.revisions
    # In one statement: a foreign key may need the index all the time.
    parts = [f"DROP {_known(theirs)}"] if theirs else []
    if ours:
        kind, _, rest = (ours.aspects["definition"] or "").partition(" (")
        called = "" if ours.kind == snapshot.PRIMARY_KEY else f" {identifier(ours.name)}"
        parts.append(f"ADD {kind}{called} ({rest}")
    return f"{_target(change)} {', '.join(parts)}"


def _visibility(change: Change) -> str:
    theirs, ours = change.sides("visibility")
    return ours or {"IGNORED": "NOT IGNORED", "INVISIBLE": "VISIBLE"}[theirs or ""]


def _known(key: Entry) -> str:
    return "PRIMARY KEY" if key.kind == snapshot.PRIMARY_KEY else f"INDEX {identifier(key.name)}"


def _foreign_key(change: Change, sides: Sides) -> Iterator[str]:
    ours, theirs = change.models, change.revisions
    if theirs:
        yield f"{_target(change)} DROP FOREIGN KEY {identifier(theirs.name)}"
        if ours is None or ours.columns != theirs.columns:
            yield from (f"{_target(change)} DROP INDEX {identifier(one)}" for one in _served(theirs, sides))
    if ours:
        yield f"{_target(change)} ADD {_called(ours)}{ours.aspects['definition']}"


def _served(key: Entry, sides: Sides) -> Iterator[str]:
    """The index that the server made for a foreign key, where no other needs it."""
    table = sides.revisions.find(snapshot.TABLE, None, key.table or "")
    if table is None:
        return
    others = [one for one in sides.revisions.parts(snapshot.FOREIGN_KEY, table) if one is not key]
    if all(one.columns != key.columns for one in others):
        implied = sides.revisions.parts(shown.IMPLIED, table)
        yield from (one.name for one in implied if one.columns == key.columns)


def _check(change: Change, sides: Sides) -> Iterator[str]:
    ours, theirs = change.models, change.revisions
    if theirs and theirs.sql == shown.INLINE:
        table = sides.revisions.find(snapshot.TABLE, None, theirs.table or "")
        columns = sides.revisions.parts(snapshot.COLUMN, table) if table else ()
        yield from (
            f"{_target(change)} MODIFY COLUMN {one.sql}" for one in columns if one.name == theirs.name
        )
    elif theirs:
        yield f"{_target(change)} DROP CONSTRAINT {identifier(theirs.name)}"
    if ours:
        yield f"{_target(change)} ADD {_called(ours)}{ours.aspects['definition']}"


def _called(one: Entry) -> str:
    nameless = one.sql == shown.INLINE or _NAMELESS.fullmatch(one.name) is not None
    return "" if nameless else f"CONSTRAINT {identifier(one.name)} "


def _sequence(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    if change.models is None:
        yield f"DROP SEQUENCE {identifier(change.entry.name)}"
        return
    word = "CREATE" if change.revisions is None else "ALTER"
    yield f"{word} SEQUENCE {identifier(change.entry.name)} {change.sides('options')[1]}"


_MENDERS: dict[str, Callable[[Change, Sides], Iterator[str]]] = {
    snapshot.TABLE: _table,
    snapshot.COLUMN: _column,
    snapshot.PRIMARY_KEY: _key,
    snapshot.UNIQUE: _key,
    snapshot.INDEX: _key,
    snapshot.FOREIGN_KEY: _foreign_key,
    snapshot.CHECK: _check,
    snapshot.SEQUENCE: _sequence,
}
