"""The line that a loss is told at."""

from __future__ import annotations

import pytest

from alembic_proof.rows.contents import Loss
from alembic_proof.rows.lines import line_of
from alembic_proof.rows.tables import Column, Reference, Table


def table(name: str, refers_to: str | None = None) -> Table:
    references = () if refers_to is None else (Reference("fk", ("a",), (None, refers_to), ("a",)),)
    return Table((None, name), (Column("a", "text", nullable=True),), references=references)


TABLES = {one.name: one for one in (table("forum"), table("post", "forum"), table("answer", "post"))}
TOPS = {(None, "post_2019"): (None, "post")}


@pytest.mark.parametrize(
    ("lost", "statements", "line"),
    [
        ("forum", ["SELECT 1 FROM forum", "DELETE FROM forum", "INSERT INTO forum VALUES (1)"], 2),
        ("post", ["INSERT INTO forum VALUES (1)", "DELETE FROM forum"], 2),
        ("answer", ["SELECT 1", "DELETE FROM forum"], 2),
        ("answer", ["DELETE FROM forum", "DELETE FROM post"], 2),
        ("post", ["DELETE FROM forum", "DROP TABLE post_2019"], 2),
        ("forum", ["DELETE FROM post"], None),
        ("post", ["SELECT 1 FROM forum"], None),
    ],
)
def test_the_statement_that_took_it_away(lost: str, statements: list[str], line: int | None) -> None:
    ran = [{"sql": sql, "line": number} for number, sql in enumerate(statements, 1)]

    assert line_of(Loss((None, lost), count=1), ran, TABLES, TOPS) == line


def test_tables_that_refer_to_each_other() -> None:
    tables = {one.name: one for one in (table("a", "b"), table("b", "a"))}

    assert line_of(Loss((None, "a"), count=1), [{"sql": "DELETE FROM c", "line": 1}], tables, {}) is None
