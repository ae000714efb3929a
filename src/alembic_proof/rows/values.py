"""Ordinary values of a column's type, as the text that a server reads, the same ones for the same seed.

The first is the usual one, the third the longest or largest that is still usual, so that a column that gets
narrower loses something.
"""

from __future__ import annotations

import datetime
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic_proof.rows.tables import Column

_TYPE = re.compile(r"(?P<base>[^(\[]*)(?:\((?P<args>[^)]*)\))?(?P<rest>[^\[\]]*)(?P<array>(?:\[\d*\])*)")
_WORDS = [
    "amber",
    "birch",
    "cedar",
    "dune",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "island",
    "jasper",
    "kettle",
    "lantern",
    "meadow",
    "nectar",
    "orchid",
    "pebble",
    "quartz",
    "river",
    "saddle",
    "timber",
    "umber",
    "valley",
    "willow",
    "yarrow",
    "zephyr",
]
LONGEST = 2000  # of a text whose column says how long it may be
_LONG = 300  # of one whose column does not
_FIRST_COUNTED = 1001  # above what revisions that bring rows of their own number by hand
LARGE = 2  # the place of the largest value


@dataclass(frozen=True)
class Values:
    """`at` gives one for each number; from `size` on, where there is one, they are repeated."""

    at: Callable[[int], str]
    size: int | None = None


@dataclass(frozen=True)
class _Wanted:
    name: str
    base: str
    args: tuple[int, ...]
    start: int  # from the seed

    @property
    def limit(self) -> int | None:
        return self.args[0] if self.args else None


_Maker = Callable[[_Wanted], Values]


def ordinary(dialect: str, column: Column, seed: str) -> Values:
    """The values of a column. Of a type that nothing is known of, what some such type may take."""
    type_ = _parsed(column)
    values = _listed(column.labels) if column.labels else _of_type(dialect, column, type_, seed)
    if column.counted:
        first = 101 if type_.base == "tinyint" else _FIRST_COUNTED
        return Values(lambda number: str(first + number))
    return _array(values) if type_.is_array else values


def kind(dialect: str, column: Column) -> str:
    """What is sensible to try where a CHECK speaks of a column: "text", "number", "time", "json", "array" or "other"."""
    type_ = _parsed(column)
    if type_.is_array:
        return "array"
    return "text" if column.labels else _KINDS.get(_maker(dialect, type_.base), "other")


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
    wanted = _Wanted(column.name.lower(), type_.base, args, random.Random(seed).randrange(1, 90))  # noqa: S311
    if type_.base in ("geometry", "geography"):
        return _geometry(type_.args)
    if dialect == "mysql" and type_.base in _SHAPES:
        return _geometry(type_.base)
    if type_.base in ("vector", "halfvec"):
        return _listed([f"[{','.join([one] * (wanted.limit or 3))}]" for one in ("1", "2", "3")])
    make = _maker(dialect, type_.base)
    return _listed(_UNKNOWN) if make is None else make(wanted)


def _maker(dialect: str, base: str) -> _Maker | None:
    found = _MAKERS.get(base) or _MAKERS.get(base.split(" ")[0])
    if found is None and dialect == "sqlite":
        return next((make for part, make in _AFFINITIES if part in base), _decimal)
    return found


def _listed(texts: tuple[str, ...] | list[str]) -> Values:
    return Values(lambda number: texts[number % len(texts)], len(texts))


def _always(*texts: str) -> _Maker:
    return lambda _wanted: _listed(texts)


def _array(values: Values) -> Values:
    def at(number: int) -> str:
        if number % 3 == 1:
            return "{}"
        one = re.sub(r'(["\\])', r"\\\1", values.at(number))
        return f'{{"{one}","{one}"}}' if number == LARGE else f'{{"{one}"}}'

    return Values(at)


_LARGE_INTEGERS = {
    "tinyint": 100,
    "smallint": 30_000,
    "int2": 30_000,
    "bigint": 5_000_000_000,
    "int8": 5_000_000_000,
}


def _integer(wanted: _Wanted) -> Values:
    if wanted.base == "tinyint" and wanted.limit == 1:
        return _boolean(wanted)
    large = _LARGE_INTEGERS.get(wanted.base.split(" ")[0], 70_000)
    return Values(lambda number: str(large if number == LARGE else wanted.start % 50 + number))


def _decimal(wanted: _Wanted) -> Values:
    precision, scale = (*wanted.args, 0, 0)[:2] if wanted.args else (12, 2)
    before = max(precision - scale, 0)
    fraction = f".{'25'.ljust(scale, '0')[:scale]}" if scale > 0 else ""

    def at(number: int) -> str:
        if number == LARGE:
            return f"{'9' * before or '0'}{fraction.replace('0', '9')}"
        whole = (wanted.start + number) % 10 ** min(before, 6)
        return f"{whole}{fraction}" if before else f"0.{str(number + 1).rjust(scale, '0')[-scale:]}"

    return Values(at)


