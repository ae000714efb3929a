"""A whole check on MariaDB, where the server's catalogs show what autogenerate does not."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from support import servers
from support.commands import INI, Project, make_project, revision_file, revision_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.mariadb

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from models import metadata

{options}
engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, **options)
    with context.begin_transaction():
        context.run_migrations()
"""
MODELS = """\
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

metadata = sa.MetaData()
"""
CREATE = """\
op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(40), nullable=True),
        sa.Column("other", sa.Integer(), sa.ForeignKey("item.id"), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("data", sa.JSON()),
        sa.Column("changed", sa.DateTime(), server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("x > 0", name="ck_x"),
    )
    op.create_index("ix_name", "item", ["name"], mysql_length=10)
"""
ITEM = """\
item = sa.Table(
    "item",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.Integer),
    sa.Column("name", sa.String(40, collation="utf8mb4_bin")),
    sa.Column("other", sa.ForeignKey("item.id")),
    sa.Column("flag", sa.Boolean, nullable=False, server_default=sa.text("1")),
    sa.Column("data", sa.JSON),
    sa.Column("changed", sa.DateTime, server_default=sa.func.now()),
    sa.CheckConstraint("x > 1", name="ck_x"),
    sa.Index("ix_name", "name", mysql_length=12),
    mysql_row_format="COMPACT",
)
"""
FOUND = """\
models.py:5: model-drift: check constraint ck_x on item differs: CHECK (`x` > 1) in the models, CHECK (`x` > 0) in \
the revisions
    op.execute('ALTER TABLE `item` DROP CONSTRAINT `ck_x`')
    op.execute('ALTER TABLE `item` ADD CONSTRAINT `ck_x` CHECK (`x` > 1)')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:5: model-drift: index ix_name on item differs: KEY (`name`(12)) in the models, KEY (`name`(10)) in the \
revisions
    op.execute('ALTER TABLE `item` DROP INDEX `ix_name`, ADD KEY `ix_name` (`name`(12))')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:5: model-drift: table item differs: row format COMPACT in the models, DYNAMIC in the revisions
    op.execute('ALTER TABLE `item` ROW_FORMAT = COMPACT')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

models.py:10: model-drift: column item.name differs: collation utf8mb4_bin in the models, default in the revisions
    op.execute('ALTER TABLE `item` MODIFY COLUMN `name` varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin \
DEFAULT NULL')
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'
"""


@pytest.fixture(scope="session")
def server() -> Iterator[servers.MariaServer]:
    with servers.mariadb() as server:
        yield server


@dataclass(frozen=True)
class Maker:
    """Makes one project, and asks for a database on the server."""

    server: servers.MariaServer
    top: Path
    cache: Path

    def __call__(self, upgrade: str, models: str, options: str = "options = {}", query: str = "") -> Project:
        url = f"mysql+pymysql://app@db.example.invalid/app{query}"
        files = {
            "alembic.ini": INI.replace("sqlite:///app.db", url),
            "migrations/env.py": ENV.format(options=textwrap.dedent(options)),
            revision_path("a1"): revision_file("a1", None, upgrade),
            "models.py": MODELS + models,
        }
        project = make_project(self.top, self.cache, files)
        return replace(project, env={**project.env, "ALEMBIC_PROOF_DATABASE": self.server.url()})


@pytest.fixture
def make(server: servers.MariaServer, tmp_path: Path, cache: Path) -> Maker:
    return Maker(server, tmp_path / "project", cache)


def judged(project: Project) -> tuple[list[str], list[str]]:
    """The findings' messages, and the notes."""
    report: dict[str, Any] = project.run("check", "--format", "json").report
    messages = [finding["message"] for finding in report["findings"]]
    return messages, report["environments"][0]["notes"]


def test_what_autogenerate_does_not_see(make: Maker) -> None:
    ran = make(CREATE, ITEM).run("check")

    findings, _, summary = ran.text.rpartition("\n\n")
    assert (ran.status, f"{findings}\n", ran.err) == (1, FOUND, "")
    assert summary.startswith("4 findings in the index (alembic.ini: 1 revision on M")


