"""Environments in which env.py, or what it imports, does more than Alembic's template."""

from __future__ import annotations

from support.commands import ENV, Project, revision_file, revision_path

A1, B1 = revision_path("a1"), revision_path("b1")
LIBRARY = """\
import sqlalchemy as sa

from models import Base


class Account(Base):
    __tablename__ = "account"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40))


engine = sa.create_engine("sqlite:///app.db")
with engine.begin() as connection:
    connection.execute(sa.text("CREATE TABLE IF NOT EXISTS account (id INTEGER NOT NULL PRIMARY KEY)"))
"""
USES_LIBRARY = ENV.replace("from models import Base", "import library\nfrom models import Base")
ADDS_TO_ACCOUNT = """op.create_table("user", sa.Column("id", sa.Integer(), primary_key=True))
    op.add_column("account", sa.Column("name", sa.String(40)))"""


def test_revisions_may_need_the_tables_that_an_import_makes(project: Project) -> None:
    project.checkout.add(
        {
            "library.py": LIBRARY,
            "migrations/env.py": USES_LIBRARY,
            A1: revision_file("a1", None, ADDS_TO_ACCOUNT),
        }
    )

    ran = project.run("check")

    assert (ran.status, ran.text) == (
        0,
        (
            "note: importing the project makes tables that the revisions need, account among them; they were kept\n"
            "nothing found in the index (alembic.ini: 1 revision on SQLite, N s)\n"
        ),
    )


def test_where_that_does_not_help_the_revision_is_told_as_on_an_empty_database(project: Project) -> None:
    project.checkout.add(
        {
            "library.py": LIBRARY,
            "migrations/env.py": USES_LIBRARY,
            A1: revision_file("a1", None, ADDS_TO_ACCOUNT + "\n    raise ValueError('anyhow')"),
        }
    )

    ran = project.run("check")

    assert ran.status == 1
    assert ran.out.startswith(
        f"{A1}:14: upgrade-failed: the history does not start from an empty database: revision a1 needs the table "
        "account, which no revision makes\n"
    )


def test_a_failing_revision_is_found_although_env_py_swallows_its_error(project: Project) -> None:
    swallowing = ENV.replace(
        "        context.run_migrations()\n",
        "        try:\n            context.run_migrations()\n        except Exception:\n            pass\n",
    )
    project.checkout.add(
        {"migrations/env.py": swallowing, B1: revision_file("b1", "a1", "raise ValueError('unseen')")}
    )

    ran = project.run("check")

    assert ran.status == 1
    assert ran.out.startswith(f"{B1}:13: upgrade-failed: revision b1 fails: ValueError: unseen\n")


def test_locations_that_only_env_py_knows_are_judged_as_alembic_sees_them(project: Project) -> None:
    elsewhere = ENV.replace(
        "engine = ",
        "context.script.version_locations = ['migrations/other']\n"
        "context.script.__dict__.pop('_version_locations', None)\n"
        "engine = ",
        1,
    )
    project.checkout.add(
        {
            "migrations/env.py": elsewhere,
            "migrations/other/c1.py": revision_file(
                "c1", None, 'op.create_table("user", sa.Column("id", sa.Integer(), primary_key=True))'
            ),
            "migrations/other/c2.py": revision_file("c2", "c1"),
            "migrations/other/c3.py": revision_file("c3", "c1"),
        }
    )

    ran = project.run("check", "--format", "json")

    assert [finding["rule"] for finding in ran.report["findings"]] == ["multiple-heads"]
    [environment] = ran.report["environments"]
    assert (environment["heads"], environment["revisions"]) == (["c2", "c3"], 3)
    assert environment["notes"] == [
        (
            "Alembic sees 3 revisions and the configuration names 1, for env.py sets other locations; "
            "check judged what Alembic sees, heads cannot"
        )
    ]

    # What is merged lies where Alembic looks, and not where the configuration says.
    project.checkout.git("commit", "--quiet", "--message", "Fork")
    project.checkout.add({"migrations/other/c2.py": revision_file("c2", "c1", "op.execute('SELECT 1')")})
    report = project.run("check", "--base", "HEAD", "--format", "json").report
    assert [(one["rule"], one["revision"]) for one in report["findings"] if one["severity"] == "error"] == [
        ("merged-revision-edited", "c2")
    ]
