"""New revisions, each tried by itself beside the proof: in a database of their own, by a probe of their own."""

from __future__ import annotations

import re
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alembic_proof import trials
from alembic_proof.commands import outcomes
from alembic_proof.commands.answers import Answers, Beginning
from alembic_proof.commands.proving import Proved, make_order, variables_for
from alembic_proof.commands.starting import start_probe
from alembic_proof.errors import DatabaseError, ProbeError, ProofError
from alembic_proof.facts import Proof, Schema
from alembic_proof.history.graph import RevisionGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from alembic_proof.commands.reusing import Reuse
    from alembic_proof.commands.workshop import Workshop
    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts
    from alembic_proof.interpreter import Interpreter
    from alembic_proof.probe import Message, Probe
    from alembic_proof.settings import EnvironmentSettings

# Roles belong to a server, not to a database: two runs that make them get in each other's way.
_ROLES = re.compile(rb"\b(?:create|alter|drop)\s+(?:role|user|group)\b", re.IGNORECASE)
_REVISIONS_IN_TIME = 20
_NO_TRIAL = "mend that, or leave the trial of new revisions out: --no-trial"


@dataclass
class Trying:
    """One trial of an environment's `new` revisions. It may be ended from another thread."""

    workshop: Workshop
    facts: Facts
    interpreter: Interpreter
    reuse: Reuse
    new: frozenset[str]
    _probes: list[Probe] = field(default_factory=list)
    _ended: bool = False

    @property
    def environment(self) -> Environment:
        return self.facts.environment

    @property
    def settings(self) -> EnvironmentSettings:
        return self.workshop.subject.settings.of(self.environment.config)

    def end(self) -> None:
        """Have it come to nothing, at once."""
        self._ended = True
        for probe in self._probes:
            probe.end()

    def run(self) -> Proved:
        """Try them. Raises `ProofError` where that cannot be done."""
        found = self._attempt(self._begin()) or self._attempt(Beginning())
        assert found is not None
        table = outcomes.imported_table(found.failure)
        if table is not None:
            again = self._attempt(Beginning(), keep_imported=True)
            assert again is not None
            found = found if again.failure else again
        if found.failure is not None and "revision" in found.failure and self.settings.rows is not False:
            found = self._without_rows(found)
        if found.failure is not None:
            raise self._error(found.failure)
        return found.proved(self.interpreter)

    def _without_rows(self, found: Attempt) -> Attempt:
        """On empty tables alone, where what rows brought about could not be undone."""
        again = self._attempt(Beginning(), rows=False)
        if again is None or again.failure is not None or found.failure is None:
            return found
        line = found.failure["message"].partition("\n")[0]
        note = f"new revisions were tried on empty tables alone: {found.failure['revision']} left rows behind: {line}"
        return replace(again, notes=(note,))

    def _begin(self) -> Beginning:
        """On a copy of a kept database that holds none of the new revisions, if there is one."""
        databases = self.workshop.databases
        if "postgresql" not in self.reuse.hints(self.environment).dialects:
            return Beginning()
        old = tuple(one for one in self.facts.graph.revisions if one.id not in self.new)
        try:  # also where there are none: the probe has to be told of the server before it is shut in
            start = self.reuse.start(
                databases, replace(self.facts, graph=RevisionGraph(old)), self.interpreter
            )
        except DatabaseError:
            return Beginning()
        if start is None:
            return Beginning()
        dialect, role = start.template.identity[:2]
        with ThreadPoolExecutor(1) as copying:
            return Beginning(
                replace(start, whole=False),
                copying.submit(databases.from_template, dialect, start.name, role or None),
            )

    def _attempt(
        self, beginning: Beginning, *, keep_imported: bool = False, rows: bool = True
    ) -> Attempt | None:
        """One run of the probe; None where the kept database that it began on turned out not to be this history's."""
        answers = Answers(self.workshop, self.environment, self.settings, beginning)
        events: list[Message] = []
        try:
            with self._probe(answers) as probe:
                order = replace(
                    make_order(self.workshop, self.environment, self.settings, answers),
                    task="trial",
                    keep_imported=keep_imported,
                    trial={
                        "revisions": sorted(self.new),
                        "irreversible": self.settings.irreversible,
                        "rows": rows and self.settings.rows is not False,
                    },
                )
                answered = probe.run(order, seconds=self._seconds(), answer=answers, listen=events.append)
        finally:
            answers.drop_databases()
        if answers.error is not None:
            raise answers.error
        start = beginning.start
        if start and not self.reuse.fits(start, self.facts, self.interpreter, answered.result):
            return None
        return Attempt(answers, answered.result, answered.failure, _told(events, self.settings.small_tables))

    def _seconds(self) -> float:
        """As long as a proof may take, and as long again for every so many revisions."""
        return self.settings.time_limit * max(1, len(self.new) / _REVISIONS_IN_TIME)

    def _probe(self, answers: Answers) -> Probe:
        hints = self.reuse.hints(self.environment)
        variables = variables_for(self.settings, answers)
        probe = start_probe(self.workshop.subject, self.environment, self.interpreter, variables, hints)
        self._probes.append(probe)
        if self._ended:
            probe.end()
        return probe

    def _error(self, failure: Message) -> ProofError:
        if "revision" not in failure:
            return outcomes.probe_error(failure, self.interpreter, self.environment)
        outcomes.refuse_missing_extension(failure, self.workshop.databases)
        outcomes.refuse_full_disk(failure)
        line = failure["message"].partition("\n")[0]
        return ProbeError(
            f"revision {failure['revision']} runs with the whole history and fails on its parents' database: {line}",
            _NO_TRIAL,
        )


