"""The last line: sockets and database programs that nothing has led are turned away."""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from alembic_proof_probe.leading import Broker

DATABASE_SOCKET = re.compile(r"PGSQL|mysql|maria|redis|mongo", re.IGNORECASE)
DATABASE_PROGRAM = re.compile(
    r"(psql|pg_\w+|createdb|dropdb|createuser|dropuser|vacuumdb|mysql\w*|mariadb[\w-]*|sqlite3|mongosh?|sqlcmd)(\.exe)?"
)
DRIVERS_OWN_PROGRAMS = re.compile(r"(pg|mysql|mariadb)_config")


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

    def _connecting(self, _socket: Any, address: Any) -> None:
        if isinstance(address, (str, bytes)):
            path = os.fsdecode(address)
            if DATABASE_SOCKET.search(path) and not self._is_led_socket(path):
                raise self._broker.refuse(path)
        elif isinstance(address, tuple) and not self._is_allowed(str(address[0]), address[1]):
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
        if path in ("", ":memory:") or path.startswith("file:") or self._broker.by_name(path) is not None:
            return
        raise self._broker.refuse(f"the SQLite file {path}")

    def _starting(self, program: Any, args: Any = (), *_: Any) -> None:
        words = (
            [program]
            if args is None
            else [program, args]
            if isinstance(args, (str, bytes))
            else [program, *list(args)[:1]]
        )
        for word in words:
            self._refuse_program(os.fsdecode(word) if word else "")

    def _shell(self, command: Any) -> None:
        for word in os.fsdecode(command).replace(";", " ").replace("|", " ").split():
            self._refuse_program(word)

    def _refuse_program(self, word: str) -> None:
        name = os.path.basename(word)
        if DATABASE_PROGRAM.fullmatch(name) and not DRIVERS_OWN_PROGRAMS.fullmatch(name):
            raise self._broker.refuse(f"a database by the program {name}")
