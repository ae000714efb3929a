"""On PostgreSQL a history that was built before is copied: which revisions run again, and after which change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from support.answers import judged, rules
from support.commands import revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INI = """\
[alembic]
script_location = migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg2://app@db/shop
"""
ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from shop import options, renamed
from shop.base import Base
from shop.config import Config
from shop import compiled, models

engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.begin() as connection:
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {Config.ONE}")
    connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS " + getattr(options, "SCH" + "EMA"))
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {renamed.name()}")
    context.configure(connection=connection, target_metadata=Base.metadata)
    context.run_migrations()
"""
BASE = """\
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_name)s"})
"""
MODELS = """\
from sqlalchemy import Column, Integer, String

from shop.base import Base


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
"""
COMPILED = """\
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateTable


@compiles(CreateTable)
def create_table(element, compiler, **kw):
    return compiler.visit_create_table(element, **kw)
"""
MARK = "import os\n    open(os.environ['MARKS'], 'a').write(revision + ' ')\n    "
CREATE = "op.create_table('user', sa.Column('id', sa.Integer(), primary_key=True))\n    "
READ = "open('migrations/data.txt').read()"
ADD = "op.add_column('user', sa.Column('name', sa.String(40)))"
FILES: Mapping[str, str] = {
    "alembic.ini": INI,
    "pyproject.toml": "[tool.alembic-proof]\n",
    "migrations/env.py": ENV,
    "migrations/data.txt": "",
    "migrations/script.py.mako": "",
    "shop/__init__.py": "",
    "shop/base.py": BASE,
    "shop/config.py": "class Config:\n    ONE = 'one'\n",
    "shop/options.py": "SCHEMA = 'two'\n",
    "shop/renamed.py": "from shop.deeper import PREFIX\n\n\ndef name():\n    return PREFIX\n",
    "shop/deeper.py": "PREFIX = 'three'\n",
    "shop/compiled.py": COMPILED,
    "shop/models.py": MODELS,
    revision_path("a1"): revision_file("a1", None, MARK + CREATE + READ),
    revision_path("a2"): revision_file("a2", "a1", MARK + "pass"),
}
ALL = "a1 a2 "


@dataclass(frozen=True)
class Shop:
    checkout: Checkout
    marks: Path

    def applied(self, files: Mapping[str, str]) -> str:
        """The revisions that a check applies once these files are staged; afterwards all is as it was."""
        self.checkout.add(files)
        said = self.check()
        self.checkout.git("reset", "--quiet", "--hard")
        return said

    def check(self) -> str:
        self.marks.write_text("")
        said = judged(self.checkout.top, no_cache=False)
        assert "error" not in said, said
        return self.marks.read_text()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    return Shop(Checkout.create(tmp_path / "project", FILES), tmp_path / "marks")


def test_only_what_is_new_runs(shop: Shop) -> None:
    assert shop.check() == ALL
    named = {"shop/models.py": f"{MODELS}    name = Column(String(40))\n"}

    assert shop.applied(named) == ""
    assert shop.applied({"shop/other.py": MODELS.replace("ser", "set")}) == ""
    assert shop.applied({"README": "A shop.\n"}) == ""
    assert shop.applied({revision_path("a3"): revision_file("a3", "a2", MARK + ADD), **named}) == "a3 "
    assert shop.applied({revision_path("a3"): revision_file("a3", "a2", MARK + ADD)}) == ""


@pytest.mark.long
def test_whatever_shaped_the_history_makes_all_of_it_run(shop: Shop) -> None:
    assert shop.check() == ALL
    changes: Mapping[str, Mapping[str, str]] = {
        "env.py": {"migrations/env.py": ENV.replace("import options", "import  options")},
        "the naming convention": {"shop/base.py": BASE.replace('"ix"', '"uq"')},
        "a compiler": {"shop/compiled.py": f"{COMPILED}# other\n"},
        "a constant in a class": {"shop/config.py": FILES["shop/config.py"].replace("one", "four")},
        "a constant that is asked for by name": {"shop/options.py": "SCHEMA = 'four'\n"},
        "a constant behind a function": {"shop/deeper.py": "PREFIX = 'four'\n"},
        "a listener that is new": {
            "shop/models.py": f"import shop.listener\n{MODELS}",
            "shop/listener.py": COMPILED,
        },
        "a data file": {"migrations/data.txt": "more"},
        "a revision": {revision_path("a1"): revision_file("a1", None, MARK + CREATE + READ, "Edited")},
        "variables": {"pyproject.toml": "[tool.alembic-proof]\nenv = { MORE = '1' }\n"},
        "arguments": {"pyproject.toml": "[tool.alembic-proof]\nx-arguments = ['a=1']\n"},
    }

    assert {name: shop.applied(files) for name, files in changes.items()} == dict.fromkeys(changes, ALL)


def test_a_branch_beside_makes_all_of_it_run(shop: Shop) -> None:
    assert shop.check() == ALL
    beside = {revision_path("b1"): revision_file("b1", "a1", MARK + "pass")}
    merged = revision_file("m1", None, MARK + "pass").replace(
        "down_revision = None", "down_revision = ('a2', 'b1')"
    )

    assert set(shop.applied({**beside, revision_path("m1"): merged}).split()) == {"a1", "a2", "b1", "m1"}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE reader",
        "ALTER SYSTEM SET work_mem = '5MB'",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); END $$",
    ],
)
def test_what_is_not_in_the_database_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    made = f"op.execute(sa.text({statement!r}))"
    if "SYSTEM" in statement:
        made = f"with op.get_context().autocommit_block():\n        {made}"
    last = revision_file("a2", "a1", f"{MARK}{made}")
    shop = Shop(
        Checkout.create(tmp_path / "project", {**FILES, revision_path("a2"): last}), tmp_path / "marks"
    )

    assert shop.check() == ALL
    assert shop.applied({"shop/models.py": f"{MODELS}    name = Column(String(40))\n"}) == ALL