@dataclass(frozen=True)
class Attempt:
    """One run of the probe, ended."""

    answers: Answers
    result: Message | None
    failure: Message | None
    told: tuple[trials.Trial, ...]
    notes: tuple[str, ...] = ()

    def proved(self, interpreter: Interpreter) -> Proved:
        result, start = self.result or {}, self.answers.start
        proof = Proof(
            Schema(),
            databases=self.answers.servers(),
            interpreter=f"{interpreter.path} ({interpreter.source})",
            trials=self.told,
            notes=self.notes,
        )
        trace = {**result["trace"], "modules": result["modules"]}
        return Proved(proof, start.template.added_to(trace) if start else trace)


def _told(events: list[Message], small_tables: Sequence[str]) -> tuple[trials.Trial, ...]:
    """What was told of each revision; what several databases or schemas gave alike, once."""
    tried: list[trials.Trial] = []
    for event in events:
        if event["event"] == "tried":
            one = trials.from_probe(event, small_tables)
            if one not in tried:
                tried.append(one)
    return tuple(tried)


class Trial:
    """A trial that goes on in the background from the start of the `with` block, and is ended with it.

    `trying` makes the run for a choice of databases. It waits until its result is asked for where the revisions make
    roles, which two runs on one server cannot, and where nobody knows yet which server there will be.
    """

    def __init__(self, trying: Callable[[str | None], Trying], choice: str | None) -> None:
        self._trying = trying
        self._choice = choice
        self._executor = ThreadPoolExecutor(1)
        self._now: Trying | None = None
        self._running: Future[Proved] | None = None

    def __enter__(self) -> Trial:
        run = self._trying(self._choice)
        if run.reuse.hints(run.environment).dialects and not _makes_roles(run):
            self._running = self._executor.submit(self._run, run)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._now is not None:
            self._now.end()
        self._executor.shutdown(cancel_futures=True)

    def result(self) -> Proved:
        """What it gave. Raises `ProofError` where it could not be done."""
        try:
            return self._running.result() if self._running else self._run(self._trying(self._choice))
        except outcomes.MissingExtension as error:
            if error.alternative is None:
                raise
            return self._run(self._trying(error.alternative))

    def _run(self, run: Trying) -> Proved:
        self._now = run
        return run.run()


def _makes_roles(run: Trying) -> bool:
    sources = run.workshop.subject.tree.read([one.path for one in run.facts.graph.revisions])
    return any(_ROLES.search(source) for source in sources.values())
