"""Statuses, set where they are not yet what they have to be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from alembic_proof.errors import HostingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.hosting.github import GitHub, Status
    from alembic_proof.reports.watched import Posted, WatchedPull

_AT_ONCE = 4  # GitHub asks for few requests side by side, and for one at a time where something is written
_BAD = ("failure", "error")


def post(
    github: GitHub, pulls: Sequence[WatchedPull], context: str, idle: frozenset[int], *, dry_run: bool
) -> tuple[tuple[WatchedPull, ...], HostingError | None]:
    """The same with what became of each status, and why not all of them could be set.

    Of the pull requests in `idle` only a status that is bad is changed. What is wrong is said first.
    """
    told: dict[int, Posted] = {one.pull.number: "not set" for one in pulls}
    trouble = None
    try:
        shown = _shown(github, pulls, context)
        for one in sorted(pulls, key=lambda one: one.status.state not in _BAD):
            told[one.pull.number] = _post(github, one, context, shown, idle, dry_run=dry_run)
    except HostingError as error:
        trouble = error
    return tuple(replace(one, posted=told[one.pull.number]) for one in pulls), trouble


def _shown(github: GitHub, pulls: Sequence[WatchedPull], context: str) -> dict[str, Status | None]:
    """What is shown beside the heads."""
    heads = list(dict.fromkeys(one.pull.head for one in pulls))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(heads, pool.map(lambda head: github.status(head, context), heads), strict=True))


def _post(
    github: GitHub,
    one: WatchedPull,
    context: str,
    shown: dict[str, Status | None],
    idle: frozenset[int],
    *,
    dry_run: bool,
) -> Posted:
    before = shown[one.pull.head]
    if before == one.status:
        return "unchanged"
    if one.pull.number in idle and (before is None or before.state == "success"):
        return "none"
    if dry_run:
        return "would be set"
    try:
        github.set_status(one.pull.head, context, one.status)
    except HostingError as error:
        if (
            error.status != 422
        ):  # the commit is gone, or has a thousand statuses: no reason to leave the others
            raise
        return "not set"
    return "set"
