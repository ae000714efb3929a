"""What an env.py may do to its process, and the check goes on, or says in two lines why it cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.commands import ENV, FILES, MODELS, NICKNAME, Project, make_project, program
from support.interpreters import CURRENT, interpreter
from support.servers import alive, until, until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIFT = "models.py:10: model-drift: column user.nickname is in the models and in no revision"

# What stands together is tried in one run, in this order: none hides what another does.
HARMLESS = {
    "prints": {
        "megabytes": "import sys\nfor out in sys.stdout, sys.stderr:\n    print('x' * 5_000_000, file=out)",
        "bytes": "import os\nos.write(1, b'\\xff\\n{}\\n')\nos.write(2, b'\\xff')",
        "what looks like an answer": "print('{\"result\": {}}')",
        "to nowhere": "import io, sys\nsys.stdout = sys.stderr = sys.__stdout__ = io.StringIO()",
    },
    "closes its outputs": {"by number": "import os\nos.close(1)\nos.close(2)"},
    "closes sys.stdout": {"by name": "import sys\nsys.stdout.close()\nsys.stderr.close()"},
    "reads": {
        "its input": "import sys\nassert sys.stdin.read() == ''",
        "a password": "try:\n    input()\nexcept EOFError:\n    pass",
    },
    "forks": {
        "a child that ends": "import os\nchild = os.fork()\nif not child:\n    os._exit(0)\nos.waitpid(child, 0)",
        "a child that raises": "import os\nif not os.fork():\n    raise ValueError\nos.wait()",
        "a child that goes on": "import os\nif not os.fork():\n    import time; time.sleep(60)",
        "a daemon": "import os, time\nif not os.fork():\n    os.setsid(); time.sleep(3); os._exit(0)",
    },
    "changes its process": {
        "the directory": "import os\nos.chdir('/')",
        "a thread that stays": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()",
        "signals": "import signal\nfor number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):\n"
        "    signal.signal(number, signal.SIG_IGN)",
        "warnings": "import warnings\nwarnings.simplefilter('error')",
        "logging": "import logging.config\nlogging.config.dictConfig({'version': 1, 'root': "
        "{'handlers': ['h'], 'level': 'DEBUG'}, 'handlers': {'h': {'class': 'logging.StreamHandler'}}})",
        "a loop": "import asyncio\nasyncio.run(asyncio.sleep(0))",
        "an exit handler": "import atexit, time\natexit.register(time.sleep, 60)",
        "modules": "import sys\nfor name in list(sys.modules):\n"
        "    if name.startswith('alembic_proof_probe'):\n        del sys.modules[name]",
        "the limits": "import sys\nsys.setrecursionlimit(300)",
    },
}


@pytest.mark.parametrize("codes", HARMLESS.values(), ids=HARMLESS)
def test_the_check_goes_on(project: Project, codes: dict[str, str]) -> None:
    code = "\n".join(codes.values())
    project.checkout.add({"migrations/env.py": f"{code}\n{ENV}", "models.py": MODELS + NICKNAME})
    started = time.monotonic()
    ran = project.run("check")
    assert (ran.status, ran.out.splitlines()[:1], ran.err) == (1, [DRIFT], "")
    assert time.monotonic() - started < 30


def test_logging_that_a_file_configures(project: Project) -> None:
    ini = FILES["alembic.ini"] + (
        "[loggers]\nkeys = root\n[handlers]\nkeys = out\n[formatters]\nkeys =\n"
        "[logger_root]\nlevel = DEBUG\nhandlers = out\n"
        "[handler_out]\nclass = StreamHandler\nargs = (sys.stdout,)\nlevel = NOTSET\n"
    )
    configures = "from logging.config import fileConfig\nfileConfig(context.config.config_file_name)\n"
    env = f"from alembic import context\n{configures}{ENV}"
    project.checkout.add({"alembic.ini": ini, "migrations/env.py": env})
    ran = project.run("check")
    assert (ran.status, ran.err) == (0, "")


def test_an_env_py_that_wants_any_ios_worker_thread(tmp_path: Path) -> None:
    code = "import anyio.from_thread, asyncio\nanyio.from_thread.run(asyncio.sleep, 0)\n"
    project = make_project(tmp_path / "project", tmp_path / "cache", {"migrations/env.py": code + ENV})
    ran = project.run("check", "--python", str(interpreter(CURRENT)))
    assert (ran.status, ran.err) == (0, "")


ENDINGS = {
    "raises": (
        "raise LookupError('no such tenant')",
        "migrations/env.py:1 raises LookupError: no such tenant",
        "make it run with {python}: alembic current is a quick way to see",
    ),
    "exits": (
        "import sys\nsys.exit('set STAGE first')",
        "migrations/env.py:2 ended the interpreter (SystemExit set STAGE first)",
        "see what it checks before it exits; [tool.alembic-proof.env] gives it environment variables",
    ),
    "ends the process": (
        "import os\nprint('bye', flush=True)\nos._exit(0)",
        "{python} ended without an answer (exit status 0)",
        "see what it printed: something in env.py or the models ends the interpreter",
    ),
    "crashes": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "{python} ended without an answer (exit status -11)",
        "see what it printed: something in env.py or the models ends the interpreter",
    ),
    "ends and leaves a daemon": (
        "import os, time\nif not os.fork():\n    os.setsid(); time.sleep(3); os._exit(0)\nos._exit(0)",
        "{python} ended without an answer (exit status 0)",
        "see what it printed: something in env.py or the models ends the interpreter",
    ),
    "becomes another program": (
        "import os\nos.execv('/bin/true', ['true'])",
        "{python} ended without an answer (exit status 0)",
        "see what it printed: something in env.py or the models ends the interpreter",
    ),
    "runs nothing": (
        "raise_nothing = True\nimport alembic.context\nalembic.context.run_migrations = lambda: None",
        "migrations/env.py ended without calling context.run_migrations()",
        "see which condition in it skips the migrations; x-arguments in [tool.alembic-proof] gives it -x options",
    ),
}


@pytest.mark.parametrize(("code", "problem", "hint"), ENDINGS.values(), ids=ENDINGS)
def test_an_end_is_told(project: Project, code: str, problem: str, hint: str) -> None:
    project.checkout.add({"migrations/env.py": f"{code}\n{ENV}"})
    python = project.env["ALEMBIC_PROOF_PYTHON"]
    started = time.monotonic()
    lines = project.refused("check").splitlines()
    assert lines[:2] == [
        f"alembic-proof: {problem.format(python=python)}",
        f"  fix: {hint.format(python=python)}",
    ]
    assert time.monotonic() - started < 30


def test_an_env_py_that_closes_the_way_to_tell(project: Project) -> None:
    project.checkout.add({"migrations/env.py": f"import os\nos.closerange(0, 256)\n{ENV}"})
    problem, *_ = project.refused("check").splitlines()
    assert problem.startswith(
        f"alembic-proof: {project.env['ALEMBIC_PROOF_PYTHON']} ended without an answer (exit status "
    )


def test_what_was_printed_before_the_end_is_shown(project: Project) -> None:
    project.checkout.add({"models.py": "import os\nprint('out of memory', flush=True)\nos._exit(9)\n"})
    assert project.refused("check").splitlines()[2:] == ["out of memory"]


HANG = """\
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open({ready!r} + ".part", "w") as file:
    file.write(f"{{os.getpid()}} {{child.pid}}")
