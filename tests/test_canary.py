"""No connection of the project's code arrives anywhere but at a throwaway database.

Each way to connect is tried by itself, where the canary has to see it, and below the tool, where it must not.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import pytest

from support import servers, ways
from support.canary import Canary, canary, kernel_isolates
from support.commands import FILES, Project, make_project, revision_file, revision_path
from support.interpreters import CURRENT, interpreter
from support.once import proof_cache
from support.servers import open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60


@pytest.fixture(scope="session")
def cache() -> Path:
    return proof_cache()


@pytest.fixture(scope="session")
def python() -> Path:
    return interpreter(CURRENT)


@pytest.fixture
def bird(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Canary]:
    """The canary, known to whatever is started, and a `psql` on the PATH that goes to it."""
    program = tmp_path / "bin" / "psql"
    program.parent.mkdir()
    program.write_text(f"#!{interpreter(CURRENT)}\n{ways.CONNECT}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    with open_folder() as folder, canary(folder) as found:
        for name, value in found.variables.items():
            monkeypatch.setenv(name, value)
        yield found


def project_with(tmp_path: Path, cache: Path, python: Path, files: dict[str, str]) -> Project:
    project = make_project(tmp_path / "project", cache, files)
    return Project(project.checkout, {**project.env, "ALEMBIC_PROOF_PYTHON": str(python)})


def alone(python: Path, folder: Path, code: str) -> None:
    folder.mkdir()
    subprocess.run([python, "-c", code], cwd=folder, capture_output=True, timeout=SECONDS)


def judge(project: Project, passes: bool) -> None:
    """The check passes, or says in two lines what was kept away; it never goes on in silence."""
    ran = project.run("check")
    if passes:
        assert (ran.status, ran.err) == (0, ""), ran
        return
    assert (ran.status, ran.out) == (2, ""), ran
    problem, hint, *_ = ran.err.splitlines()
    assert " tried to reach " in problem, ran.err
    assert problem.endswith(", which is no throwaway database")
    assert hint == (
        '  fix: if loading the project needs that host: allow-connections = ["HOST:PORT"] in [tool.alembic-proof]'
    )


SERVERS = {
    "sqlalchemy": ways.SQLALCHEMY,
    "postgresql": ways.POSTGRESQL,
    "others": ways.OTHERS,
    "kernel": ways.KERNEL,
}


@pytest.mark.parametrize(
    "way", [way for group in SERVERS.values() for way in group], ids=lambda way: way.name
)
def test_each_way_leads_to_the_canary(way: ways.Way, bird: Canary, tmp_path: Path, python: Path) -> None:
    alone(python, tmp_path / "alone", ways.PRELUDE + way.code)
    assert bird.seen


@pytest.mark.parametrize("group", SERVERS)
def test_env_py_does_not_reach_a_server(
    group: str, bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    if group == "kernel" and not kernel_isolates():
        pytest.skip("this kernel lets no process leave its network")
    project = project_with(
        tmp_path, cache, python, {"migrations/env.py": ways.env(SERVERS[group], tmp_path / "outcomes")}
    )
    judge(project, passes=True)
    assert bird.seen == []
    assert ways.outcomes_in(tmp_path / "outcomes") == ways.expected(SERVERS[group])


@pytest.mark.parametrize("way", ways.MYSQL, ids=lambda way: way.name)
def test_env_py_reaches_no_mysql_server_where_none_is_named(
    way: ways.Way, bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    env = ways.PRELUDE + way.code + "\n" + FILES["migrations/env.py"]
    project = project_with(tmp_path, cache, python, {"migrations/env.py": env})
    problem, *_ = project.refused("check").splitlines()
    assert problem == (
        "alembic-proof: the project uses MySQL or MariaDB, and no server is named to make throwaway databases on"
    )
    assert bird.seen == []


@pytest.mark.mariadb
def test_env_py_is_led_to_the_mysql_server_that_is_named(
    bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    files = {"migrations/env.py": ways.env(ways.MYSQL, tmp_path / "outcomes")}
    project = project_with(tmp_path, cache, python, files)
    with servers.mariadb() as server:
        ran = project.run("check", "--database", server.url())
    assert (ran.status, ran.err) == (0, "")
    assert ways.outcomes_in(tmp_path / "outcomes") == {way.name: True for way in ways.MYSQL}
    assert bird.seen == []


PLACES = [
    way for way in (*ways.POSTGRESQL, *ways.OTHERS) if way.name in ("psycopg2 dsn", "psycopg pq", "socket")
]


@pytest.mark.parametrize("way", PLACES, ids=lambda way: way.name)
def test_the_models_module_does_not_reach_a_server(
    way: ways.Way, bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    files = {"models.py": ways.PRELUDE + way.code + "\n" + FILES["models.py"]}
    judge(project_with(tmp_path, cache, python, files), way.passes)
    assert bird.seen == []


@pytest.mark.parametrize("way", PLACES, ids=lambda way: way.name)
def test_a_revision_does_not_reach_a_server(
    way: ways.Way, bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    upgrade = f"exec({ways.PRELUDE + way.code!r}, {{}})"
    files = {revision_path("b2"): revision_file("b2", "a1", upgrade)}
    judge(project_with(tmp_path, cache, python, files), way.passes)
    assert bird.seen == []


def test_a_revision_connects_again_by_the_url_of_its_engine(
    bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    ini = FILES["alembic.ini"].replace(
        "sqlite:///app.db", f"postgresql+psycopg2://prod:secret@127.0.0.1:{bird.port}/prod"
    )
    upgrade = (
        "url = op.get_bind().engine.url; "
        f"assert (url.host, url.port) == ('127.0.0.1', {bird.port}); "
        "sa.create_engine(url).connect().exec_driver_sql('SELECT 1')"
    )
    files = {"alembic.ini": ini, revision_path("b2"): revision_file("b2", "a1", upgrade)}
    judge(project_with(tmp_path, cache, python, files), passes=True)
    assert bird.seen == []


@pytest.mark.parametrize(
    "variables",
    [
        {"PGHOST": "127.0.0.1"},
        {"PGHOSTADDR": "127.0.0.1"},
        {"PGSERVICE": "prod"},
        {
            "PGOPTIONS": "-c statement_timeout=60000",
            "PGTARGETSESSIONATTRS": "read-only",
            "PGSSLMODE": "require",
        },
    ],
    ids=lambda variables: next(iter(variables)),
)
def test_variables_that_libpq_reads_lead_nowhere_else(
    variables: dict[str, str], bird: Canary, tmp_path: Path, cache: Path, python: Path
) -> None:
    service = tmp_path / "pg_service.conf"
    service.write_text(f"[prod]\nhost=127.0.0.1\nhostaddr=127.0.0.1\nport={bird.port}\n")
    env = {**variables, "PGSERVICEFILE": str(service), "PGPORT": str(bird.port), "PGUSER": "prod"}
    ini = FILES["alembic.ini"].replace("sqlite:///app.db", "postgresql+psycopg2:///prod")
    project = project_with(tmp_path, cache, python, {"alembic.ini": ini})
    judge(Project(project.checkout, {**project.env, **env}), passes=True)
    assert bird.seen == []


@pytest.fixture
def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a database in it, of which the ways know."""
    folder = tmp_path / "data"
    folder.mkdir()
    make_production(folder / "prod.db")
    monkeypatch.setenv("CANARY_SQLITE", str(folder / "prod.db"))
    return folder


