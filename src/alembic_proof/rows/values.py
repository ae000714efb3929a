"""Ordinary values of a column, the same ones for the same seed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.rows import makers
from alembic_proof.rows.makers import Values, Wanted

if TYPE_CHECKING:
    from alembic_proof.rows.tables import Column

_TYPE = re.compile(r"(?P<base>[^(\[]*)(?:\((?P<args>[^)]*)\))?(?P<rest>[^\[\]]*)(?P<array>(?:\[\d*\])*)")

# A composite of some size, a range, an array, a text or a number.
_UNKNOWN = ("(,)", "(,,)", "(,,,)", "(,,,,)", "()", "empty", "{}", "amber", "1")
_GEOMETRIES = ("geometry", "geography")
_VECTORS = ("vector", "halfvec")
_SIZED = (*_GEOMETRIES, *_VECTORS)
_SHAPES = ("point", "linestring", "polygon", "multipolygon")  # of MariaDB and MySQL
_FIRST_COUNTED = 1001  # above what revisions that bring rows of their own number by hand


def ordinary(dialect: str, column: Column, seed: str) -> Values:
    """The values of a column. Of a type that nothing is known of, what some such type may take."""
    type_ = _parsed(column)
    values = makers.listed(column.labels) if column.labels else _of_type(dialect, column, type_, seed)
    if column.counted:
        first = 101 if type_.base == "tinyint" else _FIRST_COUNTED
        return Values(lambda number: str(first + number))
    return makers.array(values) if type_.is_array else values


def kind(dialect: str, column: Column) -> str:
    """What is sensible where a CHECK speaks of a column: "text", "number", "time", "json", "array" or "other"."""
    type_ = _parsed(column)
    if type_.is_array:
        return "array"
    make = makers.found(dialect, type_.base)
    return "text" if column.labels else makers.KINDS.get(make, "other") if make else "other"


def is_known(dialect: str, column: Column) -> bool:
    """Whether the name of its type, or a list of labels, says what it takes."""
    base = _parsed(column).base
    return bool(column.labels) or base in _SIZED or makers.found(dialect, base) is not None


@dataclass(frozen=True)
class _Type:
    base: str
    args: str
    is_array: bool


def _parsed(column: Column) -> _Type:
    found = _TYPE.fullmatch(column.type.strip())
    if found is None:
        return _Type(column.type, "", is_array=False)
    zone = f" {found['rest'].strip()}" if "with" in found["rest"] else ""
    return _Type(f"{found['base'].strip()}{zone}".lower(), found["args"] or "", bool(found["array"]))


def _of_type(dialect: str, column: Column, type_: _Type, seed: str) -> Values:
    args = tuple(int(one) for one in re.findall(r"\d+", type_.args))
    wanted = Wanted(column.name.lower(), type_.base, args, random.Random(seed).randrange(1, 90))  # noqa: S311
    if type_.base in _GEOMETRIES:
        return makers.geometry(type_.args)
    if dialect == "mysql" and type_.base in _SHAPES:
        return makers.geometry(type_.base)
    if type_.base in _VECTORS:
        return makers.listed([f"[{','.join([one] * (wanted.limit or 3))}]" for one in ("1", "2", "3")])
    make = makers.found(dialect, type_.base)
    return makers.listed(_UNKNOWN) if make is None else make(wanted)
