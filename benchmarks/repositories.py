"""What every measured repository has: a straight line of revisions, and commits."""

from __future__ import annotations

import hashlib
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REVISION = '''\
"""{message}

Revision ID: {identifier}
Revises: {parent}
Create Date: 2024-01-01 00:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision: str = {identifier!r}
down_revision: Union[str, Sequence[str], None] = {parent!r}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    {upgrade}


def downgrade() -> None:
    """Downgrade schema."""
    {downgrade}
'''
INDENT = "\n    "


def write_revisions(versions: Path, changes: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> None:
    """A file for each change, the oldest first: its message, and the statements that do and undo it."""
    versions.mkdir(parents=True)
    parent = None
    for number, (message, upgrade, downgrade) in enumerate(changes):
        identifier = hashlib.sha256(str(number).encode()).hexdigest()[:12]
        source = REVISION.format(
            message=message,
            identifier=identifier,
            parent=parent,
            upgrade=INDENT.join(upgrade) or "pass",
            downgrade=INDENT.join(downgrade) or "pass",
        )
        slug = message.replace(" ", "_").replace(".", "_")[:40]
        (versions / f"{identifier}_{slug}.py").write_text(source)
        parent = identifier


def git(folder: Path, *arguments: str) -> str:
    """What Git prints. Raises `CalledProcessError`."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")
    command = ("git", *identity, *arguments)
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def make_repository(folder: Path) -> None:
    """Make a repository of a folder, with everything in it committed."""
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit_all(folder)


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Change")
