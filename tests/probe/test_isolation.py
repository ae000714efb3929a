"""Behind the isolation there is no network and no database socket but those that are kept."""

from __future__ import annotations

import codecs
import ctypes
import json
import os
import runpy
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.canary import Canary, canary, kernel_isolates
from support.servers import become, open_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER and CLONE_NEWNET of sched.h
SET_DUMPABLE = 4  # PR_SET_DUMPABLE of sys/prctl.h
SOURCE = Path(__file__).parents[2] / "src" / "alembic_proof_probe" / "isolation.py"
PROGRAM = """
import json, os, runpy, socket, sys, time
isolate = runpy.run_path(sys.argv[1])["isolate"]
before = os.geteuid(), os.getegid()
started = time.perf_counter()
isolated = isolate(json.loads(sys.argv[2]))
seconds = time.perf_counter() - started
assert (os.geteuid(), os.getegid()) == before
def reached(family, address):
    try:
        socket.socket(family).connect(address)
    except OSError as error:
        return error.strerror
print(json.dumps([isolated, seconds, reached(socket.AF_INET, ("127.0.0.1", int(sys.argv[3]))),
                  *(reached(socket.AF_UNIX, path) for path in sys.argv[4:])]))
"""


@pytest.fixture
def bird() -> Iterator[Canary]:
    with open_folder() as folder, canary(folder) as found:
        for path in folder.iterdir():
            path.chmod(0o777)
        yield found


@contextmanager
def three_sockets(bird: Canary) -> Iterator[list[Path]]:
    """Two that look like a database's, and one that does not; something listens on each."""
    sockets = [bird.folder / f".s.PGSQL.{bird.port}", bird.folder / "mysql.sock", bird.folder / "other.sock"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(sockets[2]))
        sockets[2].chmod(0o777)
        listener.listen()
        yield sockets


def isolated(bird: Canary, kept: list[Path]) -> list[object]:
    """Whether it worked, the seconds that it took, and why the port and the sockets were not reached."""
    with three_sockets(bird) as sockets:
        job = [SOURCE, json.dumps([str(one) for one in kept]), str(bird.port), *sockets]
        argv = [sys.executable, "-c", PROGRAM, *job]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout)
    return found


def why_not(family: int, address: object) -> str | None:
    with socket.socket(family) as one:
        try:
            one.connect(address)  # type: ignore[arg-type]
        except OSError as error:
            return error.strerror
    return None


needs_kernel = pytest.mark.skipif(
    not kernel_isolates(), reason="this kernel lets no process leave its network"
)


@needs_kernel
def test_nothing_is_reached_but_sockets_that_are_no_databases(bird: Canary) -> None:
    worked, seconds, *reached = isolated(bird, [])
    assert worked is True
    assert isinstance(seconds, float)
    assert seconds < 0.1
    assert reached == ["Network is unreachable", "Connection refused", "Connection refused", None]
    assert bird.seen == []


@needs_kernel
def test_the_sockets_of_servers_of_our_own_stay(bird: Canary) -> None:
    _, _, *reached = isolated(bird, [bird.folder])
    assert reached == ["Network is unreachable", None, None, None]


@needs_kernel
@pytest.mark.skipif(os.geteuid() != 0, reason="this user has no other user to become")
def test_a_user_without_rights_is_isolated_as_well(bird: Canary) -> None:
    """Where the kernel permits that at all, which `unshare(2)` itself says."""
    # Loaded here: that user may be unable to read the interpreter's library.
    codecs.lookup("ascii")
    library = ctypes.CDLL(None)
    isolate = runpy.run_path(str(SOURCE))["isolate"]

    with three_sockets(bird) as sockets:
        permitted = become(NOBODY, lambda: library.unshare(NEW_USER | NEW_NETWORK) == 0)

        def work() -> str:
            # A process that changed its user may not open its own /proc; one that a user started may.
            library.prctl(SET_DUMPABLE, 1, 0, 0, 0)
            worked = isolate([])
            port = why_not(socket.AF_INET, ("127.0.0.1", bird.port))
            return json.dumps([worked, port, *(why_not(socket.AF_UNIX, str(path)) for path in sockets)])

        told = become(NOBODY, work)

    worked, *reached = json.loads(told)
    assert str(worked) == permitted
    if worked:
        assert reached == ["Network is unreachable", "Connection refused", "Connection refused", None]
