"""The projects that are measured: the same each time, and models and revisions agree."""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from generated import model, write_project
from histories import history
from schemas import MOST_TABLES, schema

from support.commands import Project
from support.once import proof_cache
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = (
    "create_table",
    "add_column",
    "drop_column",
    "alter_column",
    "create_index",
    "drop_index",
    "execute",
)


def test_models_and_revisions_of_a_generated_project_agree(tmp_path: Path) -> None:
    write_project(tmp_path / "shop", revisions=60, tables=10)
    env = {
        "ALEMBIC_PROOF_CACHE": str(proof_cache()),
        "ALEMBIC_PROOF_PYTHON": sys.executable,
    }
    ran = Project(Checkout(tmp_path / "shop"), env).run("check", "--exact-drift", "--format", "json")
    assert (ran.status, ran.report["findings"]) == (0, [])
    (environment,) = ran.report["environments"]
    assert environment["revisions"] == 60


def test_a_generated_project_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_project(tmp_path / name, revisions=30, tables=6)
    one, other = (Checkout(tmp_path / name).git("rev-parse", "HEAD^{tree}") for name in ("one", "other"))
    assert one == other


def test_a_longer_history_leads_to_the_same_models(tmp_path: Path) -> None:
    for revisions in (10, 100):
        write_project(tmp_path / str(revisions), revisions, tables=6)
        assert len(list((tmp_path / str(revisions) / "migrations" / "versions").iterdir())) == revisions
    short, long = (Checkout(tmp_path / name).git("rev-parse", "HEAD:shop") for name in ("10", "100"))
    assert short == long


def test_a_history_does_what_projects_do() -> None:
    changes = history(schema(10, Random(1)), 100, Random(1))
    statements = "\n".join(line for change in changes for line in change.upgrade)
    assert [name for name in CHANGES if f"op.{name}(" not in statements] == []
    assert statements.count("op.create_table(") == 10


def test_a_model_says_what_its_table_has() -> None:
    source = model(schema(1, Random(3))[0])
    assert source.startswith("class Account(Base):\n    __tablename__ = 'account'\n")
    assert "    id: Mapped[int] = mapped_column(primary_key=True)\n" in source
    assert (
        "    created_at: Mapped[datetime.datetime] = mapped_column(sa.DateTime(timezone=True), "
        "server_default=sa.text('now()'), nullable=False)\n"
    ) in source


def test_there_are_names_for_so_many_tables_only() -> None:
    assert len({table.name for table in schema(MOST_TABLES, Random(0))}) == MOST_TABLES
    with pytest.raises(ValueError, match=r"there are names for 1 to 200 tables, not for 201"):
        schema(MOST_TABLES + 1, Random(0))


def test_tables_need_revisions_to_make_them() -> None:
    with pytest.raises(ValueError, match="20 tables need 10 revisions or more, not 9"):
        history(schema(20, Random(0)), 9, Random(0))
