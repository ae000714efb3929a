"""New revisions on rows, in a whole check."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from support.commands import ENV, Project, revision_path
from support.servers import mariadb
from support.trials import SETTINGS, chain, found, functions, project_of, source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TABLES = functions(
    "\n    ".join(
        [
            'op.create_table("customer", sa.Column("id", sa.Integer(), primary_key=True),',
            '    sa.Column("name", sa.String(40), nullable=False), sa.Column("mail", sa.String(80)))',
            'op.create_table("order", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("note", sa.Text()),',
            '    sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), nullable=False))',
            "op.execute(\"INSERT INTO customer (name) VALUES ('the first one')\")",
        ]
    ),
    'op.drop_table("order"); op.drop_table("customer")',
)
STATE = 'op.add_column("order", sa.Column("state", sa.String(10), nullable=False{}))'
NO_STATE = 'op.drop_column("order", "state")'
COLUMN = 'column "state" of relation "order" contains null values'
SILENCE = "or, if no table has such rows, say why: # alembic-proof: ignore[fails-on-rows] REASON"
Row = tuple[str, str, str, int]
# Revisions that follow each other, and what is found of each.
TRIED: dict[str, tuple[str, list[Row]]] = {
    "b01": (TABLES, []),
    "b01b": (  # whose tables were made a second time in the trial of the one before
        functions('op.create_index("ix_name", "customer", ["name"])', 'op.drop_index("ix_name")'),
        [],
    ),
    "b02": (
        functions(STATE.format(""), NO_STATE),
        [
            (
                "fails-on-rows",
                (
                    f"fails on rows: IntegrityError: {COLUMN}, at "
                    'ALTER TABLE "order" ADD COLUMN state VARCHAR(10) NOT NULL; '
                    "the row: order (id: '1001', customer_id: '1001', note: 'jasper')"
                ),
                "error",
                8,
            )
        ],
    ),
    "b03": (
        functions(
            'op.create_unique_constraint("uq_mail", "customer", ["mail"])',
            'op.drop_constraint("uq_mail", "customer")',
        ),
        [
            (
                "fails-on-rows",
                (
                    'fails on rows: IntegrityError: could not create unique index "uq_mail", at '
                    "ALTER TABLE customer ADD CONSTRAINT uq_mail UNIQUE (mail); "
                    "the row: customer (id: '1001', mail: 'saddle', name: 'amber')"
                ),
                "error",
                8,
            )
        ],
    ),
    "b04": (
        functions(
            'op.alter_column("order", "note", type_=sa.Integer(), postgresql_using="note::integer")',
            'op.alter_column("order", "note", type_=sa.Text())',
        ),
        [
            (
                "fails-on-rows",
                (
                    'fails on rows: DataError: invalid input syntax for type integer: "jasper", at '
                    'ALTER TABLE "order" ALTER COLUMN note TYPE INTEGER USING note::integer; '
                    "the row: order (id: '1001', note: 'jasper', customer_id: '1001', state: 'harbor')"
                ),
                "error",
                8,
            )
        ],
    ),
    "b05": (
        functions(
            'op.drop_column("customer", "mail")', 'op.add_column("customer", sa.Column("mail", sa.Text()))'
        ),
        [("loses-rows", "drops the values of the column customer.mail", "warning", 8)],
    ),
    "b06": (
        functions(
            'op.alter_column("customer", "name", new_column_name="title")',
            'op.alter_column("customer", "title", new_column_name="name")',
        ),
        [],
    ),
    "b07": (
        functions(
            'op.execute("DELETE FROM customer WHERE id > 1001")',
        ),
        [
            (
                "fails-on-rows",
                (
                    'fails on rows: IntegrityError: update or delete on table "customer" violates foreign key '
                    'constraint "order_customer_id_fkey" on table "order", at DELETE FROM customer WHERE id > 1001; '
                    "the row: customer (id: '1004', title: 'kettle amber birch cedar du...')"
                ),
                "error",
                8,
            )
        ],
    ),
    "b08": (
        functions('op.execute("DELETE FROM \\"order\\" WHERE state = \'harbor\'")'),
        [("loses-rows", "deletes rows of the table order (3 rows in the trial)", "warning", 8)],
    ),
    "b09": (
        functions(
            'op.alter_column("customer", "title", nullable=True)',
            'op.execute("INSERT INTO customer (title) SELECT NULL FROM customer WHERE id > 1000"); '
            'op.alter_column("customer", "title", nullable=False)',
        ),
        [
            (
                "fails-on-rows",
                (
                    'fails on rows: its downgrade stops with IntegrityError: column "title" of relation "customer" '
                    "contains null values, at ALTER TABLE customer ALTER COLUMN title SET NOT NULL"
                ),
                "warning",
                11,
            )
        ],
    ),
    "b10": (
        functions(
            'with op.get_context().autocommit_block(): op.execute("CREATE UNIQUE INDEX CONCURRENTLY ix_note '
            'ON \\"order\\" (note)")',
            'op.drop_index("ix_note")',
        ),
        [
            (
                "fails-on-rows",
                (
                    'fails on rows: IntegrityError: could not create unique index "ix_note", at '
                    'CREATE UNIQUE INDEX CONCURRENTLY ix_note ON "order" (note); '
                    "the row: order (id: '1001', note: '9', customer_id: '1001', state: 'harbor')"
                ),
                "error",
                8,
            )
        ],
    ),
    "b11": (
        functions('op.drop_table("order")', "raise NotImplementedError"),
        [("loses-rows", "drops the table order with its rows", "warning", 8)],
    ),
}


def expected(identifier: str) -> list[tuple[Any, ...]]:
    path = revision_path(identifier)
    return [
        (rule, f"revision {identifier} {message}", severity, path, line, identifier)
        for rule, message, severity, line in TRIED[identifier][1]
    ]


def project_on_rows(top: Path, cache: Path, files: Mapping[str, str], **options: str) -> Project:
    made = project_of(top, cache, files, **options)
    return replace(made, env={**made.env, "ALEMBIC_PROOF_NO_ROWS": "0"})


def of_rows(project: Project, *args: str, **options: Any) -> list[tuple[Any, ...]]:
    return [one for one in found(project, *args, **options) if one[0] in ("fails-on-rows", "loses-rows")]


def test_rows_that_a_revision_commits_are_not_met_by_the_next_one(tmp_path: Path, cache: Path) -> None:
    committing = "with op.get_context().autocommit_block(): op.execute('UPDATE customer SET name = name')"
    checking = 'op.create_check_constraint("ck_id", "customer", "id < 1000")'
    files = {
        "b01": TABLES,
        "b02": functions(committing, "pass"),
        "b03": functions(checking, 'op.drop_constraint("ck_id", "customer")'),
    }
    project = project_on_rows(tmp_path / "project", cache, chain(files, "a1"))

    seen = of_rows(project, "--all")

    assert [(one[0], one[5]) for one in seen] == [("fails-on-rows", "b03")]
    assert "is violated by some row" in seen[0][1]
    assert "the row: customer (id: '1001'" in seen[0][1]


def test_each_revision_is_tried_on_rows_from_the_state_that_its_parents_leave(
    tmp_path: Path, cache: Path
) -> None:
    files = chain({identifier: body for identifier, (body, _) in TRIED.items()}, "a1")
    project = project_on_rows(tmp_path / "project", cache, files)

    seen = of_rows(project, "--all")
    for identifier in TRIED:
        assert [one for one in seen if one[5] == identifier] == expected(identifier)
    assert of_rows(project) == []
    assert of_rows(project, "--all", "--no-rows") == []


def test_rows_are_undone_without_another_run_of_the_history(tmp_path: Path, cache: Path) -> None:
    marks = tmp_path / "marks"
    adding = {
        f"b{number}": functions(
            f'op.execute("ALTER TABLE item ADD c{number} int")', f'op.drop_column("item", "c{number}")'
        )
        for number in range(2, 5)
    }
    table = functions('op.execute("CREATE TABLE item (id serial PRIMARY KEY)")', 'op.drop_table("item")')
    files = {
        **chain({"b1": table, **adding}, "a1"),
        "migrations/env.py": f"open({str(marks)!r}, 'a').write('run ')\n{ENV}",
    }
    project = project_on_rows(tmp_path / "project", cache, files)

    assert of_rows(project, "--all") == []
    assert marks.read_text() == "run run run "  # to upgrade, to compare, and the trial


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return project_on_rows(tmp_path / "project", cache, chain({"b01": TABLES}, "a1"))


def stage(project: Project, upgrade: str) -> None:
    project.checkout.write({revision_path("b02"): source("b02", "b01", functions(upgrade))})
    project.checkout.git("add", "--all")


GIVEN = """\
-- Two of them; "state" is what counts
INSERT INTO customer (id, name) VALUES (7, 'a; b');
INSERT INTO "order" (id, customer_id, note) VALUES (3, 7, '12')
"""
NUMBERS = 'op.alter_column("order", "note", type_=sa.Integer(), postgresql_using="note::integer")'


def test_a_project_may_give_rows_of_its_own(project: Project) -> None:
    stage(project, NUMBERS)
    assert [one[0] for one in of_rows(project)] == ["fails-on-rows"]

    settings = '[tool.alembic-proof]\nrows = "rows.sql"\n' + SETTINGS
    project.checkout.write({"rows.sql": GIVEN, "pyproject.toml": settings})
    project.checkout.git("add", "--all")
    assert of_rows(project) == []

    project.checkout.write({"rows.sql": GIVEN.replace("12", "twelve")})
    project.checkout.git("add", "--all")
    (message,) = (one[1] for one in of_rows(project))
    assert message.endswith("the row: order (id: '3', note: 'twelve', customer_id: '7')")

    function = "def put_in(connection):\n    connection.exec_driver_sql(\"INSERT INTO customer (name) VALUES ('x')\")\n"
    project.checkout.write(
        {"given.py": function, "pyproject.toml": settings.replace("rows.sql", "given:put_in")}
    )
    project.checkout.git("add", "--all")
    assert [one[0] for one in of_rows(project)] == ["fails-on-rows"]  # tables without any get ours

    project.checkout.write({"given.py": "def put_in(connection):\n    raise RuntimeError('no')\n"})
    project.checkout.git("add", "--all")
    report = project.run("check", "--format", "json").report
    assert report["environments"][0]["notes"] == [
        "revision b02 was tried on none of your rows: given:put_in: no"
    ]


def test_a_file_of_rows_that_is_not_there(project: Project) -> None:
    stage(project, NUMBERS)

    assert project.refused("check", "--rows", "none.sql") == (
        "alembic-proof: rows 'none.sql' cannot be read: No such file or directory\n"
        "  fix: name an SQL file of the tree, relative to the repository's top (and git add it), or module:function\n"
    )


def test_a_comment_says_that_what_goes_is_meant_to_go(project: Project) -> None:
    drop = 'op.drop_column("customer", "mail")'
    stage(project, drop)
    assert [one[0] for one in of_rows(project)] == ["loses-rows"]

    stage(project, f"{drop}  # alembic-proof: ignore[loses-rows] nobody reads it")
    assert of_rows(project) == []


def test_another_seed_makes_other_rows(project: Project) -> None:
    stage(project, NUMBERS)

    (first,), (second,) = of_rows(project), of_rows(project, "--rows-seed", "8")
    assert first[1] != second[1]
    assert of_rows(project, "--no-cache") == [first]


ELSEWHERE = chain(
    {
        "b01": functions(
            'op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True), '
            'sa.Column("x", sa.String(9)), sa.Column("y", sa.String(9)))',
            'op.drop_table("item")',
        ),
        "b02": functions(
            "\n    ".join(
                [
                    'with op.batch_alter_table("item") as batch:',
                    '    batch.create_unique_constraint("uq_x", ["x"])',
                ]
            ),
            "\n    ".join(
                [
                    'with op.batch_alter_table("item") as batch:',
                    '    batch.drop_constraint("uq_x", type_="unique")',
                ]
            ),
        ),
        "b03": functions("op.execute(\"UPDATE item SET id = id\"); op.drop_column('item', 'y')"),
        "b04": functions('op.execute("CREATE TABLE other (id INT)")', 'op.drop_table("other")'),
    },
    "a1",
)
LOST = (
    "loses-rows",
    "revision b03 drops the values of the column item.y",
    "warning",
    revision_path("b03"),
    8,
    "b03",
)


def test_on_sqlite(tmp_path: Path, cache: Path) -> None:
    project = project_on_rows(tmp_path / "project", cache, ELSEWHERE, url="sqlite:///app.db")

    fails, loses = of_rows(project, "--all")

    assert fails[1].startswith(
        "revision b02 fails on rows: IntegrityError: UNIQUE constraint failed: _alembic_tmp_item.x, at INSERT INTO"
    )
    assert loses == LOST


@pytest.mark.mariadb
def test_on_mariadb(tmp_path: Path, cache: Path) -> None:
    project = project_on_rows(
        tmp_path / "project", cache, ELSEWHERE, url="mysql+pymysql://app@db.example.invalid/app"
    )
    with mariadb() as server:
        fails, loses = of_rows(project, "--all", "--database", server.url())

    assert fails[1].startswith("revision b02 fails on rows: IntegrityError: (1062, ")
    assert loses == LOST
