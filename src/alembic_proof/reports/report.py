"""What every report is made from: a finished run, with nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alembic_proof.findings import Finding

Verdict = Literal["passed", "failed", "skipped"]


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


@dataclass(frozen=True)
class Report:
    """One run: what was judged, and what was found, sorted."""

    tree: str
    findings: tuple[Finding, ...] = ()
    environments: tuple[EnvironmentReport, ...] = ()
    notes: tuple[str, ...] = field(default=())
