"""One cache for all runs, so that few make a server, and a project for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.branches import Branch
from support.commands import FILES, Project, make_project
from support.judgements import Judging
from support.once import proof_cache
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def cache() -> Path:
    return proof_cache()


@pytest.fixture
def judging(tmp_path: Path) -> Judging:
    files = {**FILES, **{f"service/{path}": text for path, text in FILES.items()}}
    return Judging(Checkout.create(tmp_path / "project", files))


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return make_project(tmp_path / "project", cache)


@pytest.fixture
def branch(tmp_path: Path) -> Branch:
    return Branch.create(tmp_path / "shop")
