"""What earlier runs proved, looked up before anything is started, and kept when something new was proved."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.commands.ignored import put_beside
from alembic_proof.commands.settling import settlement
from alembic_proof.databases import is_own, programs_fingerprint
from alembic_proof.errors import ProofError
from alembic_proof.interpreter import Interpreter, clean_variables
from alembic_proof.portable import is_portable
from alembic_proof.reuse import store, templates
from alembic_proof.reuse.inputs import Inputs
from alembic_proof.reuse.settlements import Settlements
from alembic_proof.reuse.surroundings import Surroundings
from alembic_proof.reuse.templates import Now
from alembic_proof.reuse.verdicts import (
    FOLDER,
    TRIALS,
    Bystanders,
    Verdict,
    Verdicts,
    governing,
    lasting_variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from alembic_proof.commands.answers import Answers
    from alembic_proof.commands.request import Subject
    from alembic_proof.databases import Databases
    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts, Proof
    from alembic_proof.probe import Message
    from alembic_proof.reuse.templates import Start

_URL = re.compile(rb"postgres(?:ql)?(?:\+(\w+))?://")
# Settings that rules read, or that only limit a run: no proof depends on them.
_ASIDE = ("heads", "rules", "time_limit", "python", "trial", "rows", "rows_seed")


@dataclass(frozen=True)
class Hints:
    """The dialects of the databases that an environment asked for, and SQLAlchemy's modules for them."""

    dialects: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: bytes) -> Hints:
        """What the URLs in a configuration or an env.py say."""
        drivers = {(driver or b"psycopg2").decode() for driver in _URL.findall(text)}
        modules = tuple(f"sqlalchemy.dialects.postgresql.{driver}" for driver in sorted(drivers))
        return cls(("postgresql",) if drivers else (), modules)


