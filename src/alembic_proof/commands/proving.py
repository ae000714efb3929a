"""The half of a check that runs the project's code: the tree on disk, the probe, and a throwaway database."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from alembic_proof.cache import make_folder
from alembic_proof.commands import exact, outcomes
from alembic_proof.commands.answers import Answers, Beginning
from alembic_proof.commands.locating import Locator
from alembic_proof.commands.starting import aside_of, names_database, start_probe, variables_of
from alembic_proof.errors import DatabaseError
from alembic_proof.facts import Facts, Proof, Schema
from alembic_proof.probe import Answered, Message, Order, Probe
from alembic_proof.reuse.store import digest

if TYPE_CHECKING:
    from alembic_proof.commands.reusing import Hints, Reuse
    from alembic_proof.commands.workshop import Workshop
    from alembic_proof.environments import Environment
    from alembic_proof.interpreter import Interpreter
    from alembic_proof.reuse.templates import Start
    from alembic_proof.settings import EnvironmentSettings


@dataclass(frozen=True)
class Proved:
    """A proof, and what the project's code looked at for it; None where another run may end otherwise."""

    proof: Proof
    trace: Message | None
    written: Message | None = None  # the revision that was asked for


@dataclass(frozen=True)
class Attempt:
    """One run of the probe, ended."""

    interpreter: Interpreter
    answers: Answers
    answered: Answered


def prove(
    workshop: Workshop,
    facts: Facts,
    interpreter: Interpreter,
    reuse: Reuse,
    early: Probe | None = None,
    writing: Message | None = None,
) -> Proved:
    """Apply the revisions to a throwaway database and compare; `early` is a probe that has been started already.

    With `writing` the missing revision is written as well, and does not stay in the tree.
    Raises `ProofError` where that cannot be done.
    """
    run = Run(workshop, facts, interpreter, reuse, writing)
    attempt = _first_attempt(run, early) or _attempt(run)
    table = outcomes.imported_table(attempt.answered.failure)
    if table is not None:
        again = _attempt(run, keep_imported=True)
        if again.answered.failure is None:
            note = f"importing the project makes tables that the revisions need, {table} among them; they were kept"
            return _proof(workshop, facts, again, note)
    return _proof(workshop, facts, attempt)


@dataclass(frozen=True)
class Run:
    """What every attempt at a proof has in common."""

    workshop: Workshop
    facts: Facts
    interpreter: Interpreter
    reuse: Reuse
    writing: Message | None = None

    @property
    def environment(self) -> Environment:
        return self.facts.environment

    @cached_property
    def settings(self) -> EnvironmentSettings:
        return self.workshop.subject.settings.of(self.environment.config)

    @cached_property
    def hints(self) -> Hints:
        return self.reuse.hints(self.environment)

    def answers(self) -> Answers:
        known = (self.facts, self.interpreter)
        return Answers(
            self.workshop,
            self.environment,
            self.settings,
            import_modules=partial(self.reuse.import_modules, *known),
            read_ahead=partial(self.reuse.read_ahead, *known),
        )

    def begin(self, ahead: Executor) -> Beginning:
        """Where an earlier run kept a database to start on, have it copied."""
        databases = self.workshop.databases
        try:
            start = self.reuse.start(databases, self.facts, self.interpreter)
        except DatabaseError:  # whoever needs a server will be told when asking for it
            return Beginning()
        if start is None:
            return Beginning()
        dialect, role = start.template.identity[:2]
        return Beginning(start, ahead.submit(databases.from_template, dialect, start.name, role or None))

    def probe(self, answers: Answers) -> Probe:
        variables = variables_for(self.settings, answers)
        return start_probe(self.workshop.subject, self.environment, self.interpreter, variables, self.hints)


def _first_attempt(run: Run, early: Probe | None) -> Attempt | None:
    """An attempt whose parts do not wait for each other, on a kept database where there is one.

    None where that turned out not to be this history's.
    """
    answers = run.answers()
    with ThreadPoolExecutor(1) as ahead:
        is_hinted = "postgresql" in run.hints.dialects
        begun = ahead.submit(run.begin, ahead) if is_hinted else None
        if names_database(run.settings) and begun:
            answers.begin(begun.result())
        with early or run.probe(answers) as probe:
            run.workshop.folder  # noqa: B018 - written while the server starts
            if begun:
                answers.begin(begun.result())
            return _run(run, probe, answers)


def _attempt(run: Run, *, keep_imported: bool = False) -> Attempt:
    """An attempt on an empty database."""
    answers = run.answers()
    with run.probe(answers) as probe:
        attempt = _run(run, probe, answers, keep_imported=keep_imported)
        assert attempt is not None
        return attempt


