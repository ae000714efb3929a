"""From what was found to what is reported: what something speaks for is left out, and counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.errors import ProofError
from alembic_proof.findings import Finding, Suppressed, in_order, known_before
from alembic_proof.reports.report import EnvironmentReport, Report
from alembic_proof.rules import PAGES, RULES, unused_baseline_entry, unused_ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from alembic_proof.commands.request import Subject
    from alembic_proof.git import Base
    from alembic_proof.suppressions.baseline import Entry
    from alembic_proof.suppressions.comments import Comment, Unused

LENIENT = frozenset(page.NAME for page in PAGES if page.LENIENCE == "any")
TRIED = frozenset(rule.NAME for rule in RULES if rule.NEEDS == "trial")  # of new revisions alone
CHANGES = frozenset(rule.NAME for rule in RULES if rule.NEEDS == "base")  # no base has these


@dataclass(frozen=True)
class Judged:
    """All that judging a tree found, with nothing left out yet.

    `blocked` are the environments of which less was judged than was asked, by their configurations; `tried_all`
    says that not only new revisions were tried.
    """

    findings: tuple[Finding, ...]
    environments: tuple[EnvironmentReport, ...]
    notes: tuple[str, ...] = ()
    blocked: frozenset[str] = frozenset()
    tried_all: bool = False

    def rules_of(self, environment: EnvironmentReport) -> frozenset[str]:
        """The rules that saw all that there is to see for them in an environment."""
        config = environment.config
        if config in self.blocked:
            return frozenset()
        return frozenset(
            name
            for name, verdict in environment.rules.items()
            if verdict in ("passed", "failed") and (self.tried_all or name not in TRIED)
        )


def settled(subject: Subject, judged: Judged, judge: Callable[[Subject], Judged]) -> Report:
    """The report of a judged tree: what something speaks for is in `suppressed`, what is left in `findings`.

    `judge` judges another tree; it is asked where something is left that the base may have had.
    """
    silenced, comments = _by_comments(subject, judged)
    kept = _without(judged.findings, silenced)
    rewritten = _by_reason(subject, kept)
    kept = _without(kept, rewritten)
    recorded, entries = _by_baseline(subject, judged, kept)
    kept, known, notes = _by_base(subject, judged, _without(kept, recorded), judge)
    upkeep = (
        *unused_ignore.find(comments, _judged_rules(subject, judged)),
        *unused_baseline_entry.find(entries),
    )
    return Report(
        subject.tree.description,
        in_order((*kept, *_levelled(upkeep, subject))),
        tuple(_with_verdicts(one, kept) for one in judged.environments),
        (*judged.notes, *subject.notes, *notes),
        (*silenced, *rewritten, *recorded, *known),
        subject.base,
    )


def after_comments(subject: Subject, judged: Judged) -> tuple[Finding, ...]:
    """The findings that no comment speaks for."""
    silenced, _ = _by_comments(subject, judged)
    return _without(judged.findings, silenced)


def _by_comments(subject: Subject, judged: Judged) -> tuple[list[Suppressed], list[Unused]]:
    comments = _comments(subject, judged.findings)
    if not comments:
        return [], []
    from alembic_proof.suppressions.comments import match

    silenced, unused = match(judged.findings, comments, LENIENT)
    return [Suppressed(finding, "comment", reason) for finding, reason in silenced], unused


def _comments(subject: Subject, findings: Iterable[Finding]) -> tuple[Comment, ...]:
    """The comments of the files that findings point to, as the judged tree has them."""
    paths = {finding.path for finding in findings if finding.path and finding.path.endswith(".py")}
    if not paths:
        return ()
    from alembic_proof.suppressions.comments import read_comments

    sources = subject.tree.read(sorted(paths))
    return tuple(comment for path, source in sources.items() for comment in read_comments(path, source))


def _judged_rules(subject: Subject, judged: Judged) -> frozenset[str]:
    """The rules that have judged every environment: a comment may be for one that was not asked for."""
    if subject.request.configs:
        return frozenset()
    return frozenset.intersection(*map(judged.rules_of, judged.environments))


def _by_baseline(
    subject: Subject, judged: Judged, findings: Iterable[Finding]
) -> tuple[list[Suppressed], list[Entry]]:
    """What the baseline leaves out, and those of its entries that are known to be needed no more."""
    seen = {environment.config: judged.rules_of(environment) for environment in judged.environments}
    if subject.baseline is None or LENIENT.isdisjoint(frozenset().union(*seen.values())):
        return [], []
    from alembic_proof.suppressions.baseline import FILE, match, parse

    recorded, unused = match(findings, parse(subject.baseline), LENIENT)
    gone = [entry for entry in unused if _is_gone(entry, subject, seen)]
    return [Suppressed(finding, "baseline", FILE) for finding in recorded], gone


def _is_gone(entry: Entry, subject: Subject, seen: dict[str, frozenset[str]]) -> bool:
    """Whether a run that meant to find it would have."""
    if entry.environment not in seen:
        return subject.tree.real_path(entry.environment) not in subject.tree.paths()
    if entry.rule in LENIENT and entry.rule not in seen[entry.environment]:
        return False
    exact = subject.settings.of(entry.environment).exact_drift
    return exact or dict(entry.identity).get("found-by") != "catalogs"


def _by_reason(subject: Subject, findings: tuple[Finding, ...]) -> list[Suppressed]:
    """The rewritten history that the change gives a reason for."""
    if subject.merged is None or CHANGES.isdisjoint(finding.rule for finding in findings):
        return []
    from alembic_proof.commands.rewriting import allowed

    return allowed(subject, findings)


def _by_base(
    subject: Subject, judged: Judged, findings: tuple[Finding, ...], judge: Callable[[Subject], Judged]
) -> tuple[tuple[Finding, ...], list[Suppressed], tuple[str, ...]]:
    """What the change brought, what was there before, and what to note of that.

    What was there before and kept the rest from being judged stays in sight, as a warning.
    """
    base = subject.base
    brought = CHANGES if judged.tried_all else CHANGES | TRIED
    if base is None or brought.issuperset(finding.rule for finding in findings):
        return findings, [], ()
    before = _judged_before(subject, base, {finding.environment for finding in findings}, judge)
    known = [Suppressed(finding, "base", base.ref) for finding in known_before(findings, before.findings)]
    blocking = [one for one in known if one.finding.environment in judged.blocked]
    warned = tuple(replace(one.finding, severity="warning") for one in blocking)
    fresh = _without(findings, known)
    notes = tuple(
        f"{config}: the models could not be compared on {base.ref}, so all that is found there counts as new"
        for config in sorted(before.blocked - judged.blocked)
        if any(one.environment == config and one.rule in LENIENT for one in fresh)
    )
    return (*fresh, *warned), [one for one in known if one not in blocking], notes


def _judged_before(
    subject: Subject, base: Base, configs: Iterable[str], judge: Callable[[Subject], Judged]
) -> Judged:
    from alembic_proof.commands.basing import subject_before, unjudged

    try:
        return judge(subject_before(subject, base, sorted(configs)))
    except ProofError as error:
        raise unjudged(base, error) from error


def _levelled(findings: Iterable[Finding], subject: Subject) -> Iterator[Finding]:
    """What the suppressions themselves give rise to, as severe as the settings have it."""
    for finding in findings:
        level = subject.settings.common.rules.get(finding.rule, finding.severity)
        if level != "off":
            yield replace(finding, severity=level)


def _without(findings: Iterable[Finding], gone: Collection[Suppressed]) -> tuple[Finding, ...]:
    numbers = {id(one.finding) for one in gone}
    return tuple(finding for finding in findings if id(finding) not in numbers)


def _with_verdicts(environment: EnvironmentReport, findings: Iterable[Finding]) -> EnvironmentReport:
    """The same with every rule passed that has no error left."""
    failed = {one.rule for one in findings if one.environment == environment.config and one.is_error}
    rules = {
        name: "passed" if verdict == "failed" and name not in failed else verdict
        for name, verdict in environment.rules.items()
    }
    return replace(environment, rules=rules)
