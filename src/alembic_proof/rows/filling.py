"""A few rows for each table, found by asking the server: what it refuses is tried with other values.

The work is a conversation, so that it can be had over any connection: it asks queries and tries statements, and is
told the rows, or what the server said.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic_proof.rows import wording
from alembic_proof.rows.blame import blamed
from alembic_proof.rows.choosing import SPARSE, Chooser
from alembic_proof.rows.ordering import in_order, is_optional
from alembic_proof.rows.values import is_known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from alembic_proof.rows.tables import Column, Name, Reference, Table
    from alembic_proof.rows.wording import Row

_ATTEMPTS = 120  # at the first row
_LATER_ATTEMPTS = 40  # at one more
_OWN_TYPES = """
SELECT format_type(t.oid, NULL), CASE t.typtype WHEN 'r' THEN 'empty' WHEN 'm' THEN '{}' ELSE
    (SELECT '(' || repeat(',', greatest(count(*)::int - 1, 0)) || ')' FROM pg_attribute a
     WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END
FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('r', 'm') OR c.relkind = 'c') AND t.typnamespace <> 'pg_catalog'::regnamespace"""
_KNOWN = 4  # rows of others that a table may be referred to by


@dataclass(frozen=True)
class Query:
    """Answered with its rows."""

    sql: str


@dataclass(frozen=True)
class Try:
    """A statement that the server may refuse, which is then as if it had not been; answered with the refusal."""

    sql: str


@dataclass(frozen=True)
class Several:
    """Some of these, one after the other up to the first refusal; answered with the answers."""

    steps: tuple[Query | Try, ...]


@dataclass(frozen=True)
class Filled:
    """The rows that each table was given, and why a table was given none."""

    rows: Mapping[Name, Sequence[Row]] = field(default_factory=dict)
    empty: Mapping[Name, str] = field(default_factory=dict)


Work = Generator["Query | Try | Several", Any, Filled]


def fill(
    dialect: str,
    tables: Iterable[Table],
    seed: str,
    given: Collection[Name] = (),
    keys: Mapping[Name, Sequence[Sequence[str]]] = MappingProxyType({}),
) -> Work:
    """Put a few rows into each table, in the transaction that is open. They are the same for the same seed.

    Tables that were `given` rows get no others. A table that is to have `keys` over some columns gets a row more for
    each, which has nothing else in common with another one.
    """
    ordered = in_order((yield from _with_own_types(dialect, tables)))
    waiting = list(_waiting(ordered)) if dialect == "postgresql" else []
    if dialect == "postgresql":
        yield Try("SET CONSTRAINTS ALL IMMEDIATE")
        for one in waiting:
            yield Try(f"SET CONSTRAINTS {one.sql} DEFERRED")
    parents: dict[Name, Sequence[Row]] = {}
    filled: dict[Name, list[Row]] = {}
    empty: dict[Name, str] = {}
    for table in ordered:
        planned = {
            one.target.name: [Chooser(dialect, one.target, parents, seed).plan(0, [])]
            for one in waiting
            if one.table == table.name and one.target.name not in parents
        }
        if table.name in given:
            parents[table.name] = yield from _known(dialect, table)
            continue
        chooser = Chooser(dialect, table, {**planned, **parents}, seed)
        rows, refusal = yield from _fill_table(chooser, dialect, table)
        if rows:
            yield from _fill_like(chooser, dialect, table, keys.get(table.name, ()), rows)
            filled[table.name] = rows
            parents[table.name] = rows
        else:
            empty[table.name] = refusal
            parents[table.name] = yield from _known(dialect, table)
    yield from _close_circles(dialect, ordered, filled)
    if dialect == "postgresql":
        yield from _settle(ordered, waiting, filled, empty)
    return Filled(filled, empty)


def _with_own_types(dialect: str, tables: Iterable[Table]) -> Generator[Query, Any, list[Table]]:
    """With a value that each composite type, range and multirange of the user's own takes."""
    found = list(tables)
    if dialect != "postgresql" or all(is_known(dialect, column) for one in found for column in one.columns):
        return found
    rows = yield Query(_OWN_TYPES)
    texts = dict(rows)
    return [
        replace(one, columns=tuple(replace(column, labels=_labels(column, texts)) for column in one.columns))
        for one in found
    ]


def _labels(column: Column, texts: Mapping[str, str]) -> tuple[str, ...]:
    text = texts.get(column.type.partition("[]")[0])
    return column.labels if text is None else (text,)


class _Waiting(NamedTuple):
    """A deferrable key of a circle that nothing else breaks."""

    table: Name
    target: Table
    sql: str