def test_the_revision_that_a_check_asked_for_is_seen_by_the_next(shop: Shop) -> None:
    """The first begins on a kept database, and looks at no revision at all."""
    assert shop.check() == ALL
    shop.checkout.add({"shop/models.py": f"{MODELS}    name = Column(String(40))\n"})
    assert rules(judged(shop.checkout.top, no_cache=False)) == ["model-drift"]

    shop.checkout.add({revision_path("a3"): revision_file("a3", "a2", ADD)})

    assert rules(judged(shop.checkout.top, no_cache=False)) == []


def test_what_the_revisions_read_counts_for_answers_that_did_without_running_them(shop: Shop) -> None:
    assert shop.check() == ALL
    shop.checkout.add({"shop/models.py": f"{MODELS}# a comment\n"})
    assert shop.check() == ""

    assert shop.applied({"migrations/data.txt": "more"}) == ALL


@pytest.mark.parametrize(
    "importing", ["from shop.types import Name", "import os, shop.types as types; Name = types.Name"]
)
def test_a_module_that_a_revision_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, importing: str
) -> None:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    types = "from sqlalchemy import String\n\n\ndef Name():\n    return String(40)\n"
    add = f"{importing}\n    {ADD.replace('sa.String(40)', 'Name()')}"
    files = {
        **FILES,
        "shop/types.py": types,
        "shop/models.py": f"{MODELS}    name = Column(String(40))\n",
        revision_path("a2"): revision_file("a2", "a1", MARK + add),
    }
    shop = Shop(Checkout.create(tmp_path / "project", files), tmp_path / "marks")
    assert shop.check() == ALL

    assert shop.applied({"shop/models.py": f"{files['shop/models.py']}# a comment\n"}) == ""

    shop.checkout.add({"shop/types.py": types.replace("40", "41")})

    assert rules(judged(shop.checkout.top, no_cache=False)) == ["model-drift"]


TAGS = """\
from sqlalchemy import Column, Integer, Table

from shop.base import Base

LENGTH = 40


class Tag:
    pass


tag = Table("tag", Base.metadata, Column("id", Integer, primary_key=True))
Base.registry.map_imperatively(Tag, tag)
"""


def test_of_a_module_that_does_more_than_declare_the_columns_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    files = {**FILES, "shop/tags.py": TAGS, "migrations/env.py": f"import shop.tags\n{ENV}"}
    shop = Shop(Checkout.create(tmp_path / "project", files), tmp_path / "marks")
    assert shop.check() == ALL

    column = 'primary_key=True), Column("more", Integer))'
    assert shop.applied({"shop/tags.py": TAGS.replace("primary_key=True))", column)}) == ""
    assert shop.applied({"shop/tags.py": TAGS.replace("40", "41")}) == ALL
    assert shop.applied({"shop/tags.py": TAGS}) == ""


LIMITS = f"{MODELS}    name = Column(String(40))\n\n\nLIMIT = 40\n"
MORE = {
    "shop/models.py": LIMITS.replace("Column(String(40))", "Column(String(40))\n    more = Column(Integer)")
}


def reaching(tmp_path: Path, statements: str, **files: str) -> Shop:
    add = f"{statements}\n    {ADD}"
    revisions = {revision_path("a2"): revision_file("a2", "a1", MARK + add)}
    made = {**FILES, "shop/models.py": LIMITS, **files, **revisions}
    shop = Shop(Checkout.create(tmp_path / "project", made), tmp_path / "marks")
    assert shop.check() == ALL
    return shop


def test_where_revisions_import_models_and_look_at_none_their_columns_may_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    shop = reaching(tmp_path, "from shop.models import LIMIT, User\n    assert LIMIT")

    assert shop.applied(MORE) == ""
    assert shop.applied({"shop/models.py": LIMITS.replace("LIMIT = 40", "LIMIT = 41")}) == ALL
    looking = "from shop.models import User\n    str(User.name)"
    assert shop.applied({revision_path("a3"): revision_file("a3", "a2", MARK + looking)}) == "a3 "

    shop.checkout.add({revision_path("a3"): revision_file("a3", "a2", MARK + looking)})
    assert shop.check() == ""
    assert shop.applied(MORE) == "a3 "


@pytest.mark.parametrize(
    ("statements", "files"),
    [
        ("from shop.models import User\n    list(User.__table__.columns)", {}),
        (
            "from shop.names import NAMES",
            {
                "shop/names.py": "from shop.models import User\n\nNAMES = [one.name for one in User.__table__.c]\n",
                "migrations/env.py": f"import shop.names\n{ENV}",
            },
        ),
    ],
)
def test_where_revisions_or_what_they_import_looked_at_models_all_of_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statements: str, files: dict[str, str]
) -> None:
    monkeypatch.setenv("MARKS", str(tmp_path / "marks"))
    assert reaching(tmp_path, statements, **files).applied(MORE) == ALL
