"""What is said of revisions that fail on rows or lose some."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alembic_proof.rules import fails_on_rows, loses_rows
from alembic_proof.trials import Loss, OnRows, Stop, Trial
from support.histories import facts_of

if TYPE_CHECKING:
    from alembic_proof.facts import Facts

PATH = "migrations/versions/b1.py"
SILENCE = "or, if no table has such rows, say why: # alembic-proof: ignore[fails-on-rows] REASON"


def facts(seen: OnRows | None, stop: Stop | None = None) -> Facts:
    trial = Trial("b1", PATH, 20, downgrade_failure=stop, on_rows=seen)
    return replace(facts_of(()), trials=(trial,))


def test_an_upgrade_that_fails_is_an_error_with_its_row() -> None:
    stop = Stop(
        "IntegrityError", 'column "x" contains null values', 9, "ALTER TABLE t ALTER x SET NOT NULL", "23502"
    )

    (finding,) = fails_on_rows.find(facts(OnRows(stop, "t (id: '1', x: NULL)")))

    assert (finding.severity, finding.path, finding.line, finding.revision) == ("error", PATH, 9, "b1")
    assert finding.message == (
        'revision b1 fails on rows: IntegrityError: column "x" contains null values, at '
        "ALTER TABLE t ALTER x SET NOT NULL; the row: t (id: '1', x: NULL)"
    )
    assert finding.hint == f"in {PATH}, give the column's empty rows a value first; {SILENCE}"


def test_a_downgrade_that_fails_is_a_warning() -> None:
    stop = Stop("DataError", "value too long", None, None, "22001")

    (finding,) = fails_on_rows.find(facts(OnRows(downgrade_failure=stop)))

    assert (finding.severity, finding.line) == ("warning", 20)
    assert finding.message == "revision b1 fails on rows: its downgrade stops with DataError: value too long"


def test_a_downgrade_that_fails_on_empty_tables_is_told_once() -> None:
    stop = Stop("DataError", "value too long")

    assert list(fails_on_rows.find(facts(OnRows(downgrade_failure=stop), stop))) == []
    assert list(fails_on_rows.find(facts(None))) == []


@pytest.mark.parametrize(
    ("statement", "code", "hint"),
    [
        (
            "ALTER TABLE t ADD COLUMN x INT NOT NULL",
            "23502",
            "give the new column a server_default, or add it nullable",
        ),
        ("ALTER TABLE t ADD UNIQUE (x)", "23505", "put an end to the duplicates first"),
        ("DELETE FROM t", "23503", "see to the rows at the other end of the key first"),
        ("ALTER TABLE t ADD CHECK (x > 1)", "23514", "mend the rows that break it first"),
        ("ALTER TABLE t ALTER x TYPE INT", "22P02", "say how the old values become new ones"),
        ("SELECT 1 / 0", "22012", "have it see to such rows"),
    ],
)
def test_the_hint_mends_what_failed(statement: str, code: str, hint: str) -> None:
    (finding,) = fails_on_rows.find(facts(OnRows(Stop("Error", "no", 9, statement, code))))

    assert finding.hint.startswith(f"in {PATH}, {hint}")


@pytest.mark.parametrize(
    ("loss", "message", "thing"),
    [
        (Loss("t", ("x",)), "drops the values of the column t.x", "t.x"),
        (Loss("t", ("x", "y")), "drops the values of the columns t.x and t.y", "t.x and t.y"),
        (Loss("s.t", count=1), "deletes rows of the table s.t (1 row in the trial)", "s.t"),
        (Loss("t", dropped=True), "drops the table t with its rows", "t"),
        (
            Loss("t", ("x", "y"), dropped=True),
            "drops the table t with its rows; of t the values of x and y are nowhere else",
            "t",
        ),
    ],
)
def test_what_is_lost(loss: Loss, message: str, thing: str) -> None:
    (finding,) = loses_rows.find(facts(OnRows(losses=(replace(loss, line=8),))))

    assert (finding.message, finding.thing) == (f"revision b1 {message}", thing)
    assert (finding.severity, finding.path, finding.line) == ("warning", PATH, 8)
    assert finding.hint == (
        "rename or copy what is to be kept; or, if it is meant to go, say why: "
        "# alembic-proof: ignore[loses-rows] REASON"
    )


def test_what_one_line_loses_is_one_finding() -> None:
    losses = [
        Loss("t", ("x",), line=8),
        Loss("u", ("x",), line=8),
        Loss("v", dropped=True, line=8),
        Loss("w", count=2, line=9),
    ]

    first, second = loses_rows.find(facts(OnRows(losses=tuple(losses))))

    assert first.message == (
        "revision b1 drops the table v with its rows; drops the values of the columns t.x and u.x"
    )
    assert (first.thing, first.line) == ("t.x, u.x and v", 8)
    assert (second.message, second.line) == (
        "revision b1 deletes rows of the table w (2 rows in the trial)",
        9,
    )


def test_many_columns_are_counted() -> None:
    losses = tuple(Loss(f"t{number}", ("x",), line=8) for number in range(9))

    (finding,) = loses_rows.find(facts(OnRows(losses=losses)))

    assert finding.message == (
        "revision b1 drops the values of the columns t0.x, t1.x, t2.x, t3.x and 5 more"
    )
