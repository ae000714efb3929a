"""Each pull request merged into the tip of its base, in memory, and judged by the rules on the history alone."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from alembic_proof import settings as settings_module
from alembic_proof.commands.watching.blobs import Blobs
from alembic_proof.commands.watching.histories import Delta, Project, find_project, judge_history
from alembic_proof.configurations import read_ini, read_pyproject
from alembic_proof.environments import is_discovered
from alembic_proof.errors import ProofError
from alembic_proof.findings import in_order, known_before
from alembic_proof.git.entries import LINK, SUBMODULE
from alembic_proof.git.many import differences, heads_touching, merge_many, trees_of
from alembic_proof.git.stored import StoredTree, commit_tree
from alembic_proof.history.load import revision_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alembic_proof.environments import Environment
    from alembic_proof.facts import Coming
    from alembic_proof.findings import Finding
    from alembic_proof.git import Repository
    from alembic_proof.git.many import Change


@dataclass(frozen=True)
class Judgement:
    """What merging one pull request would make of the history.

    `touches` says whether it changes revisions or a configuration at all, and `changes` whether merging it now still
    would. `findings` are those that it would bring, `known` those that the base has and keeps; `trouble` is why it
    could not be judged. `deltas` are what it changes in the environments that it leaves as the base has them.
    """

    touches: bool = False
    changes: bool = False
    findings: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    conflicts: tuple[str, ...] = ()
    trouble: ProofError | None = None
    deltas: Mapping[Environment, Delta] = field(default_factory=dict)

    @property
    def fails(self) -> bool:
        return self.trouble is not None or any(finding.is_error for finding in self.findings)


@dataclass(frozen=True)
class Base:
    """The tip that everything is merged into, and what is wrong with it already."""

    commit: str
    project: Project
    blobs: Blobs
    findings: tuple[Finding, ...]

    def judge(self, environment: Environment, delta: Delta) -> tuple[Finding, ...]:
        """What the rules say of one of its environments with these changes, beyond what they say of it now."""
        files = self.project.files[environment]
        found = judge_history(self.blobs, self.project, environment, files, delta)
        return without(found, self.findings)


@dataclass(frozen=True)
class _Merge:
    """One merge: what it changes of the base and where it conflicts; of one that does, what its head has there."""

    changes: tuple[Change, ...]
    conflicts: tuple[str, ...]
    theirs: Mapping[str, Change]


def find_base_project(repo: Repository, commit: str, configs: Sequence[str], coming: Coming) -> Base:
    """The base, judged; `coming` is how people get it. Raises `ProofError` where it cannot be."""
    project = find_project(commit_tree(repo, commit), configs, coming)
    blobs = Blobs(repo)
    findings: list[Finding] = []
    for environment, files in project.files.items():
        blobs.parse_history(files.items())
        findings += judge_history(blobs, project, environment, files, Delta())
    return Base(commit, project, blobs, in_order(findings))


def judge_all(
    repo: Repository, base: Base, heads: Sequence[str], configs: Sequence[str]
) -> tuple[Judgement, ...]:
    """Judge the merge of each commit into the base, in a repository that `borrowing` gave. Raises `GitError`."""
    base_tree, *trees = trees_of(repo, (base.commit, *heads))
    merged = merge_many(repo, base.commit, heads)
    changes = differences(repo, [(base_tree, one.tree) for one in merged])
    conflicting = [tree for tree, one in zip(trees, merged, strict=True) if one.conflicts]
    theirs = dict(
        zip(conflicting, differences(repo, [(base_tree, tree) for tree in conflicting]), strict=True)
    )
    merges = [
        _Merge(changed, one.conflicts, {change.path: change for change in theirs.get(tree, ())})
        for one, changed, tree in zip(merged, changes, trees, strict=True)
    ]
    base.blobs.read(oid for merge in merges for oid in _needed(base, merge))
    judgements = [_judge(repo, base, merge, configs) for merge in merges]
    idle = [head for head, one in zip(heads, judgements, strict=True) if not one.touches]
    touching = heads_touching(repo, base.commit, idle, _folders(base))
    return tuple(
        replace(one, touches=True) if head in touching else one
        for head, one in zip(heads, judgements, strict=True)
    )


def without(findings: Iterable[Finding], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among those of before."""
    findings = tuple(findings)
    known = {id(one) for one in known_before(findings, before)}
    return tuple(one for one in findings if id(one) not in known)


def _folders(base: Base) -> tuple[str, ...]:
    """Where the base has revisions; none where that is everywhere."""
    folders = {folder for one in base.project.environments for folder in one.version_locations}
    linked = {posixpath.dirname(path) for files in base.project.files.values() for path in files}
    return () if "" in folders | linked else tuple(sorted(folders | linked))


