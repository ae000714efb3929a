"""One finding a difference: what autogenerate says already, the catalogs do not say again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.catalogs import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.catalogs.snapshot import Change
    from alembic_proof.facts import Operation

_TABLES = ("CreateTableOp", "DropTableOp")
_COMMENTS = ("CreateTableCommentOp", "DropTableCommentOp")
_COLUMNS = ("AddColumnOp", "DropColumnOp", "AlterColumnOp")
_DROPS = ("DropIndexOp", "DropConstraintOp")
_CREATES = {snapshot.UNIQUE: "CreateUniqueConstraintOp", snapshot.FOREIGN_KEY: "CreateForeignKeyOp"}
# What an altered column's aspect takes with it.
_TAKEN = {
    "type": {"type", "collation", "serial", "storage", "compression"},
    "nullable": {"nullable"},
    "server_default": {"default", "serial", "identity", "generated"},
    "comment": {"comment"},
}


def settle(
    changes: Iterable[Change], operations: Mapping[int, Operation]
) -> tuple[list[tuple[Change, tuple[Operation, ...]]], set[int]]:
    """The changes that autogenerate leaves unsaid, each with the operations that are parts of it.

    The second value is the keys of those parts: where Alembic drops a thing and creates it anew, that is one
    change.
    """
    left: list[tuple[Change, tuple[Operation, ...]]] = []
    taken: set[int] = set()
    for change in changes:
        found = [number for number, one in operations.items() if concerns(change, one)]
        mine = tuple(operations[number] for number in found)
        whole = _is_whole(change, mine)
        nameless = any(_drops_nameless(change, one) for one in mine)
        if (whole or nameless) and not taken.intersection(found):
            left.append((change, () if nameless else mine))  # Alembic cannot drop what has no name
            taken.update(found)
        elif not mine or (rest := _unsaid(change, mine)):
            left.append((replace(change, aspects=rest) if mine else change, ()))
    return left, taken


def _is_whole(change: Change, operations: tuple[Operation, ...]) -> bool:
    """Whether operations that are odd to read by themselves are together what the change says."""
    kinds = {one.kind for one in operations}
    if change.kind == snapshot.TABLE:
        return change.aspects == ("comment",) and kinds <= set(_COMMENTS) and bool(kinds)
    return bool(kinds.intersection(_DROPS)) and not kinds <= set(_DROPS)


def concerns(change: Change, operation: Operation) -> bool:
    """Whether an operation of autogenerate is about the same object."""
    entry = change.entry
    if change.kind in (snapshot.SCHEMA, snapshot.SEQUENCE, snapshot.ENUM, snapshot.DOMAIN):
        return not operation.kind.startswith(("Add", "Alter", "Drop", "CreateTable")) and (
            repr(entry.name) in operation.code and operation.table is None
        )
    if (operation.schema, operation.table) != (entry.schema, entry.table):
        return False
    if operation.kind in _TABLES:
        return True
    if change.kind == snapshot.TABLE:
        return operation.kind in _COMMENTS and "comment" in change.aspects
    if change.kind == snapshot.COLUMN:
        return operation.kind in _COLUMNS and operation.column == entry.name
    return operation.kind not in _COLUMNS and _is_of_part(change, operation)


def _is_of_part(change: Change, operation: Operation) -> bool:
    """Whether it is about the same index or constraint, which may have no name in the models."""
    names = {one.name for one in (change.models, change.revisions) if one is not None}
    if operation.name is not None:
        return operation.name in names
    if _drops_nameless(change, operation):
        return True
    nameless = operation.kind == _CREATES.get(change.kind) and change.models is not None
    return nameless and operation.columns == change.entry.columns


def _drops_nameless(change: Change, operation: Operation) -> bool:
    """Whether it drops what has no name on the revisions' side, and so is known by its columns alone."""
    gone = change.revisions
    if gone is None or not gone.nameless or change.kind not in _CREATES:
        return False
    return (
        operation.kind == "DropConstraintOp" and operation.name is None and operation.columns == gone.columns
    )


def _unsaid(change: Change, operations: Iterable[Operation]) -> tuple[str, ...]:
    """The aspects that these operations do not change."""
    said: set[str] = set()
    for operation in operations:
        if operation.kind in _COMMENTS:
            said.add("comment")
        elif operation.kind != "AlterColumnOp":
            return ()
        for aspect in operation.changes:
            said |= _TAKEN.get(aspect, set())
    return tuple(aspect for aspect in change.aspects if aspect not in said)
