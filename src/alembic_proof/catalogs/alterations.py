"""What became of a database between two moments. Pure: two snapshots in, alterations out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from alembic_proof.catalogs.compare import EXPRESSIONS
from alembic_proof.catalogs.snapshot import SEQUENCE, TABLE, Entry, Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from alembic_proof.catalogs.base import Spelling

_DEFINITION = " definition"  # of a view, which is an object of its own
_Key = tuple[str, str | None, str | None, str]


@dataclass(frozen=True)
class Alteration:
    """One object that is there and was not ("left"), was there and is not ("missing"), or is another ("changed").

    `aspects` are those of an object that changed: how each was, and how it is.
    """

    kind: str
    name: str
    how: Literal["left", "missing", "changed"]
    schema: str | None = None
    table: str | None = None
    aspects: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)


def alterations(before: Snapshot, after: Snapshot, spelling: Spelling) -> tuple[Alteration, ...]:
    """What differs, in the order of the snapshots; of a table or a view that comes or goes, that alone."""
    old, new = _by_key(before), _by_key(after)
    single = {(entry.schema, entry.name) for key, entry in (old | new).items() if _is_single(key, old, new)}
    found = (
        *(_standing("missing", entry) for key, entry in old.items() if key not in new),
        *(_standing("left", entry) for key, entry in new.items() if key not in old),
        *_changed(old, new, spelling),
    )
    return tuple(one for one in found if not _goes_with(one, single))


def _is_single(key: _Key, old: Mapping[_Key, Entry], new: Mapping[_Key, Entry]) -> bool:
    """Whether this is a table, or a view, that only one side has."""
    return key[0] == TABLE and (key in old) != (key in new)


def _goes_with(one: Alteration, tables: Collection[tuple[str | None, str]]) -> bool:
    """Whether it is a part of one of these tables, or the sequence that the server made for a column of it."""
    if one.kind == SEQUENCE:
        return any(one.schema == schema and one.name.startswith(f"{name}_") for schema, name in tables)
    return (one.schema, one.name if one.kind.endswith(_DEFINITION) else one.table) in tables


def _by_key(snapshot: Snapshot) -> dict[_Key, Entry]:
    return {_key(entry): entry for entry in snapshot.entries}


def _key(entry: Entry) -> _Key:
    name = f"{entry.name} {entry.aspects.get('definition')}" if entry.nameless else entry.name
    return entry.kind, entry.schema, entry.place.table, name


def _standing(how: Literal["left", "missing"], entry: Entry) -> Alteration:
    kind = entry.aspects.get("kind") if entry.kind == TABLE else None
    return Alteration(kind or entry.kind, entry.name, how, entry.schema, entry.place.table)


def _changed(
    old: Mapping[_Key, Entry], new: Mapping[_Key, Entry], spelling: Spelling
) -> Iterator[Alteration]:
    for key, entry in new.items():
        if key in old:
            aspects = dict(_aspects(old[key], entry, spelling))
            if aspects:
                place = entry.schema, entry.place.table
                yield Alteration(entry.kind, entry.name, "changed", *place, aspects)


def _aspects(
    before: Entry, after: Entry, spelling: Spelling
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    for aspect in dict.fromkeys((*before.aspects, *after.aspects)):
        was, is_now = before.aspects.get(aspect), after.aspects.get(aspect)
        if was == is_now or (aspect in EXPRESSIONS and spelling.same(was, is_now)):
            continue
        if aspect == "default" and spelling.same_constant(was, is_now, after.aspects.get("type") or ""):
            continue
        yield aspect, (was, is_now)