def _waiting(ordered: Sequence[Table]) -> Iterator[_Waiting]:
    left = {one.name: one for one in ordered}
    for table in ordered:
        del left[table.name]
        for one in table.references:
            if one.deferrable and one.table in left and not is_optional(table, one):
                yield _Waiting(table.name, left[one.table], _constraint(table, one))


def _constraint(table: Table, one: Reference) -> str:
    return wording.qualified("postgresql", (table.name[0], one.name))


def _known(dialect: str, table: Table) -> Generator[Query, Any, list[Row]]:
    """Keys of rows that the revisions brought: others may refer to these."""
    names = [name for key in table.keys[:1] for name in key.columns]
    if not names:
        return []
    rows = yield Query(wording.select(dialect, table.name, [table.by_name[name] for name in names], _KNOWN))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _close_circles(
    dialect: str, ordered: Sequence[Table], filled: Mapping[Name, list[Row]]
) -> Generator[Try, Any, None]:
    """Where a table refers to one that was filled later, have some of its rows do so."""
    left = {one.name for one in ordered}
    for table in ordered:
        left.discard(table.name)
        key = table.keys[0].columns if table.keys else ()
        for one in table.references:
            if one.table not in left or one.table not in filled or set(key) & set(one.columns):
                continue
            for number, row in enumerate(filled.get(table.name, ())):
                where = {name: row.get(name) for name in key}
                if number == SPARSE or not where or None in where.values():
                    continue
                there = filled[one.table][number % len(filled[one.table])]
                values = {own: there.get(name) for own, name in zip(one.columns, one.there, strict=False)}
                refusal = yield Try(wording.update(dialect, table, values, where))
                if refusal is None:
                    row.update(values)


def _settle(
    ordered: Sequence[Table],
    waiting: Sequence[_Waiting],
    filled: dict[Name, list[Row]],
    empty: dict[Name, str],
) -> Generator[Try, Any, None]:
    """Nothing is left to be looked at later: a table with pending checks could not be altered."""
    refusal = yield Try("SET CONSTRAINTS ALL IMMEDIATE")
    if refusal is not None:
        for one in waiting:
            for name in (one.table, one.target.name):
                yield Try(f"DELETE FROM {wording.qualified('postgresql', name)}")
                filled.pop(name, None)
                empty[name] = refusal
        yield Try("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ordered:
        for reference in table.references:
            if reference.deferred:
                yield Try(f"SET CONSTRAINTS {_constraint(table, reference)} DEFERRED")


def _fill_table(
    chooser: Chooser, dialect: str, table: Table
) -> Generator[Try | Several, Any, tuple[list[Row], str]]:
    rows: list[Row] = []
    number = 0
    while number < chooser.count:
        planned: list[Row] = []
        for later in range(number, chooser.count):
            planned.append(chooser.plan(later, [*rows, *planned]))
        said = yield Several(tuple(Try(wording.insert(dialect, table, row)) for row in planned))
        refusal = said[-1]
        number += len(said) - (refusal is not None)
        rows += planned[: len(said) - (refusal is not None)]
        if refusal is None:
            break
        row = yield from _find_row(chooser, dialect, table, rows, (number, planned[len(said) - 1], refusal))
        if isinstance(row, str):
            if not rows:
                return [], row
        else:
            rows.append(row)
        number += 1
    return rows, ""


def _fill_like(
    chooser: Chooser, dialect: str, table: Table, keys: Iterable[Sequence[str]], rows: list[Row]
) -> Generator[Try, Any, None]:
    """One row more for each key to come, where the server takes one."""
    for key in keys:
        for row in chooser.like_in(key, rows):
            refusal = yield Try(wording.insert(dialect, table, row))
            if refusal is None:
                rows.append(row)
                break


def _find_row(
    chooser: Chooser, dialect: str, table: Table, rows: Sequence[Row], refused: tuple[int, Row, str]
) -> Generator[Try, Any, Row | str]:
    """Another row in the place of the one that was refused; the last refusal where none is found."""
    number, row, refusal = refused
    base, tried = row, set[str]()
    for attempt in range(1, _LATER_ATTEMPTS if rows else _ATTEMPTS):
        columns = blamed(refusal, table, row)
        row = chooser.again(number, row if columns else base, columns, attempt, rows)
        base = row if columns else base
        statement = wording.insert(dialect, table, row)
        if statement in tried:
            continue
        tried.add(statement)
        said: str | None = yield Try(statement)
        if said is None:
            return row
        refusal = said
    return refusal