os.rename({ready!r} + ".part", {ready!r})
time.sleep(600)
"""


def hang(project: Project, ready: Path) -> None:
    project.checkout.add({"migrations/env.py": HANG.format(ready=str(ready)) + ENV})


def pids(ready: Path) -> list[int]:
    return [int(word) for word in ready.read_text().split()]


def test_a_time_limit_ends_the_project_and_its_children(project: Project, tmp_path: Path) -> None:
    hang(project, tmp_path / "ready")
    started = time.monotonic()
    lines = project.refused("check", "--time-limit", "3").splitlines()
    assert lines == [
        "alembic-proof: env.py and the revisions took longer than 3 s",
        "  fix: find what waits there, or give them more time: --time-limit SECONDS",
    ]
    assert time.monotonic() - started < 20
    for pid in pids(tmp_path / "ready"):
        until_gone(pid)


@contextmanager
def hanging(project: Project, ready: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a session of its own, as a terminal gives it, whose env.py has a child and never ends."""
    hang(project, ready)
    process = subprocess.Popen(
        program("check"),
        cwd=project.top,
        env={**os.environ, **project.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        until(lambda: ready.exists() or process.poll() is not None, "env.py hangs")
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_killed_run_takes_the_project_and_its_children_along(project: Project, tmp_path: Path) -> None:
    with hanging(project, tmp_path / "ready") as process:
        process.kill()
        process.wait()
        for pid in pids(tmp_path / "ready"):
            until(lambda pid=pid: not alive(pid), f"{pid} is gone")  # type: ignore[misc]


def test_ctrl_c_leaves_nothing(project: Project, tmp_path: Path) -> None:
    with hanging(project, tmp_path / "ready") as process:
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")
    for pid in pids(tmp_path / "ready"):
        until_gone(pid)
    assert list(Path(project.env["ALEMBIC_PROOF_CACHE"]).glob("runs/*")) == []
