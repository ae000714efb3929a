"""Runs `alembic-proof check` or `apply` by the action's inputs: the report into the log and into files.

Every input comes through the environment and goes to the program as one argument, never through a shell.
Ends with the program's own exit status. Runs on any Python 3.9 or later.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FLAGS = {
    "REV": "--rev",
    "MERGE_WITH": "--merge-with",
    "BASE": "--base",
    "DATABASE": "--database",
    "TIME_LIMIT": "--time-limit",
    "FORMAT": "--format",
}
OWN = (*FLAGS, "ACTION_PATH", "PROGRAM", "PROJECT_PYTHON", "CONFIG")
FORMS = ("json", "sarif", "markdown")
ENDINGS = {"markdown": "md"}


def main() -> None:
    command = sys.argv[1]
    files = {form: report_file(command, form) for form in FORMS}
    for file in files.values():
        file.unlink(missing_ok=True)
    written = [word for form, file in files.items() for word in ("--output", f"{form}={file}")]
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary and os.environ["FORMAT"]:  # else the program chooses what GitHub shows
        written += ["--output", f"markdown={summary}"]
    argv = [os.environ["PROGRAM"], command, *written, *options(os.environ)]
    # What is this script's own is nothing that the project's code should see, or an answer depend on.
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    status = subprocess.run(argv, check=False, env=env).returncode
    if files["json"].is_file():
        report = json.loads(files["json"].read_text(encoding="utf-8"))
        with Path(os.environ["GITHUB_OUTPUT"]).open("a") as output:
            output.writelines(outputs(report, files))
    sys.exit(status)


def report_file(command: str, form: str) -> Path:
    return Path(os.environ["RUNNER_TEMP"], f"alembic-proof-{command}.{ENDINGS.get(form, form)}")


def options(inputs: Mapping[str, str]) -> list[str]:
    found = [word for name, flag in FLAGS.items() if inputs[name] for word in (flag, inputs[name])]
    for line in inputs["CONFIG"].splitlines():
        found += ["--config", line.strip()] if line.strip() else []
    python = inputs["PROJECT_PYTHON"] or python_with_alembic()
    return found + (["--python", python] if python else [])


def python_with_alembic() -> str | None:
    """The PATH's interpreter, where the workflow has installed the project into it."""
    python = shutil.which("python") or shutil.which("python3")
    if python is None:
        return None
    # Not where a folder of revisions may be called alembic.
    question = [python, "-c", "import alembic.config"]
    answer = subprocess.run(question, check=False, cwd="/", capture_output=True, timeout=60)
    return python if answer.returncode == 0 else None


def outputs(report: dict[str, Any], files: Mapping[str, Path]) -> Iterator[str]:
    heads = [head for environment in report["environments"] for head in environment["heads"]]
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    yield f"findings={len(errors)}\n"
    yield f"heads={json.dumps(heads)}\n"
    yield f"report={files['json']}\n"
    yield f"sarif={files['sarif']}\n"
    yield f"markdown={files['markdown']}\n"


if __name__ == "__main__":
    main()
