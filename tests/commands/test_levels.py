"""How severe what a rule finds is, as the settings say it."""

from __future__ import annotations

from support.commands import FILES, MODELS, NICKNAME, Project, revision_file, revision_path

FORK = {revision_path(name): revision_file(name, "a1") for name in ("b1", "c1")}
DRIFT = {"models.py": MODELS + NICKNAME}
SERVICE = '[tool.alembic-proof.environments."service/alembic.ini".rules]'


def levels(text: str, table: str = "[tool.alembic-proof.rules]") -> dict[str, str]:
    return {"pyproject.toml": f"{table}\n{text}\n"}


def test_a_rule_that_is_off_finds_nothing(project: Project) -> None:
    project.checkout.add(DRIFT | levels('model-drift = "off"'))

    ran = project.run("check", "--format", "json")

    assert (ran.status, ran.report["findings"]) == (0, [])
    verdicts = ran.report["environments"][0]["rules"]
    assert (verdicts["model-drift"], verdicts["unregistered-model"]) == ("off", "passed")


def test_what_is_no_error_is_said_and_stops_nobody(project: Project) -> None:
    project.checkout.add(DRIFT | levels('model-drift = "warning"'))

    ran = project.run("check")

    first, *_, last = ran.text.splitlines()
    assert ran.status == 0
    assert first == (
        "models.py:10: warning: model-drift: column user.nickname is in the models and in no revision"
    )
    assert last == "no error, 1 warning in the index (alembic.ini: 1 revision on SQLite, N s)"


def test_one_environment_may_differ_from_the_rest(project: Project) -> None:
    files = {f"service/{path}": text for path, text in (FILES | FORK).items()}
    project.checkout.add(files | FORK | levels('multiple-heads = "off"', SERVICE))

    report = project.run("heads", "--format", "json").report

    assert [(one["rule"], one["environment"]) for one in report["findings"]] == [
        ("multiple-heads", "alembic.ini")
    ]
    assert [one["rules"]["multiple-heads"] for one in report["environments"]] == ["failed", "off"]


def test_the_models_are_compared_where_several_heads_are_no_error(project: Project) -> None:
    project.checkout.add(FORK | DRIFT | levels('multiple-heads = "warning"'))

    ran = project.run("check", "--format", "json")

    found = [(one["rule"], one["severity"]) for one in ran.report["findings"]]
    assert (ran.status, found) == (1, [("multiple-heads", "warning"), ("model-drift", "error")])


def test_a_rule_that_does_not_exist(project: Project) -> None:
    project.checkout.add(levels('model_drift = "off"'))

    assert project.refused("heads") == (
        "alembic-proof: pyproject.toml: [tool.alembic-proof] 'rules' names 'model_drift', which is no rule\n"
        "  fix: did you mean 'model-drift'?\n"
    )


def test_a_rule_that_is_like_none(project: Project) -> None:
    project.checkout.add(levels('zzz = "off"', SERVICE))
    assert "  fix: alembic-proof explain lists them\n" in project.refused("heads")


def test_a_history_that_cannot_be_followed_stays_an_error(project: Project) -> None:
    project.checkout.add(levels('cycle = "warning"'))

    assert project.refused("heads") == (
        "alembic-proof: pyproject.toml: [tool.alembic-proof] 'rules' cannot make cycle 'warning': "
        "nothing can be judged where Alembic cannot follow the history or apply it\n"
        "  fix: take cycle out, and mend what it finds\n"
    )
