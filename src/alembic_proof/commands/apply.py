"""`apply`: the revisions on a real database that the user names, as a deployment would apply them."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.cache import cache_folder
from alembic_proof.commands import outcomes
from alembic_proof.commands.answers import Answers, as_message
from alembic_proof.commands.histories import findings_of, history_facts, verdicts
from alembic_proof.commands.proving import make_order, variables_for
from alembic_proof.commands.request import Request, find_subject, interpreter_of
from alembic_proof.commands.workshop import Workshop, open_workshop
from alembic_proof.databases import Database, named_database
from alembic_proof.errors import DatabaseError, ProbeError, ProofError, UsageError
from alembic_proof.facts import Facts, Schema
from alembic_proof.findings import Finding, in_order
from alembic_proof.probe import Message, Probe
from alembic_proof.reports.report import EnvironmentReport, Report

if TYPE_CHECKING:
    from alembic_proof.commands.progress import Progress


def apply(request: Request, progress: Progress) -> Report:
    """Apply the tree's revisions to the database that the request names; `progress` tells how far it is.

    A history that `alembic upgrade head` would refuse is found, and nothing is applied.

    Raises `ProofError`, among others where the database is stamped with a revision that the tree lacks.
    """
    subject = find_subject(request)
    url = subject.settings.database
    if url is None or "://" not in url:
        raise UsageError(
            "apply needs a database to apply the revisions to",
            "name it: --database postgresql://USER@HOST/NAME",
        )
    if len(subject.environments) > 1:
        configs = ", ".join(environment.config for environment in subject.environments)
        raise UsageError(
            f"there are several environments, and one database: {configs}", "choose one with --config"
        )
    started = time.monotonic()
    facts = history_facts(subject, subject.environments[0])
    findings = findings_of(facts, ("history",))
    rules = verdicts(facts, findings, ("history",))
    notes: tuple[str, ...] = ("nothing was applied: mend the history first",)
    database = named_database(url)
    if not any(finding.is_error for finding in findings):
        progress.total = len(facts.graph.revisions)
        with cache_folder() as cache, open_workshop(subject, cache, None) as workshop:
            failed, notes = _apply(workshop, facts, database, progress)
        findings = (*findings, *failed)
        rules["upgrade-failed"] = "failed" if failed else "passed"
    report = EnvironmentReport(
        facts.environment.config,
        facts.graph.heads,
        len(facts.graph.revisions),
        rules,
        time.monotonic() - started,
        databases=(database.server,),
        notes=notes,
    )
    return Report(subject.tree.description, in_order(findings), (report,), subject.tree.notes)


@dataclass
class NamedAnswers(Answers):
    """Answers every question for a database with the one that the user named; a second one is refused."""

    database: Database | None = None
    _asked: int = 0

    def create(self, dialect: str, role: str | None) -> Database:
        del role
        assert self.database is not None
        self._asked += 1
        if self._asked > 1:
            raise DatabaseError(
                "env.py connects to several databases, and --database names one",
                "apply them one by one, with x-arguments in [tool.alembic-proof] that make env.py choose",
            )
        if dialect.replace("mariadb", "mysql") != self.database.dialect:
            raise DatabaseError(
                f"env.py connects to a {dialect} database, and --database names a {self.database.dialect} one",
                f"name a {dialect} database",
            )
        return self.database


def _apply(
    workshop: Workshop, facts: Facts, database: Database, progress: Progress
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    environment = facts.environment
    settings = workshop.subject.settings.of(environment.config)
    interpreter = interpreter_of(workshop.subject, environment)
    answers = NamedAnswers(workshop, environment, settings, database=database)
    order = make_order(workshop, environment, settings, answers)
    variables = {**variables_for(settings, answers), **order.aside}  # nothing is kept of what it does
    named = order.database and as_message(database)
    order = replace(order, task="apply", network=True, database=named, aside={})
    try:
        with Probe(interpreter.path, folder=workshop.folder, variables=variables) as probe:
            answered = probe.run(order, seconds=settings.time_limit, answer=answers, listen=progress)
    finally:
        progress.finish()
    if answers.error is not None:
        raise answers.error
    failure = answered.failure
    applied = f"{progress.applied} revision{'' if progress.applied == 1 else 's'} applied"
    if failure is None:
        heads = (answered.result or {}).get("heads", [])
        return (), (
            applied,
            f"the database is at {', '.join(heads)}" if heads else "the tree has no revisions",
        )
    if "revision" in failure:
        sources = {revision.path: workshop.folder / revision.path for revision in facts.graph.revisions}
        failed = replace(
            facts, schema=Schema(failure=outcomes.upgrade_failure(failure, facts.graph, sources))
        )
        return findings_of(failed, ("database",)), (applied,)
    raise _refusal(failure, database) or outcomes.probe_error(failure, interpreter, environment)


def _refusal(failure: Message, database: Database) -> ProofError | None:
    if failure["type"] == "OperationalError":
        reason = (failure["message"].splitlines() or [""])[0]
        return DatabaseError(
            f"env.py cannot use the database at {database.server}: {reason}",
            "see that the server runs, and that --database has its host, port, user and password",
        )
    if failure["type"] == "NotInTree":
        return ProbeError(
            f"the database is stamped with {failure['message']}, which the tree does not have",
            "apply from a tree that has that revision, or see who removed it: git log --all --diff-filter=D -- '*.py'",
        )
    if failure["type"] == "NotAtHead":
        return ProbeError(
            f"after the upgrade, {failure['message']}", "see what env.py does with the version table"
        )
    return None
