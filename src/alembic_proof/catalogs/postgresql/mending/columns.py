"""A table's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql.mending.words import (
    add_constraint,
    altered_sequence,
    comment,
    create_index,
    table_of,
)
from alembic_proof.catalogs.postgresql.quoting import identifier, literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alembic_proof.catalogs.snapshot import Change, Entry, Sides

_SERIALS = {"smallint": "SMALLSERIAL", "integer": "SERIAL", "bigint": "BIGSERIAL"}
_STRINGS = ("character varying", "text", "character")
_NUMBERS = ("smallint", "integer", "bigint", "numeric", "real", "double precision")


def column(change: Change, sides: Sides) -> Iterator[str]:
    entry = change.entry
    table = f"ALTER TABLE {table_of(entry)}"
    if change.models is None:
        yield f"{table} DROP COLUMN {identifier(entry.name)}"
    elif change.revisions is None:
        yield from _added(change.models, table)
    elif "generated" in change.aspects:
        yield from _generated(change.models, change.revisions, sides)
    else:
        yield from _altered(change, sides)


def _added(entry: Entry, table: str) -> Iterator[str]:
    if _needs_a_value(entry):
        yield f"# a table with rows refuses this: add {entry.name} without NOT NULL, fill it, and SET NOT NULL"
    yield f"{table} ADD COLUMN {_definition(entry)}"
    if entry.aspects["comment"]:
        yield comment(_path(entry), entry.aspects["comment"])


def _needs_a_value(entry: Entry) -> bool:
    given = any(entry.aspects[aspect] for aspect in ("default", "identity", "generated"))
    return entry.aspects["nullable"] == "no" and not given


def _path(entry: Entry) -> str:
    return f"COLUMN {table_of(entry)}.{identifier(entry.name)}"


def _definition(entry: Entry) -> str:
    aspects = entry.aspects
    collation, default, identity = aspects["collation"], aspects["default"], aspects["identity"]
    generated = aspects["generated"]
    expression, _, kind = (generated or "").rpartition(" ")
    options = _identity_options(identity or "")
    parts = [
        identifier(entry.name),
        _SERIALS.get(aspects["type"] or "", "") if aspects["serial"] else aspects["type"] or "",
        f"COLLATE {collation}" if collation else "",
        f"GENERATED ALWAYS AS ({expression}) {kind}" if generated else "",
        f"DEFAULT {default}" if default and not aspects["serial"] else "",
        f"GENERATED {_identity(identity)} AS IDENTITY" if identity else "",
        f"({options})" if options else "",
        "NOT NULL" if aspects["nullable"] == "no" else "",
    ]
    return " ".join(part for part in parts if part)


def _generated(ours: Entry, theirs: Entry, sides: Sides) -> Iterator[str]:
    table, name = f"ALTER TABLE {table_of(ours)}", identifier(ours.name)
    if ours.aspects["generated"] is None and (theirs.aspects["generated"] or "").endswith("STORED"):
        yield f"{table} ALTER COLUMN {name} DROP EXPRESSION"
        if ours.aspects["default"]:
            yield f"{table} ALTER COLUMN {name} SET DEFAULT {ours.aspects['default']}"
        return
    if theirs.aspects["generated"] is None:
        yield f"# the values that rows hold in {name} are lost: look whether the expression gives the same ones"
    elif ours.aspects["generated"] is None:
        yield f"# rows lose the values that were computed for {name}: read them before, where they are still needed"
    yield f"{table} DROP COLUMN {name}"
    yield from _added(ours, table)
    yield from _made_again(theirs, sides)


def _made_again(column: Entry, sides: Sides) -> Iterator[str]:
    """What stands on a column goes with it."""
    for one in sides.revisions.entries:
        if one.place == column.place and column.name in one.columns:
            if one.kind == snapshot.INDEX:
                yield create_index(one)
            elif one.kind in snapshot.CONSTRAINTS:
                yield add_constraint(one)


def _identity(text: str) -> str:
    return text.partition(" (")[0]


def _identity_options(text: str) -> str:
    """What stands in the parentheses, without the type, which follows the column's."""
    options = text.partition(" (")[2].removesuffix(")").split()
    return " ".join(options[2:])


def _altered(change: Change, sides: Sides) -> Iterator[str]:
    target = f"ALTER TABLE {table_of(change.entry)} ALTER COLUMN {identifier(change.entry.name)}"
    if {"type", "collation"} & set(change.aspects):
        yield from _retyped(change, sides, target)
    for aspect in change.aspects:
        yield from _altered_aspect(change, aspect, target)


