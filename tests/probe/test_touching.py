"""Whether revisions look at a model: whoever wants to know of a column has to ask a watched thing for an attribute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Session, clear_mappers, registry

from alembic_proof_probe.touching import Touching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Models:
    """A project's models, of which a test makes its own."""

    def __init__(self) -> None:
        class Base(DeclarativeBase):
            pass

        class User(Base):
            __tablename__ = "user"
            id = Column(Integer, primary_key=True)
            name = Column(String(40))

        self.base: Any = Base
        self.user: Any = User
        self.plain = Table("plain", MetaData(), Column("id", Integer, primary_key=True))
        self.column = self.plain.c.id
        self.statement = select(self.plain)


@pytest.fixture
def touching() -> Iterator[Touching]:
    watch = Touching()
    watch.listen()
    watch.wanted = True
    yield watch
    watch.end()
    clear_mappers()


def script() -> ScriptDirectory:
    """Of a folder without revisions, which nobody has asked for one yet."""
    return ScriptDirectory(str(Path(__file__).parent))


def looked_at(touching: Touching, look: Callable[[Models], object]) -> bool:
    models = Models()
    touching.begin(None, script())
    look(models)
    touching.end()
    return not touching.found_none


def create_own_table(_models: Models) -> None:
    own = Table("own", MetaData(), Column("id", Integer), Column("name", String(40)))
    engine = create_engine("sqlite://")
    own.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(own.insert().values(id=1))
        assert connection.execute(select(own.c.id)).scalars().all() == [1]


def map_own_class(_models: Models) -> None:
    class Base(DeclarativeBase):
        pass

    class Own(Base):
        __tablename__ = "own"
        id = Column(Integer, primary_key=True)

    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Own(id=1))
        session.commit()
        assert session.scalars(select(Own.id)).all() == [1]


@pytest.mark.parametrize("work", [create_own_table, map_own_class, lambda models: models.base.metadata])
def test_what_revisions_make_for_themselves_is_no_model(
    touching: Touching, work: Callable[[Models], object]
) -> None:
    assert not looked_at(touching, work)


def session_with(models: Models) -> None:
    engine = create_engine("sqlite://")
    with Session(engine) as session:
        session.add(models.user(id=1))


@pytest.mark.parametrize(
    "look",
    [
        lambda models: models.user.name,
        lambda models: hasattr(models.user, "town"),
        lambda models: vars(models.user),
        lambda models: dir(models.user),
        lambda models: inspect(models.user),
        lambda models: select(models.user),
        lambda models: models.user(id=1),
        session_with,
        lambda models: models.base.metadata.create_all(create_engine("sqlite://")),
        lambda models: models.base.metadata.tables["user"].c,
        lambda models: next(iter(models.base.registry.mappers)).columns,
        lambda models: models.plain.columns,
        lambda models: models.column.type,
        lambda models: str(models.statement),
        lambda models: Table("more", models.plain.metadata),
        lambda models: type(
            "Late", (models.base,), {"__tablename__": "late", "id": Column(Integer, primary_key=True)}
        ),
    ],
)
def test_whoever_looks_at_a_model_is_seen(touching: Touching, look: Callable[[Models], object]) -> None:
    assert looked_at(touching, look)


def test_a_class_that_cannot_be_watched_counts_as_looked_at(touching: Touching) -> None:
    table = Table("user", MetaData(), Column("id", Integer, primary_key=True))
    registry().map_imperatively(type("User", (), {}), table)
    touching.begin(None, script())

    assert not touching.found_none


def test_nothing_is_known_where_nobody_watched(touching: Touching) -> None:
    touching.wanted = False
    touching.begin(None, script())

    assert not touching.found_none


def test_afterwards_everything_is_as_it_was(touching: Touching) -> None:
    models = Models()
    kinds = (Table, Column, type(models.user), type(inspect(models.user)))
    before = [kind.__getattribute__ for kind in kinds]
    touching.begin(None, script())
    assert [kind.__getattribute__ for kind in kinds] != before
    touching.end()

    assert [kind.__getattribute__ for kind in kinds] == before
    assert not any("__getattribute__" in vars(kind) for kind in kinds)


def test_the_context_s_own_table_is_none_of_the_models(touching: Touching) -> None:
    class Context:
        _version = Table("alembic_version", MetaData(), Column("version_num", String(32)))

    touching.begin(Context, script())
    assert list(Context._version.c)
    touching.end()

    assert touching.found_none


def test_revisions_that_were_imported_before_may_have_looked_at_models(
    touching: Touching, tmp_path: Path
) -> None:
    (tmp_path / "versions").mkdir()
    early = ScriptDirectory(str(tmp_path))
    assert early.get_heads() == []
    touching.begin(None, early)

    assert not touching.found_none
