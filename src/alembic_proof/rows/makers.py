"""The values of each type, as the text that a server reads.

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

_LIST = """
    amber birch cedar dune ember fjord grove harbor island jasper kettle lantern meadow nectar orchid pebble quartz
    river saddle timber umber valley willow yarrow zephyr
"""
_WORDS = _LIST.split()
LONGEST = 2000  # of a text whose column says how long it may be
_LONG = 300  # of one whose column does not
LARGE = 2  # the place of the largest value


@dataclass(frozen=True)
class Values:
    """`at` gives one for each number; from `size` on, where there is one, they are repeated."""

    at: Callable[[int], str]
    size: int | None = None


@dataclass(frozen=True)
class Wanted:
    name: str
    base: str
    args: tuple[int, ...]
    start: int  # from the seed

    @property
    def limit(self) -> int | None:
        return self.args[0] if self.args else None


Maker = Callable[[Wanted], Values]


def listed(texts: tuple[str, ...] | list[str]) -> Values:
    return Values(lambda number: texts[number % len(texts)], len(texts))


def _always(*texts: str) -> Maker:
    return lambda _wanted: listed(texts)


def array(values: Values) -> Values:
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


def _integer(wanted: Wanted) -> Values:
    if wanted.base == "tinyint" and wanted.limit == 1:
        return _boolean(wanted)
    large = _LARGE_INTEGERS.get(wanted.base.split(" ")[0], 70_000)
    return Values(lambda number: str(large if number == LARGE else wanted.start % 50 + number))


def _decimal(wanted: Wanted) -> Values:
    precision, scale = (*wanted.args, 0, 0)[:2] if wanted.args else (12, 2)
    before = max(precision - scale, 0)
    fraction = f".{'25'.ljust(scale, '0')[:scale]}" if scale > 0 else ""

    def at(number: int) -> str:
        if number == LARGE:
            return f"{'9' * before or '0'}{fraction.replace('0', '9')}"
        whole = (wanted.start + number) % 10 ** min(before, 6)
        return f"{whole}{fraction}" if before else f"0.{str(number + 1).rjust(scale, '0')[-scale:]}"

    return Values(at)


def _float(wanted: Wanted) -> Values:
    return Values(lambda number: "123456.75" if number == LARGE else f"{wanted.start + number}.5")


def _boolean(_wanted: Wanted) -> Values:
    return listed(("1", "0"))


def _text(wanted: Wanted) -> Values:
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


def _characters(wanted: Wanted) -> Values:
    """CHAR(n), which is one character long where it does not say how long."""
    return _text(Wanted(wanted.name, "char", wanted.args or (1,), wanted.start))


def _bytes(wanted: Wanted) -> Values:
    limit = wanted.limit or 16

    def at(number: int) -> str:
        return f"{32 + (wanted.start + number) % 90:02x}" * (
            limit if wanted.base == "binary" else min(limit, 2 + number % 3)
        )

    return Values(at)


def _bytea(wanted: Wanted) -> Values:
    return Values(lambda number: f"\\x{wanted.start + number:02x}ff")


def _uuid(wanted: Wanted) -> Values:
    def at(number: int) -> str:
        draw = random.Random(f"{wanted.name}{wanted.start}{number}")  # noqa: S311
        found = uuid.UUID(int=draw.getrandbits(128), version=4)
        return found.hex if wanted.limit == 32 else str(found)

    return Values(at)


def _day(wanted: Wanted, number: int) -> datetime.date:
    return datetime.date(2021, 1, 1) + datetime.timedelta(days=wanted.start * 7 + number * 31)


def _date(wanted: Wanted) -> Values:
    return Values(lambda number: _day(wanted, number).isoformat())


def _timestamp(wanted: Wanted) -> Values:
    zone = "+00" if "with time zone" in wanted.base or wanted.base == "timestamptz" else ""
    return Values(lambda number: f"{_day(wanted, number).isoformat()} {8 + number % 12:02}:30:00{zone}")


def _time(wanted: Wanted) -> Values:
    zone = "+00" if "with time zone" in wanted.base or wanted.base == "timetz" else ""
    return Values(lambda number: f"{number % 24:02}:{wanted.start % 60:02}:00{zone}")


def _year(_wanted: Wanted) -> Values:
    return Values(lambda number: str(2020 + number % 80))


def _interval(wanted: Wanted) -> Values:
    return Values(lambda number: f"{wanted.start + number} days" if number % 2 else f"{number + 1} hours")


def _json(_wanted: Wanted) -> Values:
    return Values(lambda number: f'{{"key": "{_WORDS[number % len(_WORDS)]}"}}' if number else "{}")


def _bits(wanted: Wanted) -> Values:
    length = wanted.limit or 1
    return Values(
        lambda number: f"{number % 2 ** min(length, 16):b}".rjust(length, "0"), 2 ** min(length, 16)
    )


def _address(wanted: Wanted) -> Values:
    end = "/32" if wanted.base == "cidr" else ""
    return Values(lambda number: f"192.0.2.{(wanted.start + number) % 250 + 1}{end}")


def _hardware(wanted: Wanted) -> Values:
    middle = ":ff:fe" if wanted.base == "macaddr8" else ""
    return Values(lambda number: f"08:00:2b{middle}:{wanted.start:02x}:{number % 256:02x}:01")


def _search(wanted: Wanted) -> Values:
    return Values(lambda number: f"'{_WORDS[(wanted.start + number) % len(_WORDS)]}'")


def _number_range(_wanted: Wanted) -> Values:
    return Values(lambda number: f"[{number * 100},{number * 100 + 10})")


def _time_range(wanted: Wanted) -> Values:
    return Values(lambda number: f"[{_day(wanted, number * 2)},{_day(wanted, number * 2 + 1)})")


def geometry(args: str) -> Values:
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


MAKERS: dict[str, Maker] = {
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
AFFINITIES: tuple[tuple[str, Maker], ...] = (
    ("int", _integer),
    ("char", _text),
    ("clob", _text),
    ("text", _text),
    ("blob", _bytes),
    ("real", _float),
    ("floa", _float),
    ("doub", _float),
)
KINDS: dict[Maker, str] = {
    **dict.fromkeys((_text, _characters), "text"),
    **dict.fromkeys((_integer, _decimal, _float, _year), "number"),
    **dict.fromkeys((_date, _timestamp), "time"),
    _json: "json",
}


def found(dialect: str, base: str) -> Maker | None:
    """What makes the values of a type, None for one that is not known. SQLite takes any name for a type."""
    make = MAKERS.get(base) or MAKERS.get(base.split(" ")[0])
    if make is None and dialect == "sqlite":
        return next((one for part, one in AFFINITIES if part in base), _decimal)
    return make
