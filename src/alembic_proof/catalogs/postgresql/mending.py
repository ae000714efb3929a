"""The SQL that makes the revisions' side of a difference what the models say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.postgresql.quoting import identifier, literal, qualified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry


def statements(change: Change) -> tuple[str, ...]:
    """In order; none where only a person can tell what is to become of the rows."""
    return tuple(_MENDERS.get(change.kind, _constraint)(change))


def _table(change: Change) -> Iterator[str]:
    entry = change.entry
    target = f"ALTER TABLE {qualified(entry.schema, entry.name)}"
    for aspect in change.aspects:
        theirs, ours = change.sides(aspect)
        if aspect == "persistence":
            yield f"{target} SET {'LOGGED' if ours is None else ours.upper()}"
        elif aspect == "storage options":
            yield from _options(target, theirs, ours)
        elif aspect == "comment":
            yield _comment(f"TABLE {qualified(entry.schema, entry.name)}", ours)
        elif aspect in _TABLE_WORDS and ours is not None:
            yield f"{target} {_TABLE_WORDS[aspect]} {ours}"
        elif aspect == "row security":
            yield f"{target} ENABLE ROW LEVEL SECURITY"
            if ours == "forced":
                yield f"{target} FORCE ROW LEVEL SECURITY"


_TABLE_WORDS = {
    "access method": "SET ACCESS METHOD",
    "tablespace": "SET TABLESPACE",
    "replica identity": "REPLICA IDENTITY",
}


def _options(target: str, theirs: str | None, ours: str | None) -> Iterator[str]:
    wanted, found = (set(text.split(", ")) if text else set() for text in (ours, theirs))
    names = {option.partition("=")[0] for option in wanted}
    gone = sorted({option.partition("=")[0] for option in found} - names)
    if gone:
        yield f"{target} RESET ({', '.join(gone)})"
    if wanted - found:
        yield f"{target} SET ({', '.join(sorted(wanted - found))})"


def _column(change: Change) -> Iterator[str]:
    entry = change.entry
    table = qualified(entry.schema, entry.table or "")
    if change.models is None:
        yield f"ALTER TABLE {table} DROP COLUMN {identifier(entry.name)}"
    elif change.revisions is None or "generated" in change.aspects:
        if change.revisions is not None:
            yield f"ALTER TABLE {table} DROP COLUMN {identifier(entry.name)}"
        yield f"ALTER TABLE {table} ADD COLUMN {_column_definition(change.models)}"
    else:
        yield from _altered_column(change, table)


def _column_definition(entry: Entry) -> str:
    aspects = entry.aspects
    collation, default, identity = aspects["collation"], aspects["default"], aspects["identity"]
    generated = aspects["generated"]
    expression, _, kind = (generated or "").rpartition(" ")
    parts = [
        identifier(entry.name),
        _SERIALS.get(aspects["type"] or "", "") if aspects["serial"] else aspects["type"] or "",
        f"COLLATE {identifier(collation)}" if collation else "",
        f"GENERATED ALWAYS AS ({expression}) {kind}" if generated else "",
        f"DEFAULT {default}" if default and not aspects["serial"] else "",
        f"GENERATED {_identity(identity)} AS IDENTITY" if identity else "",
        "NOT NULL" if aspects["nullable"] == "no" else "",
    ]
    return " ".join(part for part in parts if part)


_SERIALS = {"smallint": "SMALLSERIAL", "integer": "SERIAL", "bigint": "BIGSERIAL"}


def _identity(text: str) -> str:
    return text.partition(" (")[0]


def _identity_options(text: str) -> str:
    """What stands in the parentheses, without the type, which follows the column's."""
    options = text.partition(" (")[2].removesuffix(")").split()
    return " ".join(options[2:])


_USUAL = {
    "START": "START 1",
    "INCREMENT": "INCREMENT 1",
    "MINVALUE": "NO MINVALUE",
    "MAXVALUE": "NO MAXVALUE",
    "CACHE": "CACHE 1",
    "CYCLE": "NO CYCLE",
}


def _options_set(theirs: str, ours: str) -> Iterator[str]:
    """A sequence's options as ALTER takes them: ours, and what is theirs alone set to what is usual."""
    found, wanted = _sequence_words(theirs), _sequence_words(ours)
    for word in ("AS", *_USUAL):
        if word in wanted and wanted[word] != found.get(word):
            yield wanted[word]
        elif word in found and word not in wanted:
            yield _USUAL[word]


