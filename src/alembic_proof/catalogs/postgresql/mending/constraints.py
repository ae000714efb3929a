"""A table's constraints and indexes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql.mending.words import (
    add_constraint,
    altered_options,
    comment,
    create_index,
    drop_constraint,
    drop_index,
    names,
    table_of,
)
from alembic_proof.catalogs.postgresql.quoting import identifier, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry, Sides

_REFERENCED = re.compile(r"REFERENCES (?P<table>.+?)\((?P<columns>[^)]*)\)")
_STORAGE = re.compile(r" WITH \(([^)]*)\)")


def constraint(change: Change, sides: Sides) -> Iterator[str]:
    ours, theirs, rest = change.models, change.revisions, set(change.aspects)
    if ours and theirs and rest:
        if _is_validated(theirs, ours):
            rest.discard("definition")
            yield f"ALTER TABLE {table_of(ours)} VALIDATE CONSTRAINT {identifier(theirs.name)}"
        if "name" in rest and "definition" not in rest:
            rest.discard("name")
            yield (
                f"ALTER TABLE {table_of(ours)} RENAME CONSTRAINT {identifier(theirs.name)} TO {identifier(ours.name)}"
            )
    made = ours is not None and (theirs is None or "definition" in rest)
    if theirs is not None and (made or ours is None):
        yield from _replaced(theirs, ours, sides)
    elif made and ours is not None:
        yield add_constraint(ours)
    if ours is not None and (made or "index" in rest):
        yield from _storage(theirs, ours, made=made)
    if ours is not None and ("comment" in rest or (made and ours.aspects["comment"])):
        yield comment(f"CONSTRAINT {identifier(ours.name)} ON {table_of(ours)}", ours.aspects["comment"])


def _is_validated(theirs: Entry, ours: Entry) -> bool:
    return theirs.aspects["definition"] == f"{ours.aspects['definition']} NOT VALID"


def _replaced(theirs: Entry, ours: Entry | None, sides: Sides) -> Iterator[str]:
    """Another constraint in the place of one; the foreign keys that lean on it come away while that is done."""
    leaning = list(_leaning(theirs, sides)) if ours is not None else []
    yield from map(drop_constraint, leaning)
    yield drop_constraint(theirs)
    if ours is not None:
        yield add_constraint(ours)
    yield from map(add_constraint, leaning)


def _leaning(key: Entry, sides: Sides) -> Iterator[Entry]:
    if key.kind not in (snapshot.PRIMARY_KEY, snapshot.UNIQUE):
        return
    columns = {identifier(column) for column in key.columns}
    for one in sides.revisions.entries:
        referenced = one.kind == snapshot.FOREIGN_KEY and _REFERENCED.search(one.aspects["definition"] or "")
        if (
            referenced
            and referenced["table"] == table_of(key)
            and set(names(referenced["columns"])) == columns
        ):
            yield one


def _storage(theirs: Entry | None, ours: Entry, *, made: bool) -> Iterator[str]:
    """The storage options of the index behind a constraint, which ADD CONSTRAINT makes without."""
    found = "" if theirs is None or made else _storage_options(theirs)
    target = f"ALTER INDEX {qualified(ours.schema, ours.name)}"
    yield from altered_options(target, found, _storage_options(ours))


def _storage_options(entry: Entry) -> str:
    found = _STORAGE.search(entry.aspects["index"] or "")
    return found[1] if found else ""


def index(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    ours, theirs, rest = change.models, change.revisions, set(change.aspects)
    if ours is None or theirs is None or "definition" in rest:
        if theirs is not None:
            yield drop_index(theirs)
        if ours is None:
            return
        yield create_index(ours)
        rest = {aspect for aspect in ("comment", "tablespace") if ours.aspects[aspect]}
    elif "name" in rest:
        yield f"ALTER INDEX {qualified(ours.schema, theirs.name)} RENAME TO {identifier(ours.name)}"
    name = qualified(ours.schema, ours.name)
    if "validity" in rest and change.sides("validity")[1] is None:
        yield f"REINDEX INDEX {name}"
    if "tablespace" in rest:
        yield f"ALTER INDEX {name} SET TABLESPACE {identifier(ours.aspects['tablespace'] or 'pg_default')}"
    if "comment" in rest:
        yield comment(f"INDEX {name}", ours.aspects["comment"])