def test_what_autogenerate_sees_is_found_once(make: Maker) -> None:
    project = make(
        """\
op.create_table("item", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("x", sa.Integer()),
        sa.Column("y", sa.Integer(), sa.ForeignKey("item.id", name="fk")), sa.Column("z", sa.Integer()),
        sa.UniqueConstraint("x", name="uq"), mysql_comment="one")
    op.create_index("ix_x", "item", ["x"])
    op.create_index("uq_x", "item", ["x", "z"], unique=True)
""",
        """\
sa.Table("item", metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("x", sa.BigInteger, nullable=False, comment="new"),
    sa.Column("y", sa.ForeignKey("item.id", ondelete="CASCADE", name="fk")),
    sa.Column("z", sa.Integer),
    sa.Column("w", sa.Integer),
    sa.Index("ix_x", "x", "y"),
    sa.Index("uq_x", "x", "z", unique=True),
    sa.UniqueConstraint("x", "y", name="uq"),
    comment="two",
)
sa.Table("other", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer, index=True))
""",
    )

    assert judged(project) == (
        [
            (
                "foreign key fk on item differs: FOREIGN KEY (`y`) REFERENCES `item` (`id`) ON DELETE CASCADE "
                "in the models, FOREIGN KEY (`y`) REFERENCES `item` (`id`) in the revisions"
            ),
            "index ix_x on item differs: KEY (`x`,`y`) in the models, KEY (`x`) in the revisions",
            "table item differs: comment two in the models, one in the revisions",
            (
                "unique constraint uq on item differs: UNIQUE KEY (`x`,`y`) in the models, "
                "UNIQUE KEY (`x`) in the revisions"
            ),
            (
                "column item.x differs: type BIGINT in the models, INTEGER in the revisions; "
                "nullable no in the models, yes in the revisions; comment new in the models, none in the revisions"
            ),
            "column item.w is in the models and in no revision",
            "table other is in the models and in no revision",
        ],
        [],
    )


def test_what_env_py_leaves_out(make: Maker) -> None:
    project = make(
        """\
op.execute("CREATE TABLE legacy (id BIGINT UNSIGNED PRIMARY KEY)")
    op.execute("CREATE TABLE item (id INT PRIMARY KEY, x BIGINT UNSIGNED, y INT COMMENT 'y', UNIQUE KEY uq_a (y), "
               "UNIQUE KEY uq_b (y, id), CONSTRAINT fk FOREIGN KEY (x) REFERENCES legacy (id))")
""",
        """\
sa.Table("legacy", metadata, sa.Column("id", mysql.BIGINT(unsigned=True), primary_key=True), sa.Column("q", sa.Text))
sa.Table("item", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("x", mysql.BIGINT(unsigned=True)),
    sa.Column("y", sa.Integer, comment="z"),
    sa.ForeignKeyConstraint(["x"], ["legacy.id"], name="fk"),
    sa.UniqueConstraint("y", "id", name="uq_a"),
    sa.Index("uq_b", "id", "y", unique=True),
)
""",
        """\
        def include_object(thing, name, type_, reflected, compare_to):
            return name not in ("legacy", "y", "uq_a", "uq_b")

        options = {"include_object": include_object}
        """,
    )

    assert judged(project) == ([], [])


def test_no_other_database_than_the_throwaway_one_is_written_to(
    make: Maker, server: servers.MariaServer
) -> None:
    before = server.databases()
    project = make(
        'op.execute("CREATE TABLE item (id INT PRIMARY KEY)")',
        """\
sa.Table("item", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False))
sa.Table("job", metadata, sa.Column("id", sa.Integer), sa.Index("ix", "id"), schema="mysql")
""",
    )

    messages, notes = judged(project)

    assert (messages, notes) == (["table mysql.job is in the models and in no revision"], [])
    assert server.databases() == before
    assert server.execute("SELECT table_name FROM information_schema.tables WHERE table_name = 'job'") == []


def test_the_models_are_made_in_the_session_of_the_project(make: Maker) -> None:
    project = make(
        """\
op.execute("ALTER DATABASE CHARACTER SET latin1")
    op.execute("CREATE TABLE item (name VARCHAR(9) DEFAULT '50%', other VARCHAR(9) AS (name || 'x'))")
    op.execute("CREATE SEQUENCE ticket")
""",
        """\
item = sa.Table("item", metadata,
    sa.Column("name", sa.String(9), server_default="50%"),
    sa.Column("other", sa.String(9), sa.Computed("name || 'x'")),
)
sa.event.listen(item, "after_create", sa.DDL("CREATE TRIGGER t BEFORE INSERT ON item FOR EACH ROW SET NEW.name = 1"))
""",
        query="?sql_mode=ANSI",
    )

    assert judged(project) == ([], [])


def test_an_index_that_no_server_takes_spoils_nothing_else(make: Maker) -> None:
    project = make(
        'op.execute("CREATE TABLE item (x INTEGER)")',
        'sa.Table("item", metadata, sa.Column("x", sa.Integer), '
        'sa.Index("ix", "x", mysql_prefix="FULLTEXT"), sa.CheckConstraint("x > 0", name="ck"))\n',
    )

    messages, notes = judged(project)

    assert "check constraint ck on item is in the models and in no revision" in messages
    assert notes == [
        ("index ix on item cannot be made as the models say it: Column 'x' cannot be part of FULLTEXT index")
    ]
