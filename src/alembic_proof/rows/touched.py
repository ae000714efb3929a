"""Which tables a revision touches, and which others its rows need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot
from alembic_proof.rows.tables import roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alembic_proof.catalogs.snapshot import Entry, Snapshot
    from alembic_proof.rows.tables import Name, Table

_WORD = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|(\w[\w$]*)')
_REMOVING = re.compile(r"\s*(?:DELETE|UPDATE|TRUNCATE|WITH|MERGE|REPLACE)\b", re.IGNORECASE)


def touched(before: Snapshot, after: Snapshot, statements: Iterable[str]) -> set[Name]:
    """The tables of `before` that are other in `after`, or that a statement speaks of."""
    spoken = {word for one in statements for word in words(one)}
    found = {name for name in _changed(before, after) if before.find(snapshot.TABLE, *name) is not None}
    found |= {
        (one.schema, one.name)
        for one in before.entries
        if one.kind == snapshot.TABLE and (one.name in spoken or one.name.lower() in spoken)
    }
    tops = roots(before)
    return {tops.get(name, name) for name in found}


def words(statement: str) -> Iterator[str]:
    """The names and other words of a statement, those without quotes in lower case as well."""
    for double, back, plain in _WORD.findall(statement):
        yield double.replace('""', '"') or back.replace("``", "`") or plain
        yield plain.lower()


def keys_to_come(
    before: Mapping[Name, Table], after: Mapping[Name, Table]
) -> dict[Name, list[tuple[str, ...]]]:
    """The columns of each key that a revision makes, over columns that there were and that no key kept unique."""
    found = {}
    for name in before.keys() & after.keys():
        old = [set(key.columns) for key in before[name].keys if key.columns]
        found[name] = [
            key.columns
            for key in after[name].keys
            if key.columns and set(key.columns) <= before[name].by_name.keys()
            if not any(columns <= set(key.columns) for columns in old)
        ]
    return found


def _changed(before: Snapshot, after: Snapshot) -> Iterator[Name]:
    one, other = _by_place(before), _by_place(after)
    for key in one.keys() | other.keys():
        if one.get(key) != other.get(key):
            entry = (one.get(key) or other[key])[0]
            if entry.kind in (snapshot.ENUM, snapshot.DOMAIN):
                uses = before.columns_of_type(entry.schema, entry.name)
                yield from ((use.schema, use.place.table or "") for use in uses)
            elif entry.table is not None:
                yield entry.schema, entry.table


def _by_place(found: Snapshot) -> Mapping[tuple[str, str | None, str | None, str], list[Entry]]:
    placed: dict[tuple[str, str | None, str | None, str], list[Entry]] = {}
    for one in found.entries:
        placed.setdefault((one.kind, one.schema, one.place.table, one.name), []).append(one)
    return placed


def around(names: Iterable[Name], tables: Mapping[Name, Table], statements: Iterable[str]) -> list[Table]:
    """These tables, those that refer to one whose rows a statement changes, and all that their foreign keys need."""
    wanted = dict.fromkeys(name for name in tables if name in set(names))
    removing = {word for one in statements if _REMOVING.match(one) for word in words(one)}
    for table in tables.values():
        for one in table.references:
            if one.table in wanted and one.table[1] in removing:
                wanted[table.name] = None
    waiting = list(wanted)
    while waiting:
        for one in tables[waiting.pop()].references:
            if one.table in tables and one.table not in wanted:
                wanted[one.table] = None
                waiting.append(one.table)
    return [tables[name] for name in sorted(wanted, key=str)]
