"""Builds Git repositories from published packages that carry an Alembic environment, and checks them.

    python benchmarks/corpora.py build --folder DIR [NAME...]
    python benchmarks/corpora.py run --folder DIR [NAME...]

`build` installs each package into a virtual environment of its own, moves the package's folder out of
`site-packages` into a repository, and leaves a `.pth` file there that points to it: what `pip install -e`
leaves. Models, revisions and env.py stay as published. What is added is what a user of the package writes:
an `alembic.ini` where the package sets its configuration in code, and environment variables.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic_proof.processes import Completed, TimeLimitExceeded, run

INSTALL_SECONDS = 1800
CHECK_SECONDS = 900
COMMITTER = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")
PSYCOPG2 = "postgresql+psycopg2://someone@db.example.invalid/{name}"


@dataclass(frozen=True)
class Setup:
    """One way in which a user of the package has it: the configuration to check, the variables to set.

    `{folder}` in a variable's value stands for the corpus's own folder.
    """

    name: str
    config: str
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Corpus:
    """A published package: what pip installs, the folders of its repository, the files that users add."""

    name: str
    requirements: tuple[str, ...]
    packages: tuple[str, ...]
    setups: tuple[Setup, ...]
    files: tuple[tuple[str, str], ...] = ()


def ini(script_location: str, url: str) -> str:
    location = f"script_location = %(here)s/{script_location}\nprepend_sys_path = .\n"
    return f"[alembic]\n{location}sqlalchemy.url = {url}\n"


def postgresql(name: str) -> str:
    return PSYCOPG2.format(name=name)


PREFECT_HOME = ("PREFECT_HOME", "{folder}/home")
PREFECT_URL = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
AIRFLOW_HOME = ("AIRFLOW_HOME", "{folder}/home")
AIRFLOW_URL = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"

CORPORA = (
    Corpus(
        "optuna",
        ("optuna==5.0.0", "psycopg2-binary"),
        ("optuna",),
        (
            Setup("sqlite", "optuna/storages/_rdb/alembic.ini"),
            Setup("postgresql", "alembic.ini"),
        ),
        (("alembic.ini", ini("optuna/storages/_rdb/alembic", postgresql("optuna"))),),
    ),
    Corpus(
        "heat",
        ("openstack-heat==27.0.1", "psycopg2-binary"),
        ("heat",),
        (Setup("sqlite", "heat/db/alembic.ini"), Setup("postgresql", "alembic.ini")),
        (("alembic.ini", ini("heat/db/migrations", postgresql("heat"))),),
    ),
    Corpus(
        "prefect",
        ("prefect==3.8.8",),
        ("prefect",),
        (
            Setup(
                "postgresql",
                "prefect/server/database/alembic.ini",
                (PREFECT_HOME, (PREFECT_URL, "postgresql+asyncpg://prefect@db.example.invalid/prefect")),
            ),
            Setup(
                "sqlite",
                "prefect/server/database/alembic.ini",
                (PREFECT_HOME, (PREFECT_URL, "sqlite+aiosqlite:///{folder}/home/prefect.db")),
            ),
        ),
    ),
    Corpus(
        "airflow",
        ("apache-airflow==3.3.2", "psycopg2-binary", "asyncpg"),
        ("airflow",),
        (
            Setup("postgresql", "airflow/alembic.ini", (AIRFLOW_HOME, (AIRFLOW_URL, postgresql("airflow")))),
            Setup(
                "sqlite",
                "airflow/alembic.ini",
                (AIRFLOW_HOME, (AIRFLOW_URL, "sqlite:///{folder}/home/airflow.db")),
            ),
        ),
    ),
    Corpus(
        "mlflow",
        ("mlflow==3.17.2", "psycopg2-binary"),
        ("mlflow",),
        (Setup("tracking", "alembic.ini"), Setup("auth", "auth.alembic.ini")),
        (
            ("alembic.ini", ini("mlflow/store/db_migrations", postgresql("mlflow"))),
            ("auth.alembic.ini", ini("mlflow/server/auth/db/migrations", postgresql("auth"))),
        ),
    ),
    Corpus(
        "ckan",
        ("ckan[requirements]==2.12.0",),
        ("ckan", "ckanext"),
        (Setup("core", "alembic.ini"),),
        (("alembic.ini", ini("ckan/migration", postgresql("ckan"))),),
    ),
)


@dataclass(frozen=True)
class Place:
    """Where a corpus lies."""

    folder: Path

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    @property
    def built_from(self) -> Path:
        return self.folder / "built-from"


def must(argv: list[str], *, seconds: float, cwd: Path | None = None) -> Completed:
    completed = run(argv, seconds=seconds, cwd=cwd)
    if completed.status:
        raise SystemExit(f"{' '.join(argv)}: exit status {completed.status}\n{completed.error_text}")
    return completed


def build(corpus: Corpus, place: Place) -> None:
    """Make the virtual environment and the repository, unless they were made from this same description."""
    if place.built_from.is_file() and place.built_from.read_text() == repr(corpus):
        return
    shutil.rmtree(place.folder, ignore_errors=True)
    (place.folder / "home").mkdir(parents=True)
    install(corpus, place)
    move_packages(corpus, place)
    for path, text in corpus.files:
        (place.repository / path).write_text(text)
    commit(corpus, place)
    place.built_from.write_text(repr(corpus))


def install(corpus: Corpus, place: Place) -> None:
    must([sys.executable, "-m", "venv", str(place.folder / "venv")], seconds=INSTALL_SECONDS)
    pip = [str(place.python), "-m", "pip", "install", "--quiet", *corpus.requirements]
    must(pip, seconds=INSTALL_SECONDS)


def move_packages(corpus: Corpus, place: Place) -> None:
    site_packages = Path(
        must([str(place.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], seconds=60)
        .stdout.decode()
        .strip()
    )
    place.repository.mkdir()
    for package in corpus.packages:
        shutil.move(site_packages / package, place.repository / package)
    (site_packages / "corpus.pth").write_text(f"{place.repository}\n")


def commit(corpus: Corpus, place: Place) -> None:
    (place.repository / ".gitignore").write_text("__pycache__/\n*.db\n")
    for argv in (
        ["git", "init", "--quiet", "--initial-branch", "main"],
        ["git", "add", "--all", "."],
        ["git", *COMMITTER, "commit", "--quiet", "--message", " ".join(corpus.requirements)],
    ):
        must(argv, seconds=300, cwd=place.repository)


@dataclass(frozen=True)
class Outcome:
    """What the tool said of one setup, and how long it took."""

    status: str
    findings: str
    seconds: float


def check(setup: Setup, place: Place) -> Outcome:
    started = time.monotonic()
    try:
        completed = run(
            command(setup, place), seconds=CHECK_SECONDS, cwd=place.repository, env=variables(setup, place)
        )
    except TimeLimitExceeded:
        return Outcome("killed", "", time.monotonic() - started)
    return Outcome(str(completed.status), summary(completed), time.monotonic() - started)


def command(setup: Setup, place: Place) -> list[str]:
    arguments = ["check", "--format", "json", "--python", str(place.python), "--config", setup.config]
    return [sys.executable, "-m", "alembic_proof", *arguments]


def variables(setup: Setup, place: Place) -> dict[str, str]:
    own = {name: value.format(folder=place.folder) for name, value in setup.variables}
    return {**os.environ, **own}


def summary(completed: Completed) -> str:
    """The findings counted by rule, or the first line of the error that kept the tool from judging."""
    try:
        report: dict[str, Any] = json.loads(completed.stdout)
    except ValueError:
        return completed.error_text.partition("\n")[0]
    counted = Counter(finding["rule"] for finding in report["findings"])
    return ", ".join(f"{rule} {count}" for rule, count in sorted(counted.items())) or "none"


def row(corpus: str, setup: str, status: str, seconds: str, findings: str) -> str:
    return f"{corpus:<14} {setup:<12} {status:>6} {seconds:>8}  {findings}".rstrip()


def run_all(corpora: list[Corpus], folder: Path) -> None:
    print(row("package", "setup", "exit", "seconds", "findings"))
    for corpus in corpora:
        place = Place(folder / corpus.name)
        for setup in corpus.setups:
            outcome = check(setup, place)
            print(
                row(corpus.name, setup.name, outcome.status, f"{outcome.seconds:.1f}", outcome.findings),
                flush=True,
            )


def build_all(corpora: list[Corpus], folder: Path) -> None:
    for corpus in corpora:
        print(f"building {corpus.name}", flush=True)
        build(corpus, Place(folder / corpus.name))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Builds repositories from published packages, and checks them."
    )
    parser.add_argument("action", choices=("build", "run"))
    parser.add_argument(
        "--folder", type=Path, required=True, help="where virtual environments and repositories lie"
    )
    names = [corpus.name for corpus in CORPORA]
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(names)}; all when none is named"
    )
    parsed = parser.parse_intermixed_args()
    if unknown := sorted(set(parsed.names) - set(names)):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(names)}")
    return parsed


def main() -> None:
    parsed = arguments()
    corpora = [corpus for corpus in CORPORA if not parsed.names or corpus.name in parsed.names]
    action = build_all if parsed.action == "build" else run_all
    action(corpora, parsed.folder.resolve())


if __name__ == "__main__":
    main()
