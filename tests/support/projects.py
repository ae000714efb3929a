"""The small projects of `tests/projects`, each as a repository of its own that the tool can be run on."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.commands import Project
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECTS = Path(__file__).parents[1] / "projects"

# What a person who works on the project sets before running anything.
SETTINGS: Mapping[str, str] = {
    "environ-url": '[tool.alembic-proof.env]\nDATABASE_URL = "{url}"\n',
    "settings-object": '[tool.alembic-proof.env]\nCLINIC_DATABASE_URL = "{url}"\nCLINIC_SIGNING_KEY = "x"\n',
}
SHOWN = ("rule", "message", "severity", "environment", "path", "line", "revision")


@dataclass(frozen=True)
class Change:
    """An edit of one file, and the `model-drift` that it brings about."""

    project: str
    path: str
    old: str
    new: str
    message: str
    line: int
    environment: str = "alembic.ini"

    def finding(self) -> dict[str, Any]:
        return {
            "rule": "model-drift",
            "message": self.message,
            "severity": "error",
            "environment": self.environment,
            "path": self.path,
            "line": self.line,
            "revision": None,
        }


def copy_project(name: str, top: Path, python: Path, cache: Path) -> Project:
    """The project as a repository's first commit, to be judged with an interpreter and a cache folder."""
    shutil.copytree(PROJECTS / name, top, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    if name in SETTINGS:
        (top / "pyproject.toml").write_text(SETTINGS[name])
    checkout = Checkout.create(top)
    checkout.git("add", "--all")
    checkout.git("commit", "--quiet", "--message", "A project")
    return Project(checkout, {"ALEMBIC_PROOF_CACHE": str(cache), "ALEMBIC_PROOF_PYTHON": str(python)})


def edit(top: Path, path: str, old: str, new: str) -> None:
    """Replace a text that stands in a file once."""
    source = (top / path).read_text()
    assert source.count(old) == 1, (path, old)
    (top / path).write_text(source.replace(old, new))


def findings(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings of a JSON report but for their hints and details."""
    return [{name: finding[name] for name in SHOWN} for finding in report["findings"]]
