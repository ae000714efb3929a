"""squawk is asked where it is installed, in the way that the project has set, and for a limited time."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.commands import squawking
from alembic_proof.commands.squawking import squawked
from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding
from alembic_proof.locks.squawk import Said, Squawked, Warned
from alembic_proof.rules import squawk
from alembic_proof.trials import Ran, Trial
from support.histories import facts_of
from support.interpreters import SQUAWK, interpreter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from alembic_proof.facts import Facts

STATEMENTS = (
    Ran("ALTER TABLE account ADD x int", 13),
    Ran("CREATE INDEX CONCURRENTLY i ON account (x)", 15, alone=True),
    Ran("UPDATE account SET x = %(x)s", 16, parameters=True),
    Ran("DROP TABLE role", 17),
)
TRIAL = Trial("b1", "migrations/versions/b1.py", statements=STATEMENTS, dialect="postgresql")


@dataclass(frozen=True)
class Tree:
    """A tree with one file, or none."""

    config: bytes | None = None

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        return {path: self.config for path in paths if self.config is not None and path == ".squawk.toml"}


@dataclass(frozen=True)
class Subject:
    tree: Tree


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = interpreter(SQUAWK).parent
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


def asked(trial: Trial = TRIAL, config: bytes | None = None, **known: Any) -> Squawked | None:
    return squawked(Subject(Tree(config)), facts(trial, **known))  # type: ignore[arg-type]


def facts(trial: Trial, **known: Any) -> Facts:
    return facts_of([], trials=(trial,), **known)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """Another program of that name, the only one there is."""
    file = folder / "squawk"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    return str(file)


def told(said: Squawked | None) -> list[tuple[str, int | None]]:
    return [(one.rule, one.said.line) for one in said.warnings] if said else []


def test_each_warning_is_about_the_line_of_the_revision() -> None:
    said = asked()

    assert said is not None
    assert said.version.startswith("squawk 2.")
    assert {line for _, line in told(said)} == {13, 15, 17}
    assert {("prefer-bigint-over-int", 13), ("prefer-robust-stmts", 15), ("ban-drop-table", 17)} <= {
        *told(said)
    }
    assert ("prefer-robust-stmts", 13) not in told(said)  # a transaction that fails leaves nothing half-way


def test_a_warning_is_a_finding() -> None:
    said = Said("b1", "migrations/versions/b1.py", 17, "DROP TABLE role")
    warned = Warned(said, "ban-drop-table", "Others may use it.", None)
    advised = replace(warned, rule="ban-drop-column", advice="Have nobody use it.")

    first, second = squawk.find(facts_of([], squawked=Squawked("squawk 2.70.0", (warned, advised))))

    assert first == Finding(
        rule="squawk",
        message="ban-drop-table: Others may use it.",
        hint="see https://squawkhq.com/docs/ban-drop-table",
        severity="warning",
        path="migrations/versions/b1.py",
        line=17,
        revision="b1",
        details={"rule": "ban-drop-table", "sql": "DROP TABLE role", "version": "squawk 2.70.0"},
        identity={"object": "ban-drop-table", "revision": "b1"},
    )
    assert second.hint == "Have nobody use it."


def test_the_projects_own_configuration_holds() -> None:
    config = b'excluded_rules = ["require-statement-timeout", "ban-drop-table", "prefer-robust-stmts"]\n'
    rules = {rule for rule, _ in told(asked(config=config))}
    assert "prefer-bigint-over-int" in rules
    assert not rules & {"require-statement-timeout", "ban-drop-table", "prefer-robust-stmts"}


def test_a_configuration_that_cannot_be_read() -> None:
    with pytest.raises(UsageError) as caught:
        asked(config=b"[\n")
    assert caught.value.message.startswith("squawk fails: Configuration error: ")
    assert caught.value.hint == (
        'mend .squawk.toml, or leave squawk out: squawk = "off" in [tool.alembic-proof.rules]'
    )


def test_it_is_asked_for_postgresql_alone() -> None:
    assert asked(replace(TRIAL, dialect="mysql")) is None


def test_it_is_not_asked_where_its_rule_is_off() -> None:
    assert asked(levels={"squawk": "off"}) is None


def test_it_is_not_asked_where_it_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asked() is None


def test_it_is_found_on_the_path_and_first_beside_the_interpreter(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert squawking.program_path() == str(installed / "squawk")
    beside = program(tmp_path, monkeypatch, "")
    assert squawking.program_path() == beside


def test_its_time_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, monkeypatch, "sleep 60")
    monkeypatch.setattr(squawking, "SECONDS", 0.2)
    with pytest.raises(UsageError) as caught:
        asked()
    assert caught.value.message == f"{path} gives no answer that can be read: {path} took longer than 0.2 s"


def test_an_answer_in_another_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path, monkeypatch, "echo '[{}]'")
    with pytest.raises(UsageError) as caught:
        asked()
    assert caught.value.message == f"{path} gives no answer that can be read: 'rule_name'"
    assert caught.value.hint == 'leave squawk out: squawk = "off" in [tool.alembic-proof.rules]'
