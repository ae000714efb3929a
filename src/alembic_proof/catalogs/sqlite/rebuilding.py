"""A table made anew with one thing changed, its rows kept: what SQLite's manual asks for where ALTER TABLE cannot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.sqlite.tokens import identifier, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry, Snapshot

TEMPORARY = "_alembic_tmp_"  # as Alembic's batch mode calls it


def rebuilt(change: Change, revisions: Snapshot) -> Iterator[str]:
    """The statements, in order, for the revisions' table that a change is about."""
    table = revisions.find(snapshot.TABLE, None, change.entry.table or "")
    if table is None:
        return
    columns = tuple(_with(change, snapshot.COLUMN, revisions.parts(snapshot.COLUMN, table)))
    constraints = [
        one
        for kind in snapshot.CONSTRAINTS
        for one in _with(change, kind, revisions.parts(kind, table))
        if not _loses(change, one)
    ]
    temporary, name = identifier(TEMPORARY + table.name), identifier(table.name)
    parts = ", ".join((*map(_column, columns), *map(_constraint, constraints)))
    options = change.sides("options")[1] if change.kind == snapshot.TABLE else table.aspects["options"]
    yield f"CREATE TABLE {temporary} ({parts}){f' {options}' if options else ''}"
    before = {one.name for one in revisions.parts(snapshot.COLUMN, table) if one.aspects["generated"] is None}
    kept = (one.name for one in columns if one.name in before and one.aspects["generated"] is None)
    listed = ", ".join(map(identifier, kept))
    yield f"INSERT INTO {temporary} ({listed}) SELECT {listed} FROM {name}"
    yield f"DROP TABLE {name}"
    yield f"ALTER TABLE {temporary} RENAME TO {name}"
    for kind in (snapshot.INDEX, snapshot.TRIGGER):
        yield from (one.sql for one in revisions.parts(kind, table) if not _loses(change, one))


def _with(change: Change, kind: str, parts: tuple[Entry, ...]) -> Iterator[Entry]:
    """A table's parts of one kind, once the change is undone."""
    for one in parts:
        if one is not change.revisions:
            yield one
        elif change.models is not None:
            yield change.models
    if change.kind == kind and change.revisions is None and change.models is not None:
        yield change.models


def _loses(change: Change, one: Entry) -> bool:
    """Whether it stands on the column that goes."""
    return change.kind == snapshot.COLUMN and change.models is None and change.entry.name in one.columns


def _column(one: Entry) -> str:
    aspects = one.aspects
    expression, _, kind = (aspects["generated"] or "").rpartition(" ")
    parts = (
        identifier(one.name),
        aspects["type"],
        f"GENERATED ALWAYS AS ({expression}) {kind}" if kind else "",
        f"COLLATE {aspects['collation']}" if aspects["collation"] else "",
        _required(aspects["nullable"]),
        f"DEFAULT {operand(aspects['default'])}" if aspects["default"] else "",
    )
    return " ".join(part for part in parts if part)


def _required(nullable: str | None) -> str:
    start, _, conflict = (nullable or "").partition(", ")
    return f"NOT NULL {conflict}".strip() if start == "no" else ""


def operand(default: str | None) -> str:
    """An expression as DEFAULT takes it: in parentheses, if it is more than a literal."""
    found = tokens(default or "")
    alone = len(found) == 1 or (len(found) == 2 and found[0].text in "+-")
    return default or "" if alone else f"({default})"


def _constraint(one: Entry) -> str:
    definition = one.aspects["definition"] or ""
    if one.kind == snapshot.PRIMARY_KEY and one.aspects["autoincrement"]:
        definition = re.sub(r"\)$", " AUTOINCREMENT)", definition)
    return definition if one.nameless else f"CONSTRAINT {identifier(one.name)} {definition}"
