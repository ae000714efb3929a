"""A whole check on PostgreSQL, where the catalogs show what autogenerate does not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from support.commands import INI, Project, make_project, revision_file, revision_path

if TYPE_CHECKING:
    from pathlib import Path

URL = "postgresql+psycopg2://app@db.example.invalid/app"
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from models import metadata

{options}
engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.QueuePool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, **options)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """\
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()
"""
ITEM = """\
item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.Integer),
    sa.Column("mood", sa.Enum("sad", "ok", name="mood")),
    sa.CheckConstraint("x > 1", name="ck_x"),
    sa.Index("ix_x", "x", postgresql_where=sa.text("x > 1")),
)
"""
SQL = """\
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE item (id SERIAL PRIMARY KEY, x INTEGER, mood mood);
ALTER TABLE item ADD CONSTRAINT ck_x CHECK (x > 0);
CREATE INDEX ix_x ON item (x) WHERE x > 0;
"""
FOUND = """\
models.py:5: model-drift: check constraint ck_x on item differs: CHECK ((x > 1)) in the models, CHECK ((x > 0)) in \
the revisions
    op.execute('ALTER TABLE item DROP CONSTRAINT ck_x')
    op.execute('ALTER TABLE item ADD CONSTRAINT ck_x CHECK ((x > 1))')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:5: model-drift: index ix_x on item differs: btree (x) WHERE (x > 1) in the models, btree (x) WHERE (x > 0) \
in the revisions
    op.execute('DROP INDEX ix_x')
    op.execute('CREATE INDEX ix_x ON item USING btree (x) WHERE (x > 1)')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:10: model-drift: enum type mood differs: labels 'sad', 'ok' in the models, 'sad' in the revisions
    op.execute("ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad'")
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

3 findings in the index (alembic.ini: 1 revision on PostgreSQL 18.4 (embedded), N s)
"""


FOREIGN_KEY = (
    "foreign key item_y_fkey on item differs: FOREIGN KEY (y) REFERENCES item(id) ON DELETE CASCADE in the models, "
    "FOREIGN KEY (y) REFERENCES item(id) in the revisions"
)


REFUSED_KEY = (
    "constraint on item cannot be made as the models say it: "
    'there is no unique constraint matching given keys for referenced table "item"'
)


def make(top: Path, cache: Path, sql: str, models: str, options: str = "options = {}") -> Project:
    upgrade = f"op.execute({sql!r})"
    return make_project(
        top,
        cache,
        {
            "alembic.ini": INI.replace("sqlite:///app.db", URL),
            "migrations/env.py": ENV.format(options=textwrap.dedent(options)),
            revision_path("a1"): revision_file("a1", None, upgrade),
            "models.py": MODELS + models,
        },
    )


def judged(project: Project) -> tuple[list[str], list[str]]:
    """The findings' messages, and the notes."""
    report: dict[str, Any] = project.run("check", "--format", "json").report
    messages = [finding["message"] for finding in report["findings"]]
    return messages, report["environments"][0]["notes"]


def test_what_autogenerate_does_not_see(tmp_path: Path, cache: Path) -> None:
    ran = make(tmp_path / "project", cache, SQL, ITEM).run("check")

    assert (ran.status, ran.text, ran.err) == (1, FOUND, "")


def test_it_is_switched_off_by_flag_variable_and_setting(tmp_path: Path, cache: Path) -> None:
    project = make(tmp_path / "project", cache, SQL, ITEM)
    off = {"ALEMBIC_PROOF_EXACT_DRIFT": "0"}

    assert project.run("check", "--no-exact-drift").status == 0
    assert project.run("check", env=off).status == 0
    assert project.run("check", "--exact-drift", env=off).status == 1
    project.checkout.add({"pyproject.toml": "[tool.alembic-proof]\nexact-drift = false\n"})
    assert project.run("check").status == 0
    assert project.run("check", "--exact-drift").status == 1


def test_what_autogenerate_sees_is_found_once(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE item (id SERIAL PRIMARY KEY, x INTEGER, y INTEGER REFERENCES item, z INTEGER); "
        "CREATE INDEX ix_x ON item (x); ALTER TABLE item ADD CONSTRAINT uq UNIQUE (x); COMMENT ON TABLE item IS 'one'",
        """\
sa.Table("item", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.BigInteger, server_default="1"),
    sa.Column("y", sa.ForeignKey("item.id", ondelete="CASCADE")),
    sa.Column("w", sa.Integer),
    sa.Index("ix_x", "x", "y"),
    sa.UniqueConstraint("y", name="uq"),
    comment="two",
)
sa.Table("other", metadata, sa.Column("mood", sa.Enum("a", name="mood")), sa.Column("x", sa.Integer, index=True))
""",
    )

    messages, notes = judged(project)

    assert notes == []
    assert messages == [
        "column item.z is made by the revisions and is not in the models",
        FOREIGN_KEY,
        "index ix_x on item differs: btree (x, y) in the models, btree (x) in the revisions",
        "table item differs: comment two in the models, one in the revisions",
        "unique constraint uq on item differs: UNIQUE (y) in the models, UNIQUE (x) in the revisions",
        "column item.x differs: default '1'::bigint in the models, none in the revisions",
        "column item.x differs: type BIGINT in the models, INTEGER in the revisions",
        "column item.w is in the models and in no revision",
        "table other is in the models and in no revision",
    ]


