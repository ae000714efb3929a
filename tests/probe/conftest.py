"""The small project, judged by the Python that runs the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.commands import Project, make_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make_project(tmp_path / "project", tmp_path / "cache")
