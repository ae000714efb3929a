"""What the probe asks of the rows that a revision is tried on. All of it is a conversation over its connection."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs.all_catalogs import CATALOGS
from alembic_proof.catalogs.states import snapshot
from alembic_proof.errors import UsageError
from alembic_proof.rows import around, fill, read_tables, touched, wording
from alembic_proof.rows.contents import added, losses, read_contents
from alembic_proof.rows.filling import Query, Several, Try
from alembic_proof.rows.lines import line_of
from alembic_proof.rows.script import statements
from alembic_proof.rows.showing import added_check, failing_row, shown, spoken_columns
from alembic_proof.rows.tables import roots
from alembic_proof.rows.touched import keys_to_come

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from alembic_proof.databases import Database
    from alembic_proof.probe import Message
    from alembic_proof.rows.contents import Contents
    from alembic_proof.rows.tables import Name, Table
    from alembic_proof.rows.wording import Row
    from alembic_proof.settings import EnvironmentSettings
    from alembic_proof.trials import Trial

_Work = Generator[Any, Any, "Message"]


@dataclass(frozen=True)
class Call:
    """A function of the project's, to be called with its connection."""

    path: str


@dataclass(frozen=True)
class Given:
    """The rows that a project gives: the text of an SQL file, or a function. `name` is what the setting says."""

    name: str
    script: str | None = None


def given_rows(settings: EnvironmentSettings, folder: Path) -> Given | None:
    """What the setting `rows` brings, read from the tree. Raises `UsageError` where that cannot be read."""
    if isinstance(settings.rows, bool):
        return None
    if ":" in settings.rows:
        return Given(settings.rows)
    try:
        return Given(settings.rows, (folder / settings.rows).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"rows {settings.rows!r} cannot be read: {getattr(error, 'strerror', None) or error}",
            "name an SQL file of the tree, relative to the repository's top (and git add it), or module:function",
        ) from None


def notes_of(trials: Iterable[Trial]) -> Iterator[str]:
    """What a report says of the rows that could not be had."""
    for trial in trials:
        seen = trial.on_rows
        for one in seen.refused if seen else ():
            yield f"revision {trial.revision} was tried on none of your rows: {one}"
        for table, refusal in seen.empty if seen else ():
            yield f"revision {trial.revision} was tried with no rows in {table}: the server takes none: {refusal}"