def _touches_revisions(base: Base, changes: Iterable[Change]) -> bool:
    paths = [change.path for change in changes]
    return any(
        revision_paths(paths, environment) or not files.keys().isdisjoint(paths)
        for environment, files in base.project.files.items()
    )


def _needed(base: Base, merge: _Merge) -> Iterable[str]:
    """The ids of the blobs that judging a merge will look at, to be read in one go."""
    for change in (*merge.changes, *(merge.theirs[path] for path in merge.conflicts if path in merge.theirs)):
        configures = is_discovered(change.path)
        if configures or _touches_revisions(base, (change,)):
            for entry in (change.old if configures else None, change.new):
                if entry is not None and entry.mode != SUBMODULE:
                    yield entry.oid


def _judge(repo: Repository, base: Base, merge: _Merge, configs: Sequence[str]) -> Judgement:
    try:
        project = _project(repo, base, merge, configs)
        judged = [_judge_environment(base, project, one, merge) for one in project.environments]
    except ProofError as error:
        return Judgement(touches=True, changes=True, trouble=error, conflicts=merge.conflicts)
    changed = project.all_settings() != base.project.all_settings()
    deltas = {one: delta for one, (delta, _) in zip(project.environments, judged, strict=True) if delta}
    if not changed and not deltas:
        return Judgement(conflicts=merge.conflicts)
    found = in_order(finding for _, findings in judged for finding in findings)
    return Judgement(
        touches=True,
        changes=True,
        findings=without(found, base.findings),
        known=tuple(known_before(found, base.findings)),
        conflicts=merge.conflicts,
        deltas={} if changed else deltas,
    )


def _judge_environment(
    base: Base, project: Project, environment: Environment, merge: _Merge
) -> tuple[Delta, tuple[Finding, ...]]:
    """What a merge changes in an environment, against the base where that has it, and all that the rules find."""
    known = base.project.files.get(environment)
    as_before = known is not None and base.project.setting(environment) == project.setting(environment)
    files = known if known is not None and project is base.project else project.files[environment]
    delta = _delta(environment, files, base, merge)
    if as_before and not delta:
        return delta, tuple(one for one in base.findings if one.environment == environment.config)
    return delta, judge_history(base.blobs, project, environment, files, delta)


def _delta(environment: Environment, files: Mapping[str, str], base: Base, merge: _Merge) -> Delta:
    gone: set[str] = set()
    come: list[tuple[str, str]] = []
    for change in merge.changes:
        if change.path in files or revision_paths((change.path,), environment):
            gone.add(change.path)
            if change.new and change.new.mode not in (LINK, SUBMODULE) and change.path not in merge.conflicts:
                come.append((change.path, change.new.oid))
    for path in revision_paths(merge.conflicts, environment):
        gone.add(path)
        come += _both_sides(path, base, merge)
    return Delta(frozenset(gone), tuple(dict.fromkeys(come)))


def _both_sides(path: str, base: Base, merge: _Merge) -> Iterable[tuple[str, str]]:
    """What the base and the pull request have where they conflict. What Git makes of it holds conflict markers."""
    if ours := base.project.tree.object_id(path):
        yield path, ours
    theirs = merge.theirs.get(path)
    if theirs and theirs.new:
        yield path, theirs.new.oid


def _project(repo: Repository, base: Base, merge: _Merge, configs: Sequence[str]) -> Project:
    """The base's settings and environments, unless the merge changes a file that they come from.

    Where it conflicts there, the base's hold until somebody has resolved that.
    """
    changes = [change for change in merge.changes if change.path not in merge.conflicts]
    if not any(_configures(base.blobs, change) for change in changes):
        return base.project
    entries = {entry.path: entry for entry in base.project.tree.entries}
    for change in changes:
        entries.pop(change.path, None)
        if change.new:
            entries[change.path] = change.new
    tree = StoredTree(repo, "the merge", tuple(sorted(entries.values())))
    return find_project(tree, configs, base.project.coming)


def _configures(blobs: Blobs, change: Change) -> bool:
    """Whether a change can lead to other environments or settings. When in doubt, it can."""
    if LINK in (change.old and change.old.mode, change.new and change.new.mode):
        return True
    if posixpath.basename(change.path) == "env.py":
        return change.old is None or change.new is None
    if not is_discovered(change.path):
        return False
    sources = [blobs.read((one.oid,))[one.oid] if one else None for one in (change.old, change.new)]
    try:
        old, new = (None if source is None else _read(change.path, source) for source in sources)
    except ProofError:
        return True
    return old != new


def _read(path: str, source: bytes) -> object:
    """What a file says to Alembic and to us, to compare it."""
    if path.endswith(".ini"):
        return read_ini(path, source) or None
    ours = settings_module.from_toml(source) if path == settings_module.FILE else settings_module.Settings()
    return (
        (read_pyproject(path, source), ours) if path == settings_module.FILE else read_pyproject(path, source)
    )
