"""Makes a cluster in a slot, and runs a server on it that ends when we do."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from typing import TYPE_CHECKING

from alembic_proof import processes
from alembic_proof.cache import make_folder, unwritable
from alembic_proof.databases.postgres.slot import PORT
from alembic_proof.errors import DatabaseError

if TYPE_CHECKING:
    from pathlib import Path

    from psycopg2.extensions import connection as Connection  # noqa: N812

    from alembic_proof.databases.postgres.programs import Programs
    from alembic_proof.databases.postgres.slot import Slot
    from alembic_proof.processes import Account

SUPERUSER = "postgres"
_INITDB_SECONDS = 180.0
_STOP_SECONDS = 15.0
_LEFTOVER_SECONDS = 5.0
_POLL_SECONDS = 0.005
_LOG_LINES = 12
_FRESH_LOG = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW
_OTHER_SERVER = "name a server with --database URL"
_READ_LINES = "read the lines below, or name a server with --database URL"
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}
_NOT_YET = re.compile(
    "starting up|not yet accepting|recovery mode|shutting down|No such file|Connection refused"
)
_STILL_HELD = re.compile('lock file ".*" already exists|pre-existing shared memory block')


class ServerFailedError(DatabaseError):
    """The server ended, or refused us, before it served: the cluster may be damaged."""


class Server:
    """One `postgres` over one slot's cluster, listening on a socket in a folder of ours only.

    `seconds` limits how long it may take to accept connections.
    """

    def __init__(self, programs: Programs, slot: Slot, account: Account | None, seconds: float) -> None:
        self._programs = programs
        self._slot = slot
        self._account = account
        self._seconds = seconds
        self._process: processes.Supervised | None = None

    def make_cluster(self) -> None:
        """Make the slot's cluster anew. Raises `DatabaseError`."""
        self._slot.clear()
        try:
            self._own(make_folder(self._slot.data, 0o700))
            self._initdb()
            self._slot.mark_ready()
        except OSError as error:
            raise unwritable(self._slot.folder, error) from error
        except processes.TimeLimitExceeded as error:
            raise DatabaseError(f"PostgreSQL's {error}", _OTHER_SERVER) from error

    def start(self) -> Connection:
        """Run the server, and connect to it as its superuser. Raises `DatabaseError`."""
        deadline = time.monotonic() + self._seconds
        patience = time.monotonic() + min(self._seconds, _LEFTOVER_SECONDS)
        while True:
            self._stop_leftover()
            try:
                self._spawn()
                return self._connect(deadline)
            except OSError as error:
                raise unwritable(self._slot.folder, error) from error
            except ServerFailedError as failure:
                self.stop()
                if not _STILL_HELD.search(failure.detail) or time.monotonic() > patience:
                    raise
                time.sleep(_POLL_SECONDS)
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        # At once: what was worth keeping is dropped already, and the next start is no slower for it.
        if self._process:
            self._process.stop(_STOP_SECONDS)
            self._process = None

    def _initdb(self) -> None:
        common = ["-D", str(self._slot.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        for locale in _locales(self._programs.major):
            argv = self._programs.argv("initdb", *common, "--wal-segsize=1", *locale)
            completed = processes.run(
                argv, seconds=_INITDB_SECONDS, cwd="/", env=_environment(), account=self._account
            )
            if completed.status == 0:
                return
        raise _initdb_error(completed)

    def _spawn(self) -> None:
        sockets = self._slot.make_socket_folder()
        self._own(sockets)
        quoted = str(sockets).replace('"', '""')
        settings = _SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
        if self._programs.major >= 18:
            settings["io_method"] = "sync"
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = os.open(self._slot.log, _FRESH_LOG, 0o600)
        try:
            self._process = processes.Supervised(
                self._programs.argv("postgres", "-D", str(self._slot.data), *arguments),
                stop_signal="QUIT",
                output=log,
                cwd="/",
                env=_environment(),
                account=self._account,
            )
        finally:
            os.close(log)

    def _connect(self, deadline: float) -> Connection:
        import psycopg2

        from alembic_proof.databases.postgres.connecting import connect

        while True:
            try:
                connection = connect(
                    host=str(self._slot.socket), port=PORT, user=SUPERUSER, dbname="postgres", options=""
                )
                connection.autocommit = True
                return connection
            except psycopg2.OperationalError as error:
                self._judge(str(error), deadline)
            time.sleep(_POLL_SECONDS)

    def _judge(self, refusal: str, deadline: float) -> None:
        failed = not (self._process and self._process.running)
        if failed or not _NOT_YET.search(refusal):
            raise ServerFailedError(
                f"{self._programs.server} did not start", _READ_LINES, self._last_lines() or refusal.strip()
            )
        if time.monotonic() > deadline:
            message = f"{self._programs.server} did not accept connections within {self._seconds:g} s"
            raise DatabaseError(message, _READ_LINES, self._last_lines() or refusal.strip())

    def _stop_leftover(self) -> None:
        """Stop a server that still runs on this cluster. Its process id proves none: it may be another's."""
        if not is_served(self._slot.data):
            return
        argv = self._programs.argv(
            "pg_ctl", "stop", "-s", "-m", "immediate", "-t", "10", "-D", str(self._slot.data)
        )
        processes.run(argv, seconds=_STOP_SECONDS, cwd="/", env=_environment(), account=self._account)

    def _own(self, folder: Path) -> None:
        if self._account:
            os.chown(folder, self._account.uid, self._account.gid, follow_symlinks=False)

    def _last_lines(self) -> str:
        try:
            lines = self._slot.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_LOG_LINES:])


def _locales(major: int) -> list[list[str]]:
    """UTF-8 without the machine's locales where PostgreSQL can, for the same answer everywhere."""
    if major >= 17:
        return [["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]


def _environment() -> dict[str, str]:
    """Of ours, only where programs and libraries are: PGDATA and its like would change what they do."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}


def _initdb_error(completed: processes.Completed) -> DatabaseError:
    if "could not look up effective user ID" in completed.error_text:
        line = f"{os.geteuid()}:{os.getegid()}"
        return DatabaseError(
            f"PostgreSQL's initdb needs an entry in /etc/passwd for the user that we run as ({line})",
            f"add one (app:x:{line}::/tmp:/bin/sh), or name a server with --database URL",
        )
    return DatabaseError(
        "PostgreSQL's initdb could not make a cluster",
        _READ_LINES,
        "\n".join(_last_words(completed)),
    )


def _last_words(completed: processes.Completed) -> list[str]:
    """What it complained of; where a signal ended it before it could, how far it came and by what."""
    printed = completed.error_text or completed.stdout.decode(errors="replace").strip()
    lines = printed.splitlines()[-_LOG_LINES:]
    if completed.status < 0:
        lines.append(f"ended by a signal: {signal.strsignal(-completed.status)}")
    return lines or [f"exit status {completed.status}"]


def is_served(data: Path) -> bool:
    """Whether a server answers that runs on this cluster."""
    socket_path = _socket_in_use(data)
    return socket_path is not None and _answers(socket_path)


def _socket_in_use(data: Path) -> str | None:
    """Read postmaster.pid: process id, data folder, start time, port, socket folder, one a line."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except OSError:
        return None
    return f"{lines[4]}/.s.PGSQL.{lines[3]}" if len(lines) > 4 and lines[4] else None


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(path)
        except OSError:
            return False
    return True