@dataclass
class OnRows:
    """The conversation about one database. `seed` says which rows are made, `given` what a project brings."""

    database: Database
    seed: str
    given: Given | None = None
    _meant: set[Name] = field(default_factory=set)
    _tables: list[Table] = field(default_factory=list)
    _contents: Contents = field(default_factory=dict)
    _all: Contents = field(default_factory=dict)  # with the rows that revisions brought
    _now: dict[Name, Table] = field(default_factory=dict)  # which have the contents
    _before: dict[Name, Table] = field(default_factory=dict)
    _tops: dict[Name, Name] = field(default_factory=dict)  # of each partition
    _keys: dict[Name, list[tuple[str, ...]]] = field(default_factory=dict)  # that the revision makes
    _work: _Work | None = None
    _wanted: object = None

    def answer(self, question: Message) -> Message:
        """The next thing that is to be run, or what is `done`."""
        if "begin" in question:
            works: dict[str, Callable[[Message], _Work]] = {
                "touched": self._touched,
                "fill": self._fill,
                "look": self._look,
                "blame": self._blame,
            }
            self._work = works[question["begin"]](question)
            return self._next(None)
        return self._next(_answer_to(self._wanted, question["said"]))

    def _next(self, said: object) -> Message:
        assert self._work is not None
        try:
            wanted = self._work.send(said)
        except StopIteration as ended:
            return {"done": ended.value}
        self._wanted = wanted
        return _told(wanted)

    def _touched(self, question: Message) -> _Work:
        catalog = CATALOGS[self.database.dialect]
        before, after = snapshot(catalog, question["before"]), snapshot(catalog, question["after"])
        ran = [one["sql"] for one in question["statements"]]
        tables = read_tables(self.database.dialect, before)
        self._before, self._tops = tables, roots(before)
        self._keys = keys_to_come(tables, read_tables(self.database.dialect, after))
        tables = {name: one for name, one in tables.items() if name[1] != question["versions"]}
        self._meant = touched(before, after, ran)
        self._tables = around(self._meant, tables, ran)
        yield from ()
        return {"tables": len(self._tables)}

    def _fill(self, _question: Message) -> _Work:
        dialect = self.database.dialect
        before = yield from _read(dialect, self._tables)
        refusal = yield from self._give()
        given = set()
        if self.given is not None:
            with_given = yield from _read(dialect, self._tables)
            given = {name for name, rows in added(before, with_given).items() if rows}
        filled = yield from fill(dialect, self._tables, self.seed, given, self._keys)
        now = yield from _read(dialect, self._tables)
        self._contents, self._all = added(before, now), now
        self._now = self._before
        notes = [f"{self.given.name}: {refusal}"] if self.given and refusal else []
        return {
            "filled": sum(map(len, self._contents.values())),
            "empty": [[_spelled(name), why] for name, why in filled.empty.items() if name in self._meant],
            "refused": notes,
        }

    def _give(self) -> Generator[Try | Call, Any, str | None]:
        """Have the project's own rows put in; what was said against them."""
        if self.given is None:
            return None
        if self.given.script is None:
            return (yield Call(self.given.name))  # type: ignore[no-any-return]
        for one in statements(self.given.script):
            refusal: str | None = yield Try(one)
            if refusal is not None:
                return refusal
        return None

    def _look(self, question: Message) -> _Work:
        dialect = self.database.dialect
        tables = read_tables(dialect, snapshot(CATALOGS[dialect], question["state"]))
        before = {one.name: one for one in self._tables}
        meant = [one for name, one in tables.items() if name in before or name not in self._before]
        now = yield from _read(dialect, meant)
        found = [
            {
                **asdict(one),
                "table": _spelled(one.table),
                "line": line_of(one, question["statements"], self._before, self._tops),
            }
            for one in losses(self._contents, self._all, before, now)
        ]
        self._contents, self._now = {name: rows for name, rows in now.items() if rows}, tables
        return {"losses": found}

    def _blame(self, question: Message) -> _Work:
        failure = question["failure"]
        text = f"{failure['message']} {failure['statement'] or ''}"
        found = failing_row(self._now, self._contents, failure["message"], failure["statement"] or "")
        if found is None:
            found = yield from self._breaking(failure["statement"] or "")
        if found is None:
            return {"row": None}
        name, row = found
        key = next((one.columns for one in self._now[name].keys), ()) if name in self._now else ()
        return {"row": f"{_spelled(name)} {shown(row, (*key, *spoken_columns(row, text)))}"}

    def _breaking(self, statement: str) -> Generator[Query, Any, tuple[Name, Row] | None]:
        """The first row that breaks a new CHECK, which the server is asked for, as it does not tell."""
        for name in self._contents:
            check = added_check(statement, name[1])
            if check is None or name not in self._now:
                continue
            columns = self._now[name].columns
            rows = yield Query(f"{wording.select(self.database.dialect, name, columns)} WHERE NOT ({check})")
            for row in rows[:1]:
                return name, dict(zip((one.name for one in columns), row, strict=True))
        return None


def _told(wanted: object) -> Message:
    """What is to be run, as the probe is told of it."""
    if isinstance(wanted, Several):
        return {"several": [_told(one) for one in wanted.steps]}
    if isinstance(wanted, Call):
        return {"call": wanted.path}
    assert isinstance(wanted, (Query, Try))
    return {"query": wanted.sql} if isinstance(wanted, Query) else {"try": wanted.sql}


def _answer_to(wanted: object, said: Message) -> object:
    """What came of it: rows, none where a query was refused; else the refusal, or None."""
    if isinstance(wanted, Several):
        return [_answer_to(one, each) for one, each in zip(wanted.steps, said["several"], strict=False)]
    if isinstance(wanted, Query):
        return said.get("rows", [])
    return said["refused"].partition("\n")[0] if "refused" in said else None


def _read(dialect: str, tables: list[Table]) -> Generator[Several, Any, Contents]:
    return (yield from read_contents(dialect, tables))


def _spelled(name: Name) -> str:
    return ".".join(part for part in name if part is not None)
