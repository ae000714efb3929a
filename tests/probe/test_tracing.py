"""What the project's code looked at without saying so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, sys
from alembic_proof_probe.tracing import Trace
trace = Trace(sys.argv[1])
trace.start()
import psycopg2
print(json.dumps(trace.message()["outside"]))
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not tell what is loaded")
def test_the_libraries_that_the_linker_loaded_for_c_code(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    names = [Path(path).name for path in json.loads(done.stdout)]
    assert any(name.startswith("libpq") for name in names)
    assert any(name.startswith("libc.") for name in names)
    assert any(name.startswith("_psycopg") for name in names)
