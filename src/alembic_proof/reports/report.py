"""What every report is made from: a finished run, with nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeVar

from alembic_proof.findings import Finding, Suppressed, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from alembic_proof.git import Base

T = TypeVar("T")
Verdict = Literal["passed", "failed", "skipped", "off"]


@dataclass(frozen=True)
class EnvironmentReport:
    """One environment's part. `skipped` says why rules were skipped; `seconds` is wall time."""

    config: str
    heads: tuple[str, ...]
    revisions: int
    rules: Mapping[str, Verdict]
    seconds: float
    databases: tuple[str, ...] = ()  # the servers that the proof was made on
    interpreter: str | None = None
    notes: tuple[str, ...] = ()
    unset_variables: tuple[str, ...] = ()
    reused: bool = False  # whether an earlier run's proof still stood


@dataclass(frozen=True)
class Report:
    """One run: what was judged, and what was found, sorted."""

    tree: str
    findings: tuple[Finding, ...] = ()
    environments: tuple[EnvironmentReport, ...] = ()
    notes: tuple[str, ...] = field(default=())
    suppressed: tuple[Suppressed, ...] = ()  # what was found and is left out
    base: Base | None = None  # what was wrong there is in `suppressed`


def together(reports: Sequence[Report]) -> Report:
    """Several runs as one, what they all found told once."""
    if not reports:
        return Report("what is pushed", notes=("no commit is pushed: nothing was checked",))
    return Report(
        ", ".join(report.tree for report in reports),
        in_order(_distinct(finding for report in reports for finding in report.findings)),
        tuple(environment for report in reports for environment in report.environments),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
        tuple(_distinct(one for report in reports for one in report.suppressed)),
        reports[0].base,
    )


def _distinct(several: Iterable[T]) -> list[T]:
    distinct: list[T] = []
    for one in several:
        if one not in distinct:
            distinct.append(one)
    return distinct
