"""The report that people read, whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.findings import Finding, Severity, Suppressed
from alembic_proof.git import Base
from alembic_proof.reports import EnvironmentReport, Report
from alembic_proof.reports.text import render

SHOP = EnvironmentReport(
    "alembic.ini", ("b1",), 12, {}, seconds=0.84, databases=("PostgreSQL 16.4 (embedded)",)
)
BILLS = EnvironmentReport("bills/alembic.ini", ("c1",), 1, {}, seconds=1.0, databases=("SQLite",))
CODE = "op.add_column('user', sa.Column('nickname', sa.String(), nullable=True))"
DRIFT = Finding(
    "model-drift",
    "column user.nickname is in the models and in no revision",
    "write the revision: alembic-proof revision --stage -m 'describe the change'",
    environment="alembic.ini",
    path="shop/models.py",
    line=14,
    details={"operations": [CODE]},
)


def failure(statement: str | None, message: str, said: str) -> Finding:
    return Finding(
        "upgrade-failed",
        said,
        "mend v/b1.py and run alembic-proof check again",
        environment="alembic.ini",
        path="v/b1.py",
        line=9,
        revision="b1",
        details={"statement": statement, "error_message": message},
    )


def test_nothing_found() -> None:
    assert render(Report("the index", environments=(SHOP,))) == (
        "nothing found in the index (alembic.ini: 12 revisions on PostgreSQL 16.4 (embedded), 0.8 s)\n"
    )


def test_a_drift() -> None:
    assert render(Report("the index", (DRIFT,), (SHOP,))) == (
        "shop/models.py:14: model-drift: column user.nickname is in the models and in no revision\n"
        f"    {CODE}\n"
        "  fix: write the revision: alembic-proof revision --stage -m 'describe the change'\n"
        "\n"
        "1 finding in the index (alembic.ini: 12 revisions on PostgreSQL 16.4 (embedded), 0.8 s)\n"
    )


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        (("error", "warning", "info"), "1 finding, 1 warning, 1 remark in the index"),
        (("error", "error"), "2 findings in the index"),
        (("warning", "warning", "info", "info"), "no error, 2 warnings, 2 remarks in the index"),
    ],
)
def test_how_many_there_are_of_each_severity(severities: tuple[Severity, ...], said: str) -> None:
    findings = tuple(replace(DRIFT, severity=severity) for severity in severities)
    *lines, last = render(Report("the index", findings)).splitlines()
    assert last == said
    marks = ["" if severity == "error" else f"{severity}: " for severity in severities]
    heads = [line.partition("model-drift: ")[0] for line in lines if line.startswith("shop/")]
    assert heads == [f"shop/models.py:14: {mark}" for mark in marks]


@pytest.mark.parametrize(
    ("by", "number", "said"),
    [
        ("comment", 1, "note: 1 finding ignored by a comment"),
        ("comment", 2, "note: 2 findings ignored by comments"),
        ("baseline", 1, "note: 1 finding of the baseline left out"),
        ("baseline", 12, "note: 12 findings of the baseline left out"),
        ("base", 1, "note: 1 finding was there before on origin/main"),
        ("base", 3, "note: 3 findings were there before on origin/main"),
    ],
)
def test_what_is_left_out_is_counted_in_one_line(by: Any, number: int, said: str) -> None:
    left_out = (Suppressed(DRIFT, by, "why"),) * number
    report = Report("the index", suppressed=left_out, base=Base("origin/main", "1234567"))
    assert render(report) == f"{said}\nnothing found in the index\n"


def test_a_drift_whose_model_is_not_known() -> None:
    finding = Finding("model-drift", "table log differs", "mend it", environment="alembic.ini")
    assert render(Report("commit 1234567", (finding,), (SHOP,))).startswith(
        "alembic.ini: model-drift: table log differs\n  fix: mend it\n\n1 finding in commit 1234567 ("
    )


def test_a_fork() -> None:
    finding = Finding("multiple-heads", "2 heads", "alembic merge b1 c1", path="v/c1.py", line=4)
    static = EnvironmentReport("alembic.ini", ("b1", "c1"), 3, {}, seconds=0.01)
    assert render(Report("the merge of 1234567 and main", (finding,), (static,))) == (
        "v/c1.py:4: multiple-heads: 2 heads\n"
        "  fix: alembic merge b1 c1\n"
        "\n"
        "1 finding in the merge of 1234567 and main (alembic.ini: 3 revisions, 0.0 s)\n"
    )


def test_a_statement_that_the_message_holds_is_not_told_twice() -> None:
    said = "revision b1 fails: OperationalError: no such table: x, at DROP TABLE x"
    assert render(Report("the index", (failure("DROP TABLE x", "no such table: x", said),))) == (
        f"v/b1.py:9: upgrade-failed: {said}\n"
        "  fix: mend v/b1.py and run alembic-proof check again\n"
        "\n"
        "1 finding in the index\n"
    )


def test_a_long_statement_and_what_more_the_database_says() -> None:
    statement = "\nUPDATE user\n   SET name = 'x'\n"
    message = 'duplicate key value violates "u"\nDETAIL:  Key (name)=(x) already exists.'
    assert render(Report("the index", (failure(statement, message, "revision b1 fails"),))) == (
        "v/b1.py:9: upgrade-failed: revision b1 fails\n"
        "    UPDATE user\n"
        "       SET name = 'x'\n"
        "    DETAIL:  Key (name)=(x) already exists.\n"
        "  fix: mend v/b1.py and run alembic-proof check again\n"
        "\n"
        "1 finding in the index\n"
    )


def test_a_big_table_is_cut_short() -> None:
    lines = [f"sa.Column('c{number}', sa.Integer())," for number in range(40)]
    finding = Finding("model-drift", "table t", "mend it", details={"operations": ["\n".join(lines)]})
    shown = render(Report("the index", (finding,))).splitlines()
    assert shown[1:13] == [f"    {line}" for line in lines[:12]]
    assert shown[13] == "    ... 28 more lines"


def test_what_a_merged_revision_did_and_does() -> None:
    diff = ["@@ -1,2 +1,2 @@", " def upgrade():", "-    pass", "+    op.execute('x')"]
    finding = Finding(
        "merged-revision-edited", "b1 does something else now", "put it back", details={"diff": diff}
    )
    assert render(Report("the index", (finding,))) == (
        "merged-revision-edited: b1 does something else now\n"
        "     def upgrade():\n"
        "    -    pass\n"
        "    +    op.execute('x')\n"
        "  fix: put it back\n"
        "\n"
        "1 finding in the index\n"
    )


def test_a_rewritten_history_is_counted_by_its_reasons() -> None:
    removed = Finding("merged-revision-removed", "gone", "put it back")
    suppressed = [
        Suppressed(removed, "trailer", "squashed"),
        Suppressed(removed, "setting", "nobody has\nrun it"),
        Suppressed(removed, "trailer", "squashed"),
    ]
    assert render(Report("the index", suppressed=tuple(suppressed))) == (
        "note: 2 findings allowed by a commit's trailer: squashed\n"
        "note: 1 finding allowed by the setting rewrite-history: nobody has\\nrun it\n"
        "nothing found in the index\n"
    )


def test_several_environments_are_told_apart() -> None:
    from dataclasses import replace

    bills = replace(BILLS, notes=("the models were not compared: mend the history first",))
    lost = Finding("model-drift", "table log differs", "mend it", environment="bills/alembic.ini")
    report = Report("the working tree", (DRIFT, lost), (SHOP, bills), ("submodule x was left out",))
    assert render(report) == (
        "shop/models.py:14: model-drift: column user.nickname is in the models and in no revision\n"
        f"    {CODE}\n"
        "  fix: write the revision: alembic-proof revision --stage -m 'describe the change'\n"
        "\n"
        "bills/alembic.ini: model-drift: table log differs\n"
        "  fix: mend it\n"
        "\n"
        "note: submodule x was left out\n"
        "note: bills/alembic.ini: the models were not compared: mend the history first\n"
        "2 findings in the working tree (alembic.ini: 12 revisions on PostgreSQL 16.4 (embedded), 0.8 s; "
        "bills/alembic.ini: 1 revision on SQLite, 1.0 s)\n"
    )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a b.py", "a b.py"),
        ("übung.py", "übung.py"),
        ("two\nlines.py", "two\\nlines.py"),
        ("\x1b[31mred.py", "\\x1b[31mred.py"),
        ("\udcff.py", "\\udcff.py"),
    ],
)
def test_a_file_name_stays_on_its_line(path: str, shown: str) -> None:
    finding = Finding("rule", "message", "hint", path=path, line=1)
    assert render(Report("the index", (finding,))).startswith(f"{shown}:1: rule: message\n")


@given(st.text(st.characters(exclude_categories=())))
def test_no_name_moves_the_cursor(path: str) -> None:
    first = render(Report("the index", (Finding("rule", "message", "hint", path=path),))).split("\n")[0]
    assert first.endswith(": rule: message")
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in first)
