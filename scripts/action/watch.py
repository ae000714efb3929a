"""Runs `alembic-proof watch` by the action's inputs; ends with its exit status. Runs on any Python 3.9 or later."""

from __future__ import annotations

import os
import subprocess
import sys


def main() -> None:
    argv = [os.environ["PROGRAM"], "watch"]
    for line in os.environ["CONFIG"].splitlines():
        argv += ["--config", line.strip()] if line.strip() else []
    argv += ["--format", os.environ["FORMAT"]] if os.environ["FORMAT"] else []
    sys.exit(subprocess.run(argv, check=False).returncode)


if __name__ == "__main__":
    main()
