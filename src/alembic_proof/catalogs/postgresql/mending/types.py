"""What stands beside tables: schemas, sequences, enum types and domains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql.mending.words import (
    add_constraint,
    altered_sequence,
    comment,
    create_index,
    drop_constraint,
    drop_index,
    table_of,
)
from alembic_proof.catalogs.postgresql.quoting import identifier, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry, Sides

_LABEL = re.compile(r"'(?:[^']|'')*'")


def schema(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    yield f"{'DROP' if change.models is None else 'CREATE'} SCHEMA {identifier(change.entry.name)}"


def sequence(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    entry, (theirs, ours) = change.entry, change.sides("options")
    name = qualified(entry.schema, entry.name)
    if change.models is None:
        yield f"DROP SEQUENCE {name}"
        return
    if change.revisions is None:
        unlogged = "UNLOGGED " if entry.aspects["persistence"] else ""
        yield f"CREATE {unlogged}SEQUENCE {name} {ours}"
    if "options" in change.aspects:
        yield f"ALTER SEQUENCE {name} {' '.join(altered_sequence(theirs or '', ours or ''))}"
    if "persistence" in change.aspects:
        yield f"ALTER SEQUENCE {name} SET {(change.sides('persistence')[1] or 'logged').upper()}"
    yield from _commented(change, f"SEQUENCE {name}")


def _commented(change: Change, what: str) -> Iterator[str]:
    text = change.entry.aspects["comment"]
    if "comment" in change.aspects or (change.revisions is None and text is not None):
        yield comment(what, text)


def enum(change: Change, sides: Sides) -> Iterator[str]:
    entry, wanted = change.entry, change.entry.aspects["labels"] or ""
    name = qualified(entry.schema, entry.name)
    made = f"CREATE TYPE {name} AS ENUM ({wanted})"
    if change.models is None:
        yield f"DROP TYPE {name}"
        return
    if change.revisions is None:
        yield made
    elif "labels" in change.aspects:
        old, new = _labels(change.revisions.aspects["labels"] or ""), _labels(wanted)
        if old and [label for label in new if label in old] == old:
            yield from _added_labels(name, old, new)
        else:
            gone = [label for label in old if label not in new]
            yield from _rows_with(gone, _users(entry, sides))
            yield from _made_anew(change, sides, f"ALTER TYPE {name} RENAME TO", made, "text")
    yield from _commented(change, f"TYPE {name}")


def _added_labels(name: str, old: list[str], new: list[str]) -> Iterator[str]:
    for number, label in enumerate(new):
        if label not in old:
            where = f"AFTER {new[number - 1]}" if number else f"BEFORE {old[0]}"
            yield f"ALTER TYPE {name} ADD VALUE {label} {where}"


def _labels(text: str) -> list[str]:
    return _LABEL.findall(text)


def _rows_with(gone: list[str], users: list[Entry]) -> Iterator[str]:
    for user in users if gone else ():
        column, type_ = identifier(user.name), user.aspects["type"] or ""
        is_array = type_.endswith("[]")
        listed = ", ".join(gone)
        which = f"{column} && ARRAY[{listed}]::{type_}" if is_array else f"{column} IN ({listed})"
        update = f"UPDATE {table_of(user)} SET {column} = ... WHERE {which}"  # noqa: S608
        yield f"# rows that hold {listed} need another value first: {update}"


def _made_anew(change: Change, sides: Sides, renamed: str, made: str, through: str) -> Iterator[str]:
    """Another type in the place of one: its columns are moved over, and what speaks of it is made again."""
    entry = change.entry
    old = f"{entry.name}_old"
    speaking = [one for one in sides.revisions.entries if _speaks_of(one, entry)]
    for one in speaking:
        yield drop_index(one) if one.kind == snapshot.INDEX else drop_constraint(one)
    yield f"{renamed} {identifier(old)}"
    yield made
    for user in _users(entry, sides):
        yield from _moved(user, sides, through)
    for one in speaking:
        yield create_index(one) if one.kind == snapshot.INDEX else add_constraint(one)
    yield f"DROP {'DOMAIN' if entry.kind == snapshot.DOMAIN else 'TYPE'} {qualified(entry.schema, old)}"


def _users(type_: Entry, sides: Sides) -> list[Entry]:
    """The columns of a type that are altered."""
    return [one for one in sides.revisions.columns_of_type(type_.schema, type_.name) if _is_own(one, sides)]


def _is_own(user: Entry, sides: Sides) -> bool:
    """Whether a column is no partition's or child's, which follow their parent."""
    table = sides.revisions.find(snapshot.TABLE, user.schema, user.table or "")
    return table is None or table.aspects["inheritance"] is None


def _speaks_of(one: Entry, type_: Entry) -> bool:
    if one.kind not in (snapshot.INDEX, snapshot.CHECK, snapshot.EXCLUSION) or one.place.table is None:
        return False
    name = re.escape(qualified(type_.schema, type_.name))
    return re.search(rf"::{name}(?![\w$.])", one.aspects["definition"] or "") is not None


def _moved(user: Entry, sides: Sides, through: str) -> Iterator[str]:
    column, type_ = identifier(user.name), user.aspects["type"] or ""
    target = f"ALTER TABLE {table_of(user)} ALTER COLUMN {column}"
    array = "[]" if type_.endswith("[]") else ""
    default = _default_of(user, sides)
    if user.aspects["default"]:
        yield f"{target} DROP DEFAULT"
    yield f"{target} TYPE {type_} USING {column}::{through}{array}::{type_}"
    if default:
        yield f"{target} SET DEFAULT {default}"


def _default_of(user: Entry, sides: Sides) -> str | None:
    """The models' default for a column: the revisions' may be a label that is gone."""
    table = sides.models.find(snapshot.TABLE, user.schema, user.table or "")
    columns = sides.models.parts(snapshot.COLUMN, table) if table else ()
    ours = next((one for one in columns if one.name == user.name), user)
    return ours.aspects["default"]


def domain(change: Change, sides: Sides) -> Iterator[str]:
    entry, aspects = change.entry, change.entry.aspects
    name = qualified(entry.schema, entry.name)
    if change.models is None:
        yield f"DROP DOMAIN {name}"
        return
    made = _create_domain(entry, name, sides)
    if change.revisions is None:
        yield made
    elif {"type", "collation"} & set(change.aspects):
        renamed = f"ALTER DOMAIN {name} RENAME TO"
        yield from _made_anew(change, sides, renamed, made, aspects["type"] or "")
    else:
        yield from _altered_domain(change, sides, f"ALTER DOMAIN {name}")
    yield from _commented(change, f"DOMAIN {name}")


def _create_domain(entry: Entry, name: str, sides: Sides) -> str:
    aspects = entry.aspects
    parts = (
        f"CREATE DOMAIN {name} AS {aspects['type']}",
        f"COLLATE {aspects['collation']}" if aspects["collation"] else "",
        f"DEFAULT {aspects['default']}" if aspects["default"] else "",
        "NOT NULL" if aspects["nullable"] == "no" else "",
        *(_named(one) for one in sides.models.parts(snapshot.CHECK, entry)),
    )
    return " ".join(filter(None, parts))


def _named(check: Entry) -> str:
    return f"CONSTRAINT {identifier(check.name)} {check.aspects['definition']}"


def _altered_domain(change: Change, sides: Sides, target: str) -> Iterator[str]:
    aspects = change.entry.aspects
    if "default" in change.aspects:
        default = f"SET DEFAULT {aspects['default']}" if aspects["default"] else "DROP DEFAULT"
        yield f"{target} {default}"
    if "nullable" in change.aspects:
        yield f"{target} {'SET' if aspects['nullable'] == 'no' else 'DROP'} NOT NULL"
    if "constraints" in change.aspects:
        ours, theirs = (
            {one.aspects["definition"]: one for one in side.parts(snapshot.CHECK, change.entry)}
            for side in sides
        )
        for definition in theirs.keys() - ours.keys():
            yield f"{target} DROP CONSTRAINT {identifier(theirs[definition].name)}"
        for definition in ours.keys() - theirs.keys():
            yield f"{target} ADD {_named(ours[definition])}"
