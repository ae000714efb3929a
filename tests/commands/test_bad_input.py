"""What cannot be checked is said in two lines, with exit status 2 and without a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.commands import INI, Project
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

NO_ENVIRONMENT = """\
alembic-proof: no Alembic environment: no alembic.ini with a script_location, no [tool.alembic] in a \
pyproject.toml, and no Flask-Migrate folder
  fix: `git add` it if there is one, or start one: alembic init migrations
"""


def test_no_repository(tmp_path: Path) -> None:
    assert Project(Checkout(tmp_path)).refused("check") == (
        f"alembic-proof: {tmp_path} is not in a Git repository\n"
        "  fix: run alembic-proof in the repository that holds the models and revisions "
        "(git init makes one)\n"
    )


def test_a_bare_repository(tmp_path: Path) -> None:
    bare = Checkout.create(tmp_path / "bare.git", None, "--bare")
    assert Project(bare).refused("heads") == (
        f"alembic-proof: the Git repository at {bare.top} is bare: it has no working tree\n"
        "  fix: run alembic-proof in a clone of it, or in a worktree (git worktree add FOLDER)\n"
    )


@pytest.mark.parametrize("command", ["check", "heads", "apply"])
def test_no_environment(tmp_path: Path, command: str) -> None:
    checkout = Checkout.create(tmp_path / "project", {"README": "nothing here\n"})
    checkout.write({"alembic.ini": INI})
    assert Project(checkout).refused(command) == NO_ENVIRONMENT


def test_a_configuration_that_does_not_parse(project: Project) -> None:
    project.checkout.add({"alembic.ini": f"{INI}this is no option\n"})
    assert project.refused("check") == (
        "alembic-proof: alembic.ini, line 5: 'this is no option' is neither a section nor an option\n"
        "  fix: mend it, or name the configuration to check with --config\n"
    )


@pytest.mark.parametrize("config", ["gone.ini", "beside.ini", "migrations", "../alembic.ini"])
def test_a_configuration_that_the_tree_does_not_have(project: Project, config: str) -> None:
    project.checkout.write({"beside.ini": INI})
    assert project.refused("heads", "--config", config) == (
        f"alembic-proof: {config} is neither an Alembic configuration of the tree nor a folder with one\n"
        "  fix: name it relative to the top of the repository, and `git add` it if Git does not have it yet\n"
    )


def test_a_configuration_is_named_from_where_the_person_is(project: Project) -> None:
    assert project.run("heads", "--config", "../alembic.ini", folder="migrations").status == 0


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        (
            "[tool.alembic-proof\n",
            (
                "pyproject.toml cannot be read: "
                "Expected ']' at the end of a table declaration (at line 1, column 20)"
            ),
            "mend pyproject.toml",
        ),
        (
            "[tool.alembic-proof]\npythn = 'x'\n",
            "pyproject.toml: [tool.alembic-proof] has no key 'pythn'",
            "did you mean 'python'?",
        ),
    ],
)
def test_settings_that_cannot_be_meant(project: Project, settings: str, message: str, hint: str) -> None:
    project.checkout.add({"pyproject.toml": settings})
    assert project.refused("heads") == f"alembic-proof: {message}\n  fix: {hint}\n"


@pytest.mark.parametrize("database", ["embeded", "server"])
def test_a_database_that_is_no_source(project: Project, database: str) -> None:
    assert project.refused("check", "--database", database) == (
        f"alembic-proof: the database {database!r} is neither embedded, nor local, nor the URL of a server\n"
        "  fix: for example: --database postgresql://USER@HOST/\n"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/gone/python", "/gone/python, which does not exist"),
        ("venv/bin/python", "{top}/venv/bin/python, which does not exist"),
        ("no-such-program", "{top}/no-such-program, which does not exist"),
        ("migrations", "{top}/migrations/bin/python, which does not exist"),
        ("/bin/false", "/bin/false, which does not run (exit status 1)"),
    ],
    ids=["gone", "relative", "not-on-the-path", "folder", "no-python"],
)
def test_an_interpreter_that_cannot_be_used(project: Project, name: str, message: str) -> None:
    assert project.refused("check", "--python", name) == (
        f"alembic-proof: --python names {message.format(top=project.top)}\n"
        "  fix: name the Python that runs your project's alembic\n"
    )


def test_the_variable_is_named_where_it_names_the_interpreter(project: Project) -> None:
    assert project.refused("check", env={"ALEMBIC_PROOF_PYTHON": "/gone"}) == (
        "alembic-proof: ALEMBIC_PROOF_PYTHON names /gone, which does not exist\n"
        "  fix: name the Python that runs your project's alembic\n"
    )


def test_a_report_that_cannot_be_written(project: Project) -> None:
    assert project.refused("heads", "--output", "gone/report.json") == (
        "alembic-proof: gone/report.json: No such file or directory\n"
        "  fix: see that the file or folder is there and may be read and written\n"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("model-drit", "alembic-proof explain model-drift"),
        ("zzz", "alembic-proof explain lists them"),
    ],
)
def test_a_rule_that_does_not_exist(project: Project, name: str, hint: str) -> None:
    assert project.refused("explain", name) == (f"alembic-proof: there is no rule {name!r}\n  fix: {hint}\n")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("chek",), "No such command 'chek'"),
        (("check", "models.py"), "Got unexpected extra argument (models.py)"),
        (("check", "--format", "yaml"), "Invalid value for '--format': 'yaml' is not one of"),
        (("check", "--time-limit", "0"), "Invalid value for '--time-limit': 0.0 is not in the range x>0"),
    ],
)
def test_bad_usage(project: Project, args: tuple[str, ...], error: str) -> None:
    assert f"\nError: {error}" in project.refused(*args)
