"""Tries each revision of a history with plain Alembic and `pg_dump`: what `check --all` says is held against this.

    cd REPOSITORY && PYTHON .../benchmarks/plain_trials.py CONFIG [--import MODULE]... [--only REVISION...]

PYTHON is the project's own, and nothing of alembic-proof is used. Each command is a process of its own (a fork), so
that nothing is remembered from one to the next. All connections are led to databases named `alembic_proof_plain*` of
the PostgreSQL at the socket folder `PGHOST`, or to files of a temporary folder. It prints a line of JSON a revision.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    Job = Callable[[], Any]

SOCKET = os.environ.get("PGHOST", "/var/run/postgresql")
PARENTS = f"alembic_proof_plain_{os.getpid()}"
OWN = f"{PARENTS}_own"
Told = dict[str, Any]


class PostgreSQL:
    """Databases of the machine's server; a state is a database, and kept as another one."""

    def psql(self, statement: str) -> None:
        quietly = ["-c", "SET client_min_messages = warning", "-c", statement]
        argv = ["psql", "-qX", "-h", SOCKET, "-d", "postgres", "-v", "ON_ERROR_STOP=1", *quietly]
        subprocess.run(argv, check=True, stdout=sys.stderr)

    def make(self, name: str, like: str = "template0") -> None:
        self.drop(name)
        self.psql(f"CREATE DATABASE {name} TEMPLATE {like}")

    def drop(self, name: str) -> None:
        self.psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def dump(self, name: str) -> list[str]:
        argv = [
            "pg_dump",
            "-h",
            SOCKET,
            "--schema-only",
            "--no-owner",
            "--exclude-table=*alembic_version*",
            name,
        ]
        text = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout
        lines = [line for line in text.splitlines() if not re.match(r"--|\\|SET |SELECT pg_catalog", line)]
        return sorted(columns_sorted(one.strip()) for one in "\n".join(lines).split(";\n") if one.strip())

    def lead(self, name: str, arguments: list[Any], parameters: dict[str, Any]) -> None:
        name_of_it = "database" if parameters.pop("asyncpg", False) else "dbname"
        for given in ("host", "port", "user", "password", "dbname", "database"):
            parameters.pop(given, None)
        arguments.clear()
        parameters.update({"host": SOCKET, "user": "root", name_of_it: name})