def _sequence_words(options: str) -> dict[str, str]:
    words, found = options.split(), {}
    while words:
        length = 1 if words[0] == "CYCLE" else 2
        found[words[0]] = " ".join(words[:length])
        words = words[length:]
    return found


def _altered_column(change: Change, table: str) -> Iterator[str]:
    entry = change.entry
    name = identifier(entry.name)
    target = f"ALTER TABLE {table} ALTER COLUMN {name}"
    if {"type", "collation"} & set(change.aspects):
        yield _retyped(change, target, name)
    for aspect in change.aspects:
        ours = change.sides(aspect)[1]
        if aspect == "nullable":
            yield f"{target} {'DROP' if ours == 'yes' else 'SET'} NOT NULL"
        elif aspect == "default":
            yield from _default(change, table, target)
        elif aspect == "serial" and "default" not in change.aspects and ours is not None:
            sequence = f"pg_get_serial_sequence({literal(table)}, {literal(entry.name)})"
            options = " ".join(_options_set(change.sides("serial")[0] or "", ours))
            yield f"DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || {sequence} || ' {options}'; END $$"
        elif aspect == "identity":
            yield from _changed_identity(change, target)
        elif aspect == "comment":
            yield _comment(f"COLUMN {table}.{name}", ours)
        elif aspect in ("storage", "compression", "statistics") and ours is not None:
            yield f"{target} SET {aspect.upper()} {ours}"


def _retyped(change: Change, target: str, name: str) -> str:
    assert change.models is not None
    type_, collation = change.models.aspects["type"], change.models.aspects["collation"]
    collate = (
        f" COLLATE {identifier(collation) if collation else 'pg_catalog.default'}"
        if "collation" in change.aspects
        else ""
    ).replace("pg_catalog.default", 'pg_catalog."default"')
    using = f" USING {name}::{type_}" if "type" in change.aspects else ""
    return f"{target} TYPE {type_}{collate}{using}"


def _default(change: Change, table: str, target: str) -> Iterator[str]:
    ours = change.sides("default")[1]
    entry = change.entry
    if change.sides("serial")[1] is not None:
        sequence = qualified(entry.schema, f"{entry.table}_{entry.name}_seq")
        yield f"CREATE SEQUENCE {sequence} {change.sides('serial')[1]} OWNED BY {table}.{identifier(entry.name)}"
        yield f"{target} SET DEFAULT nextval({literal(sequence)}::regclass)"
        return
    yield f"{target} DROP DEFAULT" if ours is None else f"{target} SET DEFAULT {ours}"
    if change.sides("serial")[0] is not None:
        yield f"DROP SEQUENCE {qualified(entry.schema, f'{entry.table}_{entry.name}_seq')}"


def _changed_identity(change: Change, target: str) -> Iterator[str]:
    theirs, ours = change.sides("identity")
    if ours is None:
        yield f"{target} DROP IDENTITY"
    elif theirs is None:
        options = _identity_options(ours)
        yield f"{target} ADD GENERATED {_identity(ours)} AS IDENTITY{f' ({options})' if options else ''}"
    else:
        changed = _options_set(_identity_options(theirs), _identity_options(ours))
        yield " ".join(
            (f"{target} SET GENERATED {_identity(ours)}", *(f"SET {option}" for option in changed))
        )


def _constraint(change: Change) -> Iterator[str]:
    entry = change.entry
    table = f"ALTER TABLE {qualified(entry.schema, entry.table or '')}"
    ours, theirs = change.models, change.revisions
    if set(change.aspects) == {"name"} and ours and theirs:
        yield f"{table} RENAME CONSTRAINT {identifier(theirs.name)} TO {identifier(ours.name)}"
        return
    if set(change.aspects) != {"comment"}:
        if theirs is not None:
            yield f"{table} DROP CONSTRAINT {identifier(theirs.name)}"
        if ours is not None:
            yield f"{table} ADD CONSTRAINT {identifier(ours.name)} {ours.aspects['definition']}"
    if ours is not None and ("comment" in change.aspects or ours.aspects["comment"]):
        on = f"CONSTRAINT {identifier(ours.name)} ON {qualified(entry.schema, entry.table or '')}"
        yield _comment(on, ours.aspects["comment"])


