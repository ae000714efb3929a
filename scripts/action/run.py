"""Runs `alembic-proof check` or `apply` by the action's inputs: text into the log, outputs for later steps.

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
    from collections.abc import Mapping

FLAGS = {
    "REV": "--rev",
    "MERGE_WITH": "--merge-with",
    "BASE": "--base",
    "DATABASE": "--database",
    "TIME_LIMIT": "--time-limit",
}


def main() -> None:
    command = sys.argv[1]
    report = Path(os.environ["RUNNER_TEMP"], f"alembic-proof-{command}.json")
    report.unlink(missing_ok=True)
    argv = [os.environ["PROGRAM"], command, "--format", "json", "--output", str(report), *options(os.environ)]
    status = subprocess.run(argv, check=False).returncode
    if report.is_file():
        text = report.read_text(encoding="utf-8")
        show(text, os.environ["FORMAT"])
        with Path(os.environ["GITHUB_OUTPUT"]).open("a") as output:
            output.writelines(outputs(json.loads(text), report))
    sys.exit(status)


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


def show(report: str, form: str) -> None:
    if form == "json":
        print(report)
        return
    content = json.loads(report)
    for finding in content["findings"]:
        print(described(finding))
    for environment in content["environments"]:
        heads = ", ".join(environment["heads"]) or "none"
        print(f"{environment['config']}: {environment['revisions']} revisions, heads: {heads}")


def described(finding: dict[str, Any]) -> str:
    place = ":".join(str(part) for part in (finding["path"], finding["line"]) if part is not None)
    head = (
        f"{finding['severity']}: {place or finding['environment']}: {finding['rule']}: {finding['message']}"
    )
    details = finding["details"]
    code = [*details.get("operations", []), details.get("statement") or ""]
    shown = [f"    {line}" for part in code for line in str(part).splitlines()]
    return "\n".join([head, *shown, f"  fix: {finding['hint']}"])


def outputs(report: dict[str, Any], path: Path) -> list[str]:
    heads = [head for environment in report["environments"] for head in environment["heads"]]
    errors = [finding for finding in report["findings"] if finding["severity"] == "error"]
    return [f"findings={len(errors)}\n", f"heads={json.dumps(heads)}\n", f"report={path}\n"]


if __name__ == "__main__":
    main()
