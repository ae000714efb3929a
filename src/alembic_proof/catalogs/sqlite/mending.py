"""The operations that make the revisions' side of a difference what the models say.

Batch mode is Alembic's way, and reads the table by reflection: what reflection does not see would be lost. A table that
has such a thing is made anew by exact SQL.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.operations import as_text, executed
from alembic_proof.catalogs.sqlite import parsing
from alembic_proof.catalogs.sqlite.rebuilding import rebuilt
from alembic_proof.catalogs.sqlite.tokens import identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Change, Entry, Sides, Snapshot

_TYPES = {"check constraint": "check", "unique constraint": "unique", "foreign key": "foreignkey"}
# The declared types that SQLAlchemy reflects as themselves.
_REFLECTED = re.compile(
    r"(BIGINT|BLOB|BOOLEAN|DATE|DATETIME|FLOAT|INTEGER|JSON|REAL|SMALLINT|TEXT|TIME|TIMESTAMP"
    r"|(N?VARCHAR|CHAR)(\(\d+\))?|(NUMERIC|DECIMAL)(\(\d+(, \d+)?\))?)"
)
_OWN_LINE = re.compile(r"^\s*(CONSTRAINT \w+ )?(CHECK|FOREIGN KEY|UNIQUE) ?\(.*\)[^()]*$")


def mend(change: Change, sides: Sides) -> tuple[str, ...]:
    """Operations in order, as code, with a line for a person where rows stand in the way."""
    if change.kind == snapshot.INDEX:
        return tuple(map(executed, _index(change)))
    if change.kind == snapshot.TABLE and change.aspects != ("options",):
        return (_table(change),)
    return (*_warning(change), *_altering(change, sides))


def mended(change: Change, sides: Sides, operations: tuple[str, ...]) -> Snapshot:
    """What is in the database after these operations: a table that SQL made anew has the DDL of that."""
    after = sides.revisions.changed(change)
    table = after.find(snapshot.TABLE, None, change.entry.table or "")
    made = next((one for one in rebuilt(change, sides.revisions) if executed(one) in operations), None)
    if table is None or made is None:
        return after
    return after.changed(
        replace(change, kind=snapshot.TABLE, models=replace(table, sql=made), revisions=table)
    )


def _altering(change: Change, sides: Sides) -> tuple[str, ...]:
    calls = tuple(_calls(change))
    if calls and _is_seen_whole(change, sides.revisions):
        lines = "".join(f"\n    batch_op.{call}" for call in calls)
        return (f"with op.batch_alter_table({change.entry.table!r}) as batch_op:{lines}",)
    return tuple(map(executed, rebuilt(change, sides.revisions)))


def _table(change: Change) -> str:
    name = change.entry.name
    if change.revisions is None:
        return executed(change.entry.sql)
    kind = change.revisions.aspects["kind"]
    return f"# {name} is a {kind}: drop it and create the table, or leave it out by include_object in env.py"


def _warning(change: Change) -> Iterator[str]:
    if change.kind == snapshot.COLUMN and change.revisions and change.sides("nullable") == ("yes", "no"):
        yield f"# fails where a row holds no {change.entry.name}: UPDATE those rows first"


def _index(change: Change) -> Iterator[str]:
    if change.revisions is not None:
        yield f"DROP INDEX {identifier(change.revisions.name)}"
    if change.models is not None:
        yield change.models.sql


def _calls(change: Change) -> Iterator[str]:
    """What batch mode can do; nothing for all else."""
    if change.kind == snapshot.COLUMN:
        yield from _altered(change)
    sides = (change.revisions, change.models)
    if change.kind not in _TYPES or any(one is not None and one.nameless for one in sides):
        return
    if change.revisions is not None:
        yield f"drop_constraint({change.revisions.name!r}, type_={_TYPES[change.kind]!r})"
    if change.models is not None:
        yield _created(change.models)


def _altered(change: Change) -> Iterator[str]:
    if not set(change.aspects) <= {"nullable", "default"} or not change.aspects:
        return
    options = []
    for aspect in change.aspects:
        ours = change.sides(aspect)[1]
        if aspect == "nullable":
            options.append(f"nullable={ours == 'yes'}")
        else:
            options.append(f"server_default={f'sa.text({as_text(ours)})' if ours else None}")
    yield f"alter_column({change.entry.name!r}, {', '.join(options)})"


def _created(one: Entry) -> str:
    definition = one.aspects["definition"] or ""
    (parsed,) = parsing.parse_table(f"CREATE TABLE x ({definition})").constraints
    if one.kind == snapshot.CHECK:
        condition = definition.removeprefix("CHECK (").removesuffix(")")
        return f"create_check_constraint({one.name!r}, sa.text({as_text(condition)}))"
    columns = [term.column for term in parsed.terms]
    if one.kind == snapshot.UNIQUE:
        return f"create_unique_constraint({one.name!r}, {columns!r})"
    assert parsed.reference is not None
    target = f"{parsed.reference.table!r}, {columns!r}, {list(parsed.reference.columns)!r}"
    options = "".join(f", {option}" for option in _reference_options(parsed.reference.clauses))
    return f"create_foreign_key({one.name!r}, {target}{options})"


def _reference_options(clauses: str) -> Iterator[str]:
    for event, action in re.findall(r"ON (DELETE|UPDATE) ((?:SET )?\w+)", clauses):
        yield f"on{event.lower()}={action!r}"
    if "DEFERRABLE" in clauses:
        yield "deferrable=True"
    if "INITIALLY" in clauses:
        yield "initially='DEFERRED'"
    for word in re.findall(r"MATCH (\w+)", clauses):
        yield f"match={word!r}"


def _is_seen_whole(change: Change, revisions: Snapshot) -> bool:
    """Whether reflection sees all that the table is, and all that the change would give it."""
    table = revisions.find(snapshot.TABLE, None, change.entry.table or "")
    if table is None or table.aspects["options"] is not None:
        return False
    columns = revisions.parts(snapshot.COLUMN, table)
    constraints = [one for kind in snapshot.CONSTRAINTS for one in revisions.parts(kind, table)]
    if change.models is not None and change.kind in snapshot.CONSTRAINTS:
        constraints.append(change.models)
    indexes = revisions.parts(snapshot.INDEX, table)
    return (
        all(map(_is_plain_column, columns))
        and all(map(_is_plain_constraint, constraints))
        and all(map(_is_plain_index, indexes))
        and not revisions.parts(snapshot.TRIGGER, table)
        and _lines_apart(table.sql)
    )


def _is_plain_column(one: Entry) -> bool:
    aspects = one.aspects
    unusual = aspects["generated"] or aspects["collation"] or "," in (aspects["nullable"] or "")
    return not unusual and _REFLECTED.fullmatch(aspects["type"] or "") is not None


def _is_plain_constraint(one: Entry) -> bool:
    definition = one.aspects["definition"] or ""
    if one.kind == snapshot.CHECK:
        return not one.nameless and "\n" not in definition
    unusual = re.search(r" (COLLATE|DESC|ON CONFLICT|MATCH) ?", definition)
    return unusual is None and not one.aspects.get("autoincrement")


def _is_plain_index(one: Entry) -> bool:
    return re.search(r" (DESC|COLLATE|WHERE)\b|\(.*\(", one.aspects["definition"] or "") is None


def _lines_apart(sql: str) -> bool:
    """Whether each constraint has a line of its own, as reflection's patterns want it."""
    found = len(re.findall(r"\b(CHECK|FOREIGN KEY|UNIQUE)\b", sql))
    lines = [line.rstrip(", ") for line in sql.splitlines()]
    return found == sum(_OWN_LINE.match(line) is not None for line in lines)
