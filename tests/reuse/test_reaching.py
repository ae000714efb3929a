"""The helpers that revisions import: which modules they are, and where nobody can say what they reach."""

from __future__ import annotations

import pytest

from alembic_proof.reuse.reaching import helpers

MODULES = {
    "shop": "shop/__init__.py",
    "shop.types": "shop/types/__init__.py",
    "shop.types.text": "shop/types/text.py",
    "shop.words": "shop/words.py",
    "shop.models": "shop/models.py",
    "shop.helper": "shop/helper.py",
}
SOURCES = {
    "shop/__init__.py": "",
    "shop/types/__init__.py": "from .text import Text",
    "shop/types/text.py": "from ..words import LENGTH\nimport sqlalchemy as sa\nText = sa.String(LENGTH)",
    "shop/words.py": "LENGTH = 40",
    "shop/models.py": "class User(Base):\n    __tablename__ = 'user'",
}
PACKAGE = {"shop/__init__.py"}
HELPER = {*PACKAGE, "shop/helper.py"}
TYPES = {*PACKAGE, "shop/types/__init__.py", "shop/types/text.py", "shop/words.py"}


def reached(revision: str, helper: str = "") -> set[str] | None:
    sources = {path: source.encode() for path, source in {**SOURCES, "shop/helper.py": helper}.items()}
    return helpers([revision.encode()], MODULES, sources)


@pytest.mark.parametrize(
    ("revision", "found"),
    [
        ("import sqlalchemy as sa", set()),
        ("import shop", PACKAGE),
        ("def upgrade():\n    from shop.helper import add", HELPER),
        ("from shop import helper", HELPER),
        ("import shop.helper as helper", HELPER),
        ("from shop.types import Text", TYPES),
        ("from shop import types", TYPES),
        ("from shop import models", None),
        ("from shop.models import User", None),
        ("from shop.types import Text\nfrom shop import models", None),
        ("this is no Python", None),
    ],
)
def test_what_a_revision_imports_and_what_that_imports(revision: str, found: set[str] | None) -> None:
    assert reached(revision) == found


@pytest.mark.parametrize(
    "helper",
    [
        "def version(op):\n    return op.get_context().config.get_main_option('version')",
        "def is_postgresql(op):\n    return op.get_context().dialect.name == 'postgresql'",
        "def add(op):\n    op.execute('SELECT 1')",
    ],
)
def test_a_helper_that_keeps_to_itself(helper: str) -> None:
    assert reached("from shop.helper import add", helper) == HELPER


@pytest.mark.parametrize(
    "helper",
    [
        "from shop.models import User",
        "def add():\n    from shop import models",
        "import sys\nmodels = sys.modules['shop.models']",
        "from importlib import import_module",
        "def add(op):\n    op.get_context().opts",
        "from alembic.op import get_context",
        "def add(op):\n    op.get_context().config.attributes['metadata']",
        "def add(base):\n    base.metadata.create_all()",
        "def add(base):\n    base.registry.mappers",
        "from sqlalchemy.orm import DeclarativeBase",
        "from sqlalchemy import Table\nuser = Table('user')",
        "def add(base):\n    base.__subclasses__()",
        "this is no Python",
    ],
)
def test_a_helper_that_may_reach_what_it_does_not_name(helper: str) -> None:
    assert reached("from shop.helper import add", helper) is None
