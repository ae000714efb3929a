"""Histories that lead to a schema, made backwards: each step undoes something, down to nothing.

So the same tables can have a short history or a long one, and models and revisions agree at the head.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas import LENGTHS, Column, Part, Table, column_of

if TYPE_CHECKING:
    from random import Random

NARROW, WIDE = (
    6,
    10,
)  # columns; tables narrower than this only lose some on the way, wider ones only gain some
TABLES_AT_ONCE = 2


@dataclass(frozen=True)
class Change:
    """What one revision does, in statements of Python."""

    message: str
    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...]

    def then(self, later: Change) -> Change:
        return Change(self.message, self.upgrade + later.upgrade, later.downgrade + self.downgrade)


Step = Callable[[Table, "Random"], "Change | None"]


def history(tables: list[Table], revisions: int, rng: Random) -> list[Change]:
    """As many changes, the oldest first, that make these tables. Takes the tables apart on the way.

    Raises `ValueError` where there are too few revisions for the tables.
    """
    batches = [tables[number : number + TABLES_AT_ONCE] for number in range(0, len(tables), TABLES_AT_ONCE)]
    if len(batches) > revisions:
        raise ValueError(f"{len(tables)} tables need {len(batches)} revisions or more, not {revisions}")
    standing = list(tables)
    creating = _creating(len(batches), revisions)
    made: list[Change] = []
    for number in reversed(range(revisions)):
        if number in creating:
            batch = batches.pop()
            made.append(_created(batch))
            standing = standing[: -len(batch)]
        else:
            made.append(_changed(standing, rng))
    return made[::-1]


def _creating(batches: int, revisions: int) -> set[int]:
    """When tables are created: most of them early, the last near the end."""
    last = max(batches, revisions * 9 // 10) - 1
    places: set[int] = set()
    for batch in range(batches):
        place = int((batch / max(1, batches - 1)) ** 1.3 * last)
        while place in places:
            place += 1
        places.add(place)
    return places


def _created(tables: list[Table]) -> Change:
    upgrade: list[str] = []
    downgrade: list[str] = []
    for table in tables:
        upgrade += _create_table(table)
        enums = [_drop_enum(column) for column in reversed(table.enums())]
        downgrade = [f"op.drop_table({table.name!r})", *enums, *downgrade]
    return Change(f"create {' and '.join(table.name for table in tables)}", tuple(upgrade), tuple(downgrade))


def _create_table(table: Table) -> list[str]:
    lines = [column.in_revision() for column in table.columns.values()]
    lines += [part.in_table() for part in table.parts if part.kind != "index"]
    lines.append(f"sa.PrimaryKeyConstraint('id', name=op.f('pk_{table.name}'))")
    arguments = "".join(f"\n        {line}," for line in lines)
    indexes = [part.create() for part in table.parts if part.kind == "index"]
    return [f"op.create_table(\n        {table.name!r},{arguments}\n    )", *indexes]


def _changed(tables: list[Table], rng: Random) -> Change:
    """One to three steps; made backwards, so the first one made is the last one done."""
    change = _step(tables, rng)
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
        change = _step(tables, rng).then(change)
    return change


def _step(tables: list[Table], rng: Random) -> Change:
    while True:
        table = rng.choice(tables)
        step = rng.choices(list(STEPS), list(STEPS.values()))[0]
        change = step(table, rng)
        if change is not None:
            return change


def _add_column(table: Table, rng: Random) -> Change | None:
    free = [
        name
        for name in table.columns
        if name != "id" and all(part.columns == (name,) for part in table.on(name))
    ]
    if not free or len(table.columns) <= NARROW:
        return None
    column = table.columns.pop(rng.choice(free))
    parts = table.on(column.name)
    table.parts = [part for part in table.parts if part not in parts]
    upgrade = [*_create_enum(column), _add(table, column), *(part.create() for part in parts)]
    downgrade = [*(part.drop() for part in reversed(parts)), _drop(table, column)]
    if column.kind == "sa.Enum":
        downgrade.append(_drop_enum(column))
    return Change(f"add {table.name}.{column.name}", tuple(upgrade), tuple(downgrade))


def _drop_column(table: Table, rng: Random) -> Change | None:
    if len(table.columns) >= WIDE:
        return None
    column = column_of(table, rng, enums=False)
    table.columns[column.name] = column
    return Change(f"drop {table.name}.{column.name}", (_drop(table, column),), (_add(table, column),))


def _add_part(table: Table, rng: Random) -> Change | None:
    if not table.parts:
        return None
    part = table.parts.pop(rng.randrange(len(table.parts)))
    return Change(f"{part.kind} on {table.name}", (part.create(),), (part.drop(),))


def _drop_part(table: Table, rng: Random) -> Change | None:
    free = [
        name
        for name, column in table.columns.items()
        if column.kind in ("sa.String", "sa.Date", "sa.Integer") and name != "id" and not table.on(name)
    ]
    if not free:
        return None
    part = Part("index", table.name, (rng.choice(free),))
    table.parts.append(part)
    return Change(f"drop an index of {table.name}", (part.drop(),), (part.create(),))


def _alter_type(table: Table, rng: Random) -> Change | None:
    changes = [
        (column, replace(column, type=earlier))
        for column in table.columns.values()
        if (earlier := _earlier_type(column, rng)) and earlier != column.type
    ]
    if not changes:
        return None
    now, before = rng.choice(changes)
    table.columns[now.name] = before
    return Change(
        f"change the type of {table.name}.{now.name}",
        (_alter(table, before, f"type_={now.type}"),),
        (_alter(table, now, f"type_={before.type}"),),
    )


def _earlier_type(column: Column, rng: Random) -> str | None:
    if column.kind == "sa.String":
        return f"sa.String(length={rng.choice(LENGTHS)})"
    if column.kind == "sa.Numeric":
        return f"sa.Numeric(precision={rng.choice((8, 10, 14))}, scale=2)"
    return "sa.Integer()" if column.kind == "sa.BigInteger" else None


def _alter_nullable(table: Table, rng: Random) -> Change | None:
    now = table.columns[rng.choice(list(table.columns))]
    if now.name == "id":
        return None
    before = replace(now, nullable=not now.nullable)
    table.columns[now.name] = before
    return Change(
        f"{'allow' if now.nullable else 'refuse'} null in {table.name}.{now.name}",
        (_alter(table, before, f"nullable={now.nullable}"),),
        (_alter(table, now, f"nullable={before.nullable}"),),
    )


def _alter_default(table: Table, rng: Random) -> Change | None:
    defaults = {
        "sa.String": ("''", "'-'", None),
        "sa.Integer": ("0", "1", None),
        "sa.Boolean": ("false", "true"),
    }
    fitting = [one for one in table.columns.values() if one.kind in defaults and one.name != "id"]
    if not fitting:
        return None
    now = rng.choice(fitting)
    before = replace(now, default=rng.choice([one for one in defaults[now.kind] if one != now.default]))
    table.columns[now.name] = before
    return Change(
        f"change the default of {table.name}.{now.name}",
        (_alter(table, before, _server_default(now)),),
        (_alter(table, now, _server_default(before)),),
    )


def _server_default(column: Column) -> str:
    return f"server_default={f'sa.text({column.default!r})' if column.default else None}"


def _add_value(table: Table, rng: Random) -> Change | None:
    fitting = [one for one in table.enums() if len(_values(one)) > 2]
    if not fitting:
        return None
    column = rng.choice(fitting)
    *kept, value = _values(column)
    type_ = f"{table.name}_{column.name}"
    table.columns[column.name] = replace(
        column, type=f"sa.Enum({', '.join(map(repr, kept))}, name={type_!r})"
    )
    statement = f"ALTER TYPE {type_} ADD VALUE '{value}'"
    return Change(f"know {table.name}.{column.name} {value}", (f"op.execute({statement!r})",), ())


def _values(column: Column) -> list[str]:
    return re.findall(r"'(\w+)'", column.type.partition(", name=")[0])


def _data(table: Table, rng: Random) -> Change | None:
    fitting = [one for one in table.columns.values() if one.kind in ("sa.String", "sa.Text", "sa.Integer")]
    fitting = [one for one in fitting if one.name != "id"]
    if not fitting:
        return None
    column = rng.choice(fitting)
    value = "0" if column.kind == "sa.Integer" else "''"
    statement = f"UPDATE {table.name} SET {column.name} = {value} WHERE {column.name} IS NULL"
    return Change(f"fill {table.name}.{column.name}", (f"op.execute({statement!r})",), ())


# How often projects do each.
STEPS: dict[Step, int] = {
    _add_column: 10,
    _drop_column: 5,
    _add_part: 6,
    _drop_part: 3,
    _alter_type: 4,
    _alter_nullable: 3,
    _alter_default: 2,
    _add_value: 1,
    _data: 3,
}


def _add(table: Table, column: Column) -> str:
    return f"op.add_column({table.name!r}, {column.in_revision()})"


def _drop(table: Table, column: Column) -> str:
    return f"op.drop_column({table.name!r}, {column.name!r})"


def _alter(table: Table, was: Column, what: str) -> str:
    existing = f"existing_type={was.type}, existing_nullable={was.nullable}"
    if what.startswith("nullable"):
        existing = f"existing_type={was.type}"
    return f"op.alter_column({table.name!r}, {was.name!r}, {what}, {existing})"


def _create_enum(column: Column) -> list[str]:
    """`op.add_column` does not create the type."""
    return [f"{column.type}.create(op.get_bind())"] if column.kind == "sa.Enum" else []


def _drop_enum(column: Column) -> str:
    return f"{column.type}.drop(op.get_bind())"
