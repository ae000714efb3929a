"""A whole check, as a person sees it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from support.commands import ADD, MODELS, NICKNAME, Project, revision_file, revision_path

if TYPE_CHECKING:
    from pathlib import Path

CODE = "op.add_column('user', sa.Column('nickname', sa.String(length=40), nullable=True))"
SKIPPED = dict.fromkeys(
    (
        *("merged-revision-edited", "merged-revision-removed", "placeholder-revision-id"),  # want a base
        # were not asked for
        *("fails-on-its-own", "downgrade-failed", "downgrade-incomplete", "upgrade-not-repeatable"),
        *(
            "blocks-writes",
            "blocks-reads",
            "rewrites-table",
            "no-lock-timeout",
            "squawk",
            "fails-on-rows",
            "loses-rows",
        ),
    ),
    "skipped",
)
PASSED = dict.fromkeys(
    (
        "unreadable-revision",
        "duplicate-revision",
        "missing-parent",
        "unknown-dependency",
        "cycle",
        "multiple-heads",
        "unstaged-revision",
        "upgrade-failed",
        "model-drift",
        "unregistered-model",
    ),
    "passed",
)
DRIFT = f"""\
models.py:10: model-drift: column user.nickname is in the models and in no revision
    {CODE}
  fix: write the revision: alembic-proof revision --stage -m 'describe the change'

1 finding in the index (alembic.ini: 1 revision on SQLite, N s)
"""


def test_what_is_well_takes_one_line(project: Project) -> None:
    ran = project.run("check")

    assert (ran.status, ran.err) == (0, "")
    assert ran.text == "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n"


def test_a_forgotten_revision_is_found_and_its_revision_mends_it(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME})
    ran = project.run("check")
    assert (ran.status, ran.text, ran.err) == (1, DRIFT, "")

    project.checkout.add({revision_path("b1"): revision_file("b1", "a1", ADD)})
    assert project.run("check").status == 0


def test_the_same_from_a_folder_below_the_top(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME})

    assert project.run("check", folder="migrations/versions").text == DRIFT


def test_json_holds_this_and_nothing_else(project: Project) -> None:
    project.checkout.add({"models.py": MODELS + NICKNAME})

    ran = project.run("check", "--format", "json", folder="migrations")

    report = ran.report
    seconds = report["environments"][0].pop("seconds")
    assert (ran.status, ran.err) == (1, "")
    assert 0 < seconds < 60
    assert report == {
        "version": 1,
        "tree": "the index",
        "findings": [
            {
                "rule": "model-drift",
                "message": "column user.nickname is in the models and in no revision",
                "hint": "write the revision: alembic-proof revision --stage -m 'describe the change'",
                "severity": "error",
                "environment": "alembic.ini",
                "path": "models.py",
                "line": 10,
                "revision": None,
                "details": {
                    "kind": "AddColumnOp",
                    "code": CODE,
                    "table": "user",
                    "schema": None,
                    "column": "nickname",
                    "name": None,
                    "columns": [],
                    "changes": {},
                    "engine": "",
                    "path": "models.py",
                    "line": 10,
                    "operations": [CODE],
                },
                "identity": {"object": "column user.nickname", "only": "models", "definition": CODE},
            }
        ],
        "environments": [
            {
                "config": "alembic.ini",
                "heads": ["a1"],
                "revisions": 1,
                "rules": PASSED | SKIPPED | {"model-drift": "failed"},
                "databases": ["SQLite"],
                "interpreter": f"{sys.executable} (ALEMBIC_PROOF_PYTHON)",
                "notes": [],
                "unset_variables": [],
                "reused": False,
            }
        ],
        "notes": [],
        "suppressed": [],
        "base": None,
    }


def test_env_py_may_print_what_it_likes(project: Project) -> None:
    noise = "import os, sys\nprint('noise')\nos.write(1, b'noise')\nsys.stdout.flush()\n"
    project.checkout.add({"models.py": noise + MODELS})

    ran = project.run("check", "--format", "json")

    assert ran.status == 0
    assert ran.report["findings"] == []


def test_the_report_goes_into_a_file(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "report.json"

    ran = project.run("check", "--format", "json", "--output", str(file))

    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert file.read_text().startswith('{\n  "version": 1,')


def test_a_fork_is_mended_before_the_models_are_compared(project: Project) -> None:
    project.checkout.add(
        {
            "models.py": MODELS + NICKNAME,
            revision_path("b1"): revision_file("b1", "a1"),
            revision_path("c1"): revision_file("c1", "a1"),
        }
    )

    ran = project.run("check")

    assert ran.status == 1
    assert ran.text == (
        "migrations/versions/c1.py:7: multiple-heads: 2 heads: b1 (migrations/versions/b1.py) and "
        "c1 (migrations/versions/c1.py) both follow a1\n"
        "    a1  migrations/versions/a1.py\n"
        "    ├── b1  migrations/versions/b1.py  (head)\n"
        "    └── c1  migrations/versions/c1.py  (head)\n"
        "  fix: run `alembic-proof fix --merge --stage`, which joins them, or, if no shared database has run c1, "
        "`alembic-proof fix --base BRANCH --stage` with the branch that has b1, to put it on top\n"
        "\n"
        "note: the models were not compared: mend the history first\n"
        "1 finding in the index (alembic.ini: 3 revisions, N s)\n"
    )


def test_a_model_that_nothing_imports(project: Project) -> None:
    lines = ("from sqlalchemy import Column, Integer", "from models import Base", "", "class Invoice(Base):")
    body = ("    __tablename__ = 'invoice'", "    id = Column(Integer, primary_key=True)", "")
    project.checkout.add({"invoices.py": "\n".join((*lines, *body))})

    ran = project.run("check")

    assert ran.status == 1
    assert ran.text == (
        "invoices.py:4: unregistered-model: Invoice (table invoice) is on env.py's metadata, and nothing "
        "that env.py loads imports invoices.py\n"
        "  fix: import it where the other models are imported, or in migrations/env.py\n"
        "\n"
        "1 finding in the index (alembic.ini: 1 revision on SQLite, N s)\n"
    )


def test_which_unloaded_tables_are_findings_and_which_are_not(project: Project) -> None:
    columns = "    id = Column(Integer, primary_key=True)\n"
    imports = "from sqlalchemy import Column, Integer, Table\n"
    mapped = f"{imports}from models import Base\n\n\nclass Lost(Base):\n    __tablename__ = 'lost'\n{columns}"
    abstract = f"{imports}from models import Base\n\n\nclass Own(Base):\n    __abstract__ = True\n{columns}"
    project.checkout.add(
        {
            "tests/factories.py": mapped,
            "lost_test.py": mapped,
            "foreign.py": mapped.replace("models import", "foreign_base import"),
            "foreign_base.py": MODELS.partition("class")[0],
            "abstract.py": abstract,
            "chained.py": mapped.replace("models import Base", "abstract import Own").replace(
                "(Base)", "(Own)"
            ),
            "plain.py": f"{imports}import models\n\nlog = Table('log', models.Base.metadata, Column('id'))\n",
        }
    )

    report = project.run("check", "--format", "json").report

    assert [(finding["rule"], finding["path"], finding["line"]) for finding in report["findings"]] == [
        ("unregistered-model", "chained.py", 5),
        ("unregistered-model", "plain.py", 4),
    ]