class SQLite:
    """Files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.db"

    def make(self, name: str, like: str = "") -> None:
        self.drop(name)
        self.path(name).touch()
        if like:
            shutil.copy(self.path(like), self.path(name))

    def drop(self, name: str) -> None:
        for path in self.folder.glob(f"{name}.db*"):
            path.unlink()

    def dump(self, name: str) -> list[str]:
        connection = sqlite3.connect(self.path(name))
        try:
            found = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql <> '' AND name NOT LIKE '%alembic_version%'"
            )
            texts = [re.sub(r'["\s]+', " ", row[0]).replace("( ", "(").replace(", ", ",\n") for row in found]
        finally:
            connection.close()
        return sorted(columns_sorted(text) for text in texts)

    def lead(self, name: str, arguments: list[Any], parameters: dict[str, Any]) -> None:
        arguments[:] = [str(self.path(name))]
        parameters.pop("uri", None)


def columns_sorted(statement: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    lines = [line.strip().rstrip(",") for line in re.sub(r"\)\s*$", "\n)", statement).splitlines()]
    return "\n".join([*lines[:1], *sorted(line for line in lines[1:] if line)])


def difference(before: list[str], after: list[str]) -> list[str]:
    gone = [f"- {one}" for one in before if one not in after]
    return gone + [f"+ {one}" for one in after if one not in before]


class Plain:
    """Alembic's commands for one configuration, each in a process of its own."""

    def __init__(self, config: str, server: PostgreSQL | SQLite, start: str | None) -> None:
        self.config = config
        self.server = server
        self.start = start

    def in_fork(self, name: str, job: Job) -> Told:
        """What became of `job` in a child whose connections all lead to a database: {} or the exception."""
        reading, writing = os.pipe()
        child = os.fork()
        if child:
            os.close(writing)
            with os.fdopen(reading) as told:
                text = told.read()
            os.waitpid(child, 0)
            return json.loads(text) if text else {"type": "died", "message": "", "declared": False}
        try:
            os.dup2(2, 1)
            event.listen(Engine, "do_connect", lambda d, _, a, p: self.lead(name, d, a, p))
            result = self.done(job)
        except BaseException as error:
            result = {"type": type(error).__name__, "message": str(error), "declared": False}
        os.write(writing, json.dumps(result).encode())
        os._exit(0)

    def lead(self, name: str, dialect: Any, arguments: list[Any], parameters: dict[str, Any]) -> None:
        if dialect.driver == "asyncpg":
            parameters["asyncpg"] = True
        self.server.lead(name, arguments, parameters)

    @staticmethod
    def done(job: Job) -> Told:
        try:
            in_a_worker(job)
        except Exception as error:
            declared = isinstance(error, (NotImplementedError, CommandError))
            frames = [
                frame for frame in traceback.extract_tb(error.__traceback__) if "versions" in frame.filename
            ]
            place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
            return {
                "type": type(error).__name__,
                "message": str(error)[:400],
                "declared": declared,
                "at": place,
            }
        return {}

    def go(self, verb: Callable[..., Any], name: str, to: str) -> Told:
        return self.in_fork(name, lambda: verb(Config(self.config), to))

    def make(self, name: str) -> None:
        self.server.make(name)
        if self.start:
            module, _, function = self.start.partition(":")
            url = Config(self.config).get_main_option("sqlalchemy.url") or ""

            def fill() -> None:
                with create_engine(url).begin() as connection:
                    getattr(importlib.import_module(module), function)(connection)

            told = self.in_fork(name, fill)
            if told:
                raise SystemExit(f"{self.start}: {told}")

    def try_all(self, revisions: list[Any], only: list[str] | None) -> None:
        self.make(PARENTS)
        for revision in revisions:
            if only and revision.revision not in only:
                continue
            told = self.try_one(revision.revision, revision.down_revision)
            path = Path(revision.path).name
            print(json.dumps({"revision": revision.revision, "path": path, **told}), flush=True)
        self.server.drop(PARENTS)

    def try_one(self, revision: str, parent: Any) -> Told:
        if isinstance(parent, tuple):
            return {"merge": True}
        if parent:
            self.stand_at(parent)
        self.server.make(OWN, PARENTS)
        try:
            return self.up_down_up(revision, parent or "base")
        finally:
            self.server.drop(OWN)

    def stand_at(self, revision: str) -> None:
        """Upgrade to a revision; in one go from the beginning where it cannot be had from where the database is."""
        if self.go(command.upgrade, PARENTS, revision):
            self.make(PARENTS)
            if failed := self.go(command.upgrade, PARENTS, revision):
                raise SystemExit(f"upgrade to {revision}: {failed}")

    def up_down_up(self, revision: str, parent: str) -> Told:
        before = self.server.dump(OWN)
        if failed := self.go(command.upgrade, OWN, revision):
            return {"own": failed}
        after = self.server.dump(OWN)
        if failed := self.go(command.downgrade, OWN, parent):
            return {"declared" if failed["declared"] else "failed": failed}
        told: Told = {}
        if undone := difference(before, self.server.dump(OWN)):
            told["incomplete"] = undone
        if failed := self.go(command.upgrade, OWN, revision):
            told["again"] = failed
        elif other := difference(after, self.server.dump(OWN)):
            told["again"] = other
        return told


def in_a_worker(job: Job) -> None:
    """In a thread of AnyIO's where there is one, as projects with async engines need it."""
    try:
        import anyio
        import anyio.to_thread
    except ImportError:
        job()
        return

    async def main() -> None:
        await anyio.to_thread.run_sync(job)

    anyio.run(main)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tries each revision with plain Alembic and pg_dump.")
    parser.add_argument("config")
    parser.add_argument("--import", dest="imports", action="append", default=[], metavar="MODULE")
    parser.add_argument(
        "--start", metavar="MODULE:FUNCTION", help="fills the database that the first revision expects"
    )
    parser.add_argument("--versions", metavar="DIR", help="where the revisions are, if env.py says it")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--only", nargs="*", metavar="REVISION", help="try these alone")
    parsed = parser.parse_args()
    sys.path.insert(0, str(Path.cwd()))
    for module in parsed.imports:
        importlib.import_module(module)
    config = Config(parsed.config)
    if parsed.versions:
        config.set_main_option("version_locations", parsed.versions)
    revisions = [*ScriptDirectory.from_config(config).walk_revisions()][::-1]
    with tempfile.TemporaryDirectory() as folder:
        server = SQLite(Path(folder)) if parsed.sqlite else PostgreSQL()
        Plain(parsed.config, server, parsed.start).try_all(revisions, parsed.only)


if __name__ == "__main__":
    main()
