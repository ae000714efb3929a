"""One project on the bench: each kind of run, with what it needs made before its time starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from repositories import git
from timing import Ended, peak_memory, timed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from measured import Measured

    from alembic_proof.databases import Databases

KINDS = {
    "A": "`alembic upgrade head` and `alembic check`, on an empty database of a server that already runs",
    "B0": "`alembic-proof check`, the first run on the machine: it makes its database cluster as well",
    "B": "`alembic-proof check`, the first run for the project",
    "C": "`alembic-proof check` after a model changed",
    "D": "`alembic-proof check` after a commit that touched no loaded file",
    "E": "the project's interpreter imports the models and ends",
}
_VERSIONS = """
from importlib.metadata import version
print(f"Alembic {version('alembic')}, SQLAlchemy {version('sqlalchemy')}")
"""


class NotMeasuredError(Exception):
    """A run ended otherwise than it has to: its time says nothing."""


class Bench:
    """A project, and the cache folders that its runs find. Runs raise `NotMeasuredError`.

    `other` is a project that has a new cache folder's database cluster made; `folder` is for what lasts as long
    as the bench; `databases` are plain Alembic's. At the end the repository is what it was.
    """

    def __init__(self, measured: Measured, other: Measured, folder: Path, databases: Databases) -> None:
        self.measured = measured
        self.revisions = 0
        self._other = other
        self._folder = enterable(mkdtemp(dir=folder))
        self._warm = self._folder / "cache"
        self._databases = databases
        self._known: list[str] = []
        self._plain_status = 0
        self._first_peak: float | None = None
        self._number = 0
        self._start = git(measured.top, "rev-parse", "HEAD")

    def __enter__(self) -> Bench:
        """Warm up: the cache of C and D, and the modules that the project's interpreter compiles once."""
        self.measured.restore_model()  # a benchmark that was killed leaves its change
        self._first_peak = self._peak(self._warm)
        report = report_of(self.measured.name, self._check(self.measured, self._warm))
        self._known = messages(report)
        self.revisions = sum(one["revisions"] for one in report["environments"])
        self._plain_status = self._plain()[1].status
        self._import()
        return self

    def __exit__(self, *exception: object) -> None:
        git(self.measured.top, "reset", "--quiet", "--hard", self._start)
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, kind: str) -> float:
        """Seconds of one run of a kind in `KINDS`."""
        os.sync()  # what was written before is not this run's to wait for
        return self._runs()[kind]()

    def versions(self) -> str:
        """The project's own: "Alembic 1.18.0, SQLAlchemy 2.0.46"."""
        return timed((self.measured.python, "-c", _VERSIONS), self.measured.top, {}).out.strip()

    def memory(self) -> dict[str, float]:
        """The most that the tool's own process held, in MiB, by kind; empty where the machine does not tell."""
        with self._changed_model():
            taken = {"B0": self._first_peak, "C": self._peak(self._warm)}
        return {kind: round(mib, 1) for kind, mib in taken.items() if mib is not None}

    def _runs(self) -> dict[str, Callable[[], float]]:
        runs = (self._a, self._b0, self._b, self._c, self._d, self._e)
        return dict(zip(KINDS, runs, strict=True))

    def _a(self) -> float:
        upgraded, checked = self._plain()
        if checked.status != self._plain_status:
            raise _unexpected(self.measured.name, "alembic check", checked)
        return upgraded.seconds + checked.seconds

    def _b0(self) -> float:
        with self._new_cache() as cache:
            return self._judged(cache)

    def _b(self) -> float:
        with self._cache_of_other() as cache:
            return self._judged(cache)

    def _c(self) -> float:
        with self._changed_model() as column:
            return self._judged(self._warm, column)

    def _d(self) -> float:
        self._commit_unloaded()
        return self._judged(self._warm)

    def _e(self) -> float:
        return self._import().seconds

    def _plain(self) -> tuple[Ended, Ended]:
        database = self._databases.create("postgresql")
        try:
            ini = self.measured.plain_ini(self._folder, database)
            variables = self.measured.plain_variables(database)
            program = (self.measured.python, "-m", "alembic", "-c", ini)
            upgraded = timed((*program, "upgrade", "head"), self.measured.top, variables)
            if upgraded.status:
                raise _unexpected(self.measured.name, "alembic upgrade head", upgraded)
            return upgraded, timed((*program, "check"), self.measured.top, variables)
        finally:
            self._databases.drop(database)

    def _import(self) -> Ended:
        ended = timed(
            (self.measured.python, "-c", self.measured.importing), self.measured.top, self.measured.variables
        )
        if ended.status:
            raise _unexpected(self.measured.name, "importing the models", ended)
        return ended

    def _judged(self, cache: Path, column: str | None = None) -> float:
        """Seconds of a run that finds what is known of the project, and the new column where there is one."""
        ended = self._check(self.measured, cache)
        verify(self.measured.name, ended, self._known, column)
        return ended.seconds

    def _check(self, project: Measured, cache: Path) -> Ended:
        return timed(*_tool(project, cache))

    def _peak(self, cache: Path) -> float | None:
        return peak_memory(*_tool(self.measured, cache))

    @contextmanager
    def _changed_model(self) -> Iterator[str]:
        """Stage a column that no cache has seen, and take it away again; its name."""
        self._number += 1
        self.measured.change_model(self._number)
        try:
            yield f"measured_{self._number}"
        finally:
            self.measured.restore_model()

    def _commit_unloaded(self) -> None:
        """Commit after a run, as a person does whose hook has just run."""
        report_of(self.measured.name, self._check(self.measured, self._warm))
        self._number += 1
        self.measured.change_unloaded(self._number)

    @contextmanager
    def _new_cache(self) -> Iterator[Path]:
        cache = enterable(mkdtemp(dir=self._folder))
        try:
            yield cache
        finally:
            shutil.rmtree(cache)

    @contextmanager
    def _cache_of_other(self) -> Iterator[Path]:
        """A cache folder that has a database cluster, and knows nothing of this project."""
        with self._new_cache() as cache:
            report_of(self._other.name, self._check(self._other, cache))
            yield cache


