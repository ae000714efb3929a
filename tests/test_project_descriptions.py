"""The small projects themselves: each is described, and none names a host that could exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECTS = Path(__file__).parent / "projects"
NAMES = sorted(path.name for path in PROJECTS.iterdir() if path.is_dir())
HOST = re.compile(r"://(?:[^@\s/\"]*@)?([^:/\s\"?]+)")


def source_files(project: str) -> list[Path]:
    paths = (path for path in (PROJECTS / project).rglob("*") if path.is_file())
    return [path for path in paths if "__pycache__" not in path.parts]


def test_the_table_has_one_row_for_each_project() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", (PROJECTS / "README.md").read_text(), re.MULTILINE)
    assert rows == NAMES


@pytest.mark.parametrize("project", NAMES)
def test_every_database_is_on_a_host_that_cannot_exist(project: str) -> None:
    hosts = {host for path in source_files(project) for host in HOST.findall(path.read_text())}
    assert [host for host in hosts if not host.endswith("db.example.invalid")] == []
