"""The revisions start on an empty database, whatever else fills it, and only what they make is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.commands import ENV, FILES, MODELS, NICKNAME, Project, make_project, revision_file, revision_path
from support.once import proof_cache

if TYPE_CHECKING:
    from pathlib import Path


CREATES = """
from sqlalchemy import create_engine
Base.metadata.create_all(create_engine("sqlite:///app.db"))
"""
CREATES_HERE = "    Base.metadata.create_all(connection)\n"
DRIFT = "models.py:10: model-drift: column user.nickname is in the models and in no revision"


def verdict(project: Project) -> tuple[int, list[str], str]:
    """The exit status, the lines of the findings, and what stands on standard error."""
    ran = project.run("check")
    return ran.status, [line for line in ran.out.splitlines() if ": model-drift: " in line], ran.err


def test_importing_the_models_creates_their_tables(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME + CREATES})
    assert verdict(project) == (1, [DRIFT], "")


def test_env_py_creates_the_tables_on_each_run(project: Project) -> None:
    env = ENV.replace("with engine.connect()", "Base.metadata.create_all(engine)\nwith engine.connect()")
    project.checkout.add({"models.py": MODELS + NICKNAME, "migrations/env.py": env})
    assert verdict(project) == (1, [DRIFT], "")


def test_env_py_creates_the_tables_on_its_own_connection(project: Project) -> None:
    env = ENV.replace(
        "    context.configure", CREATES_HERE + "    connection.commit()\n    context.configure"
    )
    project.checkout.add({"models.py": MODELS + NICKNAME, "migrations/env.py": env})
    assert verdict(project) == (1, [DRIFT], "")


def test_an_env_py_that_leaves_its_transaction_open(project: Project) -> None:
    """SQLAlchemy 2 begins it with the first statement, and Alembic then leaves it to env.py."""
    env = ENV.replace("    context.configure", CREATES_HERE + "    context.configure")
    project.checkout.add({"migrations/env.py": env})
    problem, hint, *_ = project.refused("check").splitlines()
    assert problem == (
        "alembic-proof: migrations/env.py does not commit what the revisions do: "
        "on its next connection the database is empty"
    )
    assert hint == (
        "  fix: with SQLAlchemy 2, commit what the connection does before context.configure(), "
        "or use another connection"
    )


def test_tables_that_appear_after_the_revisions_are_not_theirs(project: Project) -> None:
    env = ENV + "Base.metadata.create_all(engine)\n"
    other = (
        '\n\nclass Order(Base):\n    __tablename__ = "order"\n    id = Column(Integer, primary_key=True)\n'
    )
    project.checkout.add({"models.py": MODELS + other, "migrations/env.py": env})
    line = "models.py:12: model-drift: table order is in the models and in no revision"
    assert verdict(project) == (1, [line], "")


def test_a_revision_that_needs_what_importing_the_models_creates(project: Project) -> None:
    files = {
        "models.py": MODELS + CREATES,
        revision_path("a1"): revision_file("a1", None, "op.execute('INSERT INTO user (id) VALUES (1)')"),
    }
    project.checkout.add(files)
    ran = project.run("check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == (
        "note: importing the project makes tables that the revisions need, user among them; they were kept"
    )


def test_engines_that_were_connected_before_the_database_was_made_anew(tmp_path: Path) -> None:
    """A pool of the models' keeps its connections; on PostgreSQL their database is dropped under them."""
    url = "postgresql+psycopg2://app@db.example.invalid/app"
    creates = CREATES.replace("sqlite:///app.db", url).replace("Base.metadata.create_all(", "engine = ")
    creates = creates.rstrip().removesuffix(")") + "\nBase.metadata.create_all(engine)\n"
    env = ENV.replace("from models import Base", "from models import Base, engine").replace(
        'engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)\n', ""
    )
    files = {
        "alembic.ini": FILES["alembic.ini"].replace("sqlite:///app.db", url),
        "models.py": MODELS + NICKNAME + creates,
        "migrations/env.py": env,
    }
    project = make_project(tmp_path / "project", proof_cache(), files)
    assert verdict(project) == (1, [DRIFT], "")
