"""Autogenerate as env.py configures it, whatever env.py does to its operations."""

from __future__ import annotations

from typing import Any

import pytest

from support.commands import ENV, MODELS, NICKNAME, Project

DRIFT = "column user.nickname is in the models and in no revision"
ADD = "op.add_column('user', sa.Column('nickname', sa.String(length=40), nullable=True))"
BATCH = """\
with op.batch_alter_table('user', schema=None) as batch_op:
    batch_op.add_column(sa.Column('nickname', sa.String(length=40), nullable=True))"""


def configured(options: str, before: str = "") -> str:
    """An env.py whose `configure` has further options; what it needs stands before it."""
    return before + ENV.replace(
        "target_metadata=Base.metadata)", f"target_metadata=Base.metadata, {options})"
    )


def report(project: Project, files: dict[str, str]) -> dict[str, Any]:
    project.checkout.add({"models.py": MODELS + NICKNAME, **files})
    ran = project.run("check", "--format", "json")
    assert ran.err == ""
    return ran.report


def messages(found: dict[str, Any]) -> list[str]:
    return [finding["message"] for finding in found["findings"]]


def notes(found: dict[str, Any]) -> list[str]:
    [environment] = found["environments"]
    return [note for note in environment["notes"] if "process_revision_directives" in note]


EMPTIED = "env.py's process_revision_directives dropped 1 operations of autogenerate"
HOOKS = {
    "empties the list": ("directives[:] = []", [], [EMPTIED]),
    "empties the operations": ("directives[0].upgrade_ops.ops[:] = []", [], [EMPTIED]),
    "empties it where nothing differs": (
        "if directives[0].upgrade_ops.is_empty(): directives[:] = []",
        [DRIFT],
        [],
    ),
    "edits": (
        "directives[0].upgrade_ops.ops[0].ops[0].column.name = 'alias'",
        [DRIFT.replace("nickname", "alias")],
        [],
    ),
    "does nothing": ("pass", [DRIFT], []),
}


@pytest.mark.parametrize(("body", "found", "noted"), HOOKS.values(), ids=HOOKS)
def test_process_revision_directives(project: Project, body: str, found: list[str], noted: list[str]) -> None:
    hook = f"def hook(context, revision, directives):\n    {body}\n"
    result = report(project, {"migrations/env.py": configured("process_revision_directives=hook", hook)})
    assert (messages(result), notes(result)) == (found, noted)


def test_process_revision_directives_that_crashes(project: Project) -> None:
    hook = "def hook(context, revision, directives):\n    directives[7]\n"
    env = configured("process_revision_directives=hook", hook)
    project.checkout.add({"models.py": MODELS + NICKNAME, "migrations/env.py": env})
    problem, *_ = project.refused("check").splitlines()
    assert problem == "alembic-proof: migrations/env.py:2 raises IndexError: list index out of range"


def test_include_object_leaves_out_what_env_py_leaves_out(project: Project) -> None:
    hook = "def include(thing, name, kind, reflected, compared):\n    return name != 'nickname'\n"
    assert messages(report(project, {"migrations/env.py": configured("include_object=include", hook)})) == []


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("[Base.metadata, MetaData()]", [DRIFT]),
        ("(Base.metadata,)", [DRIFT]),
        ("{'': Base.metadata}", None),
        ("None", None),
        ("Base", None),
    ],
)
def test_target_metadata_of_any_kind(project: Project, target: str, found: list[str] | None) -> None:
    """What Alembic cannot use is no metadata; it would end in an exception of its own."""
    env = "from sqlalchemy import MetaData\n" + ENV.replace("=Base.metadata", f"={target}")
    if found is not None:
        assert messages(report(project, {"migrations/env.py": env})) == found
        return
    project.checkout.add({"models.py": MODELS + NICKNAME, "migrations/env.py": env})
    problem, *_ = project.refused("check").splitlines()
    assert problem == (
        "alembic-proof: migrations/env.py gives autogenerate no MetaData (target_metadata), so no model can be compared"
    )


def test_an_operation_of_the_projects_own_without_a_renderer(project: Project) -> None:
    own = """\
from alembic.autogenerate import comparators
from alembic.operations import MigrateOperation

class CreateViewOp(MigrateOperation):
    def reverse(self):
        return self

@comparators.dispatch_for("schema")
def compare(context, operations, schemas):
    operations.ops.append(CreateViewOp())

"""
    result = report(project, {"models.py": MODELS, "migrations/env.py": own + ENV})
    [finding] = result["findings"]
    assert finding["message"].startswith(
        "autogenerate would write CreateView: # CreateViewOp cannot be rendered: "
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("", ADD),
        ("render_as_batch=True", BATCH),
        ("sqlalchemy_module_prefix='x.'", ADD.replace("sa.", "x.")),
    ],
    ids=["plain", "batch", "prefix"],
)
def test_the_code_is_what_a_revision_would_hold(project: Project, options: str, code: str) -> None:
    [finding] = report(project, {"migrations/env.py": configured(options)})["findings"]
    assert finding["details"]["operations"] == [code]
