"""The command line as a person runs it, on a small project whose database is SQLite."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECONDS = 120
INI = """\
[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = sqlite:///app.db
"""
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from models import Base

engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """\
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
"""
NICKNAME = "    nickname = Column(String(40))\n"
REVISION = '''\
"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{id}"
down_revision = {parent!r}
branch_labels = None
depends_on = None


def upgrade():
    {upgrade}


def downgrade():
    pass
'''
CREATE = 'op.create_table("user", sa.Column("id", sa.Integer(), primary_key=True))'
ADD = 'op.add_column("user", sa.Column("nickname", sa.String(40)))'


def revision_file(identifier: str, parent: str | None, upgrade: str = "pass", message: str = "") -> str:
    """A revision as Alembic writes it; the first line of its upgrade is line 13."""
    return REVISION.format(
        id=identifier, parent=parent, upgrade=upgrade, message=message or f"Revision {identifier}"
    )


def revision_path(identifier: str) -> str:
    return f"migrations/versions/{identifier}.py"


FILES: Mapping[str, str] = {
    "alembic.ini": INI,
    "migrations/env.py": ENV,
    "migrations/script.py.mako": "",
    "migrations/versions/a1.py": revision_file("a1", None, CREATE, "Users"),
    "models.py": MODELS,
}


@dataclass(frozen=True)
class Ran:
    """What a run printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def text(self) -> str:
        """Standard output with its times blotted out."""
        return re.sub(r"\b\d+\.\d+ s\b", "N s", self.out)


@dataclass(frozen=True)
class Project:
    """A checkout, and the variables of the person who works in it."""

    checkout: Checkout
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def top(self) -> Path:
        return self.checkout.top

    def run(self, *args: str, folder: str = "", stdin: str = "", env: Mapping[str, str] | None = None) -> Ran:
        done = subprocess.run(
            program(*args),
            cwd=self.top / folder,
            env={**os.environ, **self.env, **(env or {})},
            input=stdin.encode(),
            capture_output=True,
            timeout=SECONDS,
        )
        return Ran(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))

    def refused(self, *args: str, env: Mapping[str, str] | None = None, folder: str = "") -> str:
        """What the tool says where it cannot check, and nothing but that."""
        ran = self.run(*args, env=env, folder=folder)
        assert (ran.status, ran.out) == (2, ""), ran
        assert "Traceback" not in ran.err
        return ran.err


def program(*args: str) -> list[str]:
    return [sys.executable, "-m", "alembic_proof", *args]


def make_project(top: Path, cache: Path, files: Mapping[str, str] | None = None) -> Project:
    """A repository with the small project as its first commit, and a cache folder of its own.

    New revisions are not tried by themselves, which takes a second process: tests that are about it switch it on.
    """
    env = {
        "ALEMBIC_PROOF_CACHE": str(cache),
        "ALEMBIC_PROOF_PYTHON": sys.executable,
        "ALEMBIC_PROOF_TRIAL": "0",
    }
    return Project(Checkout.create(top, {**FILES, **(files or {})}), env)