def _float(wanted: _Wanted) -> Values:
    return Values(lambda number: "123456.75" if number == LARGE else f"{wanted.start + number}.5")


def _boolean(_wanted: _Wanted) -> Values:
    return _listed(("1", "0"))


def _text(wanted: _Wanted) -> Values:
    limit = wanted.limit
    if limit in (32, 36) and "char" in wanted.base:
        return _uuid(wanted)

    def at(number: int) -> str:
        word = _WORDS[(wanted.start + number) % len(_WORDS)]
        plain = word if number < len(_WORDS) else f"{word}{number}"
        if "email" in wanted.name:
            plain = f"{plain}@example.com"
        elif re.search(r"ur[il]|link", wanted.name):
            plain = f"https://example.com/{plain}"
        elif number == LARGE:
            plain = _lengthened(plain, min(limit or _LONG, LONGEST))
        return plain if limit is None or len(plain) <= limit else _code(wanted.start + number, limit)

    return Values(at)


def _lengthened(word: str, length: int) -> str:
    return " ".join([word, *_WORDS * (length // 100 + 1)])[:length].strip().ljust(length, "x")


def _code(number: int, length: int) -> str:
    """A short text, no two of the first 26 of which are alike."""
    letters = ""
    for _ in range(min(length, 6)):
        letters = chr(ord("a") + number % 26) + letters
        number //= 26
    return letters[::-1]


def _characters(wanted: _Wanted) -> Values:
    """CHAR(n), which is one character long where it does not say how long."""
    return _text(_Wanted(wanted.name, "char", wanted.args or (1,), wanted.start))


def _bytes(wanted: _Wanted) -> Values:
    limit = wanted.limit or 16

    def at(number: int) -> str:
        return f"{wanted.start + number:02x}" * (
            limit if wanted.base == "binary" else min(limit, 2 + number % 3)
        )

    return Values(at)


def _bytea(wanted: _Wanted) -> Values:
    return Values(lambda number: f"\\x{wanted.start + number:02x}ff")


def _uuid(wanted: _Wanted) -> Values:
    def at(number: int) -> str:
        found = uuid.UUID(
            int=random.Random(f"{wanted.name}{wanted.start}{number}").getrandbits(128), version=4
        )  # noqa: S311
        return found.hex if wanted.limit == 32 else str(found)

    return Values(at)


def _day(wanted: _Wanted, number: int) -> datetime.date:
    return datetime.date(2021, 1, 1) + datetime.timedelta(days=wanted.start * 7 + number * 31)


def _date(wanted: _Wanted) -> Values:
    return Values(lambda number: _day(wanted, number).isoformat())


def _timestamp(wanted: _Wanted) -> Values:
    zone = "+00" if "with time zone" in wanted.base or wanted.base == "timestamptz" else ""
    return Values(lambda number: f"{_day(wanted, number).isoformat()} {8 + number % 12:02}:30:00{zone}")


def _time(wanted: _Wanted) -> Values:
    zone = "+00" if "with time zone" in wanted.base or wanted.base == "timetz" else ""
    return Values(lambda number: f"{number % 24:02}:{wanted.start % 60:02}:00{zone}")


def _year(_wanted: _Wanted) -> Values:
    return Values(lambda number: str(2020 + number % 80))


def _interval(wanted: _Wanted) -> Values:
    return Values(lambda number: f"{wanted.start + number} days" if number % 2 else f"{number + 1} hours")


def _json(_wanted: _Wanted) -> Values:
    return Values(lambda number: f'{{"key": "{_WORDS[number % len(_WORDS)]}"}}' if number else "{}")


def _bits(wanted: _Wanted) -> Values:
    length = wanted.limit or 1
    return Values(
        lambda number: f"{number % 2 ** min(length, 16):b}".rjust(length, "0"), 2 ** min(length, 16)
    )


def _address(wanted: _Wanted) -> Values:
    end = "/32" if wanted.base == "cidr" else ""
    return Values(lambda number: f"192.0.2.{(wanted.start + number) % 250 + 1}{end}")


def _hardware(wanted: _Wanted) -> Values:
    start = "08:00:2b:ff:fe" if wanted.base == "macaddr8" else "08:00:2b"
    end = "" if wanted.base == "macaddr8" else ":01"
    return Values(lambda number: f"{start}:{wanted.start:02x}:{number % 256:02x}{end}")


def _search(wanted: _Wanted) -> Values:
    return Values(lambda number: f"'{_WORDS[(wanted.start + number) % len(_WORDS)]}'")


def _number_range(_wanted: _Wanted) -> Values:
    return Values(lambda number: f"[{number * 100},{number * 100 + 10})")


def _time_range(wanted: _Wanted) -> Values:
    return Values(lambda number: f"[{_day(wanted, number * 2)},{_day(wanted, number * 2 + 1)})")


def _geometry(args: str) -> Values:
    reference = re.search(r"\d+", args)
    start = f"SRID={reference[0]};" if reference else ""
    kind = args.split(",")[0].strip().upper()
    shapes = {
        "POLYGON": "POLYGON((0 0,0 {0},{0} {0},0 0))",
        "MULTIPOLYGON": "MULTIPOLYGON(((0 0,0 {0},{0} {0},0 0)))",
        "LINESTRING": "LINESTRING(0 0,{0} {0})",
    }
    shape = shapes.get(kind, "POINT({0} {0})")
    return Values(lambda number: start + shape.format(number % 80 + 1))


_MAKERS: dict[str, _Maker] = {
    **dict.fromkeys(
        (
            "smallint",
            "integer",
            "int",
            "bigint",
            "tinyint",
            "mediumint",
            "int2",
            "int4",
            "int8",
            "oid",
            "xid",
        ),
        _integer,
    ),
    **dict.fromkeys(("numeric", "decimal", "dec", "money"), _decimal),
    **dict.fromkeys(("real", "double", "double precision", "float"), _float),
    **dict.fromkeys(("boolean", "bool"), _boolean),
    **dict.fromkeys(
        ("text", "character varying", "varchar", "citext", "name", "string", "clob", "nvarchar"), _text
    ),
    **dict.fromkeys(("tinytext", "mediumtext", "longtext"), _text),
    **dict.fromkeys(("character", "char", "bpchar", "nchar"), _characters),
    "bytea": _bytea,
    **dict.fromkeys(("binary", "varbinary", "blob", "tinyblob", "mediumblob", "longblob"), _bytes),
    "uuid": _uuid,
    "date": _date,
    **dict.fromkeys(("timestamp", "timestamptz", "datetime"), _timestamp),
    **dict.fromkeys(("time", "timetz"), _time),
    "year": _year,
    "interval": _interval,
    **dict.fromkeys(("json", "jsonb"), _json),
    "bit": _bits,
    "bit varying": _bits,
    **dict.fromkeys(("inet", "cidr", "inet4", "inet6"), _address),
    **dict.fromkeys(("macaddr", "macaddr8"), _hardware),
    "tsvector": _search,
    "tsquery": _search,
    **dict.fromkeys(("int4range", "int8range", "numrange"), _number_range),
    **dict.fromkeys(("daterange", "tsrange", "tstzrange"), _time_range),
    **dict.fromkeys(
        (
            "int4multirange",
            "int8multirange",
            "nummultirange",
            "datemultirange",
            "tsmultirange",
            "tstzmultirange",
        ),
        _always("{}"),
    ),
    "xml": _always("<a/>", "<a/>", "<b>amber</b>"),
    "point": _always("(1,2)", "(3,4)", "(5,6)"),
    "line": _always("{1,2,3}", "{2,2,3}", "{3,2,3}"),
    "lseg": _always("[(0,0),(1,1)]", "[(0,0),(2,2)]", "[(0,0),(3,3)]"),
    "box": _always("(1,1),(0,0)", "(12,12),(10,10)", "(23,23),(20,20)"),
    "path": _always("[(0,0),(1,1)]", "[(0,0),(2,2)]", "[(0,0),(3,3)]"),
    "polygon": _always("((0,0),(0,1),(1,1))", "((0,0),(0,2),(2,2))", "((0,0),(0,3),(3,3))"),
    "circle": _always("<(0,0),1>", "<(10,10),2>", "<(20,20),3>"),
    "pg_lsn": _always("0/1", "0/2", "0/3"),
    "hstore": _always('"key"=>"amber"', "", '"key"=>"birch"'),
    "ltree": _always("amber", "amber.birch", "amber.birch.cedar"),
}
# What SQLite reads in a declared type of any other name, in its order.
_AFFINITIES: tuple[tuple[str, _Maker], ...] = (
    ("int", _integer),
    ("char", _text),
    ("clob", _text),
    ("text", _text),
    ("blob", _bytes),
    ("real", _float),
    ("floa", _float),
    ("doub", _float),
)
# A composite of some size, a range, an array, a text or a number.
_UNKNOWN = ("(,)", "(,,)", "(,,,)", "(,,,,)", "()", "empty", "{}", "amber", "1")
_SHAPES = ("point", "linestring", "polygon", "multipolygon")  # of MariaDB and MySQL
_KINDS: dict[_Maker | None, str] = {
    **dict.fromkeys((_text, _characters), "text"),
    **dict.fromkeys((_integer, _decimal, _float, _year), "number"),
    **dict.fromkeys((_date, _timestamp), "time"),
    _json: "json",
}
