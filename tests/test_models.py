"""Models as the source tells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.models import Model, Root, may_define_models, parse_models, with_inherited_roots

PATH = "app/models/user.py"


def models(source: str, path: str = PATH) -> tuple[Model, ...]:
    return parse_models(path, source.encode())


def model(source: str, path: str = PATH) -> Model:
    (found,) = (one for one in models(source, path) if not one.abstract)
    return found


def mapped(imports: str, base: str) -> str:
    return f"{imports}\n\n\nclass User({base}):\n    __tablename__ = 'user'\n    id = Column(Integer)\n"


def test_a_declarative_class() -> None:
    source = mapped("from app.database import Base", "Base")
    assert models(source) == (
        Model(
            PATH,
            4,
            "User",
            "user",
            roots=(Root(("Base",), module="app.database"), Root((), module="app.database.Base")),
            columns={"id": 6},
        ),
    )


@pytest.mark.parametrize(
    ("imports", "base", "roots"),
    [
        ("import app.database", "app.database.Base", [Root(("database", "Base"), module="app")]),
        ("import app.database as db", "db.Base", [Root(("Base",), module="app.database")]),
        (
            "from app import db",
            "db.Model",
            [Root(("db", "Model"), module="app"), Root(("Model",), module="app.db")],
        ),
        (
            "from .base import Base",
            "Base",
            [
                Root(("Base",), path="app/models/base.py"),
                Root(("Base",), path="app/models/base/__init__.py"),
                Root((), path="app/models/base/Base.py"),
            ],
        ),
        (
            "from . import Base",
            "Base",
            [Root(("Base",), path="app/models/__init__.py"), Root((), path="app/models/Base.py")],
        ),
        (
            "from ..database import Base as Root",
            "Root",
            [
                Root(("Base",), path="app/database.py"),
                Root(("Base",), path="app/database/__init__.py"),
                Root((), path="app/database/Base.py"),
            ],
        ),
        (
            "from app.base import Base",
            "Base[int]",
            [Root(("Base",), module="app.base"), Root((), module="app.base.Base")],
        ),
        ("from app.base import *", "Base", []),
        ("", "make_base()", []),
    ],
)
def test_what_a_class_stands_on(imports: str, base: str, roots: list[Root]) -> None:
    assert list(model(mapped(imports, base)).roots) == roots


def test_an_import_that_only_the_type_checker_or_a_try_makes() -> None:
    source = mapped("try:\n    from app.a import Base\nexcept ImportError:\n    Base = None", "Base")
    assert model(source).roots[0] == Root(("Base",), module="app.a")


def test_mixins_and_abstract_bases_of_the_same_file() -> None:
    found = models(
        """\
from app.database import Base
from app.mixins import Timestamps


class Abstract(Base):
    __abstract__ = True
    id = Column(Integer)


class Mixin:
    note: str


class User(Mixin, Timestamps, Abstract):
    __tablename__ = "user"
"""
    )
    assert [(one.name, one.abstract) for one in found] == [
        ("Abstract", True),
        ("Mixin", True),
        ("User", False),
    ]
    assert [root.names for root in found[2].roots if root.names] == [("Timestamps",), ("Base",)]


def test_a_mixin_with_columns_and_a_class_without_any_are_told_apart() -> None:
    """A class that only inherits its columns has a table; one that only gives some, or none, may have none."""
    found = models("class Names:\n    name = mapped_column(String)\n\n\nclass Plain(Base):\n    x = 1\n")
    assert [(one.name, one.abstract, one.table) for one in found] == [
        ("Names", False, None),
        ("Plain", True, None),
    ]


@pytest.mark.parametrize(
    ("source", "table"),
    [
        ("class Hero(SQLModel, table=True):\n    id: int = Field(primary_key=True)\n", "hero"),
        ("class Hero(SQLModel, table=True):\n    __tablename__: str = 'heroes'\n", "heroes"),
        ("class Hero(Base):\n    __table__ = Table('heroes', metadata, Column('id', Integer))\n", "heroes"),
        ("heroes = Table('heroes', metadata, Column('id', Integer))\n", "heroes"),
        ("heroes: Table = sa.Table('heroes', db.metadata)\n", "heroes"),
        ("Table('heroes', metadata)\n", "heroes"),
        ("class Hero(db.Model):\n    id = db.Column(db.Integer)\n", None),
        ("class Hero(Base):\n    __tablename__ = prefix + 'heroes'\n", None),
    ],
)
def test_the_ways_to_name_a_table(source: str, table: str | None) -> None:
    assert model(source).table == table


@pytest.mark.parametrize(
    "source",
    [
        "class Hero(SQLModel):\n    name: str\n",
        "class Hero(SQLModel, table=False):\n    name: str\n",
        "class Hero(SQLModel):\n    name: str = Field(max_length=40)\n",
        "class Hero(SQLModel):\n    name: str = Field(sa_column=Column(String))\n",
        "heroes = Table('heroes')\n",
        "heroes = Table(name, metadata)\n",
        "x = 1\n",
        "def table():\n    return Table('heroes', metadata)\n",
        "class Hero(Base:\n",
        "\x00",
    ],
)
def test_what_is_no_table(source: str) -> None:
    assert [one for one in models(source) if not one.abstract] == []


def test_the_name_that_flask_sqlalchemy_makes_is_guessed() -> None:
    found = model("class OrderItem(db.Model):\n    id = db.Column(db.Integer)\n")
    assert found.possible_tables == ("order_item", "order_items", "orderitem", "orderitems")


def test_where_the_columns_are() -> None:
    found = models(
        """\
