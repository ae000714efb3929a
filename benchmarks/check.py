"""Time `alembic-proof check` against plain Alembic: whole processes, in turn, on the same projects and server.

    python benchmarks/check.py FOLDER [NAME...] [--rounds 5] [--corpora FOLDER]

FOLDER gets the projects, which are made on the first run, and `results.json`, which `benchmarks/report.py` puts into
the documentation. Exits with 1 if a goal is missed, with 2 if a run ended otherwise than it has to.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench import KINDS, Bench, NotMeasuredError, enterable
from generated import write_project
from measured import Measured, airflow, ckan, generated, of_generated
from results import Project, Results, goals_table, machine, outcomes, table

from alembic_proof.databases import Databases
from alembic_proof.stopping import Stopped, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PROJECTS: dict[str, Callable[[Path, Path], Measured]] = {
    "100x20": lambda folder, _: generated(folder, 100, 20),
    "1000x20": lambda folder, _: generated(folder, 1000, 20),
    "1000x200": lambda folder, _: generated(folder, 1000, 200),
    "airflow": lambda _, published: airflow(published),
    "ckan": lambda _, published: ckan(published),
}


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    folder = arguments.folder.resolve()
    published = (arguments.corpora or folder / "corpora").resolve()
    projects = [PROJECTS[name](folder, published) for name in arguments.names or PROJECTS]
    results = measure(projects, arguments.rounds)
    (folder / "results.json").write_text(results.as_json())
    print(table(results), goals_table(results), sep="\n")
    return 0 if all(outcome.met for outcome in outcomes(results)) else 1


def measure(projects: Sequence[Measured], rounds: int) -> Results:
    """Run each kind on each project in turn, as often as there are rounds. Raises `NotMeasuredError`."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = enterable(name)
        write_project(folder / "other", revisions=1, tables=1)
        other = of_generated(folder / "other", Path(sys.executable), revisions=1, tables=1)
        databases = stack.enter_context(Databases(None, folder / "plain"))
        benches = [stack.enter_context(Bench(one, other, folder, databases)) for one in projects]
        seconds: list[dict[str, list[float]]] = [{kind: [] for kind in KINDS} for _ in benches]
        for number in range(rounds):
            for bench, taken in zip(benches, seconds, strict=True):
                for kind in KINDS:
                    taken[kind].append(round(bench.run(kind), 3))
                _say(number, bench, taken)
        measured = [_project(bench, taken) for bench, taken in zip(benches, seconds, strict=True)]
        return Results(machine(databases.describe()), measured)


def _say(number: int, bench: Bench, taken: dict[str, list[float]]) -> None:
    times = "  ".join(f"{kind} {runs[-1]:.2f}" for kind, runs in taken.items())
    print(f"round {number + 1}, {bench.measured.name}: {times}", file=sys.stderr, flush=True)


def _project(bench: Bench, seconds: dict[str, list[float]]) -> Project:
    measured = bench.measured
    return Project(measured.name, bench.revisions, measured.tables, bench.versions(), bench.memory(), seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(PROJECTS)}; all when none is named"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpora", type=Path, help="where benchmarks/corpora.py has built its packages")
    parsed = parser.parse_intermixed_args()
    if unknown := sorted(set(parsed.names) - set(PROJECTS)):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(PROJECTS)}")
    return parsed


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotMeasuredError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except Stopped as stopped:
        sys.exit(stopped.status)
