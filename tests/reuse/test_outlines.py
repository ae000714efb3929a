"""Two sources with one outline differ in nothing but columns, constraints, indexes and relationships."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.reuse.outlines import outline

if TYPE_CHECKING:
    from random import Random

CLASS = """\
from sqlalchemy import Column, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

LENGTH = 40


class User(Base):
    '''Somebody.'''

    __tablename__ = "user"
    # who it is
    id = Column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(LENGTH))  # as people write it
    __table_args__ = (Index("one", "id"), Index("two", "name"))

    def greet(self):
        return "hello"
"""
TABLE = """\
from sqlalchemy import Column, Integer, Table

user = Table(
    "user",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Integer),
    schema="shop",
)


class User:
    pass


registry.map_imperatively(User, user)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Integer, primary_key=True", "Integer"),
        ("String(LENGTH)", "String(LENGTH * 2), unique=True, default=make_name"),
        ("    name: Mapped[str] = mapped_column(String(LENGTH))  # as people write it\n", ""),
        ("    # who it is\n    id", "    id"),
        (
            "    __table_args__",
            "\n    # a note\n    more = Column(Integer, server_default=func.now())\n    __table_args__",
        ),
        ("    __table_args__", "    town: Mapped[int | None]\n    __table_args__"),
        (
            "    __table_args__",
            "    orders = relationship('Order', back_populates='user')\n    __table_args__",
        ),
        ("    __table_args__", "    one = Column(Integer); two = Column(Integer)\n    __table_args__"),
        ("# as people write it", "# as they write it themselves"),
        (', Index("two", "name")', ', UniqueConstraint("name"), CheckConstraint("id > 0")'),
    ],
)
def test_what_a_mapped_class_declares_is_no_part_of_it(old: str, new: str) -> None:
    assert outline(changed(CLASS, old, new)) == outline(CLASS.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("LENGTH = 40", "LENGTH = 41"),
        ('"hello"', '"good day"'),
        ('"user"', '"person"'),
        ("    __tablename__", "    LENGTH = 40\n    __tablename__"),
        ("class User(Base)", "class User(Other)"),
        ("class User", "@listens\nclass User"),
        ("primary_key=True", "primary_key=register(40)"),
        ("primary_key=True", "primary_key=(KEY := True)"),
        ("primary_key=True", "info=setattr(sa, 'x', 1)"),
        ("primary_key=True", "info=DDL('CREATE SCHEMA shop')"),
        ("String(LENGTH)", "Enum('a', name='kind', metadata=Base.metadata)"),
        ("id = Column", "id = more.values = Column"),
        ("id = Column(Integer, primary_key=True)", "id = Column(Integer, primary_key=True); LENGTH = 40"),
        ("id = Column(Integer, primary_key=True)", "id = key()"),
        ('Index("one", "id")', '{"schema": "shop"}'),
        ("    __table_args__ =", "    __abstract__ = True\n    __table_args__ ="),
        ("Mapped[str]", "Mapped[register()]"),
    ],
)
def test_everything_else_is(old: str, new: str) -> None:
    assert outline(changed(CLASS, old, new)) != outline(CLASS.encode())


def test_the_columns_of_a_mixin_are_part_of_it() -> None:
    mixin = CLASS.replace('    __tablename__ = "user"\n', "")
    assert outline(changed(mixin, "Integer, primary_key", "String, primary_key")) != outline(mixin.encode())


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        ('    Column("name", Integer),\n', "", True),
        ('"name", Integer', '"name", MutableDict.as_mutable(JSONB), ForeignKey("town.id")', True),
        ("    schema=", '    # another\n    Column("more", Integer),\n    schema=', True),
        ("    schema=", '    UniqueConstraint("name"),\n    schema=', True),
        ('"shop"', '"other"', False),
        ("    schema=", "    *more_columns(),\n    schema=", False),
        ("    schema=", "    listen(),\n    schema=", False),
        ("registry.map_imperatively(User, user)", "registry.map_imperatively(User, other)", False),
    ],
)
def test_the_columns_of_a_table_are_no_part_of_it(old: str, new: str, is_same: bool) -> None:
    assert (outline(changed(TABLE, old, new)) == outline(TABLE.encode())) is is_same


@pytest.mark.parametrize(
    "source",
    [
        b"class User:\n    id = (",
        b"# coding: latin-1\nx = 1\n",
        "x = 'ü'\n".encode("latin-1"),
        b"\xef\xbb\xbfx = 1\n",
        b"x = 1\ry = 2\n",
        b"\fx = 1\n",
    ],
)
def test_there_is_none_where_nobody_can_say_where_things_stand(source: bytes) -> None:
    assert outline(source) is None


def test_other_line_ends_and_letters_are_no_matter() -> None:
    source = CLASS.replace("Somebody", "Jemand für uns").replace("\n", "\r\n")
    assert outline(changed(source, "Integer, primary_key", "String, primary_key")) == outline(source.encode())
    assert outline(changed(source, "LENGTH = 40", "LENGTH = 41")) != outline(source.encode())


DECLARED = ("a = Column(Integer)", "b: Mapped[int] = mapped_column(String('ü'))", "c: Mapped[str]")
OTHER = ("x = 1", "def f(self): return 1", "y = other()", "'text'", "z = Column(f())")
RESTS = ("", "  # note", "; pass", "; x = 1", "\n")
LINES = st.lists(st.tuples(st.sampled_from((*DECLARED, *OTHER)), st.sampled_from(RESTS)), max_size=4)


@given(LINES, LINES)
def test_what_is_left_of_two_classes_with_one_outline_runs_alike(
    one: list[tuple[str, str]], other: list[tuple[str, str]]
) -> None:
    """The other with a declaration of the first more, so that many have one outline."""
    mixed = [line for line in one if line[0] in OTHER or line[1]]
    for source in (made(other), made(mixed), made([*one, *other])):
        if outline(source) == outline(made(one)):
            assert left(source) == left(made(one))


@given(st.lists(st.sampled_from(OTHER), min_size=1), st.lists(st.sampled_from(DECLARED)), st.randoms())
def test_declarations_anywhere_in_a_class_leave_one_outline(
    others: list[str], declared: list[str], random: Random
) -> None:
    mixed = list(others[1:])
    for text in declared:
        mixed.insert(random.randint(0, len(mixed)), text)
    assert outline(made([(text, "") for text in (others[0], *mixed)])) == outline(
        made([(text, "") for text in others])
    )


def made(statements: list[tuple[str, str]]) -> bytes:
    body = "".join(f"    {text}{rest}\n" for text, rest in statements)
    return f"class User(Base):\n    __tablename__ = 'user'\n{body}".encode()


def left(source: bytes) -> list[str]:
    (mapped,) = ast.parse(source).body
    assert isinstance(mapped, ast.ClassDef)
    declared = {ast.dump(ast.parse(text).body[0]) for text in DECLARED}
    dumped = map(ast.dump, mapped.body)
    return [text for text in dumped if text not in declared and text != "Pass()"]


def changed(source: str, old: str, new: str) -> bytes:
    assert source.count(old) == 1, old
    return source.replace(old, new).encode()