def _index(change: Change) -> Iterator[str]:
    ours, theirs = change.models, change.revisions
    schema = change.entry.schema
    if set(change.aspects) == {"name"} and ours and theirs:
        yield f"ALTER INDEX {qualified(schema, theirs.name)} RENAME TO {identifier(ours.name)}"
        return
    if set(change.aspects) != {"comment"}:
        if theirs is not None:
            yield f"DROP INDEX {qualified(schema, theirs.name)}"
        if ours is not None:
            yield _create_index(ours)
    if ours is not None and ("comment" in change.aspects or ours.aspects["comment"]):
        yield _comment(f"INDEX {qualified(schema, ours.name)}", ours.aspects["comment"])


def _create_index(entry: Entry) -> str:
    definition = entry.aspects["definition"] or ""
    unique = "UNIQUE " if definition.startswith("UNIQUE ") else ""
    table = qualified(entry.schema, entry.table or "")
    using = definition.removeprefix("UNIQUE ")
    return f"CREATE {unique}INDEX {identifier(entry.name)} ON {table} USING {using}"


def _sequence(change: Change) -> Iterator[str]:
    entry, (theirs, ours) = change.entry, change.sides("options")
    name = qualified(entry.schema, entry.name)
    if change.revisions is None:
        unlogged = "UNLOGGED " if entry.aspects["persistence"] else ""
        yield f"CREATE {unlogged}SEQUENCE {name} {ours}"
        return
    if "options" in change.aspects:
        yield f"ALTER SEQUENCE {name} {' '.join(_options_set(theirs or '', ours or ''))}"
    if "persistence" in change.aspects:
        yield f"ALTER SEQUENCE {name} SET {(change.sides('persistence')[1] or 'logged').upper()}"


def _enum(change: Change) -> Iterator[str]:
    entry, labels = change.entry, change.entry.aspects["labels"]
    name = qualified(entry.schema, entry.name)
    if change.revisions is None:
        yield f"CREATE TYPE {name} AS ENUM ({labels})"
        return
    yield from _added_labels(name, change.revisions.aspects["labels"] or "", labels or "")


def _added_labels(name: str, found: str, wanted: str) -> Iterator[str]:
    """Labels can be added in their places; others would have to be taken from rows first."""
    old, new = _labels(found), _labels(wanted)
    if [label for label in new if label in old] != old:
        return
    for number, label in enumerate(new):
        if label not in old:
            where = f"AFTER {new[number - 1]}" if number else f"BEFORE {old[0]}"
            yield f"ALTER TYPE {name} ADD VALUE {label} {where}"


def _labels(text: str) -> list[str]:
    import re

    return re.findall(r"'(?:[^']|'')*'", text)


def _domain(change: Change) -> Iterator[str]:
    entry, aspects = change.entry, change.entry.aspects
    name = qualified(entry.schema, entry.name)
    if change.revisions is None:
        parts = (
            f"COLLATE {identifier(aspects['collation'])}" if aspects["collation"] else "",
            f"DEFAULT {aspects['default']}" if aspects["default"] else "",
            "NOT NULL" if aspects["nullable"] == "no" else "",
            aspects["constraints"] or "",
        )
        yield " ".join((f"CREATE DOMAIN {name} AS {aspects['type']}", *filter(None, parts)))
        return
    if "default" in change.aspects:
        default = aspects["default"]
        yield f"ALTER DOMAIN {name} {f'SET DEFAULT {default}' if default else 'DROP DEFAULT'}"
    if "nullable" in change.aspects:
        yield f"ALTER DOMAIN {name} {'SET' if aspects['nullable'] == 'no' else 'DROP'} NOT NULL"


def _comment(what: str, text: str | None) -> str:
    return f"COMMENT ON {what} IS {literal(text) if text is not None else 'NULL'}"


_MENDERS: dict[str, Callable[[Change], Iterator[str]]] = {
    snapshot.TABLE: _table,
    snapshot.COLUMN: _column,
    snapshot.INDEX: _index,
    snapshot.SEQUENCE: _sequence,
    snapshot.ENUM: _enum,
    snapshot.DOMAIN: _domain,
}
