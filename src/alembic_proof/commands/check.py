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
    static_facts,
    verdicts,
)
from alembic_proof.commands.on_rows import notes_of
from alembic_proof.commands.proofs import proof_of
from alembic_proof.commands.request import Request, Subject, find_subject
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
    from alembic_proof.findings import Finding

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
        proof, seen = proof_of(reuse, facts, workshops)
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


def _obstacle(subject: Subject, environment: Environment, findings: tuple[Finding, ...]) -> str | None:
    """Why the database need not be asked yet."""
    if any(finding.is_error and finding.rule in OF_HISTORY for finding in findings):
        return "the models were not compared: mend the history first"
    conflicts = [path for path in subject.tree.conflicts if relevance.can_affect(path, (environment,))]
    if conflicts:
        return f"the models were not compared: the merge conflicts in {', '.join(conflicts[:3])}"
    return None
