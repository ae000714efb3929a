"""`cache show` and `cache clear`."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from alembic_proof.cache import sweep
from support import servers
from support.commands import INI, make_project

if TYPE_CHECKING:
    from pathlib import Path


def _blotted(text: str) -> str:
    return re.sub(r"\d+\.\d MiB", "N MiB", re.sub(r"server \S+:", "server S:", text))


def test_what_is_kept_is_shown_and_cleared(tmp_path: Path) -> None:
    with servers.open_folder() as folder:
        cache = folder / "cache"
        url = "postgresql+psycopg2://app@db/shop"
        project = make_project(
            tmp_path / "project", cache, {"alembic.ini": INI.replace("sqlite:///app.db", url)}
        )
        assert project.run("cache", "show").out == f"{cache}: nothing is kept\n"
        assert project.run("cache", "clear").out == f"{cache}: nothing is kept\n"
        assert project.run("check").status == 0

        assert _blotted(project.run("cache", "show").out) == (
            f"{cache}: N MiB\n"
            "  server S: N MiB, used just now, with 1 database to start from\n"
            "  answers of 1 environment: N MiB, used just now\n"
            "  tables found alike of 1 environment: N MiB, used just now\n"
            "  what a run begins with of 1 environment: N MiB, used just now\n"
            "  compiled modules of 1 environment: N MiB, used just now\n"
            "  parsed revisions: N MiB, used just now\n"
        )
        with servers.owner("embedded", cache, "postgresql") as owner:
            cleared = _blotted(project.run("cache", "clear").out)
            assert cleared.startswith(f"{cache}: N MiB removed\n  left, for a run is using it: ")
            assert servers.alive(servers.postmaster(owner.host))
            assert ", in use" in project.run("cache", "show").out
            owner.kill()
        assert _blotted(project.run("cache", "clear").out) == f"{cache}: N MiB removed\n"
        assert _blotted(project.run("cache", "show").out) == f"{cache}: N MiB\n"
        assert project.run("check").status == 0


def test_what_was_kept_of_environments_goes_by_itself_after_a_month(tmp_path: Path) -> None:
    old, new = (tmp_path / "verdicts" / name for name in ("old.json", "new.json"))
    old.parent.mkdir()
    for file in (old, new):
        file.write_text("")
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(old, (month_ago, month_ago))

    sweep(tmp_path)

    assert list(old.parent.iterdir()) == [new]