def enterable(name: str) -> Path:
    """The folder, opened to the account that root's servers run as: else all caches would share theirs."""
    folder = Path(name)
    folder.chmod(0o711)
    return folder


def _tool(project: Measured, cache: Path) -> tuple[tuple[str, ...], Path, dict[str, str]]:
    program = (sys.executable, "-m", "alembic_proof", "check", "--format", "json", *project.options)
    return program, project.top, {**project.variables, "ALEMBIC_PROOF_CACHE": str(cache)}


def verify(name: str, ended: Ended, known: Sequence[str], column: str | None) -> None:
    """Raise `NotMeasuredError` unless a check found the known messages, and the one of the column if any."""
    found = messages(report_of(name, ended))
    new = [message for message in found if message not in known]
    wanted = [] if column is None else [rf"\b{column}\b"]
    as_wanted = len(new) == len(wanted) and all(map(re.search, wanted, new))
    if not as_wanted or not set(known) <= set(found):
        raise _unexpected(name, "alembic-proof check", ended)


def report_of(name: str, ended: Ended) -> dict[str, Any]:
    """The JSON report of a check whose exit status is what its findings make it."""
    try:
        report: dict[str, Any] = json.loads(ended.out)
    except ValueError:
        raise _unexpected(name, "alembic-proof check", ended) from None
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    if ended.status != (1 if errors else 0):
        raise _unexpected(name, "alembic-proof check", ended)
    return report


def messages(report: dict[str, Any]) -> list[str]:
    return [finding["message"] for finding in report["findings"]]


def _unexpected(name: str, what: str, ended: Ended) -> NotMeasuredError:
    printed = f"{ended.out}\n{ended.error}".strip()
    return NotMeasuredError(f"{name}: {what} ended with {ended.status}:\n{printed}")
