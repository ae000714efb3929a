"""What becomes of a revision of the corpus under plain Alembic: seen by pg_dump and its like, not by the tool."""

from __future__ import annotations

import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from alembic_proof.suppressions.comments import read_comments
from support.corpus import START, Case, Expected, start
from support.plain_databases import database, difference, dump, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_ENV = """\
from alembic import context

context.configure(
    connection=context.config.attributes["connection"], target_metadata=None, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
"""
_LOCKS = """\
SELECT l.relation, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
WHERE l.pid = pg_backend_pid() AND l.granted AND c.relkind IN ('r', 'p', 'm')
"""
_TABLES = """\
SELECT c.oid, c.relname, pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid), (
    SELECT coalesce(sum(pg_stat_get_xact_numscans(i.indexrelid)), 0) FROM pg_index i WHERE i.indrelid = c.oid
), ARRAY(SELECT pg_relation_filenode(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname = 'public' AND c.relname <> 'alembic_version'
"""
_READERS = {"AccessExclusiveLock"}
_WRITERS = {"ShareLock", "ShareRowExclusiveLock", "ExclusiveLock"}


@dataclass(frozen=True)
class Seen:
    """Something that happened, in the place of a finding."""

    rule: str
    severity: str
    line: int | None
    text: str


@dataclass
class Trial:
    """One case on one throwaway database after the other."""

    case: Case
    folder: Path
    url: str
    seen: list[Seen] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / "versions" / f"{self.case.id}.py"

    def prepare(self) -> None:
        (self.folder / "versions").mkdir(parents=True)
        (self.folder / "env.py").write_text(_ENV)
        (self.folder / "script.py.mako").write_text("")
        (self.folder / "versions" / "start.py").write_text(start([self.case]))
        self.path.write_text(self.case.source(START))

    def note(self, rule: str, severity: str, line: int | None, text: str) -> None:
        self.seen.append(Seen(rule, severity, line, text))

    def line_of(self, way: str) -> int:
        return next(
            number
            for number, line in enumerate(self.path.read_text().splitlines(), 1)
            if line.startswith(f"def {way}")
        )

    def go(self, connection: sa.Connection, verb: Callable[..., None], to: str) -> Exception | None:
        config = Config(stdout=sys.stderr)
        config.set_main_option("script_location", str(self.folder))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        try:
            verb(config, to)
        except Exception as error:
            connection.rollback()
            return error
        connection.commit()
        return None

    def line_at(self, error: Exception) -> int | None:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename == str(self.path)
        ]
        return lines[-1] if lines else None

    def current_line(self) -> int | None:
        frame = sys._getframe()
        while frame := frame.f_back:  # type: ignore[assignment]
            if frame.f_code.co_filename == str(self.path):
                return frame.f_lineno
        return None


def observe(case: Case, folder: Path) -> list[Seen]:
    """All that plain Alembic, the server's catalogs and its locks show of one case."""
    trial = Trial(case, folder, "")
    trial.prepare()
    with database(case, folder) as engine:
        _up_down_up(trial, engine)
    if case.rows:
        with database(case, folder) as engine:
            _on_rows(trial, engine)
    return _not_silenced(trial)


