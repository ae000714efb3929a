"""The first thing that a newcomer runs: from a fresh copy, with nothing but Python and Git."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.packages import pip_environment, without_the_tool
from support.release import release
from support.repositories import Checkout, folder_state
from support.shop import DRIFT, SHOP, copy_shop


@pytest.mark.long
def test_the_demo_stops_a_commit_and_lets_the_mended_one_pass(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = Checkout.clone(release(tmp_path_factory).top, tmp_path / "fresh")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    variables = {
        "PYTHON": sys.executable,
        "TMPDIR": str(temporary),
        "PATH": without_the_tool(os.environ["PATH"]),
    }

    ran = subprocess.run(
        [fresh.top / "scripts" / "demo"],
        env={**os.environ, **pip_environment(), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
    )

    assert ran.returncode == 0, ran.stdout
    shown = re.sub(r"\x1b\[\d*m", "", ran.stdout)
    assert [line for line in shown.splitlines() if line.startswith("# ")] == [
        "# A small shop: SQLAlchemy models, Alembic revisions, a database host that does not exist",
        "# Someone adds a column to a model and forgets the revision",
        "# They have the revision written",
        "# Stopped, mended and passed; nothing is left behind",
    ]
    assert shown.count(f"shop/models.py:16: model-drift: {DRIFT}") == 1
    assert re.search(r"^\[\w+ \w+\] Know the customer's name$", shown, re.MULTILINE)
    assert list(temporary.iterdir()) == []
    assert fresh.git("status", "--porcelain") == ""


def test_the_steps_of_the_example_lead_back_to_a_project_that_is_whole(tmp_path: Path) -> None:
    shop = copy_shop(tmp_path / "shop")
    before = set(folder_state(shop.top / "migrations" / "versions"))

    for step in ("break", "mend"):
        shop.git("apply", "--index", f"steps/{step}.patch")

    [added] = set(folder_state(shop.top / "migrations" / "versions")) - before
    assert added == "8e41b75f2a90_customer_name.py"
    assert [Path(path).name for path in sorted(SHOP.glob("steps/*"))] == ["break.patch", "mend.patch"]
