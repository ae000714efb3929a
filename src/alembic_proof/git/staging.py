"""The index, written to: the one thing in here that changes a repository, where a person asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.git.program import failure, run_git

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alembic_proof.git.repository import Repository

# Git would write a split index, or the monitor's, as a whole where these were switched off for it.
_AS_THE_USER_HAS_IT: tuple[str, ...] = ()


def stage(repo: Repository, paths: Iterable[str]) -> None:
    """Add the files, as they lie in the working tree, to the index. Paths are relative to the top.

    Raises `GitError` where Git does not take them: a file that is gone or ignored, an index that somebody else
    is writing to. Then the index is as it was.
    """
    named = [f":(top,literal){path}" for path in paths]
    if not named:
        return
    args = ("add", "--", *named)
    completed = run_git(args, cwd=repo.top, env=repo.environment, settings=_AS_THE_USER_HAS_IT)
    if completed.status != 0:
        raise failure(completed, args, repo.top)
