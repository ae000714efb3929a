"""Python environments of their own, filled by pip as this machine has it configured."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPTS = Path(sys.executable).parent

# Read before a test gets a home of its own: without its configuration pip may find no registry.
_CONFIGURATIONS = (Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf")
_CACHE = Path(os.environ.get("PIP_CACHE_DIR") or Path(__file__).parents[2] / ".cache/pip")


def pip_environment() -> Mapping[str, str]:
    """Variables with which pip, whoever starts it, installs as it would for the person who runs the tests."""
    configuration = next((str(path) for path in _CONFIGURATIONS if path.is_file()), os.devnull)
    return {
        "PIP_CONFIG_FILE": configuration,
        "PIP_CACHE_DIR": str(_CACHE),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # Few of the modules are ever imported, so compiling all of them takes longer than it saves.
        "PIP_COMPILE": "0",
    }


def without_the_tool(path: str) -> str:
    """A PATH without the folders that hold alembic-proof, wherever the tests run."""
    folders = path.split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not Path(folder, "alembic-proof").exists())