def _up_down_up(trial: Trial, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert trial.go(connection, command.upgrade, START) is None
        before = dump(engine)
        with locks_watched(trial, connection):
            error = trial.go(connection, command.upgrade, "head")
        assert error is None, error
        after = dump(engine)
        if error := trial.go(connection, command.downgrade, START):
            declared = isinstance(error, (NotImplementedError, CommandError))
            line = None if declared else trial.line_at(error)
            trial.note("downgrade-failed", "info" if declared else "error", line, str(error))
            return
        if undone := difference(before, dump(engine)):
            trial.note("downgrade-incomplete", "error", trial.line_of("downgrade"), undone)
        if error := trial.go(connection, command.upgrade, "head"):
            trial.note("upgrade-not-repeatable", "error", trial.line_at(error), str(error))
        elif other := difference(after, dump(engine)):
            trial.note("upgrade-not-repeatable", "error", trial.line_of("downgrade"), other)


def _on_rows(trial: Trial, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert trial.go(connection, command.upgrade, START) is None
        for statement in trial.case.rows:
            connection.exec_driver_sql(statement)
        connection.commit()
        steps: list[tuple[int | None, set[str]]] = [(None, values(connection))]
        connection.commit()
        with each_statement(connection, lambda: steps.append((trial.current_line(), values(connection)))):
            error = trial.go(connection, command.upgrade, "head")
        if error:
            trial.note("fails-on-rows", "error", trial.line_at(error), str(error))
            return
        lost = steps[0][1] - values(connection)
        connection.commit()
        if lost:
            line = next(line for line, there in steps if lost - there)
            trial.note("loses-rows", "warning", line, f"{sorted(lost)} {trial.path.read_text()}")
        declared_or_failed = any(one.rule == "downgrade-failed" for one in trial.seen)
        if not declared_or_failed and (error := trial.go(connection, command.downgrade, START)):
            trial.note("fails-on-rows", "warning", trial.line_at(error), str(error))


def _not_silenced(trial: Trial) -> list[Seen]:
    comments = read_comments(str(trial.path), trial.path.read_bytes())
    silenced = {(rule, comment.covers) for comment in comments for rule in comment.rules}
    return [one for one in trial.seen if (one.rule, one.line) not in silenced]


def disagreements(case: Case, seen: list[Seen]) -> list[str]:
    """Where a case and what was seen of it part; nothing if they agree."""
    judged = {"downgrade-failed", "downgrade-incomplete", "upgrade-not-repeatable"}
    judged |= {"fails-on-rows", "loses-rows"} if case.rows else set()
    judged |= {"blocks-reads", "blocks-writes", "rewrites-table"} if case.database == "postgresql" else set()
    wanted = [one for one in case.expect if one.rule in judged]
    missing = [one for one in wanted if not any(_is(case, one, other) for other in seen)]
    others = [one for one in seen if not any(_is(case, other, one) for other in wanted)]
    if case.despite:
        others = [one for one in others if one.rule not in case.about]
    return [f"{case.id}: not seen: {one}" for one in missing] + [
        f"{case.id}: seen: {one.rule} {one.severity} line {one.line}: {one.text[:600]}" for one in others
    ]


def _is(case: Case, expected: Expected, seen: Seen) -> bool:
    line = case.line(expected)
    return (
        (expected.rule, expected.severity) == (seen.rule, seen.severity)
        and line in (None, seen.line)
        and expected.says in seen.text
    )


@contextmanager
def each_statement(connection: sa.Connection, look: Callable[[], None]) -> Iterator[None]:
    """`look` is called after each statement but those that it makes itself."""
    looking = False

    def after(*_: Any) -> None:
        nonlocal looking
        if not looking:
            looking = True
            try:
                look()
            finally:
                looking = False

    sa.event.listen(connection, "after_cursor_execute", after)
    try:
        yield
    finally:
        sa.event.remove(connection, "after_cursor_execute", after)


@contextmanager
def locks_watched(trial: Trial, connection: sa.Connection) -> Iterator[None]:
    """Notes each statement whose work grows with a table while a lock keeps others out of one."""
    if connection.dialect.name != "postgresql":
        yield
        return
    state = _tables(connection)
    there = set(state)
    connection.commit()

    def look() -> None:
        nonlocal state
        held = {(oid, mode) for oid, mode in connection.exec_driver_sql(_LOCKS).tuples() if oid in there}
        now = _tables(connection)
        _judge(trial, {oid: state[oid] for oid in there if oid in state and oid in now}, now, held)
        state = now

    with each_statement(connection, look):
        yield


def _tables(connection: sa.Connection) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(_TABLES)}


def _judge(
    trial: Trial, old: dict[int, tuple[Any, ...]], now: dict[int, tuple[Any, ...]], held: set[tuple[int, str]]
) -> None:
    line = trial.current_line()
    scanned = {oid for oid, was in old.items() if now[oid][2] + now[oid][3] > was[2] + was[3]}
    built = {oid for oid, was in old.items() if set(now[oid][4]) - set(was[4])}
    rewritten = {oid for oid in scanned if now[oid][1] != old[oid][1]}
    for oid in rewritten:
        trial.note("rewrites-table", "warning", line, now[oid][0])
    if not line or not (scanned | built):
        return
    readers = {oid for oid, mode in held if mode in _READERS and oid in old} - rewritten
    writers = {oid for oid, mode in held if mode in _WRITERS and oid in old} - readers - rewritten
    for oid in sorted(readers):
        trial.note("blocks-reads", "warning", line, now[oid][0])
    for oid in sorted(writers):
        trial.note("blocks-writes", "warning", line, now[oid][0])
