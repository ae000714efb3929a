"""What `watch` found, and its reports: for people, and for machines."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.findings import Finding
    from alembic_proof.hosting.github import PullRequest, Status

Posted = Literal["set", "unchanged", "would be set", "not set", "none"]
MOST_PAIRS = 20  # that are spelled out for people


@dataclass(frozen=True)
class WatchedPull:
    """A pull request that touches revisions: what merging it would bring, and its status.

    `findings` are its own, `conflicts` the paths at which the merge conflicts, `collides_with` the pull requests
    that break the history together with it.
    """

    pull: PullRequest
    status: Status
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[str, ...] = ()
    collides_with: tuple[int, ...] = ()
    posted: Posted = "none"


@dataclass(frozen=True)
class Pair:
    """Two pull requests that collide; `findings` of the merge of both, where they are spelled out."""

    pulls: tuple[int, int]
    environment: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Watched:
    """One run: `commit` is the tip of `branch`, `findings` are what is wrong there already."""

    branch: str
    commit: str
    open: int
    pulls: tuple[WatchedPull, ...] = ()
    pairs: tuple[Pair, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def failing(self) -> tuple[WatchedPull, ...]:
        return tuple(one for one in self.pulls if one.status.state in ("failure", "error"))

    @property
    def failed(self) -> bool:
        """Whether anything is wrong now. That two collide is nobody's fault until one of them is merged."""
        return bool(self.failing) or any(finding.is_error for finding in self.findings)


def as_json(watched: Watched) -> str:
    """One JSON document. Fields are added, never changed or dropped, while `version` is 1."""
    document = {"version": 1, **asdict(watched), "seconds": round(watched.seconds, 3)}
    return json.dumps(document, indent=2, default=str) + "\n"


def as_text(watched: Watched) -> str:
    lines = [*_pulls(watched), *_pairs(watched), *_base(watched), *_notes(watched), _verdict(watched)]
    return "".join(f"{_shown(line)}\n" for line in lines)


def _shown(line: str) -> str:
    """One line of plain text: a title must not be a command to the runner that shows the log."""
    printable = (one if one.isprintable() else one.encode("unicode_escape").decode() for one in line)
    return "".join(printable).replace("##[", "## [")


def _pulls(watched: Watched) -> Iterator[str]:
    for one in watched.pulls:
        pull = one.pull
        yield f"#{pull.number} {pull.title} ({pull.label}): {one.status.state}{_told(one)}"
        if not one.findings:
            yield f"  {one.status.description}"
        for finding in one.findings:
            yield f"  {_place(finding)}{finding.rule}: {finding.message}"
            yield f"    fix: {finding.hint}"
        if one.conflicts:
            yield f"  the merge conflicts in {_several(one.conflicts)}: the revisions of both sides were judged"
    if watched.pulls:
        yield ""


def _told(one: WatchedPull) -> str:
    return "" if one.posted == "none" else f" ({one.posted})"


def _place(finding: Finding) -> str:
    if finding.path is None:
        return ""
    return f"{finding.path}:{finding.line}: " if finding.line else f"{finding.path}: "


def _several(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}"


def _pairs(watched: Watched) -> Iterator[str]:
    for pair in watched.pairs[:MOST_PAIRS]:
        yield f"#{pair.pulls[0]} and #{pair.pulls[1]} collide as soon as either is merged"
        for finding in pair.findings:
            yield f"  {_place(finding)}{finding.rule}: {finding.message}"
            yield f"    fix: once one is merged, in the other: {finding.hint}"
    if len(watched.pairs) > MOST_PAIRS:
        yield f"... and {counted(len(watched.pairs) - MOST_PAIRS, 'more pair')}"
    if watched.pairs:
        yield ""


def _base(watched: Watched) -> Iterator[str]:
    for finding in watched.findings:
        yield f"{watched.branch} itself: {_place(finding)}{finding.rule}: {finding.message}"
        yield f"  fix: {finding.hint}"
        yield ""


def _notes(watched: Watched) -> Iterator[str]:
    yield from (f"note: {note}" for note in watched.notes)


def _verdict(watched: Watched) -> str:
    parts = [
        f"{len(watched.pulls)} with revisions",
        f"{len(watched.failing)} with findings",
        counted(len(watched.pairs), "colliding pair"),
    ]
    opened = counted(watched.open, "open pull request")
    return f"{opened} into {watched.branch} at {watched.commit[:7]}: {', '.join(parts)} ({watched.seconds:.1f} s)"
