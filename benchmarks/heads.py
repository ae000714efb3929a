"""Time `alembic-proof heads` against `alembic heads`: whole processes, in turn, on the same committed revisions.

    python benchmarks/heads.py [--revisions 1000] [--rounds 7] [--goal 0.3]

Exits with 1 if the ratio of the medians is above the goal. Each program keeps what it keeps between runs: Alembic
its compiled revisions, alembic-proof what it parsed. The first runs, before either has anything, are shown too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from repositories import make_repository, write_revisions

CREATE = """\
op.create_table(
        "table_{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )"""
CREATE_INDEX = 'op.create_index(op.f("ix_table_{number}_name"), "table_{number}", ["name"], unique=False)'
DROP_INDEX = 'op.drop_index(op.f("ix_table_{number}_name"), table_name="table_{number}")'
DROP = 'op.drop_table("table_{number}")'


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project")
        write_project(project, arguments.revisions)
        seconds = time_in_turn(
            project, {**os.environ, "ALEMBIC_PROOF_CACHE": str(Path(folder, "cache"))}, arguments.rounds
        )
    for name, runs in seconds.items():
        print(
            f"{name:<20} first {runs[0]:.3f} s   median {median(runs[1:]):.3f} s   fastest {min(runs):.3f} s"
        )
    theirs, ours = (median(runs[1:]) for runs in seconds.values())
    ratio = ours / theirs
    print(
        f"{arguments.revisions} revisions, {arguments.rounds} rounds: ratio {ratio:.2f}, goal {arguments.goal:.2f}"
    )
    return 0 if ratio <= arguments.goal else 1


def write_project(project: Path, revisions: int) -> None:
    """A repository with a straight line of revisions, committed."""
    write_revisions(project / "migrations" / "versions", map(change, range(revisions)))
    (project / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (project / "migrations" / "env.py").write_text("")
    (project / ".gitignore").write_text("__pycache__/\n")
    make_repository(project)


def change(number: int) -> tuple[str, list[str], list[str]]:
    """A table and an index."""
    upgrade, downgrade = (CREATE, CREATE_INDEX), (DROP_INDEX, DROP)
    return (
        f"change number {number}",
        [statement.format(number=number) for statement in upgrade],
        [statement.format(number=number) for statement in downgrade],
    )


def time_in_turn(project: Path, environment: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Seconds of each run of the two programs, the first one cold."""
    programs = Path(sys.executable).parent
    commands = {"alembic heads": programs / "alembic", "alembic-proof heads": programs / "alembic-proof"}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, program in commands.items():
            started = perf_counter()
            subprocess.run(
                (program, "heads"), cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL
            )
            seconds[name].append(perf_counter() - started)
    return seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--revisions", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--goal", type=float, default=0.3)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