@pytest.mark.parametrize(
    "options",
    [
        """\
        def include_object(thing, name, type_, reflected, compare_to):
            if type_ == "table":
                return name != "legacy"
            return not (compare_to is not None and name in ("y", "ix", "uq"))

        options = {"include_object": include_object}
        """,
        """\
        def include_name(name, type_, parents):
            if type_ == "table":
                return name != "legacy"
            return name not in ("y", "ix", "uq", "fk")

        def include_object(thing, name, type_, reflected, compare_to):
            return not (type_ == "table" and name == "legacy") and name not in ("y", "ix", "uq", "fk")

        options = {"include_name": include_name, "include_object": include_object}
        """,
    ],
    ids=["include_object", "include_name"],
)
def test_what_env_py_leaves_out(tmp_path: Path, cache: Path, options: str) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE item (id SERIAL PRIMARY KEY, x INTEGER, y INTEGER DEFAULT 1); "
        "CREATE INDEX ix ON item (x) WHERE x > 0; ALTER TABLE item ADD CONSTRAINT uq UNIQUE (x) DEFERRABLE; "
        "CREATE TABLE legacy (id INTEGER PRIMARY KEY, z INTEGER CHECK (z > 0))",
        """\
legacy = sa.Table("legacy", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("q", sa.Text))
sa.Table("item", metadata,
    sa.Column("id", sa.ForeignKey("legacy.id", name="fk") if False else sa.Integer, primary_key=True),
    sa.Column("x", sa.Integer),
    sa.Column("y", sa.Integer),
    sa.Index("ix", "x", postgresql_where=sa.text("x > 1")),
    sa.UniqueConstraint("x", name="uq"),
)
""",
        options,
    )

    assert judged(project) == ([], [])


def test_what_env_py_takes_out_of_the_revision_is_nobodys_finding(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE item (id SERIAL PRIMARY KEY, x INTEGER)",
        'sa.Table("item", metadata, sa.Column("id", sa.Integer, primary_key=True), '
        'sa.Column("x", sa.BigInteger), sa.Column("y", sa.Integer))\n',
        """\
        def process_revision_directives(context, revision, directives):
            directives[:] = []

        options = {"process_revision_directives": process_revision_directives}
        """,
    )

    note = "env.py's process_revision_directives dropped 2 operations of autogenerate"
    assert judged(project) == ([], [note])


def test_a_schema_that_no_revision_makes(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE here (x INTEGER)",
        'sa.Table("here", metadata, sa.Column("x", sa.Integer), sa.CheckConstraint("x > 0", name="ck"))\n'
        'sa.Table("item", metadata, sa.Column("x", sa.Integer), schema="other")\n',
        'options = {"include_schemas": True}',
    )

    assert judged(project) == (
        [
            "check constraint ck on here is in the models and in no revision",
            "schema other is in the models and in no revision",
            "table other.item is in the models and in no revision",
        ],
        [],
    )


def test_models_that_no_server_takes_are_left_to_autogenerate(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE item (x INTEGER)",
        'sa.Table("item", metadata, sa.Column("x", sa.Integer), sa.Column("y", sa.Integer), '
        'sa.CheckConstraint("nothing > 0"))\n',
    )

    assert judged(project) == (
        ["column item.y is in the models and in no revision"],
        [
            (
                "only autogenerate compared the models, for a database cannot be made from them: "
                'column "nothing" does not exist (CREATE TABLE item ( x INTEGER, y INTEGER, CHECK (nothing > 0) ))'
            )
        ],
    )


def test_a_foreign_key_that_no_server_takes_spoils_nothing_else(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE TABLE item (x INTEGER UNIQUE, y INTEGER REFERENCES item (x))",
        'sa.Table("item", metadata, sa.Column("x", sa.Integer), sa.Column("y", sa.ForeignKey("item.x")), '
        'sa.CheckConstraint("x > 0", name="ck"))\n',
    )

    messages, notes = judged(project)

    assert "check constraint ck on item is in the models and in no revision" in messages
    assert notes == [REFUSED_KEY]


def test_an_index_that_no_server_takes_spoils_nothing_else(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE EXTENSION pg_trgm; CREATE TABLE item (x VARCHAR); CREATE INDEX ix ON item USING gin (x gin_trgm_ops)",
        'sa.Table("item", metadata, sa.Column("x", sa.String), sa.Index("ix", "x", postgresql_using="gin"), '
        'sa.CheckConstraint("x <> \'\'", name="ck"))\n',
    )

    assert judged(project) == (
        ["check constraint ck on item is in the models and in no revision"],
        [
            (
                "index ix on item cannot be made as the models say it: "
                'data type character varying has no default operator class for access method "gin"'
            )
        ],
    )


def test_models_may_make_what_the_revisions_make_too(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        "CREATE SCHEMA other; CREATE EXTENSION pg_trgm; "
        "CREATE TABLE other.item (id INTEGER PRIMARY KEY, y INTEGER, x VARCHAR DEFAULT '50%'); "
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
        "CREATE VIEW v AS SELECT * FROM other.item; "
        "ALTER TABLE other.item ENABLE ROW LEVEL SECURITY",
        """\
item = sa.Table("item", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("y", sa.ForeignKey("other.item.id")), sa.Column("x", sa.String, server_default="50%"), schema="other")
for statement in ("CREATE SCHEMA other", "CREATE EXTENSION pg_trgm",
                  "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"):
    sa.event.listen(metadata, "before_create", sa.DDL(statement))
sa.event.listen(item, "after_create", sa.DDL("ALTER TABLE %(fullname)s ENABLE ROW LEVEL SECURITY"))
sa.event.listen(item, "after_create", sa.DDL("ALTER TABLE %(fullname)s FORCE ROW LEVEL SECURITY"))
""",
        'options = {"include_schemas": True}',
    )

    assert judged(project) == (
        [
            "foreign key on other.item is in the models and in no revision",
            "table other.item differs: row security forced in the models, enabled in the revisions",
        ],
        [],
    )
