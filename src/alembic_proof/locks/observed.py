"""The statements of a revision, each with what the server said of its transaction right after it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Message = Mapping[str, Any]


class Mode(enum.IntEnum):
    """PostgreSQL's locks of tables that keep others from writing, the last one from reading too."""

    SHARE = 1
    SHARE_ROW_EXCLUSIVE = 2
    EXCLUSIVE = 3
    ACCESS_EXCLUSIVE = 4

    def __str__(self) -> str:
        return self.name.replace("_", " ")


MODES = {
    "ShareLock": Mode.SHARE,
    "ShareRowExclusiveLock": Mode.SHARE_ROW_EXCLUSIVE,
    "ExclusiveLock": Mode.EXCLUSIVE,
    "AccessExclusiveLock": Mode.ACCESS_EXCLUSIVE,
}


@dataclass(frozen=True)
class Relation:
    """A table, materialized view or index that was there before the revision.

    `kind` is that of `pg_class`, `table` an index's, `parent` a partition's or another child's.
    """

    kind: str
    name: str
    table: int | None = None
    parent: int | None = None


@dataclass(frozen=True)
class State:
    """A relation's file, which is another one once it was written anew, and how often it was gone through whole."""

    node: int | None
    scans: int


@dataclass(frozen=True)
class Look:
    """What is held at one moment, and what was done until then.

    `states` are those of the relations that are held, and of all of them where the transaction before had ended.
    """

    transaction: str
    lock_timeout: str
    held: Mapping[int, frozenset[Mode]]  # of each relation those that keep somebody from something
    states: Mapping[int, State]


@dataclass(frozen=True)
class Statement:
    """One statement and the revision's line; without `sql` what was done by other ways than SQLAlchemy's."""

    sql: str | None
    line: int | None = None


@dataclass(frozen=True)
class Ran:
    """A statement, and what was seen right after it. The first of a revision has no `sql`: it comes before all."""

    statement: Statement
    look: Look


@dataclass(frozen=True)
class Watched:
    """All statements of one revision, and the relations that were there before it."""

    ran: tuple[Ran, ...] = ()
    existing: Mapping[int, Relation] = field(default_factory=dict)


def read(messages: Iterable[Message], small: Collection[str] = ()) -> Watched:
    """What the probe says of a revision's statements. Tables that are `small`, by patterns, count as not there."""
    seen = [one for one in messages if one["seen"] is not None]
    relations = seen[0]["seen"]["relations"] if seen else ()
    existing = {
        oid: Relation(kind, name if schema == "public" else f"{schema}.{name}", table, parent)
        for oid, kind, schema, name, table, parent, _, _ in relations
    }
    out = {oid for oid, one in existing.items() if any(fnmatchcase(one.name, pattern) for pattern in small)}
    return Watched(
        tuple(Ran(Statement(one["sql"], one["line"]), _look(one["seen"])) for one in seen),
        {oid: one for oid, one in existing.items() if oid not in out and one.table not in out},
    )


def _look(seen: Message) -> Look:
    held: dict[int, set[Mode]] = {}
    states: dict[int, State] = {}
    for relation, mode, node, scans in seen["held"]:
        if mode in MODES:
            held.setdefault(relation, set()).add(MODES[mode])
        states[relation] = State(node, scans or 0)
    for relation, *_, node, scans in seen["relations"] or ():
        states[relation] = State(node, scans or 0)
    return Look(
        seen["transaction"],
        seen["lock_timeout"],
        {one: frozenset(modes) for one, modes in held.items()},
        states,
    )
