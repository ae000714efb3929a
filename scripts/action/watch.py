"""Runs `alembic-proof watch` by the action's inputs; fails where it could not judge. Python 3.9 or later."""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> None:
    argv = [os.environ["PROGRAM"], "watch"]
    for line in os.environ["CONFIG"].splitlines():
        argv += ["--config", line.strip()] if line.strip() else []
    argv += ["--format", os.environ["FORMAT"]] if os.environ["FORMAT"] else []
    status = subprocess.run(argv, check=False).returncode
    sys.exit(
        0 if status == 1 else status
    )  # findings are the pull requests', which show them; the run is the base's


if __name__ == "__main__":
    main()
