"""The tables of the benchmark, and its page."""

from __future__ import annotations

from pathlib import Path

from report import NUMBERS, PAGE, PLOT, numbers
from results import Project, Results, goals_table, outcomes, table

DOCS = Path(__file__).parents[2] / "docs"
SECONDS = {"A": [4.0, 3.0, 8.0], "B0": [9.0], "B": [4.0], "C": [1.25], "D": [0.25], "E": [0.75]}
LONG = Project("long", 1000, 20, "Alembic 1", {"B0": 30.4, "C": 99.6}, SECONDS)
SHORT = Project("short", 100, 20, "Alembic 1", {}, {**SECONDS, "B": [4.1], "C": [1.0], "D": [0.26]})
OTHER = Project("other", 100, None, "Alembic 1", {"B0": 100.6}, {**SECONDS, "C": [1.36]})
RESULTS = Results({"memory": "8 GiB"}, [SHORT, LONG, OTHER])


def test_the_table_has_each_kinds_median_and_range() -> None:
    times = "**9.00** (9.00 to 9.00) | **4.00** (4.00 to 4.00) | **1.25** (1.25 to 1.25) | "
    assert table(Results({}, [LONG])) == (
        "|  | A | B0 | B | C | D | E | memory |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
        f"| long | **4.00** (3.00 to 8.00) | {times}"
        "**0.25** (0.25 to 0.25) | **0.75** (0.75 to 0.75) | 100 MiB |\n"
    )


def test_a_goal_counts_where_it_applies_and_what_misses_it_is_bold() -> None:
    assert goals_table(RESULTS) == (
        "|  | short | long | other |\n"
        "| --- | --- | --- | --- |\n"
        "| B / A is at most 1 | **1.02** | 1.00 | 1.00 |\n"
        "| C / A is at most 0.3 from 1,000 revisions on |  | **0.31** |  |\n"
        "| C - E is at most 0.6 s | 0.25 s | 0.50 s | **0.61 s** |\n"
        "| D is at most 0.25 s | **0.26 s** | 0.25 s | 0.25 s |\n"
        "| C grows by less than a quarter with ten times the revisions |  | 1.25 |  |\n"
        "| the tool's own process takes less than 100 MiB |  | 100 MiB | **101 MiB** |\n"
    )


def test_an_outcome_knows_whether_its_goal_is_met() -> None:
    missed = [(outcome.project, outcome.goal.unit) for outcome in outcomes(RESULTS) if not outcome.met]
    assert missed == [("short", ""), ("short", " s"), ("long", ""), ("other", " s"), ("other", " MiB")]


def test_results_are_the_same_after_they_were_written_down() -> None:
    assert numbers(Results.from_json(RESULTS.as_json())) == numbers(RESULTS)


def test_the_page_shows_the_numbers_that_are_kept_beside_it() -> None:
    page, kept = (DOCS / PAGE).read_text(), Results.from_json((DOCS / NUMBERS).read_text())
    assert f"<!-- numbers -->\n{numbers(kept)}<!-- end -->" in page
    plot = (DOCS / PLOT).read_text()
    assert [project.name for project in kept.projects if project.name not in plot] == []
