"""Which modules only declare, what others can see of them, and what a module speaks of."""

from __future__ import annotations

import pytest

from alembic_proof.reuse.declaring import only_declares, used_names, values

MODEL = (
    b"from sqlalchemy import Column\nfrom shop.base import Base\nclass A(Base):\n    id = Column(Integer)\n"
)


@pytest.mark.parametrize(
    "source",
    [
        MODEL,
        b'"""Kinds."""\nimport enum\nclass Kind(enum.Enum):\n    A = 1\n',
        b"from sqlalchemy import Index\nIndex('ix', 'a')\n",
        b"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop\n",
        b"X: int = 1\n__all__ = ['X']\n__all__ += ['Y']\n",
    ],
)
def test_modules_that_only_declare(source: bytes) -> None:
    assert only_declares(source)


@pytest.mark.parametrize(
    "source",
    [
        b"from sqlalchemy import event\n",
        b"from sqlalchemy.ext.compiler import compiles as on\n",
        b"import sqlalchemy as sa\nsa.event.listen(sa.Table, 'after_create', print)\n",
        b"register()\n",
        b"for x in ():\n    pass\n",
        b"import shop\nshop.x = 1\n",
        b"import os\nX = os.environ['X']\n",
        b"class A:\n    def __init_subclass__(cls): pass\n",
        b"def f(:\n",
        b"\0",
    ],
)
def test_modules_that_may_do_more(source: bytes) -> None:
    assert not only_declares(source)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (MODEL, ()),
        (b"class Base(DeclarativeBase):\n    pass\n", ()),
        (b"class A(Base):\n    __tablename__ = 'a'\n", ()),
        (b"class A(Base):\n    id: Mapped[int]\n", ()),
        (b"class A(SQLModel, table=True):\n    id: int\n", ()),
        (b"metadata = MetaData()\nt = Table('t', metadata)\n", ()),
        (b"class Config:\n    SCHEMA = 'a'\n", ("Config",)),
        (b"class Kind(Enum):\n    A = 1\n", ("Kind",)),
        (b"A = 1\nB: int = 2\nif A:\n    C, D = 3, 4\ndef f(): pass\n", ("A", "B", "C", "D", "f")),
    ],
)
def test_what_others_could_use_of_a_module(source: bytes, names: tuple[str, ...]) -> None:
    assert values("shop/things.py", source) == {*names, "module things"}


def test_a_package_goes_by_its_folder() -> None:
    assert values("shop/things/__init__.py", b"") == {"module things"}


@pytest.mark.parametrize(
    "source",
    [
        b"from shop import options\nx = getattr(options, 'SCH' + 'EMA')\n",
        b"from shop import options as o\nx = getattr(o, name)\n",
        b"import shop.options\nx = vars(shop.options)\n",
        b"import shop.options as o\nx = o.__dict__[name]\n",
        b"x = getattr(import_module('shop.options'), name)\n",
        b"m = import_module('shop.options')\nx = getattr(m, name)\n",
    ],
)
def test_a_module_whose_names_are_made_in_the_run(source: bytes) -> None:
    assert "module options" in used_names(source)


@pytest.mark.parametrize(
    "source",
    [
        b"from shop.options import SCHEMA\n",
        b"import shop.options as o\nx = o.SCHEMA\n",
        b"x = load('shop.options.SCHEMA')\n",
        b"x = load('shop.options:SCHEMA')\n",
        b"from shop import options\nx = getattr(options, 'SCHEMA')\n",
    ],
)
def test_a_name_however_it_is_spoken_of(source: bytes) -> None:
    assert "SCHEMA" in used_names(source)