class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    pets = relationship("Pet")
    limit = 3


pets = Table(
    "pet",
    metadata,
    Column("id", Integer),
    Column("name", String),
)
"""
    )
    assert [dict(one.columns) for one in found] == [{"id": 3, "pets": 5}, {"id": 12, "name": 13}]


def test_a_chain_over_files_that_nothing_loaded() -> None:
    others = {
        "app/base.py": models(
            "from app.database import Base\n\n\nclass Own(Base):\n    __abstract__ = True\n", "app/base.py"
        ),
        "app/pets/__init__.py": models(
            "from app.base import Own\n\n\nclass Pet(Own):\n    __abstract__ = True\n", "app/pets/__init__.py"
        ),
        "app/cats.py": models(
            "from app.pets import Pet\n\n\nclass Cat(Pet):\n    __tablename__ = 'cat'\n", "app/cats.py"
        ),
    }

    (found,) = with_inherited_roots((one for several in others.values() for one in several), others)

    assert (found.path, found.name, found.table) == ("app/cats.py", "Cat", "cat")
    assert Root(("Base",), module="app.database") in found.roots


def test_classes_that_stand_on_each_other_come_to_an_end() -> None:
    source = "from app.b import B\n\n\nclass A(B):\n    __tablename__ = 'a'\n"
    others = {
        "app/a.py": models(source, "app/a.py"),
        "app/b.py": models(source.replace("B", "A").replace("class A(A)", "class B(A)"), "app/b.py"),
    }
    found = list(with_inherited_roots((one for several in others.values() for one in several), others))
    assert [one.name for one in found] == ["A", "B"]


@pytest.mark.parametrize(
    ("source", "may"),
    [
        (b"class User(Base):\n    __tablename__ = 'user'\n", True),
        (b"class Hero(SQLModel, table=True): ...", True),
        (b"users = sa.Table('user', metadata)", True),
        (b"id = db.Column(db.Integer)", True),
        (b"def f(): ...", False),
    ],
)
def test_most_files_need_no_parsing(source: bytes, may: bool) -> None:
    assert may_define_models(source) is may


IDENTIFIERS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True).map(lambda name: f"x{name}")


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read(source: bytes) -> None:
    assert isinstance(parse_models(PATH, source), tuple)


@given(module=st.lists(IDENTIFIERS, min_size=1, max_size=3), base=IDENTIFIERS, alias=IDENTIFIERS)
def test_an_absolute_import_is_found_again(module: list[str], base: str, alias: str) -> None:
    dotted = ".".join(module)
    source = mapped(f"from {dotted} import {base} as {alias}", alias)
    assert model(source).roots == (Root((base,), module=dotted), Root((), module=f"{dotted}.{base}"))


@given(folders=st.lists(IDENTIFIERS, min_size=1, max_size=4), level=st.integers(1, 4), base=IDENTIFIERS)
def test_a_relative_import_climbs_from_its_own_folder(folders: list[str], level: int, base: str) -> None:
    path = "/".join([*folders, "user.py"])
    above = folders[: max(0, len(folders) - level + 1)]
    found = model(mapped(f"from {'.' * level}base import {base}", base), path)
    assert found.roots[0] == Root((base,), path="/".join([*above, "base.py"]))
