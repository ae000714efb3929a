"""`graph`: the revisions of each environment as a picture, with what branches that are not merged would bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alembic_proof.commands.histories import conflict_notes, findings_of, history_facts
from alembic_proof.commands.request import Request, Subject, find_subject
from alembic_proof.configurations import MAIN_SECTION
from alembic_proof.errors import GitError, ProofError
from alembic_proof.findings import in_order
from alembic_proof.graphs import Drawing, draw
from alembic_proof.graphs.wording import listed
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.overlay import Change, change, name_of, overlaid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.environments import Environment
    from alembic_proof.git import Repository

NEEDS = ("history",)
_Key = tuple[str, str]  # an environment's configuration and its section


@dataclass(frozen=True)
class Picture:
    """What is to be shown: the environments of a tree, and what the tree is called."""

    tree: str
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class _Branch:
    """What merging a ref brings to each environment."""

    name: str
    environments: dict[_Key, Environment]
    changes: dict[_Key, Change]
    notes: dict[_Key, tuple[str, ...]]

    @property
    def brings_something(self) -> bool:
        return any(one.files or one.removed for one in self.changes.values())


def graph(request: Request, refs: Iterable[str] = ()) -> Picture:
    """The picture of what a request is about, with each of `refs` merged into it.

    A ref may be a pattern, as for `git for-each-ref`. Raises `ProofError` for whatever is not there, and where a
    ref that is named in full cannot be merged.
    """
    subject = find_subject(request)
    branches, notes = _branches(subject, tuple(refs))
    environments = {_key(one): one for one in subject.environments}
    for branch in branches:
        environments = branch.environments | environments
    drawings = [
        _drawing(subject, environment, [branch for branch in branches if key in branch.changes], notes)
        for key, environment in sorted(environments.items())
    ]
    names = f" with {listed([branch.name for branch in branches], 12)}" if branches else ""
    return Picture(subject.tree.description + names, tuple(drawings))


def _drawing(
    subject: Subject, environment: Environment, branches: list[_Branch], notes: tuple[str, ...]
) -> Drawing:
    key = _key(environment)
    known = key in {_key(one) for one in subject.environments}
    facts = history_facts(subject, environment)
    history = overlaid(facts.graph, [branch.changes[key] for branch in branches])
    findings = in_order(findings_of(replace(facts, graph=history.graph), NEEDS))
    title = environment.config if environment.section == MAIN_SECTION else " ".join(key)
    return draw(
        title if known else f"{title} (new)",
        history,
        findings,
        (
            *subject.tree.notes,
            *environment.notes,
            *conflict_notes(subject.tree, environment),
            *(f"{branch.name}: {note}" for branch in branches for note in branch.notes.get(key, ())),
            *notes,
        ),
    )


def _branches(subject: Subject, refs: tuple[str, ...]) -> tuple[list[_Branch], tuple[str, ...]]:
    """What each ref brings, and why some that a pattern found are left out."""
    if not refs:
        return [], ()
    request = replace(subject.request, merge_with=None, worktree=False)
    plain = subject if request == subject.request else find_subject(request)
    before = {_key(one): history_facts(plain, one).graph for one in plain.environments}
    named = _named(subject.repository, refs, request.rev)
    results = [_branch_or_note(replace(request, merge_with=ref), before, found=found) for ref, found in named]
    branches = [one for one in results if isinstance(one, _Branch)]
    return branches, tuple(one for one in results if isinstance(one, str))


def _branch_or_note(
    request: Request, before: dict[_Key, RevisionGraph], *, found: bool
) -> _Branch | str | None:
    """What a ref brings; of one that a pattern found, None if it brings nothing, or why it is left out."""
    try:
        branch = _branch(request, before)
    except ProofError as error:
        if not found:
            raise
        return f"{name_of(request.merge_with or '')} is left out: {error.message}"
    return branch if branch.brings_something or not found else None


def _named(repository: Repository, refs: Iterable[str], into: str | None) -> Iterator[tuple[str, bool]]:
    """Each ref once, and whether a pattern found it. A pattern finds none that is merged already."""
    unmerged = [f"--no-merged={into or 'HEAD'}"] if into or repository.has_head else []
    seen: dict[str, bool] = {}
    for ref in refs:
        if not any(sign in ref for sign in "*?["):
            seen[ref] = False
            continue
        found = repository.refs(ref, *unmerged)
        if not found and not repository.refs(ref):
            raise GitError(f"no ref matches {ref!r}", "fetch them, or name one that `git for-each-ref` lists")
        seen = dict.fromkeys(found, True) | seen
    yield from seen.items()


def _branch(request: Request, before: dict[_Key, RevisionGraph]) -> _Branch:
    merged = find_subject(request)
    name = name_of(request.merge_with or "")
    environments = {_key(one): one for one in merged.environments}
    changes = {
        key: change(name, before.get(key, RevisionGraph()), history_facts(merged, one).graph)
        for key, one in environments.items()
    }
    notes = {key: conflict_notes(merged.tree, one) for key, one in environments.items()}
    return _Branch(name, environments, changes, notes)


def _key(environment: Environment) -> _Key:
    return environment.config, environment.section
