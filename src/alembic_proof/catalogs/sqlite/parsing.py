"""SQLite's stored CREATE TABLE and CREATE INDEX statements as plain data.

SQLite checked them when it stored them, so nothing here is refused; and it edits their text when a table is altered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic_proof.catalogs import snapshot
from alembic_proof.catalogs.sqlite.tokens import Token, tokens

_CONSTRAINTS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")
_IN_COLUMN = (
    *_CONSTRAINTS,
    "NOT",
    "NULL",
    "DEFAULT",
    "COLLATE",
    "REFERENCES",
    "GENERATED",
    "AS",
    "ON",
    "DEFERRABLE",
)


@dataclass(frozen=True)
class Term:
    """One column or expression of an index or a key."""

    tokens: tuple[Token, ...]
    collation: str | None = None
    descending: bool = False

    @property
    def column(self) -> str | None:
        """The name, where it may be one of a column."""
        return self.tokens[0].name if len(self.tokens) == 1 else None


@dataclass(frozen=True)
class Reference:
    table: str
    columns: tuple[str, ...] = ()  # none where the primary key is meant
    clauses: str = ""  # actions and deferral, but for what goes without saying


@dataclass(frozen=True)
class Constraint:
    kind: str
    name: str | None = None
    terms: tuple[Term, ...] = ()
    condition: tuple[Token, ...] = ()
    reference: Reference | None = None
    conflict: str = ""  # ON CONFLICT's word
    autoincrement: bool = False


@dataclass(frozen=True)
class Column:
    """What PRAGMA table_xinfo does not say of a column."""

    name: str
    collation: str | None = None
    generated: tuple[Token, ...] = ()
    stored: bool = False
    conflict: str = ""  # that of NOT NULL


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Index:
    unique: bool
    terms: tuple[Term, ...]
    where: tuple[Token, ...] = ()


def parse_table(sql: str) -> Table:
    """A stored CREATE TABLE statement, not one of a virtual table."""
    cursor = _Cursor(tokens(sql))
    while not (cursor.at_end or cursor.is_at("(")):
        cursor.take()
    body = _Body(_Cursor(cursor.group()))
    body.parse()
    rest = " ".join(token.word or "," for token in cursor.rest())
    options = tuple(sorted(option.strip() for option in rest.split(",") if option.strip()))
    return Table(tuple(body.columns), tuple(body.constraints), options)


def parse_index(sql: str) -> Index:
    """A stored CREATE INDEX statement."""
    cursor = _Cursor(tokens(sql))
    unique = False
    while not cursor.at_end and not cursor.is_at("("):
        unique = unique or cursor.word == "UNIQUE"
        cursor.take()
    terms = _terms(cursor.group())
    cursor.skip("WHERE")
    return Index(unique, terms, tuple(cursor.rest()))


class _Cursor:
    def __init__(self, found: list[Token]) -> None:
        self._found = found
        self._place = 0

    @property
    def at_end(self) -> bool:
        return self._place >= len(self._found)

    @property
    def word(self) -> str:
        return "" if self.at_end else self._found[self._place].word

    def is_at(self, sign: str) -> bool:
        return not self.at_end and self._found[self._place].text == sign

    def take(self) -> Token:
        self._place += 1
        return self._found[self._place - 1]

    def skip(self, *words: str) -> bool:
        """Go past these words, if they are what comes next."""
        coming = tuple(token.word for token in self._found[self._place : self._place + len(words)])
        if coming != words:
            return False
        self._place += len(words)
        return True

    def group(self) -> list[Token]:
        """What stands in the parentheses that open here."""
        depth, start = 0, self._place + 1
        while not self.at_end:
            sign = self.take().text
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                break
        return self._found[start : self._place - 1]

    def operand(self) -> list[Token]:
        """What DEFAULT takes: a signed number, a literal, a name, or parentheses."""
        if self.is_at("("):
            return self.group()
        signs = [self.take()] if self.is_at("-") or self.is_at("+") else []
        return [*signs, self.take()]

    def rest(self) -> list[Token]:
        found = self._found[self._place :]
        self._place = len(self._found)
        return found


@dataclass
class _Body:
    """What stands between a table's parentheses."""

    cursor: _Cursor
    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)

    def parse(self) -> None:
        cursor = self.cursor
        while not cursor.at_end:
            if cursor.is_at(","):
                cursor.take()
            elif cursor.word in _CONSTRAINTS:
                self._constraint(None)
            else:
                self._column()

    def _column(self) -> None:
        cursor, facts = self.cursor, _ColumnFacts(self.cursor.take())
        while not (cursor.at_end or cursor.is_at(",") or cursor.word in _IN_COLUMN):
            if cursor.is_at("("):
                cursor.group()
            else:
                cursor.take()
        while not (cursor.at_end or cursor.is_at(",") or cursor.word == "FOREIGN"):
            self._of_column(facts)
        self.columns.append(facts.column())

    def _of_column(self, facts: _ColumnFacts) -> None:
        cursor = self.cursor
        if cursor.word in _CONSTRAINTS or cursor.word == "REFERENCES":
            self._constraint(facts)
        elif cursor.skip("NOT", "NULL"):
            facts.conflict = self._conflict()
        elif cursor.skip("DEFAULT"):
            cursor.operand()
        elif cursor.skip("COLLATE"):
            facts.collation = cursor.take().name
        elif cursor.skip("AS"):
            facts.generated = tuple(cursor.group())
            facts.stored = cursor.word == "STORED"
        else:
            cursor.take()

    def _constraint(self, facts: _ColumnFacts | None) -> None:
        cursor, name = self.cursor, None
        while cursor.skip("CONSTRAINT"):
            name = cursor.take().name
        if facts is not None and cursor.word not in (*_CONSTRAINTS, "REFERENCES"):
            return  # the name of a NOT NULL, a DEFAULT or the like, which is forgotten
        own = (Term((facts.token,)),) if facts is not None else ()
        if cursor.skip("PRIMARY", "KEY"):
            self._key(snapshot.PRIMARY_KEY, name, own)
        elif cursor.skip("UNIQUE"):
            self._key(snapshot.UNIQUE, name, own)
        elif cursor.skip("CHECK"):
            self.constraints.append(Constraint(snapshot.CHECK, name, (), tuple(cursor.group())))
            self._conflict()  # which SQLite takes and never heeds
        elif cursor.skip("FOREIGN", "KEY") or cursor.word == "REFERENCES":
            terms = own or _terms(cursor.group())
            cursor.skip("REFERENCES")
            self.constraints.append(Constraint(snapshot.FOREIGN_KEY, name, terms, (), self._reference()))

    def _key(self, kind: str, name: str | None, own: tuple[Term, ...]) -> None:
        cursor = self.cursor
        found = cursor.group() if cursor.is_at("(") else []
        counted = bool(found) and found[-1].word == "AUTOINCREMENT"
        terms = _terms(found[:-1] if counted else found) or own
        if cursor.skip("DESC"):
            terms = tuple(Term(term.tokens, None, descending=True) for term in terms)
        cursor.skip("ASC")
        conflict = self._conflict()
        counted = cursor.skip("AUTOINCREMENT") or counted
        self.constraints.append(Constraint(kind, name, terms, (), None, conflict, counted))

    def _conflict(self) -> str:
        if not self.cursor.skip("ON", "CONFLICT"):
            return ""
        word = self.cursor.take().word
        return "" if word == "ABORT" else word

    def _reference(self) -> Reference:
        cursor = self.cursor
        table = cursor.take().name
        columns = tuple(term.column or "" for term in _terms(cursor.group())) if cursor.is_at("(") else ()
        clauses: list[str] = []
        while clause := self._clause():
            clauses.append(clause)
        return Reference(table, columns, " ".join(sorted(one for one in clauses if one != "-")))

    def _clause(self) -> str:
        """One clause of a reference; "-" where it says what goes without saying, "" where there is none."""
        cursor = self.cursor
        for event in ("DELETE", "UPDATE"):
            if cursor.skip("ON", event):
                return self._action(event)
        if cursor.skip("MATCH"):
            word = cursor.take().name.upper()
            return "-" if word == "SIMPLE" else f"MATCH {word}"
        if cursor.skip("NOT", "DEFERRABLE"):
            _ = cursor.skip("INITIALLY", "DEFERRED") or cursor.skip("INITIALLY", "IMMEDIATE")
            return "-"
        if cursor.skip("DEFERRABLE"):
            if cursor.skip("INITIALLY", "DEFERRED"):
                return "DEFERRABLE INITIALLY DEFERRED"
            cursor.skip("INITIALLY", "IMMEDIATE")
            return "DEFERRABLE"
        return ""

    def _action(self, event: str) -> str:
        if self.cursor.skip("NO", "ACTION"):
            return "-"
        start = "SET " if self.cursor.skip("SET") else ""
        return f"ON {event} {start}{self.cursor.take().word}"


@dataclass
class _ColumnFacts:
    token: Token
    collation: str | None = None
    generated: tuple[Token, ...] = ()
    stored: bool = False
    conflict: str = ""

    def column(self) -> Column:
        return Column(self.token.name, self.collation, self.generated, self.stored, self.conflict)


def _terms(found: list[Token]) -> tuple[Term, ...]:
    """What stands between commas, without its COLLATE and its direction."""
    return tuple(_term(part) for part in split(found) if part)


def _term(part: list[Token]) -> Term:
    collation, descending = None, False
    if len(part) > 1 and part[-1].word in ("ASC", "DESC"):
        descending = part[-1].word == "DESC"
        part = part[:-1]
    if len(part) > 2 and part[-2].word == "COLLATE":
        collation = part[-1].name
        part = part[:-2]
    return Term(tuple(part), collation, descending)


def split(found: list[Token]) -> list[list[Token]]:
    """The parts between commas that stand in no parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