@dataclass(frozen=True)
class Reuse:
    """The memory of one run; `cache` is None where nothing is to be used again."""

    subject: Subject
    cache: Path | None
    started: float = field(default_factory=time.time)
    _sources: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, subject: Subject) -> Reuse:
        return cls(subject, None if subject.request.no_cache else cache_path(os.environ))

    @cached_property
    def surroundings(self) -> Surroundings:
        repository, tree = self.subject.repository, self.subject.tree
        beside = put_beside(repository.top, tree, repository.ignored_files())
        return Surroundings(tree, repository.top, beside, portable=is_portable(os.environ))

    @cached_property
    def _common(self) -> list[object]:
        return [
            self.subject.settings.database,
            programs_fingerprint(os.environ),
            lasting_variables(clean_variables(os.environ)),
            governing(self.subject.tree, self.subject.repository),
        ]

    def key(self, environment: Environment, interpreter: Interpreter) -> str:
        """A digest of all that shapes an answer and is known before the project's code runs."""
        settings = asdict(self.subject.settings.of(environment.config))
        lasting = {name: value for name, value in settings.items() if name not in _ASIDE}
        schema = settings["starting_schema"]
        starting = self.surroundings.thing(schema) if schema else None
        python = (interpreter.identity(portable=is_portable(os.environ)), interpreter.source)
        return store.digest(asdict(environment), lasting, starting, *python, self._common)

    def _verdict_key(
        self, environment: Environment, interpreter: Interpreter, tried: frozenset[str] | None = None
    ) -> str:
        """With the revisions, which a run on a kept database does not even look at."""
        tree = self.subject.tree
        folders = tuple(f"{folder}/" if folder else "" for folder in environment.version_locations)
        revisions = [path for path in tree.paths() if path.endswith(".py") and path.startswith(folders)]
        return store.digest(
            self.key(environment, interpreter),
            [(path, tree.object_id(path)) for path in revisions],
            sorted(tried or ()),
            self._rows(environment) if tried else None,
        )

    def _rows(self, environment: Environment) -> list[object]:
        """What a trial depends on and nothing else does."""
        settings = self.subject.settings.of(environment.config)
        is_file = isinstance(settings.rows, str) and ":" not in settings.rows
        given = self.surroundings.thing(str(settings.rows)) if is_file else None
        return [settings.rows, settings.rows_seed, given]

    def recall(
        self, environment: Environment, interpreter: Interpreter, tried: frozenset[str] | None = None
    ) -> Proof | None:
        """The proof of an earlier run that still stands, or None; with `tried` that of a trial of these revisions."""
        if self.cache is None or not self._is_repeatable(environment):
            return None
        key = self._verdict_key(environment, interpreter, tried)
        return self._verdicts(environment, tried).recall(key, self.subject.tree, self.surroundings)

    def is_first(self, environment: Environment) -> bool:
        """Whether no proof of an earlier run is there that could stand."""
        return (
            self.cache is None
            or not self._is_repeatable(environment)
            or not self._verdicts(environment).exist
        )

    def remember(
        self,
        environment: Environment,
        interpreter: Interpreter,
        proof: Proof,
        trace: Message | None,
        tried: frozenset[str] | None = None,
    ) -> None:
        """Keep a proof for the next run, where the same inputs can be trusted to give it again."""
        if trace is None or self.cache is None or not self._is_trusted(environment, trace):
            return
        inputs = Inputs.now(trace, self.surroundings)
        key = self._verdict_key(environment, interpreter, tried)
        bystanders = Bystanders.of(self.subject.tree, inputs.files, environment.version_locations)
        verdict = Verdict(key, inputs, bystanders, proof)
        self._verdicts(environment, tried).remember(verdict)

    def hints(self, environment: Environment) -> Hints:
        """What an environment will need, to begin with it at once; wrong ones cost only time."""
        told = store.read(self._hints(environment)) if self.cache else None
        if told is not None:
            return Hints(tuple(told["dialects"]), tuple(told["modules"]))
        paths = (environment.config, f"{environment.script_location}/env.py")
        return Hints.of(b"".join(self.subject.tree.read(paths).values()))

    def start(self, databases: Databases, facts: Facts, interpreter: Interpreter) -> Start | None:
        """A database that an earlier run kept, on a copy of which this history may begin, or None."""
        records = databases.templates("postgresql")  # starts the server, which the run needs in any case
        if self.cache is None or not self._is_repeatable(facts.environment):
            return None
        return templates.choose(records, self._now(facts, interpreter))

    def fits(self, start: Start, facts: Facts, interpreter: Interpreter, result: Message | None) -> bool:
        """Whether a run that began on a copy gives what a run from the base would have given."""
        if result is None:
            return False
        return templates.fits(start.template, _trace(result), self._now(facts, interpreter))

    def settled(self, facts: Facts, start: Start | None) -> Message | None:
        """What was found alike on the database that a run begins on a copy of, where the whole history is in it."""
        if start is None or not start.whole or self.cache is None:
            return None
        return Settlements(self.cache, self.subject.repository.top, facts.environment).of(start.name)

    def import_modules(self, facts: Facts, interpreter: Interpreter, modules: Mapping[str, str]) -> bool:
        """Whether revisions may get at modules of the tree, so that it matters what they do with them."""
        if self.cache is None or not self._is_repeatable(facts.environment):
            return False
        try:
            return templates.import_modules(modules, self._now(facts, interpreter))
        except ProofError:  # whoever needs the files will be told when asking for them
            return False

    def read_ahead(self, facts: Facts, interpreter: Interpreter, modules: Mapping[str, str]) -> None:
        """Prepare to `keep` what the revisions build, while they run; `modules` are the tree's by now, by name."""
        if self.cache is None or not self._is_repeatable(facts.environment):
            return
        with suppress(ProofError):  # whoever needs the files will be told when asking for them
            templates.read_ahead(modules, self._now(facts, interpreter))

    def keep(
        self, facts: Facts, interpreter: Interpreter, result: Message, answers: Answers, start: Start | None
    ) -> None:
        """Keep the database that a run built, and what was found alike, where another run would find the same."""
        if self.cache is None:
            return
        hints = {"dialects": sorted(answers.dialects()), "modules": result["dialects"]}
        if store.read(self._hints(facts.environment)) != hints:
            store.write(self._hints(facts.environment), hints)
        if not self._is_trusted(facts.environment, result["trace"]):
            return
        name = start.name if start and start.whole else self._keep(facts, interpreter, result, answers, start)
        told = settlement(answers.described, answers.compared, result)
        if name is not None and told is not None:
            Settlements(self.cache, self.subject.repository.top, facts.environment).add(name, told)

    def _keep(
        self, facts: Facts, interpreter: Interpreter, result: Message, answers: Answers, start: Start | None
    ) -> str | None:
        now = self._now(facts, interpreter)
        agreed = {one["revision"] for one in result["revisions"]} == set(facts.graph.by_id)

        def record(built: Message, identity: list[str]) -> bytes:
            template = templates.made(now, built, _trace(result), identity, agreed=agreed)
            return (templates.grown(start.template, template) if start else template).record()

        return answers.keep(record, result["built"])

    def _now(self, facts: Facts, interpreter: Interpreter) -> Now:
        environment = facts.environment
        folders = frozenset(environment.version_locations)
        key = self.key(environment, interpreter)
        return Now(key, facts.graph, self.subject.tree, self._read, self.surroundings, folders)

    def _read(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Files of the tree, each read once."""
        paths = list(paths)
        self._sources.update(self.subject.tree.read([path for path in paths if path not in self._sources]))
        return {path: self._sources[path] for path in paths if path in self._sources}

    def _is_repeatable(self, environment: Environment) -> bool:
        """A server that others run, or a host that the project's code reads from, may be another next time."""
        reached = self.subject.settings.of(environment.config).allow_connections
        return is_own(self.subject.settings.database) and not reached

    def _hints(self, environment: Environment) -> Path:
        assert self.cache is not None
        top = os.path.realpath(self.subject.repository.top)
        return self.cache / "hints" / f"{store.digest(top, environment.config, environment.section)}.json"

    def _is_trusted(self, environment: Environment, trace: Message) -> bool:
        """Whether the same inputs give the same answer, and are those that the project's code saw."""
        if trace["unrepeatable"] or not self._is_repeatable(environment):
            return False
        return not self.surroundings.changed_since(self.started, trace)

    def _verdicts(self, environment: Environment, tried: frozenset[str] | None = None) -> Verdicts:
        assert self.cache is not None
        folder = FOLDER if tried is None else TRIALS
        return Verdicts(self.cache, self.subject.repository.top, environment, folder)


def _trace(result: Message) -> Message:
    return {**result["trace"], "modules": result["modules"], "untouched": result.get("untouched", ())}