def _run(run: Run, probe: Probe, answers: Answers, *, keep_imported: bool = False) -> Attempt | None:
    facts, start = run.facts, answers.start
    events: list[Message] = []
    try:
        order = replace(
            make_order(run.workshop, run.environment, run.settings, answers),
            task="check" if run.writing is None else "revision",
            writing=run.writing,
            keep_imported=keep_imported,
            history=_history(facts, start),
            settled=run.reuse.settled(facts, start),
        )
        answered = probe.run(order, seconds=run.settings.time_limit, answer=answers, listen=events.append)
        if start is not None and not run.reuse.fits(start, facts, run.interpreter, answered.result):
            return None
        if answered.result is not None:
            run.reuse.keep(facts, run.interpreter, answered.result, answers, start)
    finally:
        answers.drop_databases()
    if answers.error is not None:
        raise answers.error
    failure = outcomes.at_commit(answered.failure, events, facts.graph)
    return Attempt(run.interpreter, answers, replace(answered, failure=failure))


def _history(facts: Facts, start: Start | None) -> list[list[Any]] | None:
    """The revisions as Alembic would read them, where none of them has to run and Alembic saw the same before."""
    if start is None or not (start.whole and start.template.agreed):
        return None
    return [[one.id, one.parents, one.depends_on, one.labels] for one in facts.graph.revisions]


def _proof(workshop: Workshop, facts: Facts, attempt: Attempt, *notes: str) -> Proved:
    interpreter, answered = attempt.interpreter, attempt.answered
    schema, own_notes = _schema(workshop, facts, attempt)
    proof = Proof(
        schema,
        databases=attempt.answers.servers(),
        interpreter=f"{interpreter.path} ({interpreter.source})",
        revision_paths=outcomes.other_revisions(answered.result, facts.graph, workshop.folder),
        notes=(*notes, *own_notes),
        tree_notes=workshop.notes,
        unset_variables=tuple((answered.failure or answered.result or {}).get("variables", ())),
    )
    start = attempt.answers.start
    if answered.result is None:
        return Proved(proof, None)
    trace = answered.result["trace"]
    written = answered.result.get("written")
    return Proved(proof, start.template.added_to(trace) if start else trace, written)


def _schema(workshop: Workshop, facts: Facts, attempt: Attempt) -> tuple[Schema, tuple[str, ...]]:
    answers, failure = attempt.answers, attempt.answered.failure
    if failure is not None:
        outcomes.refuse_full_disk(failure)
        if "revision" not in failure or outcomes.kept_away(failure):
            outcomes.refuse_starting_function(failure, answers.settings.starting_schema or "")
            raise outcomes.probe_error(failure, attempt.interpreter, facts.environment)
        outcomes.refuse_missing_extension(failure, workshop.databases)
        sources = {revision.path: workshop.folder / revision.path for revision in facts.graph.revisions}
        return Schema(failure=outcomes.upgrade_failure(failure, facts.graph, sources)), ()
    result = attempt.answered.result or {}
    unregistered = tuple(answers.candidates[number] for number in result["unregistered"])
    locator = Locator(workshop.folder, answers.loaded, result["homes"])
    operations = tuple(locator.located(described) for described in result["operations"])
    silenced = tuple(locator.located(described) for described in result["silenced"])
    operations, differences = exact.facts(
        answers.compared, result["comparisons"], operations, silenced, locator
    )
    notes = (*outcomes.notes(result, facts.graph), *(note for one in answers.compared for note in one.notes))
    return Schema(operations=operations, differences=differences, unregistered=unregistered), notes


def variables_for(settings: EnvironmentSettings, answers: Answers) -> dict[str, str]:
    """The environment variables that the probe runs with; a database that they name is made."""
    variables = variables_of(settings)
    if names_database(settings):
        dialect, _, driver = settings.dialect.partition("+")
        # Checks of settings want a host (pydantic's PostgresDsn); the one in the query wins over it.
        url = answers.name(dialect).url(driver or None).replace("@/", "@localhost/", 1)
        variables |= {name: value.replace("{url}", url) for name, value in settings.env.items()}
    return variables


def make_order(
    workshop: Workshop, environment: Environment, settings: EnvironmentSettings, answers: Answers
) -> Order:
    """The probe's job, but for what differs from attempt to attempt."""
    folder = workshop.folder
    schema = settings.starting_schema
    is_function = schema is not None and ":" in schema
    return Order(
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
        exact=settings.exact_drift,
        keep_imported=False,
        history=None,
        settled=None,
        bytecode=_bytecode(workshop, environment),
        aside=aside_of(settings),
        database=answers.named_message(),
    )


def _bytecode(workshop: Workshop, environment: Environment) -> str | None:
    subject = workshop.subject
    if subject.request.no_cache:
        return None
    name = digest(str(subject.repository.top), environment.config, environment.section)
    return str(make_folder(workshop.cache / "bytecode") / name)
