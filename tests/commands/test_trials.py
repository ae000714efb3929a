"""New revisions, tried by themselves in a whole check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.commands import revision_path
from support.servers import mariadb
from support.trials import SETTINGS, chain, found, functions, project_of, source, verdicts

if TYPE_CHECKING:
    from pathlib import Path

TABLE = functions(
    'op.execute("CREATE TABLE item (id INT PRIMARY KEY, x INT DEFAULT 1)")', 'op.drop_table("item")'
)
FAILS, STOPS, OTHERWISE = (
    "cannot be undone: its downgrade fails with",
    "cannot be applied again after its downgrade:",
    "makes another schema when it is applied again after its downgrade",
)
DUPLICATE = 'duplicate key value violates unique constraint "item_pkey"'
ALONE = "runs with the whole history, and fails on a database on which its parents have run:"
STATE = 'type "state" already exists'
ONE = 'function "one" already exists with same argument types'
# Revisions that follow each other, and what is found of each; the schema is there for the next one.
TRIED: dict[str, tuple[str, list[tuple[str, str, str, int]]]] = {
    "b01": (TABLE, []),
    "b02": (
        functions(
            'op.create_table("task", sa.Column("state", sa.Enum("new", "old", name="state")))',
            'op.drop_table("task")',
        ),
        [
            (
                "upgrade-not-repeatable",
                f"{STOPS} ProgrammingError: {STATE}, at CREATE TYPE state AS ENUM ('new', 'old')",
                "error",
                8,
            ),
            ("downgrade-incomplete", "is not undone by its downgrade: left: enum type state", "error", 10),
        ],
    ),
    "b03": (
        functions('op.create_index("ix_item_x", "item", ["x"])', 'op.drop_index("ix_item_y")'),
        [
            (
                "downgrade-failed",
                f'{FAILS} ProgrammingError: index "ix_item_y" does not exist, at DROP INDEX ix_item_y',
                "error",
                11,
            )
        ],
    ),
    "b04": (
        functions(
            'op.execute("ALTER TABLE item ADD y INT")', 'raise NotImplementedError("rows were merged")'
        ),
        [
            (
                "downgrade-failed",
                "cannot be undone: its downgrade raises NotImplementedError: rows were merged",
                "info",
                10,
            )
        ],
    ),
    "b05": (
        functions('op.execute("ALTER TABLE item ADD z INT")', 'raise util.CommandError("no way back")'),
        [
            (
                "downgrade-failed",
                "cannot be undone: its downgrade raises CommandError: no way back",
                "info",
                10,
            )
        ],
    ),
    "b06": (
        'def upgrade():\n    op.execute("ALTER TABLE item ADD w INT")\n',
        [("downgrade-failed", "cannot be undone: it has no downgrade()", "info", None)],  # type: ignore[list-item]
    ),
    "b07": (
        functions(
            "with op.get_context().autocommit_block(): "
            'op.execute("CREATE INDEX CONCURRENTLY ix_item_y ON item (y)")',
            'op.drop_index("ix_item_y")',
        ),
        [],
    ),
    "b08": (
        functions('op.execute("INSERT INTO item (id) VALUES (1)")'),
        [
            (
                "upgrade-not-repeatable",
                f"{STOPS} IntegrityError: {DUPLICATE}, at INSERT INTO item (id) VALUES (1)",
                "error",
                8,
            )
        ],
    ),
    "b09": (
        functions(
            'op.alter_column("item", "x", server_default="2")',
            'op.alter_column("item", "x", server_default=None)',
        ),
        [
            (
                "downgrade-incomplete",
                "is not undone by its downgrade: changed: column item.x (default was 1, is none)",
                "error",
                10,
            )
        ],
    ),
    "b10": (
        functions('op.execute("CREATE VIEW seen AS SELECT x FROM item")', 'op.execute("DROP VIEW seen")'),
        [],
    ),
    "b11": (
        functions(
            "op.execute(\"CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'\")",
            'op.execute("DROP VIEW seen")',
        ),
        [
            (
                "upgrade-not-repeatable",
                f"{STOPS} ProgrammingError: {ONE}, at CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "error",
                8,
            ),
            (
                "downgrade-incomplete",
                "is not undone by its downgrade: left: function one(); missing: view seen",
                "error",
                10,
            ),
        ],
    ),
    "b12": (
        functions(
            "op.execute(\"DO $$ BEGIN IF EXISTS (SELECT FROM pg_class WHERE relname = 'mark') THEN "
            'ALTER TABLE mark ADD a INT; ELSE CREATE TABLE mark (b INT); END IF; END $$")'
        ),
        [
            ("downgrade-incomplete", "is not undone by its downgrade: left: table mark", "error", 10),
            ("upgrade-not-repeatable", f"{OTHERWISE}: left: column mark.a", "error", 10),
        ],
    ),
    "b13": (
        functions(
            'op.create_table("job", sa.Column("state", sa.Enum("new", "old", name="state")))',
            'op.drop_table("job")',
        ),
        [
            (
                "fails-on-its-own",
                f"{ALONE} ProgrammingError: {STATE}, at CREATE TYPE state AS ENUM ('new', 'old')",
                "error",
                8,
            ),
        ],
    ),
    "b14": (
        functions('op.create_table("more", sa.Column("id", sa.Integer()))', 'op.drop_table("more")'),
        [],
    ),
}


def expected(identifier: str) -> list[tuple[Any, ...]]:
    path = revision_path(identifier)
    return [
        (rule, f"revision {identifier} {message}", severity, path, line, identifier)
        for rule, message, severity, line in TRIED[identifier][1]
    ]


def test_each_revision_is_tried_from_the_state_that_its_parents_leave(tmp_path: Path, cache: Path) -> None:
    files = chain({identifier: body for identifier, (body, _) in TRIED.items()}, "a1")
    project = project_of(tmp_path / "project", cache, files)

    assert found(project, "--all") == [one for identifier in TRIED for one in expected(identifier)]
    assert found(project) == []  # none of them is new


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Any:
    return project_of(tmp_path / "project", cache, chain({"b02": TRIED["b02"][0]}, "a1"))


def test_what_is_staged_is_new(project: Any) -> None:
    project.checkout.write({revision_path("b13"): source("b13", "b02", functions("pass"))})
    project.checkout.git("add", "--all")
    assert (found(project), set(verdicts(project).values())) == ([], {"passed"})

    broken = functions('op.execute("CREATE TABLE a (b INT)")')
    project.checkout.write({revision_path("b13"): source("b13", "b02", broken)})
    project.checkout.git("add", "--all")
    first = found(project)
    assert [rule for rule, *_ in first] == ["upgrade-not-repeatable", "downgrade-incomplete"]
    assert found(project) == first  # as an earlier run proved it
    assert found(project, "--no-cache") == first
    assert verdicts(project) == {
        "downgrade-failed": "passed",
        "downgrade-incomplete": "failed",
        "upgrade-not-repeatable": "failed",
    }


def test_with_a_base_all_that_it_lacks_is_new(project: Any) -> None:
    project.checkout.git("branch", "before")
    project.checkout.git("rm", "--quiet", "--cached", revision_path("b02"))
    project.checkout.git("commit", "--quiet", "--message", "Without it")
    project.checkout.git("branch", "--force", "before")
    project.checkout.git("add", "--all")
    project.checkout.git("commit", "--quiet", "--message", "With it")

    assert found(project) == []
    assert found(project, "--base", "before") == expected("b02")
    assert found(project, "--rev", "HEAD") == expected("b02")  # the commit before lacks it
    assert found(project, "--all", "--base", "HEAD") == []  # wrong before, and no news


def test_a_project_may_say_that_it_never_goes_back(project: Any) -> None:
    told = ("downgrade-failed", "revision b02 cannot be undone: the settings say so", "info")
    for setting in ("true", '["b02"]'):
        project.checkout.write(
            {"pyproject.toml": f"[tool.alembic-proof]\nirreversible = {setting}\n" + SETTINGS}
        )
        project.checkout.git("add", "--all")
        assert [one[:3] for one in found(project, "--all") if one[5] == "b02"] == [told]


def test_a_trial_can_be_left_out(project: Any) -> None:
    assert found(project, "--all", "--no-trial") == []
    assert set(verdicts(project, "--all", "--no-trial").values()) == {"skipped"}


def test_a_history_that_does_not_run_is_not_tried(project: Any) -> None:
    project.checkout.write(
        {revision_path("b13"): source("b13", "b02", functions('op.drop_table("nothing")'))}
    )
    project.checkout.git("add", "--all")
    assert [rule for rule, *_ in found(project)] == ["upgrade-failed"]
    assert set(verdicts(project).values()) == {"skipped"}


def test_a_comment_leaves_one_finding_out_and_is_kept_when_the_revision_is_old(project: Any) -> None:
    body = TRIED["b02"][0].replace(
        "def downgrade():",
        "def downgrade():  # alembic-proof: ignore[downgrade-incomplete] the type is shared",
    )
    project.checkout.write({revision_path("b02"): source("b02", "a1", body)})
    project.checkout.git("add", "--all")
    assert found(project, "--all") == expected("b02")[:1]
    assert found(project) == []


SQLITE = {
    "b01": functions(
        'op.execute("CREATE TABLE item (id INTEGER PRIMARY KEY NOT NULL, x INTEGER)")',
        'op.drop_table("item")',
    ),
    "b02": functions('op.create_index("ix_item_x", "item", ["x"])', 'raise RuntimeError("no")'),
    "b03": functions(
        "\n    ".join(
            [
                'with op.batch_alter_table("item") as batch:',
                '    batch.alter_column("x", existing_type=sa.Integer(), nullable=False)',
            ]
        ),
        "\n    ".join(
            [
                'with op.batch_alter_table("item") as batch:',
                '    batch.alter_column("x", existing_type=sa.Integer(), nullable=True)',
            ]
        ),
    ),
    "b04": functions('op.execute("CREATE TABLE other (id INT)"); op.execute("DELETE FROM item")'),
    "b05": functions(
        'op.execute("CREATE TABLE third (id INT)")', 'op.drop_table("third"); op.drop_table("none")'
    ),
    "b06": functions('op.execute("CREATE TABLE last (id INT)")', 'op.drop_table("last")'),
}


def without_rollback(again: str, gone: str) -> list[tuple[Any, ...]]:
    path = revision_path
    return [
        ("downgrade-failed", f"revision b02 {FAILS} RuntimeError: no", "error", path("b02"), 11, "b02"),
        (
            "upgrade-not-repeatable",
            f"revision b04 {STOPS} OperationalError: {again}, at CREATE TABLE other (id INT)",
            "error",
            path("b04"),
            8,
            "b04",
        ),
        (
            "downgrade-incomplete",
            "revision b04 is not undone by its downgrade: left: table other",
            "error",
            path("b04"),
            10,
            "b04",
        ),
        (
            "downgrade-failed",
            f"revision b05 {FAILS} OperationalError: {gone}, at DROP TABLE none",
            "error",
            path("b05"),
            11,
            "b05",
        ),
    ]


def test_on_sqlite_what_cannot_be_rolled_back_is_made_anew(tmp_path: Path, cache: Path) -> None:
    project = project_of(tmp_path / "project", cache, chain(SQLITE, "a1"), "sqlite:///app.db")
    assert found(project, "--all") == without_rollback("table other already exists", "no such table: none")


@pytest.mark.mariadb
def test_on_mariadb_what_cannot_be_rolled_back_is_made_anew(tmp_path: Path, cache: Path) -> None:
    project = project_of(
        tmp_path / "project", cache, chain(SQLITE, "a1"), "mysql+pymysql://app@db.example.invalid/app"
    )
    with mariadb() as server:
        seen = found(project, "--all", "--database", server.url())
    assert seen == without_rollback(
        """(1050, "Table 'other' already exists")""", """(1051, "Unknown table 'app.none'")"""
    )
