"""A database server that nobody may reach, and a program that says whether this kernel can keep a process from it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# CLONE_NEWNET, with CLONE_NEWUSER for those who are not root (unshare(2)).
_LEAVES = """
import ctypes, os
raise SystemExit(ctypes.CDLL(None).unshare(0x40000000 | (0x10000000 if os.geteuid() else 0)) != 0)
"""


@dataclass(frozen=True)
class Canary:
    """Listens on a TCP port, and on Unix sockets named as PostgreSQL's and MySQL's are. `seen` is who came."""

    port: int
    folder: Path
    seen: list[str] = field(default_factory=list)

    @property
    def variables(self) -> Mapping[str, str]:
        return {"CANARY_PORT": str(self.port), "CANARY_FOLDER": str(self.folder)}


@contextmanager
def canary(folder: Path) -> Iterator[Canary]:
    """The folder's path must be short enough for a socket's name."""
    tcp = socket.create_server(("127.0.0.1", 0))
    bird = Canary(tcp.getsockname()[1], folder)
    listeners = [tcp]
    for name in (f".s.PGSQL.{bird.port}", "mysql.sock"):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(folder / name))
        listener.listen()
        listeners.append(listener)
    threads = [threading.Thread(target=_listen, args=(one, bird.seen)) for one in listeners]
    for thread in threads:
        thread.start()
    try:
        yield bird
    finally:
        for listener, thread in zip(listeners, threads, strict=True):
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()


def _listen(listener: socket.socket, seen: list[str]) -> None:
    with suppress(OSError):
        name = str(listener.getsockname())
        while True:
            connection, _ = listener.accept()
            seen.append(name)
            connection.close()


@cache
def kernel_isolates() -> bool:
    """Whether this machine's kernel lets a process leave its network."""
    if not sys.platform.startswith("linux"):
        return False
    return subprocess.run([sys.executable, "-c", _LEAVES], timeout=60).returncode == 0
