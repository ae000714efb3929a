"""Time the trial of new revisions against plain Alembic and pytest-alembic: whole processes, in turn, one server.

    python benchmarks/trials.py FOLDER [--rounds 5]

FOLDER gets the projects, histories of 100 and 1,000 revisions on 20 tables, and pytest-alembic beside what they need.
Exits with 1 if a goal is missed, with 2 if a run ended otherwise than it has to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench import Bench, NotMeasuredError, enterable, report_of
from generated import write_project
from measured import Measured, generated, of_generated
from repositories import git
from timing import timed

from alembic_proof.databases import Databases
from alembic_proof.stopping import Stopped, stop_on_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TESTS = ("single_head_revision", "upgrade", "model_definitions_match_ddl", "up_down_consistency")
CONFTEST = """\
import pytest
import sqlalchemy


@pytest.fixture
def alembic_config():
    return {{"file": {ini!r}}}


@pytest.fixture
def alembic_engine():
    engine = sqlalchemy.create_engine({url!r}, poolclass=sqlalchemy.pool.NullPool)
    yield engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
"""
REVISION = '''\
"""A column."""

import sqlalchemy as sa
from alembic import op

revision = "{identifier}"
down_revision = "{parent}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("measured_{number}", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("account", "measured_{number}")
'''


@dataclass
class Trials:
    """One project, and the seconds of its runs by kind."""

    measured: Measured
    bench: Bench
    folder: Path
    databases: Databases
    seconds: dict[str, list[float]] = field(default_factory=dict)
    _number: int = 0

    def round(self, kinds: dict[str, Callable[[Trials], float]]) -> None:
        for kind, run in kinds.items():
            self.seconds.setdefault(kind, []).append(run(self))

    def median(self, kind: str) -> float:
        return median(self.seconds[kind])

    def upgrade(self) -> float:
        with self._database() as (ini, _):
            return self._run(self.measured.python, "-m", "alembic", "-c", ini, "upgrade", "head")

    def one_new(self) -> float:
        with self._new_revision():
            return self._checked()

    def tests_of_pytest_alembic(self) -> float:
        with self._database() as (ini, url):
            tests = self.folder / f"tests-{self.measured.top.name}"
            tests.mkdir(exist_ok=True)
            (tests / "conftest.py").write_text(CONFTEST.format(ini=str(ini), url=url))
            imported = "".join(f"from pytest_alembic.tests import test_{name}\n" for name in TESTS)
            (tests / "test_history.py").write_text(imported)
            program = (
                self.measured.python,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-c",
                "/dev/null",
            )
            return self._run(*program, "--rootdir", tests, tests)

    def all_tried(self) -> float:
        with self.bench._cache_of_other() as cache:
            return self._checked("--all", cache=cache)

    def _checked(self, *options: str, cache: Path | None = None) -> float:
        program = (sys.executable, "-m", "alembic_proof", "check", "--format", "json", *self.measured.options)
        variables = {"ALEMBIC_PROOF_CACHE": str(cache or self.bench._warm)}
        ended = timed((*program, *options), self.measured.top, variables)
        report = report_of(self.measured.name, ended)
        (environment,) = report["environments"]
        if environment["rules"]["upgrade-not-repeatable"] == "skipped":
            raise NotMeasuredError(f"{self.measured.name}: nothing was tried")
        return ended.seconds

    def _run(self, *argv: str | Path) -> float:
        ended = timed(argv, self.measured.top, {})
        if ended.status:
            raise NotMeasuredError(f"{argv} ended with {ended.status}:\n{ended.out}\n{ended.error}")
        return ended.seconds

    @contextmanager
    def _database(self) -> Iterator[tuple[Path, str]]:
        database = self.databases.create("postgresql")
        try:
            yield self.measured.plain_ini(self.folder, database), database.url("psycopg2")
        finally:
            self.databases.drop(database)

    @contextmanager
    def _new_revision(self) -> Iterator[None]:
        """Stage a column that no cache has seen, in a model and in a revision."""
        self._number += 1
        top, number = self.measured.top, 1000 + self._number
        (head,) = _heads(top)
        self.measured.change_model(number)
        path = top / "migrations" / "versions" / f"measured_{number}.py"
        path.write_text(REVISION.format(identifier=f"fe{number:010}", parent=head, number=number))
        git(top, "add", "--", str(path))
        try:
            yield
        finally:
            self.measured.restore_model()
            git(top, "rm", "--quiet", "--force", "--", str(path))


def _heads(top: Path) -> list[str]:
    program = (sys.executable, "-m", "alembic_proof", "environments", "--format", "json")
    listed = subprocess.run(program, cwd=top, capture_output=True, check=True, text=True).stdout
    return list(json.loads(listed)["environments"][0]["heads"])


KINDS: dict[str, Callable[[Trials], float]] = {
    "`alembic upgrade head` on an empty database": Trials.upgrade,
    "`alembic-proof check` with one new revision": Trials.one_new,
    "pytest-alembic's four tests": Trials.tests_of_pytest_alembic,
    "`alembic-proof check --all`": Trials.all_tried,
}
UPGRADE, ONE, TESTED, ALL = KINDS


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    folder = arguments.folder.resolve()
    with TemporaryDirectory() as name, Databases(None, enterable(name) / "plain") as databases:
        work = enterable(name)
        write_project(work / "other", revisions=1, tables=1)
        other = of_generated(work / "other", Path(sys.executable), revisions=1, tables=1)
        small, large = (
            measure(size, folder, other, work, databases, arguments.rounds) for size in (100, 1000)
        )
    for project in (small, large):
        for kind in KINDS:
            runs = ", ".join(f"{run:.2f}" for run in project.seconds[kind])
            print(f"{project.measured.name}: {kind}: median {project.median(kind):.2f} s ({runs})")
    one, every = large.median(ONE) / large.median(UPGRADE), small.median(ALL) / small.median(TESTED)
    print(f"one new revision at 1,000: {one:.2f} of `alembic upgrade head`, goal 0.50")
    print(f"all revisions at 100: {every:.2f} of pytest-alembic's four tests, goal 1.00")
    return 0 if one <= 0.5 and every <= 1 else 1


def measure(
    size: int, folder: Path, other: Measured, work: Path, databases: Databases, rounds: int
) -> Trials:
    project = generated(folder, size, 20)
    install = (project.python, "-m", "pip", "install", "--quiet", "pytest", "pytest-alembic")
    subprocess.run(install, check=True)
    with Bench(project, other, work, databases) as bench:
        trials = Trials(project, bench, work, databases)
        for _ in range(rounds):
            trials.round(KINDS)
        return trials


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotMeasuredError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except Stopped as stopped:
        sys.exit(stopped.status)
