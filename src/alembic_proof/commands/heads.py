"""`heads`: the rules on the history alone. No database, nobody's code, nothing slow imported."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from alembic_proof.commands.histories import (
    at_hand,
    conflict_notes,
    findings_of,
    history_facts,
    verdicts,
)
from alembic_proof.commands.merged import with_merged
from alembic_proof.commands.request import Request, Subject, find_subject
from alembic_proof.commands.suppressing import Judged, settled
from alembic_proof.reports.report import EnvironmentReport, Report

if TYPE_CHECKING:
    from alembic_proof.environments import Environment
    from alembic_proof.findings import Finding


def heads(request: Request) -> Report:
    """Judge the history of every environment. Raises `ProofError` where it cannot be judged."""
    subject = find_subject(request)
    return settled(subject, _judge(subject), _judge)


def _judge(subject: Subject) -> Judged:
    findings: list[Finding] = []
    reports = []
    for environment in subject.environments:
        found, report = _one(subject, environment)
        findings += found
        reports.append(report)
    return Judged(tuple(findings), tuple(reports), subject.tree.notes)


def _one(subject: Subject, environment: Environment) -> tuple[tuple[Finding, ...], EnvironmentReport]:
    started = time.monotonic()
    facts = with_merged(subject, history_facts(subject, environment))
    needs = at_hand(facts, "history")
    findings = findings_of(facts, needs)
    return findings, EnvironmentReport(
        environment.config,
        facts.graph.heads,
        len(facts.graph.revisions),
        verdicts(facts, findings, needs),
        time.monotonic() - started,
        notes=(*environment.notes, *conflict_notes(subject.tree, environment)),
    )
