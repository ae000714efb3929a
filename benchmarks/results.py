"""What was measured, as plain data: medians, goals, the table."""

from __future__ import annotations

import json
import os
import platform
import re
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONG_HISTORY = 1000  # revisions


@dataclass(frozen=True)
class Project:
    """One project's runs: `seconds` by kind, in the order of the rounds, and `memory` in MiB by kind.

    `tables` is None where nobody counted them; `versions` are those of its own Alembic and SQLAlchemy.
    """

    name: str
    revisions: int
    tables: int | None
    versions: str
    memory: Mapping[str, float]
    seconds: Mapping[str, Sequence[float]]

    def median(self, kind: str) -> float:
        return median(self.seconds[kind])


@dataclass(frozen=True)
class Results:
    """One run of the benchmark; `machine` says where, part by part."""

    machine: Mapping[str, str]
    projects: Sequence[Project]

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Results:
        document = json.loads(text)
        return cls(document["machine"], tuple(Project(**project) for project in document["projects"]))


@dataclass(frozen=True)
class Goal:
    """What is to be reached, in words; `most` is the bound of the number that is measured, `unit` its unit."""

    text: str
    most: float
    unit: str


@dataclass(frozen=True)
class Outcome:
    """The number that a project has for a goal."""

    goal: Goal
    project: str
    number: float

    @property
    def met(self) -> bool:
        return self.number <= self.goal.most


NO_SLOWER = Goal("B / A is at most 1", 1.0, "")
SHORTER = Goal("C / A is at most 0.3 from 1,000 revisions on", 0.3, "")
NEAR_FLOOR = Goal("C - E is at most 0.6 s", 0.6, " s")
AT_ONCE = Goal("D is at most 0.25 s", 0.25, " s")
STEADY = Goal("C grows by less than a quarter with ten times the revisions", 1.25, "")
SMALL = Goal("the tool's own process takes less than 100 MiB", 100, " MiB")
GOALS = (NO_SLOWER, SHORTER, NEAR_FLOOR, AT_ONCE, STEADY, SMALL)


def outcomes(results: Results) -> list[Outcome]:
    """Each goal's number for each project that the goal is about."""
    projects = results.projects
    return [outcome for project in projects for outcome in (*_own(project), *_growth(project, projects))]


def _own(project: Project) -> list[Outcome]:
    a, b, c, d, e = (project.median(kind) for kind in "ABCDE")
    numbers = {NO_SLOWER: b / a, NEAR_FLOOR: c - e, AT_ONCE: d}
    if project.revisions >= LONG_HISTORY:
        numbers[SHORTER] = c / a
    if project.memory:
        numbers[SMALL] = max(project.memory.values())
    return [Outcome(goal, project.name, number) for goal, number in numbers.items()]


def _growth(project: Project, projects: Sequence[Project]) -> list[Outcome]:
    """Against the project with a tenth of the revisions and the same tables, where there is one."""
    return [
        Outcome(STEADY, project.name, project.median("C") / short.median("C"))
        for short in projects
        if short.tables is not None
        and short.tables == project.tables
        and project.revisions == 10 * short.revisions
    ]


def machine(servers: Sequence[str]) -> dict[str, str]:
    """Where it was measured, and with what."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "load": f"{os.getloadavg()[0]:.1f} in the last minute, this benchmark's own included",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "alembic-proof": version("alembic-proof"),
        "server": ", ".join(servers),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    found = cpuinfo.exists() and re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE)
    return found[1] if found else platform.processor()


def table(results: Results) -> str:
    """The median of each kind in seconds, with the fastest and the slowest run, in Markdown."""
    kinds = list(results.projects[0].seconds)
    rows = [
        [project.name, *(_cell(project, kind) for kind in kinds), _memory(project)]
        for project in results.projects
    ]
    return _markdown(["", *kinds, "memory"], rows)


def _cell(project: Project, kind: str) -> str:
    runs = project.seconds[kind]
    return f"**{project.median(kind):.2f}** ({min(runs):.2f} to {max(runs):.2f})"


def _memory(project: Project) -> str:
    return f"{max(project.memory.values()):.0f} MiB" if project.memory else ""


def goals_table(results: Results) -> str:
    """What each project made of each goal, in Markdown; what missed it is bold."""
    names = [project.name for project in results.projects]
    found = {(outcome.goal, outcome.project): outcome for outcome in outcomes(results)}
    rows = [[goal.text, *(_number(found.get((goal, name))) for name in names)] for goal in GOALS]
    return _markdown(["", *names], rows)


def _number(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    digits = 0 if outcome.goal is SMALL else 2
    text = f"{outcome.number:.{digits}f}{outcome.goal.unit}"
    return text if outcome.met else f"**{text}**"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
