"""The action and the example workflow: as they are written, step by step, and as act runs them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.once import proof_cache
from support.packages import SCRIPTS, pip_environment
from support.release import release
from support.servers import TcpServer, tcp_postgres
from support.shop import CHANGE, CHECKOUT, DRIFT, Shop, copy_shop, shop_packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.repositories import Checkout

ACTION = yaml.safe_load((CHECKOUT / "action.yml").read_text())
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "run" in step}
EXAMPLE = CHECKOUT / "examples" / "workflows" / "alembic-proof.yml"
SERVICE = "postgresql://postgres:postgres@localhost:5432/postgres"
# Puts a Python on the PATH, as the action that it stands for does: one that has the shop's requirements already.
SETUP_PYTHON = """\
name: setup-python
description: Stands for actions/setup-python, which cannot be fetched here.
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "{folder}" >>"$GITHUB_PATH"
"""


def texts(value: Any) -> Iterator[str]:
    """Every string in a piece of YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def written_by(step: dict[str, Any]) -> set[str]:
    """The outputs that the script of a step writes."""
    return set(re.findall(r'f"([\w-]+)=', script_of(step)))


def script_of(step: dict[str, Any]) -> str:
    """The text of the script that a step runs; empty where it runs the program itself."""
    script = re.search(r"\$ACTION_PATH/([\w/]+\.py)", step["run"])
    return (CHECKOUT / script[1]).read_text() if script else ""


def test_inputs_that_are_used_and_inputs_that_are_declared_are_the_same() -> None:
    used = {name for text in texts(ACTION["runs"]) for name in re.findall(r"inputs\.([\w-]+)", text)}

    assert used == set(ACTION["inputs"])


def test_every_step_output_that_is_used_is_written() -> None:
    used = {
        pair for text in texts(ACTION) for pair in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text)
    }

    assert used
    assert all(step in STEPS and output in written_by(STEPS[step]) for step, output in used)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_no_expression_is_pasted_into_a_shell_line(step: dict[str, Any]) -> None:
    assert "${{" not in step["run"]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_script_reads_no_variable_that_its_step_does_not_set(step: dict[str, Any]) -> None:
    text = script_of(step)
    read = set(re.findall(r'(?:environ|inputs)\["(\w+)"\]', text)) | set(
        re.findall(r'^    "(\w+)": "--', text, re.MULTILINE)
    )

    assert read - {"RUNNER_TEMP", "GITHUB_OUTPUT"} <= set(step["env"])


