"""Keeps the pull request's comment up to date: what was found, or nothing where all is well.

Reads PROGRAM, NUMBER, MARKDOWN, FINDINGS and KEY; the token is the program's to read. A comment that cannot be written
fails no job. Runs on any Python 3.9 or later.
"""

from __future__ import annotations

import os
import subprocess


def main() -> None:
    argv = [os.environ["PROGRAM"], "comment", "--pull", os.environ["NUMBER"], "--key", os.environ["KEY"]]
    argv += ["--remove"] if os.environ["FINDINGS"] == "0" else ["--body", os.environ["MARKDOWN"]]
    if subprocess.run(argv, check=False, timeout=300).returncode:
        print("::notice title=alembic-proof::the comment could not be brought up to date; the log says why")


if __name__ == "__main__":
    main()
