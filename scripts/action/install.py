"""Installs alembic-proof into an environment of its own; the project's packages are not touched.

Reads ACTION_PATH, VERSION, CONFIG, RUNNER_TEMP and GITHUB_OUTPUT. Where uv is on the PATH, it is used, and it finds
or brings a Python. Says where the program is, where its cache belongs, and what the runner's cache may call that.
Runs on any Python 3.9 or later.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 10)
NAMES = ("python3", "python", *(f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)))
QUESTION = "import ensurepip, json, sys, venv; print(json.dumps([sys.executable, *sys.version_info[:2]]))"


def main() -> None:
    temp = Path(os.environ["RUNNER_TEMP"])
    folder = temp / "alembic-proof"
    wanted = requirement(os.environ["VERSION"], os.environ["ACTION_PATH"])
    uv = shutil.which("uv")
    if uv is not None:
        install_with_uv(uv, folder, wanted)
    else:
        install_with_pip(folder, wanted)
    marks = [sys.platform, platform.machine(), os.environ["VERSION"] or digest(wanted)]
    marks += [
        hashlib.sha256(os.environ["CONFIG"].encode()).hexdigest()[:12]
    ]  # jobs of a matrix keep their own
    with Path(os.environ["GITHUB_OUTPUT"]).open("a") as output:
        output.write(f"program={folder / 'bin' / 'alembic-proof'}\n")
        output.write(f"cache={os.environ.get('ALEMBIC_PROOF_CACHE') or temp / 'alembic-proof-cache'}\n")
        output.write(f"cache-key=alembic-proof-{'-'.join(marks)}\n")


def install_with_uv(uv: str, folder: Path, wanted: str) -> None:
    made = run([uv, "venv", "--quiet", "--python", f">={'.'.join(map(str, OLDEST))}", str(folder)])
    if not made or not run([uv, "pip", "install", "--quiet", "--python", str(folder), wanted]):
        sys.exit("alembic-proof cannot be installed; uv says why above.")


def install_with_pip(folder: Path, wanted: str) -> None:
    python = find_python()
    if python is None:
        sys.exit("alembic-proof needs Python 3.10 or later with venv.\nAdd a step with actions/setup-python.")
    if not run([python, "-m", "venv", "--clear", str(folder)]):
        sys.exit(f"{python} cannot make a virtual environment.\nAdd a step with actions/setup-python.")
    # Most of what is installed is never imported, so compiling all of it takes longer than it saves.
    options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
    if not run([str(folder / "bin" / "python"), "-m", "pip", "install", *options, wanted]):
        sys.exit("alembic-proof cannot be installed; pip says why above.")


def digest(action: str) -> str:
    """Of the action's own code, which is what is installed by default."""
    files = sorted(Path(action, "src").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def find_python() -> str | None:
    """The first interpreter on the PATH that is new enough, which the project's own need not be."""
    for name in NAMES:
        path = shutil.which(name)
        if path is None:
            continue
        answer = subprocess.run([path, "-c", QUESTION], check=False, capture_output=True, timeout=60)
        if answer.returncode == 0:
            executable, *version = json.loads(answer.stdout)
            if tuple(version) >= OLDEST:
                return str(executable)
    return None


def requirement(version: str, action_path: str) -> str:
    if not version:
        return action_path
    if not re.fullmatch(r"\d+(\.\d+)*((a|b|rc)\d+)?", version):
        sys.exit(f"version: {version!r} is no release of alembic-proof.\nName one, such as 0.1.0.")
    return f"alembic-proof=={version}"


def run(argv: list[str]) -> bool:
    return subprocess.run(argv, check=False, timeout=600).returncode == 0


if __name__ == "__main__":
    main()
