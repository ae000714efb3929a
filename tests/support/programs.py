"""Programs that stand before the real ones on the PATH."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def path_with(folder: Path, name: str, script: str) -> Mapping[str, str]:
    """The environment in which a shell script goes by `name`; `$real` is the real one."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\nreal={shutil.which(name)}\n{script}\n")
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
