"""What is kept goes with the runner's cache from one machine to the next, and counts there as it would have here."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from support import servers
from support.answers import is_reused, judged, report, rules
from support.commands import CREATE, FILES, INI, MODELS, NICKNAME, revision_file, revision_path
from support.machines import Machines
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MARK = "import os\n    open(os.environ['MARKS'], 'a').write(revision + ' ')\n    "


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    with servers.open_folder() as home, servers.open_folder() as store:
        monkeypatch.setenv("MARKS", str(store / "marks"))
        monkeypatch.setenv("ALEMBIC_PROOF_CACHE", str(home / "cache"))
        yield Machines(home, store, monkeypatch)


def test_what_one_machine_proved_counts_on_the_next(machines: Machines) -> None:
    marks = machines.store / "marks"
    files = {
        **FILES,
        "alembic.ini": INI.replace("sqlite:///app.db", "postgresql+psycopg2://app@db/shop"),
        revision_path("a1"): revision_file("a1", None, _MARK + CREATE),
    }
    source = Checkout.create(machines.store / "source", files).top
    checkout = machines.begin(1, source)

    def applied(found: list[str]) -> str:
        """The revisions that a check runs."""
        marks.write_text("")
        assert rules(judged(checkout.top, no_cache=False, python=str(machines.python))) == found
        return marks.read_text()

    assert applied([]) == "a1 "
    said = machines.end()
    assert re.sub(r"\d+\.\d", "N", said) == f"{machines.cache}: N MiB to move, 1 server sealed"

    checkout = machines.begin(2, source)
    assert is_reused(checkout.top, python=str(machines.python))
    checkout.add({"models.py": MODELS + NICKNAME})
    assert applied(["model-drift"]) == ""
    checkout.git("reset", "--quiet", "--hard")
    (package,) = (machines.home / "venv").glob("lib/python*/site-packages/sqlalchemy/schema.py")
    _edited(package)
    assert applied([]) == "a1 "


def _edited(file: Path) -> None:
    """Other content of the same size, as installers leave it: at whatever time."""
    seen, content = file.stat(), file.read_text()
    assert "# " in content
    file.write_text(content.replace("# ", "#  ", 1).replace("\n\n", "\n", 1))
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert file.stat().st_size == seen.st_size


READING = """\
import os

more = os.environ.get("GITHUB_SHA") == "two" or "GITHUB_RUN_ID" in dict(os.environ)
"""


def test_a_variable_of_one_job_that_the_project_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = f"{READING}{MODELS}    if more:\n    {NICKNAME}"
    top = Checkout.create(tmp_path / "project", {**FILES, "models.py": more}).top
    for name, value in {
        "ALEMBIC_PROOF_PORTABLE": "1",
        "GITHUB_ACTIONS": "true",
        "GITHUB_RUN_ID": "1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_SHA", "one")
    assert rules(judged(top, no_cache=False)) == []
    monkeypatch.setenv("GITHUB_SHA", "two")

    assert rules(judged(top, no_cache=False)) == ["model-drift"]
    assert not is_reused(top)


def test_variables_that_each_job_has_alike_may_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = 'import os\n\nin_ci = "GITHUB_ACTIONS" in os.environ and dict(os.environ)\n'
    top = Checkout.create(tmp_path / "project", {**FILES, "models.py": reading + MODELS}).top
    monkeypatch.setenv("ALEMBIC_PROOF_PORTABLE", "1")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_SHA", "one")
    assert report(top)["environments"][0]["reused"] is False
    monkeypatch.setenv("GITHUB_SHA", "two")
    assert is_reused(top)
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert not is_reused(top)
