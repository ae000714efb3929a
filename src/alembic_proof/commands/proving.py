"""The half of a check that runs the project's code: the tree on disk, the probe, and a throwaway database."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic_proof import models
from alembic_proof.cache import OwnedFolder
from alembic_proof.commands import outcomes
from alembic_proof.commands.locating import Locator
from alembic_proof.databases import Database, Databases, run_script
from alembic_proof.errors import ProofError, UsageError
from alembic_proof.facts import Facts, Schema
from alembic_proof.interpreter import Interpreter, clean_variables, find_interpreter
from alembic_proof.probe import Answered, Message, Order, run_probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.request import Subject
    from alembic_proof.environments import Environment
    from alembic_proof.git import Tree
    from alembic_proof.settings import EnvironmentSettings

# Ignored files that programs read when they start: settings, generated modules, what an installer leaves.
KEPT_SUFFIXES = (".py", ".pyi", ".so", ".env", ".toml", ".ini", ".cfg", ".json", ".yaml", ".yml", ".flaskenv")
KEPT_SIZE = 2**20  # bytes


@dataclass(frozen=True)
class Proof:
    """What one environment's probe gave: facts for the rules, and what a report says beside them."""

    facts: Facts
    databases: tuple[str, ...]
    interpreter: str
    revision_paths: tuple[str, ...] | None = None  # where Alembic sees other revisions than we read
    notes: tuple[str, ...] = ()
    unset_variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workshop:
    """The judged tree on disk, and the place where databases come from. Both are gone when the run ends."""

    subject: Subject
    folder: Path
    ignored: tuple[str, ...]
    databases: Databases
    notes: tuple[str, ...] = ()


@contextmanager
def open_workshop(subject: Subject, cache: Path, choice: str | None) -> Iterator[Workshop]:
    with OwnedFolder(cache) as owned, Databases(choice, cache) as databases:
        folder = Path(os.path.realpath(owned)) / "tree"
        folder.mkdir()
        notes = subject.tree.write_to(folder)
        ignored = subject.repository.ignored_files()
        _keep_ignored(subject.repository.top, folder, ignored)
        yield Workshop(subject, folder, ignored, databases, notes)


def _keep_ignored(top: Path, folder: Path, ignored: tuple[str, ...]) -> None:
    """Put beside the tree what Git ignores and the project needs to start: no commit could hold it."""
    for path in ignored:
        source, target = top / path, folder / path
        if not target.parent.is_dir():
            continue
        if path.endswith((".egg-info/", ".dist-info/")) and not target.exists():
            shutil.copytree(source, target, symlinks=True)
        elif _is_kept(source) and not target.exists():
            shutil.copy2(source, target)


def _is_kept(path: Path) -> bool:
    named = path.name.endswith(KEPT_SUFFIXES) or path.name.startswith(".env")
    return named and path.is_file() and path.stat().st_size <= KEPT_SIZE


def prove(workshop: Workshop, facts: Facts) -> Proof:
    """Apply the revisions to a throwaway database and compare. Raises `ProofError` where that cannot be done."""
    environment = facts.environment
    settings = workshop.subject.settings.of(environment.config)
    interpreter = interpreter_of(workshop.subject, environment)
    answers = Answers(workshop, environment, settings)
    events: list[Message] = []
    try:
        order, variables = make_order(workshop, environment, settings, answers)
        answered = run_probe(
            interpreter.path,
            order,
            variables=variables,
            seconds=settings.time_limit,
            answer=answers,
            listen=events.append,
        )
    finally:
        answers.drop_databases()
    if answers.error is not None:
        raise answers.error
    answered = replace(answered, failure=outcomes.at_commit(answered.failure, events, facts.graph))
    schema, notes = _schema(workshop, facts, answered, interpreter, answers)
    return Proof(
        replace(facts, schema=schema),
        databases=answers.servers(),
        interpreter=f"{interpreter.path} ({interpreter.source})",
        revision_paths=outcomes.other_revisions(answered.result, facts.graph, workshop.folder),
        notes=notes,
        unset_variables=tuple((answered.failure or answered.result or {}).get("variables", ())),
    )