@pytest.mark.parametrize("way", ways.SQLITE, ids=lambda way: way.name)
def test_each_way_leads_to_a_file_of_sqlites(
    way: ways.Way, production: Path, tmp_path: Path, python: Path
) -> None:
    before = contents(production)
    alone(python, tmp_path / "alone", ways.SQLITE_PRELUDE + way.code)
    assert contents(production) != before


def test_env_py_does_not_touch_a_file_of_sqlites(
    production: Path, tmp_path: Path, cache: Path, python: Path
) -> None:
    before = contents(production)
    files = {"migrations/env.py": ways.env(ways.SQLITE, tmp_path / "outcomes", ways.SQLITE_PRELUDE)}
    judge(project_with(tmp_path, cache, python, files), passes=True)
    assert contents(production) == before
    assert ways.outcomes_in(tmp_path / "outcomes") == ways.expected(ways.SQLITE)


REFUSED = [way for way in ways.SQLITE if way.name in ("Connection", "ATTACH", "VACUUM INTO")]


@pytest.mark.parametrize("way", REFUSED, ids=lambda way: way.name)
def test_a_file_that_is_refused_is_named(
    way: ways.Way, production: Path, tmp_path: Path, cache: Path, python: Path
) -> None:
    env = ways.SQLITE_PRELUDE + way.code + "\n" + FILES["migrations/env.py"]
    judge(project_with(tmp_path, cache, python, {"migrations/env.py": env}), passes=False)


def make_production(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customer (id integer)")
    connection.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_file_that_is_only_read_gets_no_companions(
    production: Path, tmp_path: Path, cache: Path, python: Path
) -> None:
    """In WAL mode even a reader leaves files beside the database."""
    with sqlite3.connect(production / "prod.db") as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    before = contents(production)
    code = (
        "db = sqlite3.connect(f'file:{PROD}?mode=ro', uri=True)\n"
        "assert db.execute('SELECT count(*) FROM customer').fetchone() == (0,)\nos._exit(3)\n"
    )
    alone(python, tmp_path / "alone", ways.SQLITE_PRELUDE + code)
    assert set(contents(production)) > set(before)
    for left in set(contents(production)) - set(before):
        (production / left).unlink()

    env = ways.SQLITE_PRELUDE + code.replace("os._exit(3)", "") + FILES["migrations/env.py"]
    judge(project_with(tmp_path, cache, python, {"migrations/env.py": env}), passes=True)
    assert contents(production) == before
