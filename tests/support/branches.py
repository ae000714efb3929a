"""A branch that left main, with one Alembic environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic_proof.commands.heads import heads
from alembic_proof.commands.request import Request, Subject, find_subject
from support.commands import INI, revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.git import Base
    from alembic_proof.reports.report import Report

OTHER = "op.execute('x')"
FORK = {revision_path(one): revision_file(one, "a1") for one in ("b1", "c1")}


def settings(*lines: str) -> dict[str, str]:
    return {"pyproject.toml": "\n".join(("[tool.alembic-proof]", *lines, ""))}


@dataclass(frozen=True)
class Branch:
    """A branch `change` that left `main` at its first commit, with a1; both have gone on."""

    checkout: Checkout
    left: str
    tip: str

    @classmethod
    def create(cls, top: Path) -> Branch:
        files = {"alembic.ini": INI, "migrations/env.py": "", revision_path("a1"): revision_file("a1", None)}
        checkout = Checkout.create(top, files)
        left = checkout.head()
        checkout.branch("change")
        checkout.switch("main")
        tip = checkout.commit({"main": ""})
        checkout.switch("change")
        checkout.commit({"change": ""})
        return cls(checkout, left, tip)

    def report(self, **asked: Any) -> Report:
        return heads(Request(cwd=self.checkout.top, **asked))

    def subject(self, **asked: Any) -> Subject:
        return find_subject(Request(cwd=self.checkout.top, **asked))

    def bases(self, **asked: Any) -> tuple[Base | None, Base | None]:
        """Where the change starts, and whose revisions are merged."""
        subject = self.subject(**asked)
        return subject.base, subject.merged
