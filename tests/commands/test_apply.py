"""The revisions on a database that a person names."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support import servers
from support.commands import ADD, ENV, FILES, INI, MODELS, NICKNAME, Project, revision_file, revision_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

B1 = revision_path("b1")
SECONDS = re.compile(r"\d+\.\d\d s")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture(scope="module")
def server() -> Iterator[servers.TcpServer]:
    with servers.tcp_postgres() as server:
        yield server


def asked(file: Path, query: str) -> list[object]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute(query)]


def stamped(file: Path) -> list[object]:
    return asked(file, "SELECT version_num FROM alembic_version")


def test_each_revision_is_told_as_it_goes(project: Project, file: Path) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME, B1: revision_file("b1", "a1", ADD, "Nicknames")})

    ran = project.run("apply", "--database", f"sqlite:///{file}")

    assert ran.status == 0
    assert SECONDS.sub("N s", ran.err) == "applied a1  Users  N s\napplied b1  Nicknames  N s\n"
    assert ran.text == (
        "note: 2 revisions applied\n"
        "note: the database is at b1\n"
        f"nothing found in the index (alembic.ini: 2 revisions on SQLite file {file}, N s)\n"
    )
    assert stamped(file) == ["b1"]
    assert asked(file, "SELECT name FROM pragma_table_info('user')") == ["id", "nickname"]


def test_a_second_time_there_is_nothing_to_do(project: Project, file: Path) -> None:
    project.run("apply", "--database", f"sqlite:///{file}")
    before = file.read_bytes()

    ran = project.run("apply", "--database", f"sqlite:///{file}")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("note: 0 revisions applied\nnote: the database is at a1\n")
    assert file.read_bytes() == before


def test_what_others_put_there_stays(project: Project, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE keep (x); INSERT INTO keep VALUES (7);")

    assert project.run("apply", "--database", f"sqlite:///{file}").status == 0
    assert asked(file, "SELECT x FROM keep") == [7]


def test_a_failing_revision_is_named(project: Project, file: Path) -> None:
    project.run("apply", "--database", f"sqlite:///{file}")
    project.checkout.add({B1: revision_file("b1", "a1", 'op.execute("SELEC 1")')})

    ran = project.run("apply", "--database", f"sqlite:///{file}")

    assert ran.status == 1
    assert ran.text == (
        f'{B1}:13: upgrade-failed: revision b1 fails: OperationalError: near "SELEC": syntax error, '
        "at SELEC 1\n"
        f"  fix: mend {B1} and run alembic-proof check again\n"
        "\n"
        "note: 0 revisions applied\n"
        f"1 finding in the index (alembic.ini: 2 revisions on SQLite file {file}, N s)\n"
    )
    assert stamped(file) == ["a1"]


def test_a_database_that_is_ahead_of_the_tree(project: Project, file: Path) -> None:
    project.run("apply", "--database", f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("UPDATE alembic_version SET version_num = 'z9'")
    before = file.read_bytes()

    assert project.refused("apply", "--database", f"sqlite:///{file}") == (
        "alembic-proof: the database is stamped with z9, which the tree does not have\n"
        "  fix: apply from a tree that has that revision, or see who removed it: "
        "git log --all --diff-filter=D -- '*.py'\n"
    )
    assert file.read_bytes() == before


@pytest.mark.parametrize("options", [(), ("--database", "embedded"), ("--database", "local")])
def test_a_database_must_be_named(project: Project, options: tuple[str, ...]) -> None:
    assert project.refused("apply", *options) == (
        "alembic-proof: apply needs a database to apply the revisions to\n"
        "  fix: name it: --database postgresql://USER@HOST/NAME\n"
    )


def test_one_environment_must_be_chosen(project: Project, file: Path) -> None:
    project.checkout.add({f"service/{path}": text for path, text in FILES.items()})

    assert project.refused("apply", "--database", f"sqlite:///{file}") == (
        "alembic-proof: there are several environments, and one database: alembic.ini, service/alembic.ini\n"
        "  fix: choose one with --config\n"
    )
    assert (
        project.run("apply", "--config", "service/alembic.ini", "--database", f"sqlite:///{file}").status == 0
    )


def test_a_database_of_another_dialect(project: Project) -> None:
    assert project.refused("apply", "--database", "postgresql://user:secret@127.0.0.1:1/shop") == (
        "alembic-proof: env.py connects to a sqlite database, and --database names a postgresql one\n"
        "  fix: name a sqlite database\n"
    )


def test_env_py_with_two_databases(project: Project, file: Path) -> None:
    both = 'from sqlalchemy import create_engine\nsecond = create_engine("sqlite:///second.db").connect()\n'
    project.checkout.add({"migrations/env.py": both + ENV})

    assert project.refused("apply", "--database", f"sqlite:///{file}") == (
        "alembic-proof: env.py connects to several databases, and --database names one\n"
        "  fix: apply them one by one, with x-arguments in [tool.alembic-proof] that make env.py choose\n"
    )
    assert asked(file, "SELECT name FROM sqlite_master") == []


def on_postgresql(project: Project) -> None:
    ini = INI.replace("sqlite:///app.db", "postgresql+psycopg2://host.invalid/name")
    project.checkout.add({"alembic.ini": ini})


def test_a_server_with_a_password(project: Project, server: servers.TcpServer) -> None:
    on_postgresql(project)
    name = servers.unused_name()
    server.execute(f"CREATE DATABASE {name}")
    url = server.url(database=name)

    ran = project.run("apply", env={"ALEMBIC_PROOF_DATABASE": url})
    again = project.run("apply", "--database", url)

    assert ran.status == 0, ran
    assert SECONDS.sub("N s", ran.err) == "applied a1  Users  N s\n"
    assert ran.text.endswith(f" (alembic.ini: 1 revision on {name} at 127.0.0.1:{server.port}, N s)\n")
    assert (again.status, again.err) == (0, "")
    assert name in server.databases()
    server.execute(f"DROP DATABASE {name}")


def test_a_wrong_password_is_not_shown(project: Project, server: servers.TcpServer) -> None:
    on_postgresql(project)

    said = project.refused("apply", "--database", server.url(password="s3cret-w0rd"))

    first, hint, *rest = said.splitlines()
    assert first.startswith(
        f"alembic-proof: env.py cannot use the database at postgres at 127.0.0.1:{server.port}: "
    )
    assert 'password authentication failed for user "admin"' in first
    assert (
        hint == "  fix: see that the server runs, and that --database has its host, port, user and password"
    )
    assert "s3cret" not in said
    assert rest == []


def test_a_fork_is_found_before_anything_is_applied(project: Project, file: Path) -> None:
    project.checkout.add(
        {
            B1: revision_file("b1", "a1", ADD, "Nicknames"),
            revision_path("b2"): revision_file("b2", "a1", "pass", "Birthdays"),
        }
    )

    ran = project.run("apply", "--database", f"sqlite:///{file}")

    assert ran.status == 1
    assert ran.err == ""
    assert "multiple-heads: 2 heads: b1" in ran.text
    assert "\nnote: nothing was applied: mend the history first\n" in ran.text
    assert not file.exists()
