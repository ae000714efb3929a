"""What is the same on another machine: identities by content, and the variables that CI gives to one job."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from alembic_proof.databases.postgres.programs import fingerprint
from alembic_proof.interpreter import Interpreter
from alembic_proof.portable import content_identity, is_portable, of_one_job
from alembic_proof.reuse.verdicts import lasting_variables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ON = {"ALEMBIC_PROOF_PORTABLE": "1"}
GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "shop/shop",
    "RUNNER_OS": "Linux",
    "ImageVersion": "20261101.1",
    "CI_DATABASE": "shop",
}
GITHUB_JOB = {"GITHUB_SHA": "c0ffee", "GITHUB_TOKEN": "x", "RUNNER_NAME": "7", "ACTIONS_RUNTIME_TOKEN": "x"}
GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "shop/shop",
    "CI_DATABASE": "shop",
    "BUILD_ID": "1",
}
GITLAB_JOB = {"CI_COMMIT_SHA": "c0ffee", "CI_JOB_TOKEN": "x", "CI_PIPELINE_ID": "7", "HOSTNAME": "runner-7"}


@pytest.mark.parametrize(("steady", "own"), [(GITHUB, GITHUB_JOB), (GITLAB, GITLAB_JOB)])
def test_what_a_job_has_of_its_own_is_no_part_of_the_key(steady: dict[str, str], own: dict[str, str]) -> None:
    assert of_one_job({**ON, **steady, **own}) == own
    assert lasting_variables({**ON, **steady, **own}) == {**ON, **steady}


def test_a_variable_that_only_looks_like_that_of_a_ci_system_stays() -> None:
    assert of_one_job({**ON, "GITHUB_SHA": "c0ffee", "CI_JOB_ID": "7"}) == {}


def test_nothing_is_left_out_where_nobody_asked_for_it() -> None:
    assert of_one_job({**GITHUB, **GITHUB_JOB}) == {}
    assert lasting_variables({**GITHUB, **GITHUB_JOB}) == {**GITHUB, **GITHUB_JOB}


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("true", True), ("0", False), ("", False), ("no", False)]
)
def test_the_switch(value: str, on: bool) -> None:
    assert is_portable({"ALEMBIC_PROOF_PORTABLE": value}) is on
    assert not is_portable({"CI": "true"})


def _package(folder: Path) -> None:
    (folder / "shop" / "__pycache__").mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("x = 1\n")
    (folder / "shop" / "__pycache__" / "__init__.cpython.pyc").write_text("compiled")
    (folder / "shop-1.0.dist-info").mkdir()
    (folder / "shop-1.0.dist-info" / "RECORD").write_text(
        "shop/__init__.py,sha256=a,6\nshop/lib.so,sha256=b,9\nshop/__pycache__/__init__.cpython.pyc,,\n"
    )


def _again(folder: Path) -> None:
    """The same, as another installer does it at another time."""
    (folder / "shop" / "__pycache__" / "__init__.cpython.pyc").write_text("other")
    (folder / "shop" / "__pycache__").rename(folder / "__pycache__")
    record = folder / "shop-1.0.dist-info" / "RECORD"
    record.write_text("shop/lib.so,sha256=b,9\nshop/__init__.py,sha256=a,6\n")
    os.utime(folder / "shop" / "__init__.py", (1, 1))


def _other_content(folder: Path) -> None:
    (folder / "shop" / "__init__.py").write_text("x = 2\n")


def _other_library(folder: Path) -> None:
    record = folder / "shop-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("=b", "=c"))


def _another_package(folder: Path) -> None:
    (folder / "more").mkdir()


def _the_project_itself(folder: Path) -> None:
    (folder / "project-1.dist-info").mkdir()
    origin = '{"dir_info": {"editable": true}, "url": "file:///project"}'
    (folder / "project-1.dist-info" / "direct_url.json").write_text(origin)
    (folder / "project-1.dist-info" / "RECORD").write_text("project.py,sha256=a,1\n")


def _from_an_archive(folder: Path) -> None:
    (folder / "shop-2.0.dist-info").mkdir()
    (folder / "shop-2.0.dist-info" / "direct_url.json").write_text(
        '{"archive_info": {}, "url": "file:///a.whl"}'
    )


def _no_folder(folder: Path) -> None:
    (folder / "shop-1.0.dist-info").rename(folder / "elsewhere")
    (folder / "shop-1.0.dist-info").write_text("")


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (_again, []),
        (_the_project_itself, []),
        (_from_an_archive, [""]),
        (_other_content, ["shop/__init__.py"]),
        (_other_library, [""]),
        (_another_package, [""]),
        (_no_folder, [""]),
    ],
)
def test_a_things_identity_is_what_is_in_it(
    tmp_path: Path, change: Callable[[Path], None], changed: list[str]
) -> None:
    _package(tmp_path)
    paths = {
        name: str(tmp_path / name) for name in ("", "shop/__init__.py", "shop", "shop/__pycache__/x.pyc")
    }
    before = {name: content_identity(path) for name, path in paths.items()}
    change(tmp_path)
    now = {name: content_identity(path) for name, path in paths.items()}
    assert [name for name in paths if before[name] != now[name]] == changed


def test_what_is_not_there_and_what_is_no_file_have_identities_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    assert content_identity(str(tmp_path / "none")) is None
    assert content_identity(str(tmp_path / "loop")) is None
    assert content_identity(str(tmp_path / "pipe")) == "special 0"


def test_an_interpreter_that_is_installed_anew_is_the_same(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("program")
    one = Interpreter(str(python), "--python")
    plain, portable = one.identity(), one.identity(portable=True)
    os.utime(python, (1, 1))
    assert one.identity() != plain
    assert one.identity(portable=True) == portable
    (tmp_path / "pyvenv.cfg").write_text("include-system-site-packages = true\n")
    assert one.identity(portable=True) != portable


def test_programs_of_postgresql_are_told_apart_by_content_and_extensions(tmp_path: Path) -> None:
    programs, extensions = tmp_path / "bin", tmp_path / "share" / "extension"
    programs.mkdir()
    extensions.mkdir(parents=True)
    (programs / "postgres").write_text("program")
    variables = {**ON, "ALEMBIC_PROOF_PG_BIN": str(programs)}
    before = fingerprint(variables)
    os.utime(programs / "postgres", (1, 1))
    assert fingerprint(variables) == before
    (extensions / "postgis--3.5.sql").write_text("")
    assert fingerprint(variables) != before
