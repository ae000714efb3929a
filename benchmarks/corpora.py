"""Builds Git repositories from published packages that carry an Alembic environment, and checks them.

    python benchmarks/corpora.py build --folder DIR [NAME...]
    python benchmarks/corpora.py run --folder DIR [--all] [--reports DIR] [NAME...]

`build` installs each package into a virtual environment of its own, moves the package's folder out of
`site-packages` into a repository, and leaves a `.pth` file there that points to it: what `pip install -e`
leaves. Models, revisions and env.py stay as published. `run --all` tries each revision by itself as well, and counts
what it says of revisions that are tried; `--reports` keeps each whole report as JSON.
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

from packages import CORPORA, Corpus, Setup

from alembic_proof.processes import Completed, TimeLimitExceeded, run
from alembic_proof.rules import RULES

INSTALL_SECONDS = 1800
CHECK_SECONDS = 900
ALL_SECONDS = 3600
COMMITTER = ("-c", "user.name=test", "-c", "user.email=test@example.invalid")


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
        forget_namespace(site_packages, package)
    (site_packages / "corpus.pth").write_text(f"{place.repository}\n")


def forget_namespace(site_packages: Path, package: str) -> None:
    """Drop what setuptools writes for a namespace package: it points at the folder that has been moved."""
    for path in site_packages.glob("*-nspkg.pth"):
        if f"('{package}',)" in path.read_text():
            path.unlink()


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


def check(setup: Setup, place: Place, *, each: bool, kept: Path | None) -> Outcome:
    """Run the tool; with `each`, on every revision by itself. `kept` is the file that gets its report."""
    started = time.monotonic()
    argv = [*command(setup, place), *(["--all"] if each else [])]
    limit = ALL_SECONDS if each else CHECK_SECONDS
    try:
        completed = run(argv, seconds=limit, cwd=place.repository, env=variables(setup, place))
    except TimeLimitExceeded:
        return Outcome("killed", "", time.monotonic() - started)
    seconds = time.monotonic() - started
    if kept is not None:
        kept.write_bytes(completed.stdout or completed.stderr)
    return Outcome(str(completed.status), summary(completed, each=each), seconds)


def command(setup: Setup, place: Place) -> list[str]:
    arguments = ["check", "--format", "json", "--python", str(place.python), "--config", setup.config]
    return [sys.executable, "-m", "alembic_proof", *arguments]


def variables(setup: Setup, place: Place) -> dict[str, str]:
    own = {name: value.format(folder=place.folder) for name, value in setup.variables}
    return {**os.environ, **own}


def summary(completed: Completed, *, each: bool) -> str:
    """The findings counted by rule, or the first line of the error that kept the tool from judging.

    With `each`, the revisions are counted that have a finding of a rule which tries them.
    """
    try:
        report: dict[str, Any] = json.loads(completed.stdout)
    except ValueError:
        return completed.error_text.partition("\n")[0]
    found = revisions_by_rule(report["findings"]) if each else [one["rule"] for one in report["findings"]]
    counted = Counter(found)
    said = ", ".join(f"{rule} {count}" for rule, count in sorted(counted.items())) or "none"
    return f"{report['environments'][0]['revisions']} revisions: {said}" if each else said


def revisions_by_rule(findings: list[dict[str, Any]]) -> list[str]:
    """A rule's name for each revision that it has something to say of; `declared` for what says so itself."""
    tried = {rule.NAME for rule in RULES if rule.NEEDS == "trial"}
    declared = {("downgrade-failed", "info"): "declared irreversible"}
    named = {
        (declared.get((one["rule"], one["severity"]), one["rule"]), one["revision"])
        for one in findings
        if one["rule"] in tried
    }
    return [name for name, _ in named]


def row(corpus: str, setup: str, status: str, seconds: str, findings: str) -> str:
    return f"{corpus:<14} {setup:<12} {status:>6} {seconds:>8}  {findings}".rstrip()


def run_all(corpora: list[Corpus], folder: Path, *, each: bool, reports: Path | None) -> None:
    print(row("package", "setup", "exit", "seconds", "findings"))
    for corpus in corpora:
        place = Place(folder / corpus.name)
        for setup in corpus.setups:
            kept = reports / f"{corpus.name}-{setup.name}.json" if reports else None
            outcome = check(setup, place, each=each, kept=kept)
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
    parser.add_argument("--all", action="store_true", help="try every revision by itself")
    parser.add_argument("--reports", type=Path, metavar="DIR", help="a folder for the reports as JSON")
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
    folder = parsed.folder.resolve()
    if parsed.action == "build":
        build_all(corpora, folder)
    else:
        if parsed.reports:
            parsed.reports.mkdir(parents=True, exist_ok=True)
        run_all(corpora, folder, each=parsed.all, reports=parsed.reports)


if __name__ == "__main__":
    main()
