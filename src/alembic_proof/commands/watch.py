"""`watch`: what merging each open pull request now would make of the history, and a status that says so.

Nothing is checked out and no code of a pull request runs: its files are parsed, as Git has them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.commands.histories import coming_from
from alembic_proof.commands.watching.collisions import explain, find_collisions
from alembic_proof.commands.watching.histories import from_top
from alembic_proof.commands.watching.merges import find_base_project, judge_all
from alembic_proof.commands.watching.posting import post
from alembic_proof.commands.watching.wording import status_of
from alembic_proof.errors import UsageError
from alembic_proof.git import Repository
from alembic_proof.git.fetching import (
    MissingRefError,
    Token,
    borrowing,
    deepen_until_merge_base,
)
from alembic_proof.hosting.github import GitHub, PullRequest
from alembic_proof.reports.watched import MOST_PAIRS, Pair, Watched, WatchedPull

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alembic_proof.commands.watching.collisions import Collision
    from alembic_proof.commands.watching.merges import Base, Judgement
    from alembic_proof.errors import HostingError
    from alembic_proof.findings import Finding

_BASE = "refs/alembic-proof/base"
_MOST_GONE = 20  # pull requests whose refs are gone while we look


@dataclass(frozen=True)
class Watching:
    """The options of `watch`."""

    branch: str | None = None
    remote: str = "origin"
    configs: tuple[str, ...] = ()
    context: str = "alembic-proof"
    dry_run: bool = False
    cwd: Path = field(default_factory=Path.cwd)


def watch(asked: Watching, environ: Mapping[str, str]) -> tuple[Watched, HostingError | None]:
    """Judge the open pull requests, and set their statuses; why not all of those could be set.

    Raises `ProofError` where they cannot be judged.
    """
    started = time.monotonic()
    branch = _branch(asked, environ)
    github = GitHub.from_environment(environ)
    if github.api.token is None and not asked.dry_run:
        raise UsageError(
            "GITHUB_TOKEN is not set, and no status can be set without it",
            "give the job's token to the step (GITHUB_TOKEN: ${{ github.token }}), or see what there is with --dry-run",
        )
    repository = Repository.find(asked.cwd)
    pulls = github.open_pull_requests(branch)
    token = Token(github.server, github.api.token) if github.api.token else None
    configs = from_top(asked.configs, asked.cwd, repository.top)
    with borrowing(repository) as repo:
        pulls, notes = _fetch(repo, asked.remote, branch, pulls, token)
        base = find_base_project(repo, repo.resolve(_BASE), configs, coming_from(asked.remote, branch))
        judgements = judge_all(repo, base, [pull.head for pull in pulls], configs)
        watched, idle = _watched(base, branch, pulls, judgements)
    posted, trouble = post(github, watched.pulls, asked.context, idle, dry_run=asked.dry_run)
    shown = tuple(one for one in posted if one.pull.number not in idle or one.posted != "none")
    return replace(
        watched,
        pulls=shown,
        notes=(*notes, *watched.notes),
        seconds=time.monotonic() - started,
    ), trouble


def _branch(asked: Watching, environ: Mapping[str, str]) -> str:
    branch = asked.branch or (
        environ.get("GITHUB_REF_NAME") if environ.get("GITHUB_REF_TYPE", "branch") == "branch" else None
    )
    if not branch:
        raise UsageError("the branch whose pull requests are meant is not known", "name it: --branch main")
    return branch


def _fetch(
    repo: Repository, remote: str, branch: str, pulls: Sequence[PullRequest], token: Token | None
) -> tuple[tuple[PullRequest, ...], tuple[str, ...]]:
    """Fetch the branch and all heads at once: the pull requests with the heads that came, and what to note.

    Raises `GitError`; `MissingRefError` for the branch.
    """
    left = {f"refs/pull/{pull.number}/head": pull for pull in pulls}
    gone: list[PullRequest] = []
    while True:
        asked = [f"+refs/heads/{branch}:{_BASE}", *(f"+{ref}:{_ours(ref)}" for ref in left)]
        try:
            deepen_until_merge_base(repo, remote, asked, [(_BASE, _ours(ref)) for ref in left], token)
            break
        except MissingRefError as error:
            if error.ref not in left or len(gone) == _MOST_GONE:
                raise
            gone.append(left.pop(error.ref))
    heads = _resolved(repo)
    notes = tuple(f"{remote} has no head of #{pull.number} any more: it was left out" for pull in gone)
    return tuple(replace(pull, head=heads[_ours(ref)]) for ref, pull in left.items()), notes


def _ours(ref: str) -> str:
    return f"refs/alembic-proof/{ref.removeprefix('refs/')}"


def _resolved(repo: Repository) -> dict[str, str]:
    listed = repo.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/alembic-proof/")
    return dict(line.split(" ") for line in listed.decode().splitlines())


def _watched(
    base: Base, branch: str, pulls: Sequence[PullRequest], judgements: Sequence[Judgement]
) -> tuple[Watched, frozenset[int]]:
    """The report, and the numbers of the pull requests of which merging changes no revision any more."""
    collisions, complete = find_collisions(base, judgements)
    partners: dict[int, list[Collision]] = {}
    for collision in collisions:
        for place in collision.places:
            partners.setdefault(place, []).append(collision)
    watched = tuple(
        _watched_pull(base, branch, pulls, judgements, place, partners.get(place, ()))
        for place, judgement in enumerate(judgements)
        if judgement.touches
    )
    notes = () if complete else ("there are too many different pull requests to compare them all in pairs",)
    pairs = tuple(
        Pair(
            _numbers(pulls, collision),
            collision.environment.config,
            explain(base, judgements, collision) if number < MOST_PAIRS else (),
        )
        for number, collision in enumerate(collisions)
    )
    idle = frozenset(
        pull.number for pull, one in zip(pulls, judgements, strict=True) if one.touches and not one.changes
    )
    return Watched(branch, base.commit, len(pulls), watched, pairs, base.findings, notes), idle


def _watched_pull(
    base: Base,
    branch: str,
    pulls: Sequence[PullRequest],
    judgements: Sequence[Judgement],
    place: int,
    collisions: Sequence[Collision],
) -> WatchedPull:
    pull, judgement = pulls[place], judgements[place]
    others = [number for one in collisions for number in _numbers(pulls, one) if number != pull.number]
    partners = tuple(sorted(set(others)))
    together: tuple[Finding, ...] = explain(base, judgements, collisions[0]) if collisions else ()
    return WatchedPull(
        pull,
        status_of(judgement, branch, partners, together),
        judgement.findings,
        judgement.conflicts,
        partners,
    )


def _numbers(pulls: Sequence[PullRequest], collision: Collision) -> tuple[int, int]:
    one, other = collision.places
    return pulls[one].number, pulls[other].number
