"""What `[tool.alembic-proof]`, the variables and the options change about a run."""

from __future__ import annotations

import sys

import pytest

from support.commands import CREATE, ENV, FILES, INI, Project, revision_file, revision_path

SECOND = {f"service/{path}": text for path, text in FILES.items()}
FORK = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}


def settings(text: str) -> dict[str, str]:
    return {"pyproject.toml": f"[tool.alembic-proof]\n{text}\n"}


@pytest.mark.parametrize(
    ("setting", "status"),
    [
        ("heads = 2", 0),
        ("heads = ['b1', 'c1']", 0),
        ("heads = ['side', 'c1']", 0),
        ("heads = 1", 1),
        ("heads = ['b1']", 1),
        ("", 1),
    ],
)
def test_heads_that_are_meant(project: Project, setting: str, status: int) -> None:
    labelled = FORK[revision_path("b1")].replace("branch_labels = None", "branch_labels = ('side',)")
    if "side" not in setting:
        labelled = FORK[revision_path("b1")]
    project.checkout.add(FORK | {revision_path("b1"): labelled} | settings(setting))
    assert project.run("heads").status == status


def test_an_environment_has_settings_of_its_own(project: Project) -> None:
    own = '[tool.alembic-proof.environments."service/alembic.ini"]\nheads = 2'
    fork = {f"service/{path}": text for path, text in FORK.items()}
    project.checkout.add(SECOND | fork | FORK | settings(own))

    report = project.run("heads", "--format", "json").report

    assert [finding["environment"] for finding in report["findings"]] == ["alembic.ini"]


@pytest.mark.parametrize("excluded", ["service", "service/", "service/alembic.ini"])
def test_an_excluded_environment_is_not_judged_unless_it_is_named(project: Project, excluded: str) -> None:
    project.checkout.add(SECOND | settings(f'exclude = ["{excluded}"]'))

    def configs(*options: str) -> list[str]:
        report = project.run("heads", "--format", "json", *options).report
        return [environment["config"] for environment in report["environments"]]

    assert configs() == ["alembic.ini"]
    assert configs("--config", "service/alembic.ini") == ["service/alembic.ini"]


def test_several_environments_are_judged_and_told_apart(project: Project) -> None:
    project.checkout.add(SECOND)

    ran = project.run("check")

    assert (ran.status, ran.text) == (
        0,
        (
            "nothing found in the index (alembic.ini: 1 revision on SQLite, N s; "
            "service/alembic.ini: 1 revision on SQLite, N s)\n"
        ),
    )


def test_the_configuration_may_be_a_setting_a_variable_and_an_option(project: Project) -> None:
    project.checkout.add(SECOND | settings('config = "service/alembic.ini"'))

    def judged(*options: str, env: dict[str, str] | None = None) -> list[str]:
        report = project.run("heads", "--format", "json", *options, env=env).report
        return [environment["config"] for environment in report["environments"]]

    assert judged() == ["service/alembic.ini"]
    assert judged(env={"ALEMBIC_PROOF_CONFIG": "alembic.ini"}) == ["alembic.ini"]
    assert judged("--config", "service/alembic.ini", env={"ALEMBIC_PROOF_CONFIG": "alembic.ini"}) == [
        "service/alembic.ini"
    ]


def test_x_arguments_reach_env_py(project: Project) -> None:
    asked = "assert context.get_x_argument(as_dictionary=True) == {'tenant': 'a', 'mode': 'b=c'}\n"
    lines = ENV.replace("\nengine =", f"\n{asked}engine =")
    project.checkout.add({"migrations/env.py": lines})

    assert "AssertionError" in project.refused("check")
    project.checkout.add(settings('x-arguments = ["tenant=a", "mode=b=c"]'))
    assert project.run("check").status == 0


def test_the_throwaway_url_may_have_a_driver(project: Project) -> None:
    env = ENV.replace('engine_from_config(context.config.get_section("alembic")', "create_engine(URL")
    imports = "import os\nfrom sqlalchemy import create_engine\nURL = os.environ['SHOP_URL']\n"
    check = "assert URL.startswith('postgresql+psycopg2://'), URL\n"
    project.checkout.add(
        {"migrations/env.py": imports + check + env}
        | settings('dialect = "postgresql+psycopg2"\nenv = { SHOP_URL = "{url}" }')
    )

    ran = project.run("check")

    assert ran.status == 0, ran
    assert ran.out.startswith("nothing found in the index (alembic.ini: 1 revision on PostgreSQL ")


def test_variables_win_over_settings_and_options_over_variables(project: Project) -> None:
    project.checkout.add(
        settings("time-limit = 1") | {"models.py": f"import time\ntime.sleep(600)\n{FILES['models.py']}"}
    )
    env = {"ALEMBIC_PROOF_TIME_LIMIT": "0.5"}

    assert "took longer than 0.5 s" in project.refused("check", env=env)
    assert "took longer than 0.25 s" in project.refused("check", "--time-limit", "0.25", env=env)


def test_settings_are_read_from_what_is_judged(project: Project) -> None:
    project.checkout.commit(FORK)
    project.checkout.write(settings("heads = 2"))

    assert project.run("heads").status == 1
    assert project.run("heads", "--worktree").status == 0


def test_a_table_of_another_environment_is_no_unregistered_model(project: Project) -> None:
    """Two environments share a database: what the one leaves out is the other's."""
    other = "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\n\n"
    other += 'Base = declarative_base()\n\n\nclass Bill(Base):\n    __tablename__ = "bill"\n'
    other += "    id = Column(Integer, primary_key=True)\n"
    ini = INI.replace("= migrations", "= %(here)s/migrations").replace("= .", "= %(here)s")
    project.checkout.add(
        {
            "service/alembic.ini": ini,
            "service/bills.py": other,
            "service/migrations/env.py": ENV.replace("models", "bills"),
            "service/migrations/versions/a1.py": revision_file("a1", None, CREATE.replace("user", "bill")),
        }
    )

    ran = project.run("check")

    assert (ran.status, ran.out.partition(" (")[0]) == (0, "nothing found in the index")


def test_a_relative_interpreter_is_looked_for_where_the_person_is(project: Project) -> None:
    folder = project.top / "migrations" / "env"
    program = folder / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)

    ran = project.run("check", "--python", "env", "--format", "json", folder="migrations")

    assert ran.report["environments"][0]["interpreter"] == f"{program} (--python)"
