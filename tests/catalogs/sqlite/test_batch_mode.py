"""Tables that Alembic's batch mode made anew, in another spelling than the models'."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases import Database
from support import batch_histories
from support.interpreters import interpreter, oldest
from support.schemas import Pair

if TYPE_CHECKING:
    from support.schemas import Databases

COUNT = 20


def current_python() -> Path:
    return Path(sys.executable)


def oldest_python() -> Path:
    return interpreter(oldest())


@pytest.mark.parametrize(
    "python", [current_python, oldest_python], ids=["current", "alembic1.8-sqlalchemy1.4"]
)
def test_a_batch_history_and_its_models_are_one(python: object, pair: Pair, tmp_path: Path) -> None:
    assert callable(python)
    program = [str(python()), batch_histories.__file__, "0", str(COUNT), str(tmp_path)]
    subprocess.run(program, check=True, timeout=120)

    for seed in range(COUNT):
        names = (tmp_path / f"{seed}.names").read_text().split()
        assert in_files(pair.databases, tmp_path / str(seed)).findings(*names) == [], seed


def in_files(databases: Databases, stem: Path) -> Pair:
    revisions, models = (
        Database("sqlite", stem.name, "SQLite", path=stem.with_suffix(suffix)) for suffix in (".rev", ".mod")
    )
    return Pair(databases, revisions, models)