def _schema(
    workshop: Workshop, facts: Facts, answered: Answered, interpreter: Interpreter, answers: Answers
) -> tuple[Schema, tuple[str, ...]]:
    failure = answered.failure
    if failure is not None:
        outcomes.refuse_full_disk(failure)
        if "revision" not in failure or outcomes.kept_away(failure):
            outcomes.refuse_starting_function(failure, answers.settings.starting_schema or "")
            raise outcomes.probe_error(failure, interpreter, facts.environment)
        outcomes.refuse_missing_extension(failure, workshop.databases)
        sources = {revision.path: workshop.folder / revision.path for revision in facts.graph.revisions}
        return Schema(failure=outcomes.upgrade_failure(failure, facts.graph, sources)), ()
    result = answered.result or {}
    unregistered = tuple(answers.candidates[number] for number in result["unregistered"])
    locator = Locator(workshop.folder, answers.loaded, result["homes"])
    operations = tuple(locator.located(described) for described in result["operations"])
    return Schema(operations=operations, unregistered=unregistered), outcomes.notes(result, facts.graph)


def interpreter_of(subject: Subject, environment: Environment) -> Interpreter:
    repository = subject.repository
    common = (
        repository.git_dir.parent.parent.parent if repository.git_dir.parent.name == "worktrees" else None
    )
    return find_interpreter(
        repository.top,
        repository.top / environment.directory if environment.directory else repository.top,
        common or repository.top,
        subject.named_python(environment.config),
        os.environ,
    )


def make_order(
    workshop: Workshop, environment: Environment, settings: EnvironmentSettings, answers: Answers
) -> tuple[Order, dict[str, str]]:
    """The probe's job, and the environment variables that it runs with."""
    folder = workshop.folder
    variables = clean_variables(os.environ)
    named: Database | None = None
    if any("{url}" in value for value in settings.env.values()):
        dialect, _, driver = settings.dialect.partition("+")
        named = answers.create(dialect, None)
        # Checks of settings want a host (pydantic's PostgresDsn); the one in the query wins over it.
        url = named.url(driver or None).replace("@/", "@localhost/", 1)
        variables.update({name: value.replace("{url}", url) for name, value in settings.env.items()})
    else:
        variables.update(settings.env)
    schema = settings.starting_schema
    is_function = schema is not None and ":" in schema
    order = Order(
        task="check",
        top=os.path.realpath(workshop.subject.repository.top),
        tree=str(folder),
        directory=str(folder / environment.directory),
        ignored=workshop.ignored,
        kind=environment.kind,
        ini=str(folder / environment.config),
        toml=str(folder / environment.pyproject) if environment.pyproject else None,
        section=environment.section,
        x_arguments=settings.x_arguments,
        allowed=settings.allow_connections,
        network=bool(settings.allow_connections) or not workshop.databases.are_own,
        sockets=workshop.databases.socket_folders(),
        starting_file=schema is not None and not is_function,
        starting_function=schema if is_function else None,
        database=as_message(named) if named else None,
    )
    return order, variables


def as_message(database: Database) -> Message:
    """A database as the probe is told of it."""
    return {
        "dialect": database.dialect,
        "name": database.name,
        "host": database.host,
        "port": database.port,
        "user": database.user,
        "password": database.password or None,
        "query": dict(database.query),
        "path": os.path.realpath(database.path) if database.path else None,
    }


@dataclass
class Answers:
    """Answers the probe's questions. `error` is why one could not be answered."""

    workshop: Workshop
    environment: Environment
    settings: EnvironmentSettings
    error: ProofError | None = None
    candidates: tuple[models.Model, ...] = ()
    loaded: tuple[str, ...] = ()
    _made: dict[str, Database] = field(default_factory=dict)

    def __call__(self, question: Message) -> Message:
        try:
            return self._answer(question)
        except ProofError as error:
            self.error = error
            return {"error": error.message}

    def servers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(database.server for database in self._made.values()))

    def create(self, dialect: str, role: str | None) -> Database:
        database = self.workshop.databases.create(dialect, role)
        self._made[database.name] = database
        return database

    def drop_databases(self) -> None:
        """Roles that the revisions made go with the last database; the next environment may make them too."""
        for database in self._made.values():
            self.workshop.databases.drop(database)

    def _answer(self, question: Message) -> Message:
        kind = question["ask"]
        if kind == "database":
            return as_message(self.create(question["dialect"], question["role"]))
        if kind == "recreate":
            self.workshop.databases.recreate(self._made[question["name"]])
        elif kind == "prepare":
            run_script(self._made[question["name"]], self._starting_schema())
        else:
            self.loaded = tuple(question["loaded"])
            return {"candidates": self._candidates(set(self.loaded))}
        return {}

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
