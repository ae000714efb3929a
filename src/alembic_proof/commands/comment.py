"""One comment of ours on a pull request: written once, then kept up to date, and gone when there is nothing to say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from alembic_proof.errors import HostingError
from alembic_proof.hosting.github import MOST_IN_COMMENT, GitHub

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alembic_proof.hosting.github import Comment

MARKER = "<!-- alembic-proof -->"
_CUT = "\n\n*The rest does not fit here: the job's log has it.*\n"
_CLOSING = 200  # characters that closing what is open may take
_NO_RIGHT = (401, 403, 404)


def comment(number: int, body: str | None, environ: Mapping[str, str], key: str = "") -> str:
    """Have our comment on a pull request say `body`, or remove it where that is None; a line on what was done.

    `key` tells the comments of several jobs apart.
    Without the right to comment, as for pull requests from forks, the line says so.
    Raises `ProofError` where GitHub does not answer.
    """
    github = GitHub.from_environment(environ)
    if github.api.token is None:
        return f"no comment on #{number}: GITHUB_TOKEN is not set"
    try:
        mark = marker(key)
        ours = _ours(github, number, mark)
        return (
            _remove(github, number, ours) if body is None else _say(github, number, ours, fitted(body, mark))
        )
    except HostingError as error:
        if error.status not in _NO_RIGHT:
            raise
        return (
            f"no comment on #{number}: the token may not write one, as for a pull request from a fork, "
            f"or without `permissions: pull-requests: write` ({error.message})"
        )


def marker(key: str) -> str:
    """The mark of a job's comment; a key may hold anything, its digest does not."""
    if not key:
        return MARKER
    return MARKER.replace(
        " -->", f" {hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()[:12]} -->"
    )


def fitted(body: str, mark: str = MARKER) -> str:
    """The text with our mark, within what GitHub takes; code and foldings that are cut are closed."""
    whole = f"{mark}\n{body.replace(mark, '')}"
    if len(whole) <= MOST_IN_COMMENT:
        return whole
    kept = whole[: MOST_IN_COMMENT - len(_CUT) - _CLOSING].rpartition("\n")[0]
    fence = "\n```" if sum(line.startswith("```") for line in kept.splitlines()) % 2 else ""
    open_folds = kept.count("<details") - kept.count("</details>")
    folds = "\n\n</details>" * min(max(open_folds, 0), 10)
    return f"{kept}{fence}{folds}{_CUT}"


def _ours(github: GitHub, number: int, mark: str) -> Sequence[Comment]:
    """Those that begin with our mark and that our own account wrote: anybody can write a mark."""
    marked = [one for one in github.comments(number) if one.body.startswith(mark)]
    if not marked:
        return ()
    user = github.user()
    return [one for one in marked if (one.by_program if user is None else one.author == user)]


def _say(github: GitHub, number: int, ours: Sequence[Comment], body: str) -> str:
    if not ours:
        github.add_comment(number, body)
        return f"commented on #{number}"
    first, *more = ours
    for one in more:
        github.remove_comment(one.number)
    if first.body.strip() == body.strip():
        return f"the comment on #{number} says it already"
    github.edit_comment(first.number, body)
    return f"updated the comment on #{number}"


def _remove(github: GitHub, number: int, ours: Sequence[Comment]) -> str:
    for one in ours:
        github.remove_comment(one.number)
    return f"removed the comment on #{number}" if ours else f"there is no comment on #{number} to remove"
