"""One SQLite database as a snapshot: PRAGMA table_xinfo for what it says, the stored DDL for all else."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.snapshot import Entry, Place, Snapshot
from alembic_proof.catalogs.sqlite import parsing
from alembic_proof.catalogs.sqlite.tokens import Token, identifier, literal, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alembic_proof.catalogs.base import Rows
    from alembic_proof.catalogs.sqlite.parsing import Constraint, Term

_OBJECTS = r"""
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE type IN ('table', 'view', 'index', 'trigger') AND sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY rowid"""
_COLUMNS = r"""
SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM sqlite_master m, pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.sql NOT LIKE 'CREATE VIRTUAL %'
ORDER BY m.rowid, c.cid"""
_GENERATED = (2, 3)
# Names of one type that SQLite itself treats alike; an INT as the only primary key is not the rowid.
_SYNONYMS = {
    "INT": "INTEGER",
    "INT2": "SMALLINT",
    "INT8": "BIGINT",
    "BOOL": "BOOLEAN",
    "CHARACTER": "CHAR",
    "CHARACTER VARYING": "VARCHAR",
    "DOUBLE PRECISION": "DOUBLE",
    "DEC": "DECIMAL",
}


def read(rows: Rows) -> Snapshot:
    """Read the main database, without SQLite's own tables. `rows` runs a query."""
    columns: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for table, *column in rows(_COLUMNS):
        columns[table].append(tuple(column))
    tables: dict[str, _Table] = {}
    entries: list[Entry] = []
    indexes: list[tuple[str, str, str]] = []
    for kind, name, table, sql in rows(_OBJECTS):
        if kind == "index":
            indexes.append((name, table, sql))
        elif kind == "trigger":
            entries.append(Entry(snapshot.TRIGGER, Place(None, table), name, {}, (), sql))
        elif name in columns:
            tables[name.lower()] = _Table(name, columns[name], sql)
        else:
            other = "view" if kind == "view" else "virtual table"
            entries.append(Entry(snapshot.TABLE, Place(None, None), name, {"kind": other, "options": None}))
    for one in tables.values():
        entries += one.entries(tables)
    entries += [
        tables[table.lower()].index(name, sql) for name, table, sql in indexes if table.lower() in tables
    ]
    return Snapshot(tuple(entries))


