"""What the probe is told when it asks: databases, and the models of files that it did not load."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from alembic_proof import models
from alembic_proof.commands import exact
from alembic_proof.commands.additions import plan
from alembic_proof.commands.models_database import Ahead
from alembic_proof.commands.on_rows import OnRows, given_rows
from alembic_proof.commands.states import STATES
from alembic_proof.databases import run_script
from alembic_proof.errors import DatabaseError, ProofError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from alembic_proof.commands.workshop import Workshop
    from alembic_proof.databases import Database
    from alembic_proof.environments import Environment
    from alembic_proof.git import Tree
    from alembic_proof.probe import Message
    from alembic_proof.reuse.templates import Start, Template
    from alembic_proof.settings import EnvironmentSettings


def as_message(database: Database, template: Template | None = None) -> Message:
    """A database as the probe is told of it; of a copy of a template, what has to be true of it."""
    return {
        "template": {"tables": template.tables, "shapes": template.shapes} if template else None,
        "dialect": database.dialect,
        "name": database.name,
        "host": database.host,
        "port": database.port,
        "user": database.user,
        "password": database.password or None,
        "query": dict(database.query),
        "path": os.path.realpath(database.path) if database.path else None,
    }


@dataclass(frozen=True)
class Beginning:
    """The kept database that a run starts on, if there is one, and the copy of it that is being made."""

    start: Start | None = None
    copying: Future[Database] | None = None


_BY_SETTINGS = "named by the settings"


@dataclass
class Answers:
    """Answers the probe's questions. `error` is why one could not be answered."""

    workshop: Workshop
    environment: Environment
    settings: EnvironmentSettings
    beginning: Beginning = field(default_factory=Beginning)
    named: Database | None = None  # the one that {url} stands for in the settings
    error: ProofError | None = None
    candidates: tuple[models.Model, ...] = ()
    loaded: tuple[str, ...] = ()
    described: tuple[Message, ...] = ()
    compared: tuple[exact.Compared, ...] = ()
    identities: dict[str, list[str]] = field(default_factory=dict)
    import_modules: Callable[[dict[str, str]], bool] | None = None
    read_ahead: Callable[[dict[str, str]], None] | None = None
    _reading: threading.Thread | None = None
    ahead: Ahead = field(init=False)
    _copy: Database | None = None
    _made: dict[str, Database] = field(default_factory=dict)
    _on_rows: dict[str, OnRows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.workshop.databases)

    @property
    def start(self) -> Start | None:
        return self.beginning.start

    def begin(self, beginning: Beginning) -> None:
        """Start on a copy of a kept database, as soon as it is there."""
        self.beginning = beginning

    def name(self, dialect: str) -> Database:
        """The database that the settings give to env.py by its URL; asked for before the probe could ask."""
        identity = [dialect, "", _BY_SETTINGS]
        self.named = self._taken(identity) or self.create(dialect, None)
        self.identities[self.named.name] = identity
        return self.named

    def named_message(self) -> Message | None:
        return self._told(self.named) if self.named else None

    def _taken(self, identity: list[str]) -> Database | None:
        """The copy of a kept database, if it stands for this one."""
        start, copying = self.beginning.start, self.beginning.copying
        if start is None or copying is None or self._copy or identity != start.template.identity:
            return None
        with suppress(DatabaseError):  # an empty one does as well, after a while
            self._copy = copying.result()
            self._made[self._copy.name] = self._copy
        return self._copy

    def _told(self, database: Database) -> Message:
        is_copy = self.start is not None and database is self._copy
        return as_message(database, self.start.template if is_copy and self.start else None)

    def __call__(self, question: Message) -> Message:
        try:
            return self._answer(question)
        except ProofError as error:
            self.error = error
            return {"error": error.message}

    def servers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(database.server for database in self._made.values()))

    def dialects(self) -> set[str]:
        return {database.dialect for database in self._made.values()}

    def create(self, dialect: str, role: str | None) -> Database:
        database = self.workshop.databases.create(dialect, role)
        self._made[database.name] = database
        return database

    def drop_databases(self) -> None:
        """Roles that the revisions made go with the last database; the next environment may make them too."""
        self.ahead.close()
        if self.beginning.copying is not None and self._copy is None:
            self._taken(self.start.template.identity if self.start else [])
        for database in self._made.values():
            self.workshop.databases.drop(database)

    def _answer(self, question: Message) -> Message:
        kind = question["ask"]
        conversations = {"database": self._database, "rows": self._rows}
        if kind in conversations:
            return conversations[kind](question)
        if kind == "recreate":
            self.workshop.databases.recreate(self._made[question["name"]])
        elif kind == "upgrading":
            self._read_ahead(question["modules"])
            importing = self.import_modules
            return {"touching": importing is not None and importing(question["modules"])}
        elif kind == "upgraded":
            return {"ahead": len(self._made) == 1 and self.ahead.copy(*self._made.values())}
        elif kind == "described":
            self.ahead.begin(question["models"])
        elif kind == "build":
            self.described = tuple(question["models"])
            self.compared = tuple(self._compared(described) for described in self.described)
            return {"objects": exact.questions(self.compared)}
        elif kind == "plan":
            return plan(self.compared, question).message()
        elif kind in STATES:
            return STATES[kind](self._made[question["database"]], question)
        elif kind == "prepare":
            run_script(self._made[question["name"]], self._starting_schema())
        else:
            self.loaded = tuple(question["loaded"])
            return {"candidates": self._candidates(set(self.loaded))}
        return {}

    def _read_ahead(self, modules: dict[str, str]) -> None:
        if self.read_ahead is not None:
            self._reading = threading.Thread(target=self.read_ahead, args=(modules,))
            self._reading.start()

    def _database(self, question: Message) -> Message:
        dialect, role = question["dialect"], question["role"]
        identity = [dialect, role or "", *question["identity"]]
        database = self._taken(identity) or self.create(dialect, role)
        self.identities[database.name] = identity
        return self._told(database)

    def keep(self, record: Callable[[Message, list[str]], bytes], built: list[Message]) -> str | None:
        """Have the one database that the run asked for outlive it; the name that it is kept by."""
        if self._reading is not None:
            self._reading.join()
        if not len(self._made) == len(built) == len(self.identities) == 1:
            return None
        name = built[0]["database"]
        return self.workshop.databases.keep(self._made[name], record(built[0], self.identities[name]))

    def _rows(self, question: Message) -> Message:
        """The next turn of a conversation about the rows of a database."""
        name = question["database"]
        if name not in self._on_rows:
            given = given_rows(self.settings, self.workshop.folder)
            self._on_rows[name] = OnRows(self._made[name], self.settings.rows_seed, given)
        return self._on_rows[name].answer(question)

    def _compared(self, described: Message) -> exact.Compared:
        return exact.compare_models(
            self.workshop.databases, self._made[described["database"]], described, self.ahead
        )

    def _starting_schema(self) -> str:
        path = self.settings.starting_schema or ""
        try:
            return (self.workshop.folder / path).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise UsageError(
                f"starting-schema {path!r} cannot be read: {error.strerror}",
                "name an SQL file of the tree, relative to the repository's top (and git add it), or module:function",
            ) from None

    def _candidates(self, loaded: set[str]) -> list[dict[str, Any]]:
        others = dict(
            _unloaded_models(self.workshop.subject.tree, self.workshop.folder, loaded, self.environment)
        )
        found = (model for one in others.values() for model in one)
        self.candidates = tuple(models.with_inherited_roots(found, others))
        return [
            {"tables": one.possible_tables, "roots": [asdict(root) for root in one.roots]}
            for one in self.candidates
        ]


def _unloaded_models(
    tree: Tree, folder: Path, loaded: set[str], environment: Environment
) -> Iterator[tuple[str, tuple[models.Model, ...]]]:
    """The models of files that env.py did not load, tests and migrations left out."""
    migrations = (environment.script_location, *environment.version_locations)
    for path in tree.paths():
        if path.endswith(".py") and path not in loaded and not _is_aside(path, migrations):
            file = folder / path
            source = file.read_bytes() if file.is_file() else b""
            if models.may_define_models(source):
                yield path, models.parse_models(path, source)


def _is_aside(path: str, migrations: tuple[str, ...]) -> bool:
    *folders, name = path.split("/")
    in_tests = any(folder in ("test", "tests", "testing") for folder in folders)
    is_test = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    return in_tests or is_test or any(path.startswith(f"{one}/") for one in migrations if one)
