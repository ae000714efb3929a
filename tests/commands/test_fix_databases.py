"""After a fix, real databases get what they lack: those at the base's head, and those that ran the old order."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from support.commands import ADD, MODELS, NICKNAME, make_project, revision_file
from support.packages import SCRIPTS

if TYPE_CHECKING:
    from pathlib import Path

    from support.commands import Project

BIRTHDAY = 'op.add_column("user", sa.Column("birthday", sa.Date()))'
BY_COLUMN = {"nickname": ADD, "birthday": BIRTHDAY}


def adding(identifier: str, parent: str, column: str) -> dict[str, str]:
    text = revision_file(identifier, parent, BY_COLUMN[column])
    down = f'    with op.batch_alter_table("user") as table:\n        table.drop_column("{column}")\n'
    return {f"migrations/versions/{identifier}.py": text.replace("    pass\n", down)}


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """On `main` b1 adds a nickname, on `change` c1 adds a birthday."""
    models = MODELS.replace("String\n", "Date, String\n") + "    birthday = Column(Date)\n"
    project = make_project(tmp_path / "shop", cache)
    checkout = project.checkout
    checkout.branch("change")
    checkout.commit({**adding("c1", "a1", "birthday")})
    checkout.switch("main")
    checkout.commit({**adding("b1", "a1", "nickname"), ".gitignore": "app.db\n__pycache__\n"})
    checkout.switch("change")
    checkout.commit({"models.py": models + NICKNAME})
    return project


def sh(project: Project, command: str) -> str:
    env = {**os.environ, **project.env, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=project.top, env=env, shell=True, capture_output=True, timeout=120)
    assert done.returncode == 0, os.fsdecode(done.stdout + done.stderr)
    return os.fsdecode(done.stdout)


def columns(project: Project) -> list[str]:
    engine = sa.create_engine(f"sqlite:///{project.top / 'app.db'}")
    try:
        return [column["name"] for column in sa.inspect(engine).get_columns("user")]
    finally:
        engine.dispose()


def fix(project: Project) -> str:
    project.checkout.git("merge", "--quiet", "--no-edit", "main")
    ran = project.run("fix", "--base", "main", "--stage")
    assert (ran.status, ran.err) == (1, "")
    return ran.out


def told(said: str, at: str) -> str:
    """The commands that are given for a database that is at these revisions."""
    return next(line.partition(": ")[2] for line in said.splitlines() if line.startswith(f"    {at}: "))


def test_one_that_is_at_the_head_of_the_base(project: Project) -> None:
    project.checkout.git("switch", "--quiet", "main")
    sh(project, "alembic upgrade head")
    project.checkout.git("switch", "--quiet", "change")
    fix(project)
    assert project.run("check", "--base", "main").status == 0
    sh(project, "alembic upgrade head")
    assert columns(project) == ["id", "nickname", "birthday"]
    assert sh(project, "alembic current").startswith("c1 (head)")


def test_one_that_has_run_the_old_order(project: Project) -> None:
    sh(project, "alembic upgrade head")
    assert columns(project) == ["id", "birthday"]
    sh(project, told(fix(project), "c1"))
    assert columns(project) == ["id", "nickname", "birthday"]
    assert sh(project, "alembic current").startswith("c1 (head)")


def test_one_that_has_run_both_sides(project: Project) -> None:
    project.checkout.git("merge", "--quiet", "--no-edit", "main")
    sh(project, "alembic upgrade heads")
    said = fix(project)
    sh(project, told(said, "c1 and b1"))
    assert sorted(columns(project)) == ["birthday", "id", "nickname"]
    assert sh(project, "alembic current").startswith("c1 (head)")


def test_the_whole_program(project: Project) -> None:
    project.checkout.git("merge", "--quiet", "--no-edit", "main")
    shown = project.run("fix", "--base", "main", "--dry-run", folder="migrations")
    assert shown.status == 1
    assert shown.out.startswith("diff --git a/migrations/versions/c1.py b/migrations/versions/c1.py\n")
    assert shown.err.endswith("\n1 file would change; nothing was written\n")
    done = project.run("fix", folder="migrations", env={"ALEMBIC_PROOF_BASE": "main"})
    assert (done.status, done.err) == (1, "")
    assert done.out.endswith("\n1 file changed; add it: git add versions/c1.py\n")
    again = project.run("fix", "--base", "main")
    assert (again.status, again.out) == (0, "alembic.ini: nothing to fix, with c1 as head\n")
    refused = project.refused("fix", "--base", "nowhere")
    assert refused.startswith("alembic-proof: Git knows no commit 'nowhere' here\n  fix: ")
