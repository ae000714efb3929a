"""`fix`: forks mended in the working tree. What is not merged goes on top of what is; the rest is joined."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from alembic_proof.commands.dirty import refuse_dirty
from alembic_proof.commands.fix_base import Standing, standing, unknown_sides
from alembic_proof.commands.histories import findings_of, history_facts
from alembic_proof.commands.merged import with_merged
from alembic_proof.commands.request import Request, Subject, find_subject
from alembic_proof.commands.rewriting import allowed
from alembic_proof.commands.writing import FileChange, write_files
from alembic_proof.errors import UsageError
from alembic_proof.git import stage
from alembic_proof.git.patches import patch
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.parent_tokens import NotEditableError, with_parents
from alembic_proof.history.reparenting import Move, Plan, moved, plan
from alembic_proof.rules import (
    cycle,
    duplicate_revision,
    merged_revision_edited,
    missing_parent,
    unreadable_revision,
)
from alembic_proof.rules.multiple_heads import unmeant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.environments import Environment
    from alembic_proof.facts import Facts

# Behind these nobody knows how the history goes on.
FAULTS = frozenset(rule.NAME for rule in (unreadable_revision, duplicate_revision, missing_parent, cycle))


@dataclass(frozen=True)
class Asked:
    """What `fix` was told: whether to join all heads, the message of a merge revision, and what is to be written."""

    only_join: bool = False
    message: str | None = None
    dry_run: bool = False
    stages: bool = False


@dataclass(frozen=True)
class Mended:
    """What was done to one environment: merged revisions that were put back, new ones that were moved, heads joined.

    `tops` are its heads before a merge revision joins them, `merges` the files of the merge revisions.
    """

    environment: Environment
    tops: tuple[str, ...]
    put_back: tuple[Move, ...] = ()
    plan: Plan = field(default_factory=Plan)
    merges: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.put_back or self.plan)


@dataclass(frozen=True)
class Fixed:
    """What was done, or with `dry_run` would be, and the patch that does it."""

    base: str
    asked: Asked
    subject: Subject
    environments: tuple[Mended, ...]
    changes: tuple[FileChange, ...] = ()
    patch: bytes = b""


def fix(request: Request, asked: Asked) -> Fixed:
    """Mend the forks of every environment in the working tree.

    Raises `ProofError`, with nothing written, where one cannot be mended.
    """
    subject = find_subject(replace(request, worktree=True))
    base = standing(subject)
    mended = [_mended(base, environment, asked) for environment in subject.environments]
    edits = _edits(subject, mended)
    refuse_dirty(subject.repository, edits)
    mended, merges = _joined(subject, mended, edits, asked)
    changes = (*edits, *merges)
    fixed = Fixed(base.name, asked, subject, tuple(mended), changes)
    if asked.dry_run:
        parts = ((one.path, one.before, one.after) for one in changes)
        return replace(fixed, patch=patch(subject.repository, parts) if changes else b"")
    write_files(subject.repository.top, changes)
    if asked.stages:
        stage(subject.repository, [one.path for one in changes])
    return fixed


def _mended(base: Standing, environment: Environment, asked: Asked) -> Mended:
    """How to mend an environment."""
    facts = with_merged(base.subject, history_facts(base.subject, environment))
    put_back = () if base.base is None else tuple(_put_back(base.subject, facts))
    facts = replace(facts, graph=moved(facts.graph, put_back))
    _refuse_faults(facts)
    forks = partial(unmeant, meant=facts.meant_heads)
    _refuse_missing_base(base, facts, asked)
    if not any(forks(facts.graph)):
        return Mended(environment, facts.graph.heads, put_back)
    done = plan(facts.graph, base.fixed(facts), forks, only_join=asked.only_join)
    if base.base is None and done.joined and not asked.only_join:
        raise unknown_sides(base, done.joined[0])
    return Mended(environment, moved(facts.graph, done.moves).heads, put_back, done)


def _put_back(subject: Subject, facts: Facts) -> Iterable[Move]:
    """Merged revisions that stand elsewhere now, and where they stood, unless the change gives a reason for it."""
    found = [
        one
        for one in findings_of(facts, ("base",))
        if (one.rule, one.identity.get("change")) == (merged_revision_edited.NAME, "place")
    ]
    meant = [one.finding for one in allowed(subject, found)]
    for finding in found:
        now, before = facts.graph.by_id[finding.revision or ""], facts.base
        assert before is not None
        parents = before.graph.by_id[now.id].parents
        if (
            finding not in meant
            and set(parents) != set(now.parents)
            and facts.graph.by_id.keys() >= set(parents)
        ):
            yield Move(now, parents, now.id)


def _refuse_faults(facts: Facts) -> None:
    """Raises `UsageError` for a history that nobody can follow."""
    for one in findings_of(facts, ("history",)):
        if one.rule in FAULTS:
            raise UsageError(f"{one.path}:{one.line}: {one.rule}: {one.message}", one.hint)


def _refuse_missing_base(base: Standing, facts: Facts, asked: Asked) -> None:
    """Raises `UsageError` where the base has gone on: what has to be followed is not in the working tree."""
    lacking = base.not_here(facts)
    whole = RevisionGraph((*facts.graph.revisions, *lacking))
    forked = any(any(unmeant(graph, facts.meant_heads)) for graph in (facts.graph, whole))
    if not lacking or not forked:
        return
    assert base.base is not None
    ref = base.base.ref
    merging = shlex.join(("git", "merge", "--no-commit", ref))
    again = shlex.join(("alembic-proof", "fix", *(["--merge"] if asked.only_join else []), "--base", ref))
    count = f"{len(lacking)} revisions" if len(lacking) > 1 else "a revision"
    raise UsageError(
        f"{base.name} has {count} that your working tree lacks: {', '.join(one.id for one in lacking)}",
        f"merge it first, then fix: {merging} && {again}; or: {shlex.join(('git', 'rebase', ref))} && {again}",
    )


def _edits(subject: Subject, mended: Iterable[Mended]) -> tuple[FileChange, ...]:
    """The files that change, each once, though environments may share it."""
    moves: dict[str, Move] = {}
    for move in (move for one in mended for move in (*one.put_back, *one.plan.moves)):
        known = moves.setdefault(move.revision.path, move)
        if known.parents != move.parents:
            raise UsageError(
                f"{move.revision.path} belongs to two environments, in which it has to follow different revisions",
                "fix one of them alone: --config PATH",
            )
    sources = subject.tree.read(moves)
    return tuple(_edit(move, sources[path]) for path, move in sorted(moves.items()))


def _edit(move: Move, source: bytes) -> FileChange:
    path = move.revision.path
    try:
        return FileChange(path, source, with_parents(path, source, move.parents))
    except NotEditableError as error:
        raise UsageError(
            f"{path}:{error.line}: {error.reason}",
            f"let it follow {' and '.join(move.parents)} by hand: nothing was written",
        ) from None


def _joined(
    subject: Subject, mended: list[Mended], edits: tuple[FileChange, ...], asked: Asked
) -> tuple[list[Mended], tuple[FileChange, ...]]:
    """The same with the merge revisions that are needed, and their files."""
    if not any(one.plan.joined for one in mended):
        return mended, ()
    from alembic_proof.commands.merge_revision import Joining, merge_revisions

    joinings = [Joining(one.environment, heads) for one in mended for heads in one.plan.joined]
    files = merge_revisions(subject, edits, joinings, asked.message)
    left = iter(files)
    done = [replace(one, merges=tuple(next(left).path for _ in one.plan.joined)) for one in mended]
    return done, files
