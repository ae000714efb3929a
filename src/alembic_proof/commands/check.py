"""`check`: everything that applies, the history first and then the proof on a throwaway database."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.commands import relevance
from alembic_proof.commands.histories import (
    at_hand,
    conflict_notes,
    findings_of,
    seen_by_alembic,
    static_facts,
    verdicts,
)
from alembic_proof.commands.new_revisions import new_revisions
from alembic_proof.commands.on_rows import notes_of
from alembic_proof.commands.request import Request, Subject, find_subject, interpreter_of
from alembic_proof.commands.reusing import Reuse
from alembic_proof.commands.side_by_side import cores, side_by_side
from alembic_proof.commands.squawking import squawked
from alembic_proof.commands.suppressing import Judged, settled
from alembic_proof.commands.workshops import Workshops
from alembic_proof.reports.report import EnvironmentReport, Report
from alembic_proof.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts, Proof
    from alembic_proof.findings import Finding
    from alembic_proof.interpreter import Interpreter

OF_HISTORY = frozenset(rule.NAME for rule in RULES if rule.NEEDS == "history")
PROVEN = frozenset(rule.NAME for rule in RULES if rule.NEEDS == "database")
COMMIT_HOOKS = ("pre-commit", "pre-merge-commit")


def check(request: Request) -> Report:
    """Judge every environment of a tree. Raises `ProofError` where one cannot be judged."""
    subject = find_subject(request)
    if request.hook in COMMIT_HOOKS and subject.staged and not _staged_can_affect(subject):
        note = "no staged file can affect models or revisions: nothing was checked"
        return Report(subject.tree.description, notes=(note,))
    return settled(subject, judge(subject), judge)


def judge(subject: Subject) -> Judged:
    """All that is found in a tree's environments. Raises `ProofError` where one cannot be judged."""
    reuse = Reuse.of(subject)

    def work(number: int, environments: Iterable[Environment]) -> list[One]:
        with Workshops(subject, number) as workshops:
            return [_one(reuse, environment, workshops) for environment in environments]

    judged = side_by_side(subject.environments, work, cores())
    findings = tuple(finding for one in judged for finding in one.findings)
    notes = dict.fromkeys((*subject.tree.notes, *(note for one in judged for note in one.tree_notes)))
    blocked = frozenset(one.report.config for one in judged if one.is_blocked)
    return Judged(findings, tuple(one.report for one in judged), tuple(notes), blocked, subject.request.all)


def _staged_can_affect(subject: Subject) -> bool:
    return any(relevance.can_affect(path, subject.environments) for path in subject.staged)


@dataclass(frozen=True)
class One:
    """One environment: what was found, its part of the report, and notes on the tree that its proof was made in."""

    findings: tuple[Finding, ...]
    report: EnvironmentReport
    tree_notes: tuple[str, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether something that was found, or a conflict, kept the models from being compared."""
        failed = any(finding.rule == "upgrade-failed" for finding in self.findings)
        return failed or any(self.report.rules[name] == "skipped" for name in PROVEN)


def _one(reuse: Reuse, environment: Environment, workshops: Workshops) -> One:
    started = time.monotonic()
    subject = reuse.subject
    workshops.begin(environment, reuse)
    facts = static_facts(subject, environment)
    asked = at_hand(facts, "history", "git")
    findings = findings_of(facts, asked)
    notes = (*environment.notes, *conflict_notes(subject.tree, environment))
    obstacle = _obstacle(subject, environment, findings)
    proof = None
    if obstacle:
        notes = (*notes, obstacle)
    else:
        proof = _proof(reuse, facts, workshops)
        seen = seen_by_alembic(subject, facts, proof.revision_paths)
        facts = replace(seen, schema=proof.schema, trials=proof.trials)
        asked = (*asked, "database", *(() if proof.trials is None else ("trial",)))
        if facts.trials and (said := squawked(subject, facts)):
            facts, asked = replace(facts, squawked=said), (*asked, "squawk")
        findings = findings_of(facts, asked)  # of the history that Alembic itself sees
    report = EnvironmentReport(
        environment.config,
        facts.graph.heads,
        len(facts.graph.revisions),
        verdicts(facts, findings, asked),
        time.monotonic() - started,
        databases=proof.databases if proof else (),
        interpreter=proof.interpreter if proof else None,
        notes=(*notes, *(proof.notes if proof else ()), *notes_of(facts.trials or ())),
        unset_variables=proof.unset_variables if proof else (),
        reused=proof is not None and proof.reused,
    )
    return One(findings, report, proof.tree_notes if proof else ())


def _proof(reuse: Reuse, facts: Facts, workshops: Workshops) -> Proof:
    """An earlier run's where it still stands, else a new one; with it, what became of the new revisions."""
    interpreter = interpreter_of(reuse.subject, facts.environment)
    new = _to_try(reuse.subject, facts)
    known = reuse.recall(facts.environment, interpreter)
    tried = reuse.recall(facts.environment, interpreter, new) if new else None
    if new and tried is None:
        return _with_trial(known, reuse, facts, interpreter, workshops, new)
    proof = known or _proved(reuse, facts, interpreter, workshops)
    trials = tried.trials if tried else None if new is None else ()
    return replace(proof, trials=trials)


def _to_try(subject: Subject, facts: Facts) -> frozenset[str] | None:
    """The revisions that are to be tried by themselves; None where no trial is wanted."""
    wanted = subject.settings.of(facts.environment.config).trial and subject.request.trial is not False
    return new_revisions(subject, facts) if wanted else None


def _with_trial(
    known: Proof | None,
    reuse: Reuse,
    facts: Facts,
    interpreter: Interpreter,
    workshops: Workshops,
    new: frozenset[str],
) -> Proof:
    """The proof, and beside it a trial; where the history does not even run, there is none."""
    with workshops.trial(facts, interpreter, reuse, new) as trial:
        proof = known or _proved(reuse, facts, interpreter, workshops)
        if proof.schema.failure is not None:
            return replace(proof, trials=None)
        proved = trial.result()
    reuse.remember(facts.environment, interpreter, proved.proof, proved.trace, new)
    return replace(proof, trials=proved.proof.trials, reused=False)


def _proved(reuse: Reuse, facts: Facts, interpreter: Interpreter, workshops: Workshops) -> Proof:
    proved = workshops.prove(facts, interpreter, reuse)
    reuse.remember(facts.environment, interpreter, proved.proof, proved.trace)
    return proved.proof


def _obstacle(subject: Subject, environment: Environment, findings: tuple[Finding, ...]) -> str | None:
    """Why the database need not be asked yet."""
    if any(finding.is_error and finding.rule in OF_HISTORY for finding in findings):
        return "the models were not compared: mend the history first"
    conflicts = [path for path in subject.tree.conflicts if relevance.can_affect(path, (environment,))]
    if conflicts:
        return f"the models were not compared: the merge conflicts in {', '.join(conflicts[:3])}"
    return None
