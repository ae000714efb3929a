"""A whole check on SQLite, where the stored DDL shows what autogenerate does not."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from support.commands import Project, make_project, revision_file, revision_path

if TYPE_CHECKING:
    from pathlib import Path

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from models import metadata

{options}
engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, **options)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """\
import sqlalchemy as sa

metadata = sa.MetaData()
"""
CREATE = """\
op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_x", "item", ["x"], sqlite_where=sa.text("x > 0"))
    op.create_table("note", sa.Column("x", sa.Integer()), sa.CheckConstraint("x > 0", name="ck_x"))
"""
ITEM = """\
item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.Integer),
    sa.Column("name", sa.String(40, collation="NOCASE")),
    sa.Index("ix_x", "x", sqlite_where=sa.text("x > 1")),
)
note = sa.Table("note", metadata, sa.Column("x", sa.Integer), sa.CheckConstraint("x > 1", name="ck_x"))
"""
FOUND = """\
models.py:4: model-drift: index ix_x on item differs: (x) WHERE x > 1 in the models, (x) WHERE x > 0 in the revisions
    op.execute('DROP INDEX ix_x')
    op.execute('CREATE INDEX ix_x ON item (x) WHERE x > 1')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:9: model-drift: column item.name differs: collation NOCASE in the models, default in the revisions
    op.execute('CREATE TABLE _alembic_tmp_item (id INTEGER NOT NULL, x INTEGER, name VARCHAR(40) COLLATE NOCASE, \
PRIMARY KEY (id))')
    op.execute('INSERT INTO _alembic_tmp_item (id, x, name) SELECT id, x, name FROM item')
    op.execute('DROP TABLE item')
    op.execute('ALTER TABLE _alembic_tmp_item RENAME TO item')
    op.execute('CREATE INDEX ix_x ON item (x) WHERE x > 0')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:12: model-drift: check constraint ck_x on note differs: CHECK (x > 1) in the models, CHECK (x > 0) in \
the revisions
    with op.batch_alter_table('note') as batch_op:
        batch_op.drop_constraint('ck_x', type_='check')
        batch_op.create_check_constraint('ck_x', sa.text('x > 1'))
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

3 findings in the index (alembic.ini: 1 revision on SQLite, N s)
"""


def make(top: Path, cache: Path, upgrade: str, models: str, options: str = "options = {}") -> Project:
    files = {
        "migrations/env.py": ENV.format(options=textwrap.dedent(options)),
        revision_path("a1"): revision_file("a1", None, upgrade),
        "models.py": MODELS + models,
    }
    return make_project(top, cache, files)


def judged(project: Project) -> tuple[list[str], list[str]]:
    """The findings' messages, and the notes."""
    report: dict[str, Any] = project.run("check", "--format", "json").report
    messages = [finding["message"] for finding in report["findings"]]
    return messages, report["environments"][0]["notes"]


def test_what_autogenerate_does_not_see(tmp_path: Path, cache: Path) -> None:
    ran = make(tmp_path / "project", cache, CREATE, ITEM).run("check")

    assert (ran.status, ran.text, ran.err) == (1, FOUND, "")


def test_what_autogenerate_sees_is_found_once(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        """\
op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()),
        sa.Column("y", sa.Integer(), sa.ForeignKey("item.id", name="fk")), sa.Column("z", sa.Integer()),
        sa.UniqueConstraint("x", name="uq"))
    op.create_index("ix_x", "item", ["x"])
""",
        """\
sa.Table("item", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.BigInteger, nullable=False),
    sa.Column("y", sa.ForeignKey("item.id", ondelete="CASCADE", name="fk")),
    sa.Column("w", sa.Integer),
    sa.Index("ix_x", "x", "y"),
    sa.UniqueConstraint("y", name="uq"),
)
sa.Table("other", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer, index=True))
""",
    )

    assert judged(project) == (
        [
            "column item.z is made by the revisions and is not in the models",
            (
                "foreign key fk on item differs: FOREIGN KEY (y) REFERENCES item (id) ON DELETE CASCADE in the models, "
                "FOREIGN KEY (y) REFERENCES item (id) in the revisions"
            ),
            "index ix_x on item differs: (x, y) in the models, (x) in the revisions",
            "unique constraint uq on item differs: UNIQUE (y) in the models, UNIQUE (x) in the revisions",
            (
                "column item.x differs: type BIGINT in the models, INTEGER in the revisions; "
                "nullable no in the models, yes in the revisions"
            ),
            "column item.w is in the models and in no revision",
            "table other is in the models and in no revision",
        ],
        [],
    )


def test_what_env_py_leaves_out(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        CREATE + '    op.execute("CREATE TABLE legacy (id INTEGER PRIMARY KEY, z INTEGER CHECK (z > 0))")\n',
        """\
legacy = sa.Table("legacy", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("q", sa.Text))
sa.Table("item", metadata,
    sa.Column("id", sa.ForeignKey("legacy.id") if False else sa.Integer, primary_key=True),
    sa.Column("x", sa.Integer),
    sa.Column("name", sa.String(40, collation="NOCASE")),
    sa.Index("ix_x", "x", sqlite_where=sa.text("x > 1")),
)
sa.Table("note", metadata, sa.Column("x", sa.Integer), sa.CheckConstraint("x > 0", name="ck_x"))
""",
        """\
        def include_object(thing, name, type_, reflected, compare_to):
            return name not in ("legacy", "ix_x", "name")

        options = {"include_object": include_object}
        """,
    )

    assert judged(project) == ([], [])


def test_models_may_make_what_the_revisions_make_too(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        """\
op.execute("CREATE TABLE item (x VARCHAR DEFAULT '50%')")
    op.execute("CREATE VIEW v AS SELECT * FROM item")
""",
        """\
item = sa.Table("item", metadata, sa.Column("x", sa.String, server_default="50%"))
sa.event.listen(metadata, "after_create", sa.DDL("CREATE VIEW v AS SELECT * FROM item"))
sa.event.listen(item, "after_create", sa.DDL("CREATE TRIGGER t AFTER INSERT ON item BEGIN SELECT 1; END"))
""",
    )

    assert judged(project) == ([], [])


def test_models_that_sqlite_does_not_take_are_left_to_autogenerate(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        'op.execute("CREATE TABLE item (x INTEGER)")',
        'sa.Table("item", metadata, sa.Column("x", sa.Integer), sa.CheckConstraint("nothing("))\n',
    )

    assert judged(project) == (
        [],
        [
            (
                "only autogenerate compared the models, for a database cannot be made from them: "
                'near "nothing": syntax error (CREATE TABLE item ( x INTEGER, CHECK (nothing() ))'
            )
        ],
    )


def test_foreign_keys_without_names_are_found_one_by_one(tmp_path: Path, cache: Path) -> None:
    project = make(
        tmp_path / "project",
        cache,
        """\
op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("x", sa.Integer(), sa.ForeignKey("item.id")),
        sa.Column("y", sa.Integer(), sa.ForeignKey("item.id")))
""",
        """\
sa.Table("item", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.ForeignKey("item.id", ondelete="CASCADE")),
    sa.Column("y", sa.Integer),
)
""",
    )

    assert judged(project) == (
        [
            (
                "foreign key FOREIGN KEY (y) REFERENCES item (id) on item is made by the revisions and is not "
                "in the models"
            ),
            (
                "foreign key on item differs: FOREIGN KEY (x) REFERENCES item (id) ON DELETE CASCADE in the models, "
                "FOREIGN KEY (x) REFERENCES item (id) in the revisions"
            ),
        ],
        [],
    )
