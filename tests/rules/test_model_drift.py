from __future__ import annotations

from typing import Any

import pytest

from alembic_proof.facts import Difference, Operation, Schema
from alembic_proof.findings import Finding
from alembic_proof.rules import model_drift
from support.histories import facts_of, revision

HINT = "write the revision: alembic-proof revision --stage -m 'describe the change'"


def findings(*operations: Operation, **known: Any) -> list[Finding]:
    return list(model_drift.find(facts_of([revision("a")], schema=Schema(operations=operations), **known)))


def operation(kind: str, **fields: Any) -> Operation:
    return Operation(kind, fields.pop("code", f"op.{kind}()"), **fields)


def message(kind: str, **fields: Any) -> str:
    (finding,) = findings(operation(kind, **fields))
    return finding.message


def test_a_whole_finding() -> None:
    added = Operation("AddColumnOp", "op.add_column()", "user", column="name", path="models.py", line=9)
    assert findings(added) == [
        Finding(
            "model-drift",
            "column user.name is in the models and in no revision",
            HINT,
            path="models.py",
            line=9,
            details={
                "kind": "AddColumnOp",
                "code": "op.add_column()",
                "table": "user",
                "schema": None,
                "column": "name",
                "name": None,
                "columns": (),
                "changes": {},
                "engine": "",
                "path": "models.py",
                "line": 9,
                "operations": ["op.add_column()"],
            },
            identity={"object": "column user.name", "only": "models", "definition": "op.add_column()"},
        )
    ]


MODELS, REVISIONS = "is in the models and in no revision", "is made by the revisions and is not in the models"


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("CreateTableOp", {"table": "t"}, f"table t {MODELS}"),
        ("CreateTableOp", {"table": "t", "schema": "s"}, f"table s.t {MODELS}"),
        ("DropTableOp", {"table": "t"}, f"table t {REVISIONS}"),
        ("AddColumnOp", {"table": "t", "column": "c"}, f"column t.c {MODELS}"),
        ("DropColumnOp", {"table": "t", "column": "c", "schema": "s"}, f"column s.t.c {REVISIONS}"),
        ("CreateIndexOp", {"table": "t", "name": "ix"}, f"index ix on t {MODELS}"),
        ("DropIndexOp", {"table": "t", "name": "ix"}, f"index ix on t {REVISIONS}"),
        ("CreateUniqueConstraintOp", {"table": "t"}, f"unique constraint on t {MODELS}"),
        ("CreateForeignKeyOp", {"table": "t", "name": "fk"}, f"foreign key fk on t {MODELS}"),
        ("DropConstraintOp", {"table": "t", "name": "fk"}, f"constraint fk on t {REVISIONS}"),
        (
            "AlterColumnOp",
            {
                "table": "t",
                "column": "c",
                "changes": {"type": ("INTEGER", "BIGINT"), "nullable": ("yes", "no")},
            },
            (
                "column t.c differs: type BIGINT in the models, INTEGER in the revisions; "
                "nullable no in the models, yes in the revisions"
            ),
        ),
        (
            "CreateEnumOp",
            {"code": "op.create_enum(\n    'mood')"},
            "autogenerate would write CreateEnum: op.create_enum( 'mood')",
        ),
        ("ReplaceViewOp", {"table": "v", "code": "x()"}, "autogenerate would write ReplaceView on v: x()"),
        (
            "AddColumnOp",
            {"table": "t", "column": "c", "engine": "log"},
            f"column t.c {MODELS} (database log)",
        ),
    ],
)
def test_what_is_said_of_each_operation(kind: str, fields: dict[str, Any], said: str) -> None:
    assert message(kind, **fields) == said


@pytest.mark.parametrize(
    ("one", "identity"),
    [
        (
            operation("CreateTableOp", table="t", schema="s", code="op.create_table('t',\n  T(<x at 0xab>))"),
            {"object": "table s.t", "only": "models", "definition": "op.create_table('t', T(<x>))"},
        ),
        (operation("DropIndexOp", table="t", name="ix"), {"object": "index ix on t", "only": "revisions"}),
        (
            operation("CreateUniqueConstraintOp", table="t", columns=("a", "b")),
            {
                "object": "unique constraint (a, b) on t",
                "only": "models",
                "definition": "op.CreateUniqueConstraintOp()",
            },
        ),
        (
            operation("AlterColumnOp", table="t", column="c", changes={"type": ("INTEGER", "BIGINT")}),
            {"object": "column t.c", "models.type": "BIGINT", "revisions.type": "INTEGER"},
        ),
        (operation("ReplaceViewOp", table="v", code="x(\n1)"), {"object": "ReplaceView on v: x( 1)"}),
        (
            operation("DropColumnOp", table="t", column="c", engine="log"),
            {"object": "column t.c", "only": "revisions", "database": "log"},
        ),
        (
            Difference(
                "check constraint", "ck", ("op.x()",), table="t", only="models", definition="CHECK (a > 0)"
            ),
            {
                "object": "check constraint ck on t",
                "only": "models",
                "definition": "CHECK (a > 0)",
                "found-by": "catalogs",
            },
        ),
        (
            Difference("column", "c", ("op.x()",), table="t", changes={"default": (None, "1")}),
            {"object": "column t.c", "models.default": "1", "found-by": "catalogs"},
        ),
    ],
)
def test_what_makes_a_drift_the_same_one(one: Operation | Difference, identity: dict[str, str]) -> None:
    kind = "operations" if isinstance(one, Operation) else "differences"
    (finding,) = model_drift.find(facts_of([revision("a")], schema=Schema(**{kind: (one,)})))
    assert finding.identity == identity


@pytest.mark.parametrize("kind", ["CreateTableOp", "DropTableOp"])
def test_a_tables_indexes_come_and_go_with_it(kind: str) -> None:
    table = operation(kind, table="t", code="table()")
    index = operation("CreateIndexOp", table="t", name="ix", code="index()")
    elsewhere = operation("CreateIndexOp", table="t", schema="other", name="ix")

    first, second = findings(table, index, elsewhere)

    assert first.details["operations"] == ["table()", "index()"]
    assert second.message == "index ix on other.t is in the models and in no revision"


def test_a_revision_that_was_not_added_is_the_first_thing_to_try() -> None:
    unstaged = (revision("b", "a"), revision("c", "b", path="migrations/versions/a b.py"))
    (finding,) = findings(operation("AddColumnOp", table="t", column="c"), unstaged=unstaged)
    assert finding.hint == (
        "a revision lies beside the index: git add migrations/versions/b.py 'migrations/versions/a b.py'"
    )


def test_nothing_is_said_before_the_probe_ran() -> None:
    assert list(model_drift.find(facts_of([revision("a")]))) == []
    assert findings() == []
