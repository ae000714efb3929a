"""PostgreSQL's types that are there already: a `create_table` that creates them once more would fail."""

from __future__ import annotations

import copy
from typing import Any, Optional

Type = tuple[Optional[str], str]


def keep(upgrade: Any, downgrade: Any, known: set[Type], dropped: set[Type]) -> None:
    """Have new tables use the `known` types. `dropped` are those that the downgrade has to make again."""
    for table in _new_tables(upgrade):
        _use(table, known)
    for table in _new_tables(downgrade):
        _use(table, known - dropped)


def _new_tables(container: Any) -> list[Any]:
    from alembic.operations import ops

    return [one for one in container.ops if isinstance(one, ops.CreateTableOp)]


def _use(table: Any, there: set[Type]) -> None:
    for number, column in enumerate(table.columns):
        type_ = getattr(column, "type", None)
        name = _name(type_)
        if name in there:
            table.columns[number] = _retyped(column, type_)


def _enum(type_: Any) -> Any:
    from sqlalchemy import ARRAY, Enum

    inner = type_.item_type if isinstance(type_, ARRAY) else type_
    is_native = isinstance(inner, Enum) and inner.native_enum and inner.name
    return inner if is_native else None


def _name(type_: Any) -> Optional[Type]:
    enum = _enum(type_)
    return None if enum is None else (enum.schema, str(enum.name))


def _retyped(column: Any, type_: Any) -> Any:
    """A copy of the column, for it may be the model's own."""
    used = _used(_enum(type_))
    if used is not None and type_ is not _enum(type_):
        array = copy.copy(type_)
        array.item_type, used = used, array
    copied = copy.copy(column)
    copied.type = used
    return copied


def _used(enum: Any) -> Any:
    from sqlalchemy.dialects.postgresql import ENUM

    class Used(ENUM):
        """Not every SQLAlchemy says `create_type` when it shows a type."""

        __module__ = ENUM.__module__

        def __repr__(self) -> str:
            schema = f", schema={self.schema!r}" if self.schema else ""
            labels = "".join(f"{label!r}, " for label in self.enums)
            return f"ENUM({labels}name={str(self.name)!r}{schema}, create_type=False)"

    return Used(*enum.enums, name=str(enum.name), schema=enum.schema, create_type=False)
