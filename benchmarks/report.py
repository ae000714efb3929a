"""Put the numbers of `benchmarks/check.py` into the documentation: the tables and the plot.

scripts/setup bench && .venv/bin/python benchmarks/report.py FOLDER/results.json
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bench import KINDS
from results import Results, goals_table, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from results import Project

DOCS = Path(__file__).parents[1] / "docs"
PAGE, PLOT, NUMBERS = "benchmarks.md", "benchmarks.svg", "benchmarks.json"
_NUMBERS = re.compile(r"(<!-- numbers -->\n).*?(<!-- end -->)", re.DOTALL)
_COLOURS = {"A": "#8c8c8c", "B0": "#a8c8e8", "B": "#6aa5d9", "C": "#2f74b5", "D": "#174a7c", "E": "#c9c9c9"}


def write_docs(results: Results, docs: Path) -> None:
    """Draw the plot, keep the numbers, and put them between the page's marks. Raises `ValueError` without any."""
    page = docs / PAGE
    text, count = _NUMBERS.subn(lambda found: found[1] + numbers(results) + found[2], page.read_text())
    if count != 1:
        raise ValueError(f"{page} has no <!-- numbers --> and <!-- end -->")
    draw(results, docs / PLOT)
    (docs / NUMBERS).write_text(results.as_json())
    page.write_text(text)


def numbers(results: Results) -> str:
    """Everything on the page that a new run changes."""
    where = "".join(f"- {part}: {text}\n" for part, text in results.machine.items())
    versions = "".join(
        f"- {found}: {'; '.join(project.name for project in results.projects if project.versions == found)}\n"
        for found in dict.fromkeys(project.versions for project in results.projects)
    )
    kinds = "".join(f"- **{kind}**: {text}\n" for kind, text in KINDS.items())
    count = len(results.projects[0].seconds["A"])
    rounds = "one round" if count == 1 else f"{count} rounds"
    return (
        f"Seconds: the median of {rounds}, the fastest, the slowest.\n\n{table(results)}\n{kinds}\n"
        f"Against the goals, from the medians; what misses one is bold.\n\n{goals_table(results)}\n"
        f"Measured on\n\n{where}{versions}"
    )


def draw(results: Results, path: Path) -> None:
    """A panel for each project, a bar for each kind's median, a point for each run."""
    import matplotlib as mpl

    mpl.use("svg")
    # Fonts of the reader's own, and the same file for the same numbers.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "alembic-proof", "font.size": 9})
    from matplotlib import pyplot as plt

    count = len(results.projects)
    figure, panels = plt.subplots(count, 1, figsize=(8, 1.5 * count), squeeze=False, layout="constrained")
    for panel, project in zip(panels[:, 0], results.projects, strict=True):
        _draw_project(panel, project)
    panels[-1, 0].set_xlabel("seconds, whole process")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _draw_project(panel: Axes, project: Project) -> None:
    kinds = list(project.seconds)[::-1]
    medians = [project.median(kind) for kind in kinds]
    bars = panel.barh(kinds, medians, color=[_COLOURS[kind] for kind in kinds])
    panel.bar_label(bars, fmt="%.2f", padding=12)
    for kind in kinds:
        panel.plot(project.seconds[kind], [kind] * len(project.seconds[kind]), "k.", markersize=3, alpha=0.5)
    panel.set_title(project.name, loc="left", fontsize=9, fontweight="bold")
    panel.margins(x=0.1)
    panel.spines[["top", "right"]].set_visible(False)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", type=Path)
    write_docs(Results.from_json(parser.parse_args().results.read_text()), DOCS)


if __name__ == "__main__":
    main()
