"""Projects whose revisions are tried by themselves."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.commands import INI, Project, make_project, revision_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

POSTGRESQL = "postgresql+psycopg2://app@db.example.invalid/app"
SETTINGS = """\
[tool.alembic-proof.rules]
model-drift = "off"
blocks-reads = "off"
blocks-writes = "off"
rewrites-table = "off"
no-lock-timeout = "off"
"""
HEADER = """\
import sqlalchemy as sa
from alembic import op, util

revision = "{id}"
down_revision = {parent!r}

"""
BARE = "import sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n"
SHOWN = ("rule", "message", "severity", "path", "line", "revision")


def source(identifier: str, parent: str | None, body: str) -> str:
    """A revision whose functions begin at line 7."""
    return HEADER.format(id=identifier, parent=parent) + body


def functions(upgrade: str, downgrade: str = "pass") -> str:
    """`upgrade()` at lines 7 and 8, `downgrade()` at lines 10 and 11, where each is one statement."""
    return f"def upgrade():\n    {upgrade}\n\ndef downgrade():\n    {downgrade}\n"


def chain(bodies: Mapping[str, str], parent: str | None = None) -> dict[str, str]:
    """Files of revisions that follow each other."""
    files = {}
    for identifier, body in bodies.items():
        files[revision_path(identifier)] = source(identifier, parent, body)
        parent = identifier
    return files


def project_of(
    top: Path, cache: Path, files: Mapping[str, str], url: str = POSTGRESQL, settings: str = SETTINGS
) -> Project:
    """A project without models, whose new revisions are tried, on empty tables; the first commit has these files."""
    made = make_project(
        top,
        cache,
        {
            "alembic.ini": INI.replace("sqlite:///app.db", url),
            revision_path("a1"): source("a1", None, functions("pass")),
            "models.py": BARE,
            "pyproject.toml": settings,
            **files,
        },
    )
    return replace(made, env={**made.env, "ALEMBIC_PROOF_TRIAL": "1", "ALEMBIC_PROOF_NO_ROWS": "1"})


def found(project: Project, *args: str, env: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
    """The findings of a check, in the order of the report; the throwaway database is called `app` in them."""
    ran = project.run("check", "--format", "json", *args, env=env)
    assert ran.status in (0, 1), ran
    report = json.loads(re.sub(r"\balembic_proof_[0-9a-f]{16}\b", "app", ran.out))
    return [tuple(finding[name] for name in SHOWN) for finding in report["findings"]]


def verdicts(project: Project, *args: str) -> dict[str, str]:
    """What became of the rules of a trial."""
    (environment,) = project.run("check", "--format", "json", *args).report["environments"]
    names = ("downgrade-failed", "downgrade-incomplete", "upgrade-not-repeatable")
    return {name: environment["rules"][name] for name in names}
