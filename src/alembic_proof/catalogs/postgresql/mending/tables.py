"""A table itself: what ALTER TABLE changes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.catalogs.postgresql.mending.words import altered_options, comment, names
from alembic_proof.catalogs.postgresql.quoting import identifier, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Change, Sides

_WORDS = {"access method": "SET ACCESS METHOD", "tablespace": "SET TABLESPACE"}
_USUAL = {"access method": "heap", "tablespace": "pg_default"}


def table(change: Change, sides: Sides) -> Iterator[str]:
    del sides
    name = qualified(change.entry.schema, change.entry.name)
    if {"kind", "partitioning"} & set(change.aspects):
        yield _made_anew(change, name)
        return
    if {"inheritance", "partition bound"} & set(change.aspects):
        yield from _inheritance(change, name)
    for aspect in change.aspects:
        yield from _altered(change, aspect, f"ALTER TABLE {name}")


def _made_anew(change: Change, name: str) -> str:
    """What cannot be altered, and for whose rows only a person can find the place."""
    theirs, partitioning = change.sides("kind")[0], change.sides("partitioning")[1]
    if theirs not in (None, "partitioned table"):
        return f"# {name} is a {theirs}: drop it and create the table, or leave it out by include_object in env.py"
    anew = f"PARTITION BY {partitioning} and with partitions" if partitioning else "without PARTITION BY"
    return f"# partitioning cannot be altered: rename {name}, create it {anew}, copy the rows, drop the old table"


def _inheritance(change: Change, name: str) -> Iterator[str]:
    theirs, ours = (names(side) for side in change.sides("inheritance"))
    if "inheritance" not in change.aspects:
        theirs = ours = names(change.entry.aspects["inheritance"])
    their_bound, our_bound = (
        side.aspects["partition bound"] if side else None for side in (change.revisions, change.models)
    )
    unchanged = set(theirs) & set(ours) if their_bound == our_bound else set()
    for parent in theirs:
        if parent not in unchanged:
            detached = f"ALTER TABLE {parent} DETACH PARTITION {name}"
            yield detached if their_bound else f"ALTER TABLE {name} NO INHERIT {parent}"
    for parent in ours:
        if parent not in unchanged:
            attached = f"ALTER TABLE {parent} ATTACH PARTITION {name} {our_bound}"
            yield attached if our_bound else f"ALTER TABLE {name} INHERIT {parent}"


def _altered(change: Change, aspect: str, target: str) -> Iterator[str]:
    theirs, ours = change.sides(aspect)
    if aspect == "persistence":
        yield f"{target} SET {'LOGGED' if ours is None else ours.upper()}"
    elif aspect == "storage options":
        yield from altered_options(target, theirs, ours)
    elif aspect == "comment":
        yield comment(target.removeprefix("ALTER "), ours)
    elif aspect in _WORDS:
        yield f"{target} {_WORDS[aspect]} {identifier(ours or _USUAL[aspect])}"
    elif aspect == "replica identity":
        yield f"{target} REPLICA IDENTITY {ours or 'DEFAULT'}"
    elif aspect == "row security":
        if theirs is None:
            yield f"{target} ENABLE ROW LEVEL SECURITY"
        elif ours is None:
            yield f"{target} DISABLE ROW LEVEL SECURITY"
        yield f"{target} {'' if ours == 'forced' else 'NO '}FORCE ROW LEVEL SECURITY"
