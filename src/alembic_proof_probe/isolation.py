"""On Linux, a network with nobody in it, and no way to the database servers that listen on this machine.

This stops what Python's own hooks do not see: drivers written in C, and programs that the project starts. Where
the kernel does not permit it (many containers, hardened systems), nothing changes.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

DATABASE_SOCKET = re.compile(r"PGSQL|mysql|maria|redis|mongo", re.IGNORECASE)

# Of unshare(2) and mount(2).
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18


def isolate(kept: list[str]) -> bool:
    """Leave the machine's network for good, and hide its database sockets but for those in the folders `kept`.

    Returns whether the kernel permitted it. The process must not have started a thread.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        import ctypes

        kernel = ctypes.CDLL(None)
        sockets = _database_sockets(kept)
        # Once inside a user namespace that cannot be filled in there is no way back: a child tries it first.
        if os.geteuid() != 0 and not _child_enters(kernel):
            return False
        _enter(kernel)
    except (ImportError, AttributeError, OSError):
        return False
    for path in sockets:
        kernel.mount(b"/dev/null", os.fsencode(path), None, MS_BIND, None)
    return True


def _database_sockets(kept: list[str]) -> list[str]:
    """The files behind which a database server listens, as proc_net_unix(5) lists them."""
    with open("/proc/net/unix", encoding="utf-8", errors="surrogateescape") as listed:
        paths = {line.rstrip("\n").split(None, 7)[-1] for line in listed}
    return [
        path
        for path in paths
        if os.path.isabs(path) and DATABASE_SOCKET.search(path) and os.path.dirname(path) not in kept
    ]


def _child_enters(kernel: Any) -> bool:
    child = os.fork()
    if child == 0:
        try:
            _enter(kernel)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _enter(kernel: Any) -> None:
    # Root would lose its rights over other people's files in a user namespace, and needs none.
    user, group = os.geteuid(), os.getegid()
    spaces = CLONE_NEWNET | CLONE_NEWNS | (CLONE_NEWUSER if user else 0)
    _permitted(kernel.unshare(spaces))
    if user:
        _write("setgroups", "deny")
        _write("uid_map", f"{user} {user} 1")
        _write("gid_map", f"{group} {group} 1")
    _permitted(kernel.mount(None, b"/", None, MS_REC | MS_PRIVATE, None))


def _write(name: str, text: str) -> None:
    with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
        file.write(text)


def _permitted(result: int) -> None:
    if result != 0:
        raise OSError("the kernel does not permit it")
