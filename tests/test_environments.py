from __future__ import annotations

import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from alembic_proof.environments import Environment, find_environments
from alembic_proof.errors import ConfigurationError
from alembic_proof.history.load import load_history
from support.trees import DictTree

PROJECTS = Path(__file__).parent / "projects"


def ini(script_location: str, *lines: str) -> str:
    return "\n".join(["[alembic]", f"script_location = {script_location}", *lines, ""])


def find(
    files: dict[str, str], *configs: str, exclude: tuple[str, ...] = (), links: dict[str, str] | None = None
) -> tuple[Environment, ...]:
    return find_environments(DictTree.of(files, links), configs, exclude)


def only(files: dict[str, str], *configs: str, links: dict[str, str] | None = None) -> Environment:
    (environment,) = find(files, *configs, links=links)
    return environment


def refusal(files: dict[str, str], *configs: str) -> tuple[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        find(files, *configs)
    return caught.value.message, caught.value.hint


def test_an_ini_file_at_the_top() -> None:
    files = {"alembic.ini": ini("migrations"), "migrations/env.py": "", "migrations/versions/a.py": ""}
    assert only(files) == Environment(
        config="alembic.ini",
        kind="ini",
        directory="",
        script_location="migrations",
        version_locations=("migrations/versions",),
    )


@pytest.mark.parametrize(
    ("config", "location", "env_py", "directory"),
    [
        ("backend/alembic.ini", "migrations", "backend/migrations", "backend"),
        ("backend/alembic.ini", "./migrations/", "backend/migrations", "backend"),
        ("backend/alembic.ini", ".", "backend", "backend"),
        ("config/alembic.ini", "migrations", "migrations", ""),
        ("a/b/alembic.ini", "c/migrations", "a/c/migrations", "a"),
        ("a/alembic.ini", "../migrations", "migrations", "a"),
        ("deploy/alembic.ini", "db/migrations", "backend/db/migrations", "backend"),
        ("backend/alembic.ini", "%(here)s/migrations", "backend/migrations", "backend"),
        ("config/alembic.ini", "%(here)s/../migrations", "migrations", ""),
        ("alembic.ini", "%(here)s", "", ""),
        ("alembic.ini", "app:migrations", "app/migrations", ""),
        ("backend/alembic.ini", "app:db:migrations", "backend/src/app/db/migrations", "backend"),
        ("alembic.ini", "app.db:migrations", "backend/lib/app/db/migrations", ""),
    ],
)
def test_where_a_script_location_leads(config: str, location: str, env_py: str, directory: str) -> None:
    environment = only({config: ini(location), f"{env_py}/env.py".lstrip("/"): ""})
    assert (environment.script_location, environment.directory) == (env_py, directory)
    assert environment.notes == ()


def test_a_folder_with_an_env_py_goes_before_one_without() -> None:
    files = {"a/alembic.ini": ini("migrations"), "a/migrations/README": "", "migrations/env.py": ""}
    assert only(files).script_location == "migrations"


def test_a_package_is_no_directory_to_start_in() -> None:
    files = {
        "src/app/alembic.ini": ini("%(here)s/migrations"),
        "src/app/__init__.py": "",
        "src/app/migrations/env.py": "",
    }
    assert only(files).directory == "src"


def test_a_stale_script_location_gives_way_to_the_env_py_beside_the_file() -> None:
    environment = only({"m/alembic.ini": ini("old/place"), "m/env.py": ""})
    assert environment.script_location == "m"
    assert environment.notes == (
        "script_location old/place is not in the tree; the folder of m/alembic.ini has the env.py",
    )


def test_a_script_location_that_only_env_py_knows_is_noted() -> None:
    environment = only({"m/alembic.ini": ini("%(where)s/m"), "m/env.py": ""})
    assert environment.script_location == "m"
    assert (
        environment.notes[0] == "script_location holds a %(name)s that only env.py can fill in: %(where)s/m"
    )


def test_a_script_location_that_leads_nowhere() -> None:
    files = {"alembic.ini": ini("migrations"), "README": ""}
    hint = "`git add` that folder, mend script_location, or name the configurations to check with --config"
    message = "alembic.ini: script_location is migrations, and no such folder with an env.py is in the tree"
    assert refusal(files) == (message, hint)
    outside = {"alembic.ini": ini("/srv/migrations"), "srv/migrations/env.py": ""}
    assert refusal(outside)[0].startswith("alembic.ini: script_location is /srv/migrations,")


def test_a_folder_behind_a_link() -> None:
    files = {"alembic.ini": ini("migrations"), "shared/env.py": ""}
    links = {"migrations": "shared"}
    assert only(files, links=links).script_location == "shared"


def test_version_locations() -> None:
    locations = "%(here)s/a app:b c gone /srv/x a"
    files = {
        "alembic.ini": ini("m", f"version_locations = {locations}", "recursive_version_locations = true"),
        "m/env.py": "",
        "a/1.py": "",
        "src/app/b/2.py": "",
        "c/3.py": "",
    }
    environment = only(files)
    assert environment.version_locations == ("a", "src/app/b", "c", "gone")
    assert environment.recursive
    assert environment.notes == (
        "version_locations names gone, which is not in the tree",
        "version_locations names /srv/x, which is not in the tree",
    )


def test_version_locations_start_where_alembic_does() -> None:
    files = {"a/alembic.ini": ini("m", "version_locations = v"), "a/m/env.py": "", "v/1.py": ""}
    environment = only(files)
    assert environment.version_locations == ("a/v",)
    assert environment.notes == ("version_locations names v, which is not in the tree",)


def test_a_table_in_pyproject() -> None:
    files = {
        "backend/pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/m"\n',
        "backend/m/env.py": "",
        "pyproject.toml": "[tool.ruff]\n",
    }
    assert only(files) == Environment(
        config="backend/pyproject.toml",
        kind="pyproject",
        directory="backend",
        script_location="backend/m",
        version_locations=("backend/m/versions",),
        pyproject="backend/pyproject.toml",
    )


@pytest.mark.parametrize(
    "own",
    [
        "[alembic]\nsqlalchemy.url = x\n",
        "[loggers]\nkeys = root\n",
        ini("m"),
        "[alembic]\nversion_locations =\n",
    ],
)
def test_a_table_and_an_ini_file_side_by_side_are_one_environment(own: str) -> None:
    table = '[tool.alembic]\nscript_location = "m"\nversion_locations = ["v"]\n'
    files = {"alembic.ini": own, "pyproject.toml": table, "m/env.py": "", "v/1.py": ""}
    expected = Environment("alembic.ini", "ini", "", "m", ("v",), pyproject="pyproject.toml")
    assert find(files) == find(files, "pyproject.toml") == find(files, ".") == (expected,)


def test_a_flask_migrate_folder() -> None:
    files = {
        "web/shop/migrations/alembic.ini": "[alembic]\n",
        "web/shop/migrations/env.py": "",
        "web/shop/__init__.py": "",
        "web/shop/app.py": "",
        "web/wsgi.py": "",
    }
    environment = only(files)
    assert environment == Environment(
        config="web/shop/migrations/alembic.ini",
        kind="flask-migrate",
        directory="web",
        script_location="web/shop/migrations",
        version_locations=("web/shop/migrations/versions",),
    )
    assert find(files, "web/shop/migrations/") == (environment,)


def test_sections_with_a_script_location_of_their_own() -> None:
    text = "[one]\nscript_location = a\n[two]\nscript_location = b\n[engine1]\nsqlalchemy.url = x\n"
    found = find({"alembic.ini": text, "a/env.py": "", "b/env.py": ""})
    assert [(environment.section, environment.script_location) for environment in found] == [
        ("one", "a"),
        ("two", "b"),
    ]


def test_every_environment_of_a_repository_is_found() -> None:
    files = {
        "alembic.ini": ini("m"),
        "m/env.py": "",
        "a/db_alembic.ini": ini("m2"),
        "a/m2/env.py": "",
        "b/alembic_prod.ini": ini("m3"),
        "b/m3/env.py": "",
        "c/setup.ini": ini("m4"),
        "c/m4/env.py": "",
        "{{cookiecutter.name}}/alembic.ini": ini("elsewhere"),
        "d/alembic.ini": ini("{{ name }}/m"),
        "e/alembic.ini": "[app]\nx = 1\n",
    }
    assert [found.config for found in find(files)] == [
        "a/db_alembic.ini",
        "alembic.ini",
        "b/alembic_prod.ini",
    ]
    assert only(files, "c/setup.ini").script_location == "c/m4"
    assert [found.config for found in find(files, exclude=("a", "b/"))] == ["alembic.ini"]


def test_two_configurations_of_the_same_revisions_are_one_environment() -> None:
    files = {"alembic.ini": ini("m"), "alembic-test.ini": ini("m"), "m/env.py": ""}
    environment = only(files)
    assert environment.config == "alembic.ini"
    assert environment.notes == (
        "alembic-test.ini configures the same revisions; --config alembic-test.ini checks it",
    )
    assert [found.config for found in find(files, "alembic-test.ini", "alembic.ini")] == [
        "alembic-test.ini",
        "alembic.ini",
    ]


def test_no_environment() -> None:
    message = (
        "no Alembic environment: no alembic.ini with a script_location, no [tool.alembic] in a pyproject.toml, "
        "and no Flask-Migrate folder"
    )
    assert refusal({"README": ""}) == (
        message,
        "`git add` it if there is one, or start one: alembic init migrations",
    )
    assert refusal({"app/db/env.py": "", "app/db/versions/a.py": ""}) == (
        message,
        "`git add` an alembic.ini with the lines [alembic] and script_location = app/db",
    )


def test_a_named_configuration_that_is_none() -> None:
    files = {"alembic.ini": "[alembic]\n", "README": ""}
    hint = "name it relative to the top of the repository, and `git add` it if Git does not have it yet"
    for name in ("other.ini", "README", "db"):
        message = f"{name} is neither an Alembic configuration of the tree nor a folder with one"
        assert refusal(files, name) == (message, hint)
    assert refusal(files, "alembic.ini") == (
        "alembic.ini has no script_location, and no env.py lies beside it",
        "set script_location in its [alembic] section to the folder that holds env.py",
    )


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"alembic.ini": ini("m"), "m/env.py": ""}, "alembic merge -m 'a b' x"),
        ({"b c/alembic.ini": ini("m"), "b c/m/env.py": ""}, "cd 'b c' && alembic merge -m 'a b' x"),
        ({"c/alembic.ini": ini("m"), "m/env.py": ""}, "alembic -c c/alembic.ini merge -m 'a b' x"),
        (
            {"a/my-alembic.ini": ini("m"), "a/m/env.py": ""},
            "cd a && alembic -c my-alembic.ini merge -m 'a b' x",
        ),
        ({"alembic.ini": "[s]\nscript_location = m\n", "m/env.py": ""}, "alembic -n s merge -m 'a b' x"),
        (
            {"pyproject.toml": "[tool.alembic]\nscript_location = 'm'", "m/env.py": ""},
            "alembic merge -m 'a b' x",
        ),
        ({"migrations/alembic.ini": "[alembic]", "migrations/env.py": ""}, "flask db merge -m 'a b' x"),
        (
            {"a/m/alembic.ini": "[alembic]", "a/m/env.py": "", "wsgi.py": ""},
            "flask db merge -d a/m -m 'a b' x",
        ),
    ],
)
def test_the_command_that_runs_alembic(files: dict[str, str], command: str) -> None:
    assert only(files).command("merge", "-m", "a b", "x") == command


CONFIGURED = find_environments(DictTree.of_folder(PROJECTS))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:alembic")
@pytest.mark.parametrize("environment", CONFIGURED, ids=[environment.config for environment in CONFIGURED])
def test_the_projects_have_the_revisions_that_alembic_sees(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(PROJECTS / environment.directory)
    monkeypatch.setattr(sys, "path", [str(PROJECTS / environment.directory), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    config = Config(
        None if environment.kind == "pyproject" else str(PROJECTS / environment.config),
        toml_file=environment.pyproject and str(PROJECTS / environment.pyproject),
    )
    if environment.kind == "flask-migrate":
        config.set_main_option("script_location", str(PROJECTS / environment.script_location))
    theirs = ScriptDirectory.from_config(config)
    graph = load_history(DictTree.of_folder(PROJECTS), environment)
    assert {
        script.revision: Path(script.path).relative_to(PROJECTS).as_posix()
        for script in theirs.walk_revisions()
    } == {revision.id: revision.path for revision in graph.revisions}
    assert list(graph.heads) == theirs.get_heads()


def test_every_project_is_found() -> None:
    assert {Path(environment.config).parts[0] for environment in CONFIGURED} == {
        folder.name for folder in PROJECTS.iterdir() if folder.is_dir()
    }
