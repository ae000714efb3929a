"""The rules on what lies beside the index, and on what the probe saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.facts import Schema, UpgradeFailure
from alembic_proof.findings import Finding
from alembic_proof.models import Model
from alembic_proof.rules import unregistered_model, unstaged_revision, upgrade_failed
from support.histories import facts_of, path_of, revision

if TYPE_CHECKING:
    from alembic_proof.facts import Facts

HISTORY = (revision("a"), revision("b", "a"))


def failed(**fields: str | int | None) -> Facts:
    known = {"revision": "b", "path": path_of("b"), "line": 9, "kind": "ProgrammingError", "message": "no"}
    return facts_of(HISTORY, schema=Schema(failure=UpgradeFailure(**{**known, **fields})))  # type: ignore[arg-type]


def test_an_unstaged_revision() -> None:
    facts = facts_of(HISTORY, unstaged=(revision("c", "b", path="migrations/versions/c d.py"),))
    assert list(unstaged_revision.find(facts)) == [
        Finding(
            "unstaged-revision",
            "revision c is in the working tree and not in the index: migrations/versions/c d.py",
            "git add 'migrations/versions/c d.py'",
            path="migrations/versions/c d.py",
            line=3,
            revision="c",
            identity={"object": "c"},
        )
    ]
    assert list(unstaged_revision.find(facts_of(HISTORY))) == []


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("Invoice", "invoice", "Invoice (table invoice)"),
        ("Invoice", None, "Invoice"),
        ("Table invoice", "invoice", "Table invoice"),
    ],
)
def test_an_unregistered_model(name: str, table: str | None, said: str) -> None:
    facts = facts_of(HISTORY, schema=Schema(unregistered=(Model("shop/invoice.py", 7, name, table),)))
    assert list(unregistered_model.find(facts)) == [
        Finding(
            "unregistered-model",
            f"{said} is on env.py's metadata, and nothing that env.py loads imports shop/invoice.py",
            "import it where the other models are imported, or in migrations/env.py",
            path="shop/invoice.py",
            line=7,
            details={"model": name, "table": table},
            identity={"object": said},
        )
    ]


def test_an_upgrade_that_failed() -> None:
    facts = failed(
        message='column "x" does not exist\nLINE 1', statement="ALTER  TABLE\n t", sqlstate="42703"
    )
    assert list(upgrade_failed.find(facts)) == [
        Finding(
            "upgrade-failed",
            'revision b fails: ProgrammingError: column "x" does not exist, at ALTER TABLE t',
            f"mend {path_of('b')} and run alembic-proof check again",
            path=path_of("b"),
            line=9,
            revision="b",
            details={
                "error": "ProgrammingError",
                "error_message": 'column "x" does not exist\nLINE 1',
                "statement": "ALTER  TABLE\n t",
                "sqlstate": "42703",
                "missing_table": None,
            },
            identity={"object": "b", "error": "ProgrammingError"},
        )
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"message": ""}, "revision b fails: ProgrammingError"),
        (
            {"message": "no", "statement": "x" * 160},
            f"revision b fails: ProgrammingError: no, at {'x' * 160}",
        ),
        (
            {"message": "no", "statement": "x" * 161},
            f"revision b fails: ProgrammingError: no, at {'x' * 157}...",
        ),
        (
            {"missing_table": "user"},
            (
                "the history does not start from an empty database: revision b needs the table user, "
                "which no revision makes"
            ),
        ),
    ],
)
def test_how_a_failure_is_told(fields: dict[str, str | int | None], said: str) -> None:
    (finding,) = upgrade_failed.find(failed(**fields))
    assert finding.message == said


def test_a_history_that_starts_elsewhere_needs_a_schema() -> None:
    (finding,) = upgrade_failed.find(failed(missing_table="user"))
    assert finding.hint == (
        'give the schema that it starts on: starting-schema = "schema.sql" in [tool.alembic-proof]'
    )


@pytest.mark.parametrize("schema", [None, Schema()], ids=["not-run", "all-well"])
def test_what_the_probe_did_not_see_is_no_finding(schema: Schema | None) -> None:
    facts = facts_of(HISTORY, schema=schema)
    assert list(upgrade_failed.find(facts)) == list(unregistered_model.find(facts)) == []