@dataclass(frozen=True)
class Job:
    """One job on a runner: its folders, and the steps that it runs as the runner would."""

    shop: Shop
    temp: Path
    inputs: dict[str, str] = field(default_factory=dict)

    def step(self, command: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        names = ("PROJECT_PYTHON", "CONFIG", "REV", "MERGE_WITH", "BASE", "DATABASE", "TIME_LIMIT")
        env = {
            **dict.fromkeys(names, ""),
            "FORMAT": "text",
            "GITHUB_STEP_SUMMARY": "",
            "PROGRAM": str(SCRIPTS / "alembic-proof"),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            **inputs,
        }
        script = CHECKOUT / "scripts" / "action" / "run.py"
        return Shop(self.shop.checkout, {**self.shop.env, **env}).run(sys.executable, str(script), command)

    def outputs(self) -> dict[str, str]:
        lines = (self.temp / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "temp").mkdir()
    cache = {"ALEMBIC_PROOF_CACHE": str(proof_cache())}
    return Job(Shop(copy_shop(tmp_path / "shop"), cache), tmp_path / "temp")


def test_a_check_shows_its_findings_and_ends_with_the_programs_status(job: Job) -> None:
    job.shop.patch("break")
    job.shop.checkout.git(*CHANGE)

    found = job.step("check")

    assert found.returncode == 1
    assert re.fullmatch(
        rf"shop/models\.py:16: model-drift: {DRIFT}.*\n"
        r"    op\.add_column\('customer', sa\.Column\('name', sa\.String\(length=200\), nullable=True\)\)\n"
        r"  fix: .*\n\n1 finding in the index \(alembic\.ini: 2 revisions on .*\)\n",
        found.stdout,
    )
    report = str(job.temp / "alembic-proof-check.json")
    assert job.outputs() == {
        "findings": "1",
        "heads": '["52d8e3b40c6f"]',
        "report": report,
        "sarif": str(job.temp / "alembic-proof-check.sarif"),
        "markdown": str(job.temp / "alembic-proof-check.md"),
    }
    assert all(Path(job.outputs()[one]).is_file() for one in ("sarif", "markdown"))
    assert json.loads(Path(report).read_text())["findings"][0]["rule"] == "model-drift"


def test_the_report_is_shown_as_json_when_that_is_asked_for(job: Job) -> None:
    shown = job.step("check", FORMAT="json")

    assert shown.returncode == 0
    assert json.loads(shown.stdout)["environments"][0]["heads"] == ["52d8e3b40c6f"]


def test_inputs_reach_the_program_as_they_are(job: Job) -> None:
    hostile = "$(touch pwned) `touch pwned`; touch pwned"

    for name in ("REV", "MERGE_WITH", "BASE", "CONFIG", "PROJECT_PYTHON", "DATABASE", "TIME_LIMIT"):
        refused = job.step("check", **{name: hostile})

        assert (name, refused.returncode) == (name, 2)
        assert not (job.shop.top / "pwned").exists()


def test_every_line_of_config_is_one_configuration(job: Job) -> None:
    job.shop.checkout.git("mv", "alembic.ini", "shop.ini")
    job.shop.checkout.git("commit", "--quiet", "--message", "Rename")

    found = job.step("check", CONFIG="\n shop.ini \n\n")

    assert found.returncode == 0
    assert found.stdout.startswith("nothing found in the index (shop.ini: 2 revisions on ")


def load(name: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": name}
    path = CHECKOUT / "scripts" / "action" / f"{name}.py"
    exec(compile(path.read_text(), path, "exec"), namespace)
    return namespace


def test_by_default_the_action_installs_itself() -> None:
    assert load("install")["requirement"]("", "/actions/alembic-proof") == "/actions/alembic-proof"


def test_a_release_is_installed_by_its_number() -> None:
    assert load("install")["requirement"]("0.3.1rc1", "/actions") == "alembic-proof==0.3.1rc1"


@pytest.mark.parametrize(
    "version", ["--index-url=x", "0.1 other", "1.0\nother", "git+https://example.invalid"]
)
def test_what_is_no_release_is_not_given_to_pip(version: str) -> None:
    with pytest.raises(SystemExit) as raised:
        load("install")["requirement"](version, "/actions")

    assert str(raised.value).startswith(f"version: {version!r} is no release of alembic-proof.\n")


@pytest.mark.parametrize(
    ("answer", "found"), [("exit 0", True), ("exit 1", False), ("test -d alembic", False)]
)
def test_the_python_on_the_path_is_the_projects_if_it_has_alembic(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, found: bool
) -> None:
    (tmp_path / "alembic").mkdir()  # many projects keep their revisions in a folder of this name
    monkeypatch.chdir(tmp_path)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{answer}\n")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert load("run")["python_with_alembic"]() == (str(python) if found else None)


@pytest.fixture
def server() -> Iterator[TcpServer]:
    with tcp_postgres() as server:
        yield server


@pytest.mark.long
def test_act_runs_the_example_workflow(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, server: TcpServer
) -> None:
    shop = copy_shop(tmp_path / "shop")
    workflow = EXAMPLE.read_text()
    assert workflow.count(SERVICE) == 1
    # act starts no service container for a job on the host, so the job gets a server that is there.
    shop.commit({".github/workflows/alembic-proof.yml": workflow.replace(SERVICE, server.url())})
    setup_python = tmp_path / "setup-python"
    setup_python.mkdir()
    (setup_python / "action.yml").write_text(SETUP_PYTHON.format(folder=shop_packages() / "bin"))
    [action] = re.findall(r"actions/setup-python@\w+", workflow)
    cache = {"ALEMBIC_PROOF_CACHE": str(proof_cache())}

    ran = act(
        shop,
        {**pip_environment(), **cache},
        {action: setup_python, "alembic-proof/alembic-proof@v0": release(tmp_path_factory).top},
    )

    assert ran.returncode == 0, ran.stdout
    for revision in ("1f0c6a7d9b21", "52d8e3b40c6f"):
        assert re.search(rf"applied {revision}\b", ran.stdout)
    assert "set-output:: findings=0" in ran.stdout
    assert 'set-output:: heads=["52d8e3b40c6f"]' in ran.stdout
    assert server.execute("SELECT version_num FROM alembic_version") == ["52d8e3b40c6f"]


def act(
    project: Checkout, variables: dict[str, str], actions: dict[str, Path]
) -> subprocess.CompletedProcess[str]:
    """Run a project's workflows on this machine, with some actions taken from folders."""
    argv = [SCRIPTS / "act", "pull_request", "--platform", "ubuntu-latest=-self-hosted"]
    argv += ["--action-offline-mode", "--container-daemon-socket", "-", "--no-cache-server"]
    argv += [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    argv += [word for name, path in actions.items() for word in ("--local-repository", f"{name}={path}")]
    return subprocess.run(
        argv,
        cwd=project.top,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
    )
