"""What was wrong before: the commit that a change starts from, judged as the change is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.commands.request import Subject
from alembic_proof.environments import Environment, find_environments
from alembic_proof.errors import ConfigurationError, ProofError
from alembic_proof.git import Base, Tree, commit_tree

if TYPE_CHECKING:
    from collections.abc import Iterable


def subject_before(subject: Subject, base: Base, configs: Iterable[str]) -> Subject:
    """The tree of the base with the settings of today, and those of the environments that it has."""
    tree = commit_tree(subject.repository, base.commit)
    wanted = tuple(configs)
    request = replace(
        subject.request,
        rev=base.commit,
        merge_with=None,
        worktree=False,
        configs=wanted,
        base=None,
        hook=None,
        trial=None if subject.request.all else False,  # what is new there is not the change's
    )
    environments = tuple(one for config in wanted for one in _found(tree, config))
    return Subject(request, subject.repository, tree, subject.settings, environments)


def _found(tree: Tree, config: str) -> tuple[Environment, ...]:
    """None where the environment came with the change, or the change mended its configuration."""
    try:
        return find_environments(tree, (config,))
    except ConfigurationError:
        return ()


def unjudged(base: Base, error: ProofError) -> ProofError:
    """The same error, of the base."""
    return ProofError(
        f"the base cannot be judged, commit {base.commit[:7]} of {base.ref}: {error.message}",
        f"check without --base; at the base: {error.hint}",
        error.detail,
    )