def _altered_aspect(change: Change, aspect: str, target: str) -> Iterator[str]:
    ours = change.sides(aspect)[1]
    if aspect == "nullable":
        yield from _nullable(change, target)
    elif aspect == "default":
        yield from _default(change, target)
    elif aspect == "serial" and "default" not in change.aspects and ours is not None:
        options = " ".join(altered_sequence(change.sides("serial")[0] or "", ours))
        yield _with_sequence(change.entry, "ALTER SEQUENCE ", f" {options}")
    elif aspect == "identity":
        yield from _changed_identity(change, target)
    elif aspect == "comment":
        yield comment(_path(change.entry), ours)
    elif aspect in ("storage", "compression", "statistics"):
        usual = "-1" if aspect == "statistics" else "DEFAULT"
        yield f"{target} SET {aspect.upper()} {ours or usual}"


def _nullable(change: Change, target: str) -> Iterator[str]:
    theirs, ours = change.sides("nullable")
    if ours == "no":
        if theirs == "yes":
            yield f"# fails where a row holds no {identifier(change.entry.name)}: UPDATE those rows first"
        yield f"{target} SET NOT NULL"
        return
    if theirs != "yes":
        yield f"{target} DROP NOT NULL"
    if ours != "yes":
        table, name = table_of(change.entry), identifier(change.entry.name)
        yield f"ALTER TABLE {table} ADD NOT NULL {name} NOT VALID"


def _retyped(change: Change, sides: Sides, target: str) -> Iterator[str]:
    """A default of another family of types does not follow by itself."""
    assert change.models is not None
    assert change.revisions is not None
    ours, theirs = change.models.aspects, change.revisions.aspects
    name, type_ = identifier(change.entry.name), ours["type"] or ""
    default_ = '"default"' if ours["collation"] is None else ours["collation"]
    collate = f" COLLATE {default_}" if "collation" in change.aspects else ""
    using = (
        f" USING {name}{_through(theirs['type'] or '', type_, sides)}::{type_}"
        if "type" in change.aspects
        else ""
    )
    stays = _family(type_) == _family(theirs["type"] or "") or not theirs["default"] or bool(theirs["serial"])
    if not stays:
        yield f"{target} DROP DEFAULT"
    yield f"{target} TYPE {type_}{collate}{using}"
    if not stays and ours["default"]:
        yield f"{target} SET DEFAULT {ours['default']}"


def _through(theirs: str, ours: str, sides: Sides) -> str:
    """What a value is cast to on the way: ranges and enums are cast to others of their kind by no server."""
    enums = {snapshot.as_type(one) for side in sides for one in side.entries if one.kind == snapshot.ENUM}
    both = {type_.replace('"', "").removesuffix("[]") for type_ in (theirs, ours)}
    if not both & enums and not all(type_.endswith("range") for type_ in both):
        return ""
    return "::text[]" if ours.endswith("[]") else "::text"


def beyond_alembic(change: Change, operations: Sequence[str]) -> str | None:
    """The server may not cast a column's rows by itself, or not back again."""
    if not operations or "type" not in change.aspects:
        return None
    theirs, ours = change.sides("type")
    return "rows are cast" if _family(theirs or "") != _family(ours or "") else None


def _family(type_: str) -> str:
    for family in (_STRINGS, _NUMBERS):
        if type_.startswith(family):
            return family[0]
    return type_.partition("(")[0]


def _default(change: Change, target: str) -> Iterator[str]:
    ours = change.sides("default")[1]
    entry = change.entry
    sequence = qualified(entry.schema, f"{entry.table}_{entry.name}_seq")
    if change.sides("serial")[1] is not None:
        path = _path(entry).removeprefix("COLUMN ")
        yield f"CREATE SEQUENCE {sequence} {change.sides('serial')[1]} OWNED BY {path}"
        highest = f"max({identifier(entry.name)})"
        counted = f"FROM {table_of(entry)} HAVING {highest} IS NOT NULL"
        yield f"SELECT setval({literal(sequence)}, {highest}) {counted}"
        yield f"{target} SET DEFAULT nextval({literal(sequence)}::regclass)"
        return
    yield f"{target} DROP DEFAULT" if ours is None else f"{target} SET DEFAULT {ours}"
    if change.sides("serial")[0] is not None:
        yield _with_sequence(entry, "DROP SEQUENCE ")


def _with_sequence(column: Entry, before: str, after: str = "") -> str:
    """A statement on the sequence that a column owns, whatever its name is."""
    sequence = f"pg_get_serial_sequence({literal(table_of(column))}, {literal(column.name)})"
    text = " || ".join(filter(None, (literal(before), sequence, after and literal(after))))
    return f"DO $$ BEGIN EXECUTE {text}; END $$"


def _changed_identity(change: Change, target: str) -> Iterator[str]:
    theirs, ours = change.sides("identity")
    if ours is None:
        yield f"{target} DROP IDENTITY"
    elif theirs is None:
        options = _identity_options(ours)
        yield f"{target} ADD GENERATED {_identity(ours)} AS IDENTITY{f' ({options})' if options else ''}"
    else:
        changed = altered_sequence(_identity_options(theirs), _identity_options(ours))
        yield " ".join(
            (f"{target} SET GENERATED {_identity(ours)}", *(f"SET {option}" for option in changed))
        )
