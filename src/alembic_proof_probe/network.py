"""The last line: sockets and database programs that nothing has led are turned away."""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import TYPE_CHECKING, Any, Callable

from alembic_proof_probe.isolation import DATABASE_SOCKET
from alembic_proof_probe.sqlite_files import is_harmless

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

DATABASE_PROGRAM = re.compile(
    r"(psql|pg_\w+|createdb|dropdb|createuser|dropuser|vacuumdb|mysql\w*|mariadb[\w-]*|sqlite3|mongosh?|sqlcmd)(\.exe)?"
)
RUNS_OTHERS = re.compile(
    r"(ba|da|k|z|fi)?sh|busybox|doas|docker|env|ionice|kubectl|nice|nohup|podman|setsid|ssh|stdbuf|su|sudo|time|timeout|xargs"
)
DRIVERS_OWN_PROGRAMS = re.compile(r"(pg|mysql|mariadb)_config")
INTERNET = (socket.AF_INET, socket.AF_INET6)


class Guard:
    """Refuses connections and programs that could reach a database, by Python's audit events.

    `allowed` are `host` or `host:port` texts that the settings let through.
    """

    def __init__(self, broker: Broker, allowed: list[str]) -> None:
        self._broker = broker
        self._allowed = set(allowed)
        self._resolved: dict[str, set[str]] = {}

    def install(self) -> None:
        handlers: dict[str, Callable[..., None]] = {
            "socket.connect": self._connecting,
            "sqlite3.connect": self._opening,
            "subprocess.Popen": self._starting,
            "os.posix_spawn": self._starting,
            "os.exec": self._starting,
            "os.system": self._shell,
        }

        def hook(event: str, args: tuple[Any, ...]) -> None:
            handler = handlers.get(event)
            if handler is not None:
                handler(*args)

        sys.addaudithook(hook)

    def _connecting(self, connecting: Any, address: Any) -> None:
        if isinstance(address, (str, bytes)):
            path = os.fsdecode(address)
            if DATABASE_SOCKET.search(path) and not self._is_led_socket(path):
                raise self._broker.refuse(path)
        elif connecting.family in INTERNET and not self._is_allowed(str(address[0]), address[1]):
            raise self._broker.refuse(f"{address[0]}:{address[1]}")

    def _is_led_socket(self, path: str) -> bool:
        folders = {database["host"] for database in self._broker.all()}
        return os.path.dirname(path) in folders or path in folders

    def _is_allowed(self, host: str, port: Any) -> bool:
        if host in self._allowed or f"{host}:{port}" in self._allowed:
            return True
        for database in self._broker.all():
            default = 3306 if database["dialect"] == "mysql" else 5432
            if port == int(database["port"] or default) and host in self._addresses(database["host"]):
                return True
        return False

    def _addresses(self, host: str) -> set[str]:
        if host.startswith("/") or not host:
            return set()
        if host not in self._resolved:
            try:
                found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
            except OSError:
                found = set()
            self._resolved[host] = {host, *found}
        return self._resolved[host]

    def _opening(self, database: Any, *_: Any) -> None:
        path = os.fsdecode(database)
        if not is_harmless(path) and self._broker.by_name(path) is None:
            raise self._broker.refuse(f"the SQLite file {path}")

    def _starting(self, program: Any, args: Any = (), *_: Any) -> None:
        several = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args or ())
        words = [os.fsdecode(word) for word in [program, *several] if word is not None]
        if any(RUNS_OTHERS.fullmatch(os.path.basename(word)) for word in words[:2]):
            self._shell(" ".join(words))
        for word in words[:2]:
            self._refuse_program(word)

    def _shell(self, command: Any) -> None:
        for word in re.split(r"[\s;|&()'\"`]+", os.fsdecode(command)):
            self._refuse_program(word)

    def _refuse_program(self, word: str) -> None:
        name = os.path.basename(word)
        if DATABASE_PROGRAM.fullmatch(name) and not DRIVERS_OWN_PROGRAMS.fullmatch(name):
            raise self._broker.refuse(f"a database by the program {name}")
