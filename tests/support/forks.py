"""Branches of which each adds revisions on the same parent, with one Alembic environment or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic_proof.commands.fix import Asked, Fixed, fix
from alembic_proof.commands.fix_report import as_text
from alembic_proof.commands.request import Request
from alembic_proof.errors import ProofError
from support.commands import INI, revision_file
from support.repositories import Checkout, folder_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAKO = '''\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""
# of the project's own template
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''


def environment(folder: str = "") -> dict[str, str]:
    """An environment with its first revision, a1."""
    return {
        f"{folder}alembic.ini": INI,
        f"{folder}migrations/env.py": "raise Exception('env.py was run')\n",
        f"{folder}migrations/script.py.mako": MAKO,
        **chain("a1", folder=folder),
    }


def path_of(identifier: str, folder: str = "") -> str:
    return f"{folder}migrations/versions/{identifier}.py"


def chain(*identifiers: str, after: str | None = None, folder: str = "") -> dict[str, str]:
    """Revision files, each of which follows the one before it."""
    parents = (after, *identifiers)
    return {
        path_of(one, folder): revision_file(one, parent)
        for one, parent in zip(identifiers, parents, strict=False)
    }


@dataclass(frozen=True)
class Forked:
    """A checkout in which `main` has gone on with b1 and `change`, checked out, with revisions of its own."""

    checkout: Checkout

    @classmethod
    def create(
        cls, top: Path, theirs: Mapping[str, str | bytes], ours: Mapping[str, str | bytes], *folders: str
    ) -> Forked:
        files = {path: text for folder in folders or ("",) for path, text in environment(folder).items()}
        checkout = Checkout.create(top, files)
        checkout.branch("change")
        checkout.commit(ours)
        checkout.switch("main")
        checkout.commit(theirs)
        checkout.switch("change")
        return cls(checkout)

    def merge(self) -> Forked:
        self.checkout.git("merge", "--quiet", "--no-edit", "main")
        return self

    def fix(self, base: str | None = "main", configs: tuple[str, ...] = (), **asked: Any) -> Fixed:
        return fix(Request(cwd=self.checkout.top, base=base, configs=configs), Asked(**asked))

    def said(self, base: str | None = "main", **asked: Any) -> str:
        return as_text(self.fix(base, **asked))

    def refused(self, base: str | None = "main", **asked: Any) -> tuple[str, str]:
        """What is said where nothing can be mended, and nothing is written."""
        before = folder_state(self.checkout.top)
        try:
            fixed = self.fix(base, **asked)
        except ProofError as error:
            assert folder_state(self.checkout.top) == before
            return error.message, error.hint
        raise AssertionError(as_text(fixed))

    def read(self, identifier: str, folder: str = "") -> bytes:
        return (self.checkout.top / path_of(identifier, folder)).read_bytes()

    def changed(self) -> list[str]:
        """What differs from the last commit, in the way of `git status --short`."""
        return self.checkout.git("status", "--short", "--untracked-files=all").splitlines()
