"""The static half of a check: the graph of each environment, and what lies beside the index."""

from __future__ import annotations

import os
import posixpath
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.cache_path import cache_path
from alembic_proof.commands.merged import with_merged
from alembic_proof.facts import Coming, Facts
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.load import load_history, revision_paths
from alembic_proof.history.parsed import parse_all
from alembic_proof.history.revision_file import Revision
from alembic_proof.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from alembic_proof.commands.request import Request, Subject
    from alembic_proof.environments import Environment
    from alembic_proof.findings import Finding, Severity
    from alembic_proof.git import Tree
    from alembic_proof.reports.report import Verdict
    from alembic_proof.rules.base import Rule
    from alembic_proof.settings import Level


def history_facts(subject: Subject, environment: Environment) -> Facts:
    """The facts of the revision files alone."""
    graph = _graph(subject.tree, environment)
    settings = subject.settings.of(environment.config)
    return Facts(
        environment,
        graph,
        meant_heads=settings.heads,
        levels=settings.rules,
        coming=_coming(subject.request),
    )


def _coming(request: Request) -> Coming | None:
    """In CI the base is fetched beside the clone, so people have to fetch it themselves."""
    if request.names:
        return coming_from("origin", request.names[1])
    if request.merge_with:
        return Coming(request.merge_with, shlex.join(("git", "merge", "--no-commit", request.merge_with)))
    return None


def coming_from(remote: str, branch: str) -> Coming:
    """The branch of a remote as it is there now."""
    command = ("git", "pull", "--no-rebase", "--no-commit", remote, branch)
    return Coming(f"{remote}/{branch}", shlex.join(command))


def static_facts(subject: Subject, environment: Environment) -> Facts:
    """The facts that are had without a database and without running anybody's code."""
    facts = with_merged(subject, history_facts(subject, environment))
    return (
        replace(facts, unstaged=_unstaged(subject, environment, facts.graph)) if subject.is_index else facts
    )


def _graph(tree: Tree, environment: Environment) -> RevisionGraph:
    conflicts = set(tree.conflicts) & set(revision_paths(tree.conflicts, environment))
    if not conflicts or tree.sides is None:
        return load_history(tree, environment, cache_path(os.environ))
    paths = [path for path in revision_paths(tree.paths(), environment) if path not in conflicts]
    files = list(parse_all(dict(tree.read(paths)), None))
    seen: set[tuple[str, str]] = set()
    for side in tree.sides:
        for file in parse_all(side.read(sorted(conflicts)), None):
            key = (file.path, getattr(file, "id", "")) if file is not None else ("", "")
            if file is not None and key not in seen:
                seen.add(key)
                files.append(file)
    return RevisionGraph.build(files)


def seen_by_alembic(subject: Subject, facts: Facts, paths: tuple[str, ...] | None) -> Facts:
    """The facts with the history that Alembic itself sees, where env.py gives it other files than we read."""
    if paths is None:
        return facts
    sources = subject.tree.read(paths)
    graph = RevisionGraph.build(parse_all({path: sources[path] for path in paths}, None))
    folders = dict.fromkeys(posixpath.dirname(path) for path in paths)
    return with_merged(subject, replace(facts, graph=graph), tuple(folders))


def at_hand(facts: Facts, *needs: str) -> tuple[str, ...]:
    """What rules may need of the facts: these, and what is known of the base."""
    return (*needs, *(() if facts.base is None else ("base",)))


def conflict_notes(tree: Tree, environment: Environment) -> tuple[str, ...]:
    """What a person should know of a merge that does not go through by itself."""
    inside = revision_paths(tree.conflicts, environment)
    if inside:
        return (f"the merge conflicts in {', '.join(inside)}: the revisions of both sides were judged",)
    return ()


def _unstaged(subject: Subject, environment: Environment, graph: RevisionGraph) -> tuple[Revision, ...]:
    repository = subject.repository
    changed = {*repository.untracked_paths(), *repository.unstaged_paths()}
    sources = {}
    for path in revision_paths(sorted(changed), environment):
        file = repository.top / path
        if file.is_file():
            sources[path] = file.read_bytes()
    files = parse_all(sources, None)
    return tuple(file for file in files if isinstance(file, Revision) and file.id not in graph.by_id)


def findings_of(facts: Facts, needs: Iterable[str]) -> tuple[Finding, ...]:
    """What the rules that need no more than this say of an environment, those that are off left out."""
    kinds = set(needs)
    return tuple(
        replace(finding, environment=facts.environment.config, severity=_severity(finding, level))
        for rule in RULES
        if rule.NEEDS in kinds and (level := facts.levels.get(rule.NAME)) != "off"
        for finding in rule.find(facts)
    )


def _severity(finding: Finding, level: Level | None) -> Severity:
    """As the settings have it; what is only told stays that."""
    return finding.severity if level is None or level == "off" or finding.severity == "info" else level


def verdicts(facts: Facts, findings: Iterable[Finding], asked: Iterable[str]) -> dict[str, Verdict]:
    """For each rule whether it passed, with no error; "off", or "skipped" where its facts were not to be had."""
    failed = {finding.rule for finding in findings if finding.is_error}
    kinds = set(asked)
    return {rule.NAME: _verdict(rule, facts, failed, kinds) for rule in RULES}


def _verdict(rule: Rule, facts: Facts, failed: Collection[str], kinds: Collection[str]) -> Verdict:
    if facts.levels.get(rule.NAME) == "off":
        return "off"
    if rule.NEEDS not in kinds:
        return "skipped"
    return "failed" if rule.NAME in failed else "passed"
