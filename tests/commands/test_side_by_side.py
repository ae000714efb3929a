"""Several environments are judged at once, and none of them knows of the others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from alembic_proof.commands.side_by_side import cores, side_by_side
from support.commands import FILES, INI, revision_file, revision_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.commands import Project

POSTGRES = INI.replace("sqlite:///app.db", "postgresql+psycopg2://host.invalid/name")
ROLE = "op.execute('CREATE ROLE reader'); op.execute('GRANT SELECT ON \"user\" TO reader')"


@pytest.mark.parametrize("workers", [1, 2, 3, 50])
def test_results_come_in_the_order_of_the_things_whoever_worked_on_them(workers: int) -> None:
    def work(_number: int, share: Sequence[int]) -> list[int]:
        return [thing * 10 for thing in share]

    assert side_by_side(range(7), work, workers) == [0, 10, 20, 30, 40, 50, 60]


def test_each_worker_has_the_same_share_in_every_run() -> None:
    def work(number: int, share: Sequence[str]) -> list[tuple[int, str]]:
        return [(number, thing) for thing in share]

    assert side_by_side("abcde", work, 2) == [(0, "a"), (1, "b"), (0, "c"), (1, "d"), (0, "e")]


def test_workers_are_at_work_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)

    def work(_number: int, share: Sequence[str]) -> list[int]:
        return [both.wait() for _ in share]

    assert sorted(side_by_side("ab", work, 2)) == [0, 1]


def test_what_the_first_of_them_raises_is_raised() -> None:
    def work(number: int, share: Sequence[str]) -> list[str]:
        if number:
            raise ValueError(number)
        return list(share)

    with pytest.raises(ValueError, match="1"):
        side_by_side("abcd", work, 3)


def test_one_processor_at_least() -> None:
    assert cores() >= 1


def test_two_environments_may_make_the_same_role(project: Project) -> None:
    """Roles are a whole server's: each environment has a server of its own."""
    second = {f"second/{path}": text for path, text in FILES.items()}
    roles = revision_file("b1", "a1", ROLE)
    project.checkout.add(
        {
            **second,
            "alembic.ini": POSTGRES,
            "second/alembic.ini": POSTGRES,
            revision_path("b1"): roles,
            f"second/{revision_path('b1')}": roles,
        }
    )

    ran = project.run("check", "--format", "json")

    assert (ran.status, ran.report["findings"]) == (0, [])
    environments = ran.report["environments"]
    assert [(one["config"], one["revisions"]) for one in environments] == [
        ("alembic.ini", 2),
        ("second/alembic.ini", 2),
    ]


def test_an_environment_that_cannot_be_judged_ends_the_run_at_once(project: Project) -> None:
    """The other one would take a minute; nobody waits for it, and nothing of it is left."""
    slow = FILES["migrations/env.py"] + "\nimport time\n\ntime.sleep(60)\n"
    broken = {f"broken/{path}": text for path, text in FILES.items()}
    project.checkout.add(
        {**broken, "broken/migrations/env.py": "raise RuntimeError('no')\n", "migrations/env.py": slow}
    )

    ran = project.run("check")

    assert ran.status == 2
    assert ran.err.startswith("alembic-proof: broken/migrations/env.py:1 raises RuntimeError: no\n")
