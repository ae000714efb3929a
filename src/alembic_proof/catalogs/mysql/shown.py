"""What SHOW CREATE TABLE prints, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.mysql.quoting import names
from alembic_proof.catalogs.snapshot import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Place

IMPLIED = "index of a foreign key"  # which the server makes by itself
INLINE = "inline"  # a CHECK that stands in its column
_LINE = re.compile(r"  (?=`|PRIMARY |UNIQUE |KEY |FULLTEXT |SPATIAL |CONSTRAINT |PERIOD |CHECK |FOREIGN )")
_KEY = re.compile(
    r"(?P<kind>(?:UNIQUE |FULLTEXT |SPATIAL )?KEY) (?P<name>`(?:[^`]|``)*`) (?P<rest>.*)", re.DOTALL
)
_CONSTRAINT = re.compile(
    r"(?:CONSTRAINT (?P<name>`(?:[^`]|``)*`) )?(?P<rest>(?:FOREIGN KEY|CHECK) .*)", re.DOTALL
)
# How a version before this one would not understand it.
_VERSIONED = re.compile(r"/\*!\d+ (.*?) \*/ ?", re.DOTALL)
_USUAL_INDEX = re.compile(r" USING BTREE\b")
_HIDDEN = re.compile(r" (IGNORED|INVISIBLE)\Z")
_USUAL_ACTION = re.compile(r" ON (?:DELETE|UPDATE) (?:RESTRICT|NO ACTION)\b")
_REFERENCE = re.compile(r"FOREIGN KEY \((?P<columns>(?:`(?:[^`]|``)*`(?:, ?)?)+)\)")


class Parts(NamedTuple):
    columns: dict[str, str]  # the line of each
    others: tuple[str, ...]


def parts(sql: str) -> Parts:
    """The lines between the table's parentheses."""
    columns: dict[str, str] = {}
    others: list[str] = []
    for line in _lines(sql):
        if line.startswith("`"):
            columns[names(line)[0]] = line
        else:
            others.append(_VERSIONED.sub(r"\1", line))
    return Parts(columns, tuple(others))


def _lines(sql: str) -> Iterator[str]:
    body, _, _ = sql.partition("\n")[2].rpartition("\n) ")
    found: list[str] = []
    for line in body.split("\n"):
        if _LINE.match(line) or not found:
            found.append(line)
        else:
            found[-1] += f"\n{line}"
    return (line.removesuffix(",").removeprefix("  ") for line in found)


def after(sql: str) -> str:
    """What follows the table's parentheses: its options and partitions."""
    return _VERSIONED.sub(r"\1", sql.rpartition("\n) ")[2])


def entries(place: Place, found: Parts) -> Iterator[Entry]:
    """A table's keys and constraints. An index that only serves a foreign key is of a kind of its own."""
    constraints = [_constraint(place, line) for line in found.others if _CONSTRAINT.match(line)]
    yield from constraints
    keys = {one.columns: one.name for one in constraints if one.kind == snapshot.FOREIGN_KEY}
    for line in found.others:
        key = _key(place, line)
        if key is not None:
            yield _implied(key) if _is_implied(key, keys) else key


def _constraint(place: Place, line: str) -> Entry:
    found = _CONSTRAINT.match(line)
    assert found is not None
    definition = found["rest"]
    name = names(found["name"])[0] if found["name"] else ""
    reference = _REFERENCE.match(definition)
    if reference is None:
        return Entry(snapshot.CHECK, place, name, {"definition": definition}, names(definition))
    aspects = {"definition": _USUAL_ACTION.sub("", definition)}
    return Entry(snapshot.FOREIGN_KEY, place, name, aspects, names(reference["columns"]))


def _key(place: Place, line: str) -> Entry | None:
    line = _USUAL_INDEX.sub("", line)
    if line.startswith("PRIMARY KEY"):
        return Entry(snapshot.PRIMARY_KEY, place, "PRIMARY", {"definition": line}, names(line))
    found = _KEY.match(line)
    if found is None:
        return None
    definition = f"{found['kind']} {found['rest']}"
    hidden = _HIDDEN.search(definition)
    definition = _HIDDEN.sub("", definition)
    kind = snapshot.UNIQUE if found["kind"].startswith("UNIQUE") else snapshot.INDEX
    listed = re.sub(r" (COMMENT '|WITH PARSER ).*", "", definition, flags=re.DOTALL)
    aspects = {"definition": definition, "visibility": hidden[1] if hidden else None}
    return Entry(kind, place, names(found["name"])[0], aspects, names(listed))


def _is_implied(key: Entry, keys: dict[tuple[str, ...], str]) -> bool:
    """Whether the server made it for a foreign key and named it after that, or after its first column."""
    if key.columns not in keys or key.aspects["definition"] != _plain(key.columns):
        return False
    first = key.columns[0]
    return key.name == keys[key.columns] or re.fullmatch(rf"{re.escape(first)}(_\d+)?", key.name) is not None


def _plain(columns: tuple[str, ...]) -> str:
    listed = ",".join("`{}`".format(column.replace("`", "``")) for column in columns)
    return f"KEY ({listed})"


def _implied(key: Entry) -> Entry:
    return Entry(IMPLIED, key.place, key.name, {}, key.columns)
