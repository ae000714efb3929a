"""Code that looks through all columns, tables or models before a revision runs."""

from __future__ import annotations

import pytest

from alembic_proof.reuse.reading import look_through_models


@pytest.mark.parametrize(
    "source",
    [
        "NAMES = [one.name for one in User.__table__.columns]",
        "NAMES = {one.name for one in user.c if one.nullable}",
        "NAMES = user.c.keys()",
        "HAS = 'town' in user.columns",
        "for table in Base.metadata.sorted_tables:\n    SCHEMAS.add(table.schema)",
        "TABLES = list(Base.metadata.tables)",
        "COLUMNS = sqlalchemy.inspect(User).columns",
        "ALL = Base.__subclasses__()",
        "class Names:\n    ALL = tuple(user.columns)",
        "def names():\n    return list(user.c)\n\n\nNAMES = names()",
        "def run():\n    for one in metadata.sorted_tables:\n        make(one)\n\n\nif online:\n    run()",
        "@event.listens_for(Table, 'after_parent_attach')\ndef note(table, metadata):\n    pass",
        "@event.listens_for(Mapper, 'mapper_configured')\ndef note(mapper, cls):\n    pass",
        "class Base(DeclarativeBase):\n    def __init_subclass__(cls):\n        ALL.append(cls)",
        "NAMES = list(user.columns) (",
    ],
)
def test_what_becomes_of_a_column_then_nobody_can_say(source: str) -> None:
    assert look_through_models([b"x = 1", source.encode()])


@pytest.mark.parametrize(
    "source",
    [
        "Index('one', user.c.town)",
        "order = user.c['name']",
        "def names():\n    return [one.name for one in User.__table__.columns]",
        "names = lambda: list(user.c)",
        "def include(thing, name, *rest):\n    return name in metadata.tables\n\n\nconfigure(include_object=include)",
        "query = text('SELECT 1').columns(id)",
        "self.columns = 1",
        "class Plugin:\n    def __init_subclass__(cls):\n        ALL.append(cls)",
    ],
)
def test_other_code_says_what_it_takes(source: str) -> None:
    assert not look_through_models([source.encode()])