class _Table:
    def __init__(self, name: str, rows: Sequence[tuple[Any, ...]], sql: str) -> None:
        self._name = name
        self._sql = sql
        self._place = Place(None, name)
        self._rows = rows
        self._parsed = parsing.parse_table(sql)
        self._names = {str(row[0]).lower(): str(row[0]) for row in rows}
        self._said = {column.name.lower(): column for column in self._parsed.columns}
        self.key = tuple(str(row[0]) for row in sorted(rows, key=lambda row: row[4]) if row[4])

    def entries(self, tables: Mapping[str, _Table]) -> Iterator[Entry]:
        options = ", ".join(self._parsed.options) or None
        yield Entry(
            snapshot.TABLE, Place(None, None), self._name, {"kind": None, "options": options}, (), self._sql
        )
        for row in self._rows:
            yield self._column(*row)
        constraints = [self._constraint(one, tables) for one in self._parsed.constraints]
        named = {(one.kind, one.aspects["definition"]) for one in constraints if not one.nameless}
        said: set[tuple[str, str | None]] = set()
        for one in constraints:
            key = (one.kind, one.aspects["definition"])
            # A column that is both `unique=True` and in a constraint says the same twice.
            if not (one.nameless and (key in said or key in named)):
                yield one
            said.add(key)

    def _column(
        self, name: str, type_: str, required: int, default: str | None, key: int, hidden: int
    ) -> Entry:
        said = self._said.get(name.lower(), parsing.Column(name))
        generated = f"{self._text(said.generated)} {'STORED' if said.stored else 'VIRTUAL'}"
        declared = _declared(type_)
        is_rowid = bool(key) and len(self.key) == 1 and declared == "INTEGER"
        if not (key and len(self.key) == 1):
            declared = _canonical(declared)
        always = is_rowid or (bool(key) and "WITHOUT ROWID" in self._parsed.options)
        conflict = f", ON CONFLICT {said.conflict}" if said.conflict else ""
        aspects = {
            "type": declared,
            "nullable": f"no{conflict}" if required or always else "yes",
            "default": _default(default),
            "generated": generated if hidden in _GENERATED else None,
            "collation": _collation(said.collation),
        }
        return Entry(snapshot.COLUMN, self._place, name, aspects)

    def _constraint(self, one: Constraint, tables: Mapping[str, _Table]) -> Entry:
        conflict = f" ON CONFLICT {one.conflict}" if one.conflict else ""
        columns = [self._own(term.column) for term in one.terms]
        if one.kind == snapshot.CHECK:
            definition = f"CHECK ({self._text(one.condition)})"
            columns = [self._own(token.name) for token in one.condition if token.kind in ("word", "name")]
        elif one.kind == snapshot.FOREIGN_KEY:
            definition = self._reference(one, tables)
        else:
            word = "PRIMARY KEY" if one.kind == snapshot.PRIMARY_KEY else "UNIQUE"
            definition = f"{word} ({self._listed(one.terms)}){conflict}"
        aspects: dict[str, str | None] = {"definition": definition}
        if one.kind == snapshot.PRIMARY_KEY:
            aspects["autoincrement"] = "AUTOINCREMENT" if one.autoincrement else None
        found = tuple(dict.fromkeys(column for column in columns if column is not None))
        return Entry(one.kind, self._place, one.name or definition, aspects, found, nameless=one.name is None)

    def _reference(self, one: Constraint, tables: Mapping[str, _Table]) -> str:
        reference = one.reference
        assert reference is not None
        referred = tables.get(reference.table.lower())
        columns = reference.columns or (referred.key if referred else ())
        there = f" ({', '.join(map(identifier, columns))})" if columns else ""
        target = identifier(referred.name if referred else reference.table)
        clauses = f" {reference.clauses}" if reference.clauses else ""
        return f"FOREIGN KEY ({self._listed(one.terms)}) REFERENCES {target}{there}{clauses}"

    @property
    def name(self) -> str:
        return self._name

    def index(self, name: str, sql: str) -> Entry:
        parsed = parsing.parse_index(sql)
        where = f" WHERE {self._text(parsed.where)}" if parsed.where else ""
        definition = f"{'UNIQUE ' * parsed.unique}({self._listed(parsed.terms)}){where}"
        found = (self._own(term.column) for term in parsed.terms)
        columns = tuple(column for column in found if column is not None)
        return Entry(snapshot.INDEX, self._place, name, {"definition": definition}, columns, sql)

    def _listed(self, terms: Sequence[Term]) -> str:
        return ", ".join(map(self._term, terms))

    def _term(self, term: Term) -> str:
        own = self._own(term.column)
        written = identifier(own) if own else self._text(term.tokens)
        of_column = self._said[own.lower()].collation if own and own.lower() in self._said else None
        collation = term.collation
        if collation is not None and collation.upper() == (of_column or "BINARY").upper():
            collation = None
        return f"{written}{f' COLLATE {collation.upper()}' if collation else ''}{' DESC' * term.descending}"

    def _own(self, name: str | None) -> str | None:
        """A column's name as the table spells it; None for what is none."""
        return None if name is None else self._names.get(name.lower())

    def _text(self, part: Sequence[Token]) -> str:
        return text([self._meant(token) for token in part])

    def _meant(self, token: Token) -> Token:
        """SQLite takes a name in double quotes that no column has for a string."""
        if token.text.startswith('"') and self._own(token.name) is None:
            return Token("string", literal(token.name), token.spaced)
        return token


def _declared(type_: str) -> str:
    """A type with one space between its words and after its commas, in upper case."""
    words = re.sub(r"\s+", " ", type_.strip()).upper()
    words = re.sub(r"\s*\(\s*", "(", words)
    words = re.sub(r"\s*,\s*", ", ", words)
    return re.sub(r"\s*\)", ")", words)


def _canonical(declared: str) -> str:
    word, bracket, rest = declared.partition("(")
    return _SYNONYMS.get(word, word) + bracket + rest


def _collation(name: str | None) -> str | None:
    return None if name is None or name.upper() == "BINARY" else name.upper()


def _default(expression: str | None) -> str | None:
    """SQLite takes a lone name for a string; NULL is what a column has without a default."""
    if expression is None or expression.upper() == "NULL":
        return None
    if re.fullmatch(r'"(?:[^"]|"")*"', expression):
        return literal(expression[1:-1].replace('""', '"'))
    return expression
