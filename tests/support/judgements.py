"""Findings as a judgement of a real repository gives them, without the judging."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from alembic_proof.commands.request import Request, Subject, find_subject
from alembic_proof.commands.suppressing import Judged, settled
from alembic_proof.findings import Finding
from alembic_proof.reports.report import EnvironmentReport
from alembic_proof.rules import RULES
from alembic_proof.suppressions.baseline import FILE, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from alembic_proof.reports.report import Report, Verdict
    from support.repositories import Checkout

SERVICE = "service/alembic.ini"
FAX = Finding(
    "model-drift",
    "column user.fax is in the models and in no revision",
    "write it",
    environment="alembic.ini",
    path="models.py",
    line=1,
    identity={"object": "column user.fax", "only": "models"},
)
TEL = replace(
    FAX,
    message="column user.tel is in the models and in no revision",
    line=2,
    identity={"object": "column user.tel", "only": "models"},
)
EXACT = replace(
    FAX,
    message="check constraint ck on user is in the models and in no revision",
    line=2,
    identity={"object": "check constraint ck on user", "only": "models", "found-by": "catalogs"},
)
FORK = Finding("multiple-heads", "2 heads", "merge", environment="alembic.ini", path="migrations/c1.py")
FAILED = Finding("upgrade-failed", "b1 fails", "mend it", environment="alembic.ini", path="migrations/b1.py")


def unasked(subject: Subject) -> Judged:
    raise AssertionError(subject)


@dataclass
class Judging:
    """A checkout of two environments, `alembic.ini` and `service/alembic.ini`, and what is noted of it."""

    checkout: Checkout
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(finding: Finding, environment: str) -> Finding:
        return replace(finding, environment=environment)

    @classmethod
    def of_service(cls, finding: Finding) -> Finding:
        return cls.of(finding, SERVICE)

    @staticmethod
    def warned(finding: Finding) -> Finding:
        return replace(finding, severity="warning")

    def request(self, **asked: Any) -> Request:
        return Request(**{"cwd": self.checkout.top, **asked})

    def judged(self, *findings: Finding, **verdicts: Verdict) -> Judged:
        """The findings, from both environments; `verdicts` are for rules that were not judged there."""
        not_judged: Mapping[str, Verdict] = {name.replace("_", "-"): one for name, one in verdicts.items()}
        environments = []
        for config in ("alembic.ini", SERVICE):
            failed = {one.rule for one in findings if one.environment == config and one.is_error}
            rules: dict[str, Verdict] = {
                rule.NAME: "failed" if rule.NAME in failed else "passed" for rule in RULES
            }
            environments.append(EnvironmentReport(config, ("a1",), 1, rules | not_judged, seconds=0.1))
        blocked = frozenset(
            one.environment for one in findings if one.rule in ("upgrade-failed", "multiple-heads")
        )
        return Judged(findings, tuple(environments), self.notes, blocked)

    def report(
        self, judged: Judged, *, before: Callable[[Subject], Judged] = unasked, **asked: Any
    ) -> Report:
        """What is reported; `before` judges the base."""
        return settled(find_subject(self.request(**asked)), judged, before)

    def recorded(self) -> list[tuple[str, str]]:
        """The environment and the object of each entry of the baseline."""
        entries = parse((self.checkout.top / FILE).read_bytes())
        return [(one.environment, dict(one.identity)["object"]) for one in entries]
