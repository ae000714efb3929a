"""From what was found to what is reported: what comments speak for is left out, and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding, Suppressed, in_order
from alembic_proof.reports.report import EnvironmentReport, Report
from alembic_proof.rules import PAGES, RULES, unused_ignore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.commands.request import Subject
    from alembic_proof.suppressions.comments import Comment

LENIENT = frozenset(page.NAME for page in PAGES if page.LENIENCE == "any")


@dataclass(frozen=True)
class Judged:
    """All that judging a tree found, with nothing left out yet."""

    findings: tuple[Finding, ...]
    environments: tuple[EnvironmentReport, ...]
    notes: tuple[str, ...] = ()


def settled(subject: Subject, judged: Judged) -> Report:
    """The report of a judged tree: what a comment speaks for is in `suppressed`, what is left in `findings`."""
    silenced, upkeep = _by_comments(subject, judged)
    kept = _without(judged.findings, (one.finding for one in silenced))
    return Report(
        subject.tree.description,
        in_order((*kept, *_levelled(upkeep, subject))),
        tuple(_with_verdicts(one, kept) for one in judged.environments),
        judged.notes,
        tuple(silenced),
    )


def _by_comments(subject: Subject, judged: Judged) -> tuple[list[Suppressed], list[Finding]]:
    comments = _comments(subject, judged.findings)
    if not comments:
        return [], []
    from alembic_proof.suppressions.comments import match

    silenced, unused = match(judged.findings, comments, LENIENT)
    suppressed = [Suppressed(finding, "comment", reason) for finding, reason in silenced]
    return suppressed, list(unused_ignore.find(unused, _judged_rules(subject, judged)))


def _comments(subject: Subject, findings: Iterable[Finding]) -> tuple[Comment, ...]:
    """The comments of the files that findings point to, as the judged tree has them."""
    paths = {finding.path for finding in findings if finding.path and finding.path.endswith(".py")}
    if not paths:
        return ()
    from alembic_proof.suppressions.comments import read_comments

    sources = subject.tree.read(sorted(paths))
    return tuple(comment for path, source in sources.items() for comment in read_comments(path, source))


def _judged_rules(subject: Subject, judged: Judged) -> frozenset[str]:
    """The rules that have seen all there is: a comment may be for an environment that was not asked for."""
    if subject.request.configs:
        return frozenset()
    unseen = {
        name
        for environment in judged.environments
        for name, verdict in environment.rules.items()
        if verdict in ("skipped", "off")
    }
    failed = any(finding.rule == "upgrade-failed" for finding in judged.findings)
    return frozenset() if failed else frozenset(rule.NAME for rule in RULES) - unseen


def _levelled(findings: Iterable[Finding], subject: Subject) -> Iterator[Finding]:
    """What the suppressions themselves give rise to, as severe as the settings have it."""
    for finding in findings:
        level = subject.settings.common.rules.get(finding.rule, finding.severity)
        if level != "off":
            yield replace(finding, severity=level)


def _without(findings: Iterable[Finding], gone: Iterable[Finding]) -> tuple[Finding, ...]:
    numbers = {id(finding) for finding in gone}
    return tuple(finding for finding in findings if id(finding) not in numbers)


def _with_verdicts(environment: EnvironmentReport, findings: Iterable[Finding]) -> EnvironmentReport:
    """The same with every rule passed that has no error left."""
    failed = {one.rule for one in findings if one.environment == environment.config and one.is_error}
    rules = {
        name: "passed" if verdict == "failed" and name not in failed else verdict
        for name, verdict in environment.rules.items()
    }
    return replace(environment, rules=rules)
