"""In CI: what is judged is the merge that will happen, with the base as it is now.

The merge that a CI job has checked out is as old as the event that started the job.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.ci import Change, change_of
from alembic_proof.errors import GitError
from alembic_proof.git import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.request import Request


@contextmanager
def in_ci(request: Request) -> Iterator[Request]:
    """The request for the merge of a CI job's change, where nobody asked for something else.

    Raises `GitError` where the newest commit of the base cannot be had.
    """
    change = None if _is_chosen(request) else change_of(os.environ)
    repository = Repository.find(request.cwd) if change else None
    remote = _remote(repository, change) if repository and change else None
    if change is None or repository is None or remote is None:
        yield request
        return
    from alembic_proof.git import fetching

    with fetching.borrowing(repository) as ours:
        tip = _fetched(ours, remote, change)
        yield replace(
            request, rev=change.head, merge_with=tip, names=(change.name, change.base), repository=ours
        )


def _is_chosen(request: Request) -> bool:
    return bool(request.rev or request.merge_with or request.worktree or request.hook)


def _remote(repository: Repository, change: Change) -> str | None:
    """The remote that is the job's own repository; a test may be at work in quite another one."""
    for name, url in repository.remotes().items():
        if re.sub(r"(\.git)?/*$", "", url).endswith((f"/{change.project}", f":{change.project}")):
            return change.url or name
    return None


def _fetched(repository: Repository, remote: str, change: Change) -> str:
    """The newest commit of the base, which is there now with the change and the history of both."""
    from alembic_proof.git import fetching

    token = fetching.Token(change.server, change.token) if change.token else None
    wanted = change.head_ref or change.head
    try:
        tip = fetching.tip(repository, remote, change.base, token)
        fetching.deepen_until_merge_base(repository, remote, [tip, wanted], [(tip, change.head)], token)
    except GitError as error:
        raise GitError(
            f"the newest commit of {change.base} cannot be fetched: {error.message}",
            "let the job read the repository (GITHUB_TOKEN, or actions/checkout's persist-credentials), "
            "or judge what is checked out, however old its base is: --rev HEAD",
            error.detail,
        ) from error
    return tip
