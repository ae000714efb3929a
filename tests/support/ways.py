"""Ways by which a project's code reaches a database without asking anybody: one snippet of Python each.

Each ends with a connection to the canary where nobody leads it or keeps it away. `passes` says that it is led to
a throwaway database, or comes to nothing; the others end the check with a refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.commands import FILES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PRELUDE = """\
import asyncio, os, socket, subprocess, sys, threading
HOST, PORT, FOLDER = "127.0.0.1", int(os.environ["CANARY_PORT"]), os.environ["CANARY_FOLDER"]
DSN = f"host={HOST} port={PORT} dbname=prod user=prod connect_timeout=5"
URL = f"postgresql+psycopg2://prod:secret@{HOST}:{PORT}/prod"
"""
CONNECT = "import socket, os; socket.create_connection(('127.0.0.1', int(os.environ['CANARY_PORT'])))"
CONNECT_UNIX = (
    "import socket, os; "
    "socket.socket(socket.AF_UNIX).connect(os.path.join(os.environ['CANARY_FOLDER'], 'mysql.sock'))"
)
LIBC = """\
import ctypes, struct
libc = ctypes.CDLL(None)
address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", PORT, bytes([127, 0, 0, 1]))
libc.connect(libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0), address, len(address))
"""
ASYNC_ENGINE = """\
from sqlalchemy.ext.asyncio import create_async_engine
async def use():
    engine = create_async_engine({url}, {options})
    async with engine.connect():
        pass
    await engine.dispose()
asyncio.run(use())
"""
LISTENER = """\
import psycopg2
from sqlalchemy import create_engine, event
engine = create_engine({url})
@event.listens_for(engine, "do_connect")
def connect(dialect, record, args, parameters):
    {body}
engine.connect().close()
"""
SERVICE = """\
import psycopg2
with open("pg_service.conf", "w") as file:
    file.write(f"[prod]\\nhost={HOST}\\nhostaddr={HOST}\\nport={PORT}\\ndbname=prod\\nuser=prod\\n")
os.environ["PGSERVICEFILE"] = os.path.abspath("pg_service.conf")
"""


@dataclass(frozen=True)
class Way:
    """One way. `kernel` says that only the kernel can see it."""

    name: str
    code: str
    passes: bool = True
    kernel: bool = False


_TRIES = """
import json
outcomes = {{}}
for name, code in {ways!r}:
    try:
        exec(code, dict(globals()))
    except Exception as error:
        outcomes[name] = False
    else:
        outcomes[name] = True
with open({file!r}, "w") as file:
    json.dump(outcomes, file)
"""


def env(several: Sequence[Way], outcomes: Path, prelude: str = PRELUDE) -> str:
    """An env.py that tries them all, notes for each whether it came through, and then does its work."""
    tries = _TRIES.format(ways=[(way.name, way.code) for way in several], file=str(outcomes))
    return prelude + tries + FILES["migrations/env.py"]


def outcomes_in(file: Path) -> Mapping[str, bool]:
    noted: Mapping[str, bool] = json.loads(file.read_text())
    return noted


def expected(several: Sequence[Way]) -> Mapping[str, bool]:
    return {way.name: way.passes for way in several}


SQLALCHEMY = (
    Way("url", "from sqlalchemy import create_engine\ncreate_engine(URL).connect().close()"),
    Way(
        "creator",
        "import psycopg2\nfrom sqlalchemy import create_engine\n"
        "create_engine(URL, creator=lambda: psycopg2.connect(DSN)).connect().close()",
    ),
    Way(
        "pool",
        "import psycopg2\nfrom sqlalchemy import create_engine, pool\n"
        "create_engine(URL, pool=pool.QueuePool(lambda: psycopg2.connect(DSN))).connect().close()",
    ),
    Way(
        "poolclass",
        "import psycopg2\nfrom sqlalchemy import create_engine, pool\n"
        "class Own(pool.NullPool):\n"
        "    def __init__(self, creator, **options):\n"
        "        super().__init__(lambda *_: psycopg2.connect(DSN), **options)\n"
        "create_engine(URL, poolclass=Own).connect().close()",
    ),
    Way("asyncpg engine", ASYNC_ENGINE.format(url="URL.replace('psycopg2', 'asyncpg')", options="")),
    Way("psycopg async engine", ASYNC_ENGINE.format(url="URL.replace('psycopg2', 'psycopg')", options="")),
    Way(
        "async_creator",
        "import asyncpg\n"
        + ASYNC_ENGINE.format(
            url="URL.replace('psycopg2', 'asyncpg')",
            options="async_creator=lambda: asyncpg.connect(host=HOST, port=PORT, user='prod', ssl=False)",
        ),
    ),
    Way("do_connect that connects", LISTENER.format(url="URL", body="return psycopg2.connect(DSN)")),
    Way(
        "do_connect that rewrites",
        LISTENER.format(
            url='"postgresql+psycopg2://prod@db.example.invalid/prod"',
            body="parameters.update(host=HOST, port=PORT)",
        ),
    ),
)

POSTGRESQL = (
    Way("psycopg2 dsn", "import psycopg2\npsycopg2.connect(DSN)"),
    Way("psycopg2 url", "import psycopg2\npsycopg2.connect(f'postgresql://prod@{HOST}:{PORT}/prod')"),
    Way(
        "psycopg2 keywords",
        "import psycopg2\npsycopg2.connect(host=HOST, port=PORT, dbname='prod', user='prod')",
    ),
    Way("psycopg2 hostaddr", "import psycopg2\npsycopg2.connect(hostaddr=HOST, port=PORT, user='prod')"),
    Way("psycopg2 unix socket", "import psycopg2\npsycopg2.connect(host=FOLDER, port=PORT, user='prod')"),
    Way("psycopg2 service", SERVICE + "psycopg2.connect(service='prod')"),
    Way("PGSERVICE", SERVICE + "os.environ['PGSERVICE'] = 'prod'\npsycopg2.connect('')"),
    Way(
        "PGHOST",
        "import psycopg2\nos.environ.update(PGHOST=HOST, PGPORT=str(PORT), PGUSER='prod')\npsycopg2.connect('')",
    ),
    Way(
        "PGHOSTADDR",
        "import psycopg2\nos.environ.update(PGHOSTADDR=HOST, PGPORT=str(PORT))\n"
        "psycopg2.connect('host=db.example.invalid user=prod')",
    ),
    Way("psycopg2 class", "from psycopg2.extensions import connection\nconnection(DSN)"),
    Way("psycopg2._connect", "import psycopg2\npsycopg2._connect(DSN)"),
    Way("psycopg2._psycopg", "from psycopg2 import _psycopg\n_psycopg._connect(DSN)"),
    Way("psycopg2 pool", "from psycopg2.pool import SimpleConnectionPool\nSimpleConnectionPool(1, 1, DSN)"),
    Way(
        "psycopg2 factory",
        "import psycopg2, psycopg2.extras\n"
        "psycopg2.connect(DSN, connection_factory=psycopg2.extras.RealDictConnection)",
    ),
    Way("psycopg", "import psycopg\npsycopg.connect(DSN)"),
    Way("psycopg async", "import psycopg\nasyncio.run(psycopg.AsyncConnection.connect(DSN))"),
    Way("psycopg pq", "from psycopg import pq\npq.PGconn.connect(DSN.encode())"),
    Way("psycopg pq ping", "from psycopg import pq\npq.PGconn.ping(DSN.encode())"),
    Way(
        "asyncpg",
        "import asyncpg\nasyncio.run(asyncpg.connect(host=HOST, port=PORT, user='prod', ssl=False))",
    ),
    Way(
        "asyncpg pool",
        "import asyncpg\nasync def use():\n"
        "    async with asyncpg.create_pool(host=HOST, port=PORT, user='prod', min_size=1, ssl=False):\n"
        "        pass\nasyncio.run(use())",
    ),
    Way("pg8000", "import pg8000\npg8000.connect('prod', HOST, port=PORT)"),
    Way(
        "pg8000 native",
        "import pg8000.native\npg8000.native.Connection('prod', HOST, port=PORT)",
        passes=False,
    ),
)

MYSQL = (
    Way("pymysql", "import pymysql\npymysql.connect(host=HOST, port=PORT, user='prod')", passes=False),
    Way(
        "pymysql unix socket",
        "import pymysql\npymysql.connect(unix_socket=f'{FOLDER}/mysql.sock', user='prod')",
        passes=False,
    ),
)

OTHERS = (
    Way("socket", "socket.create_connection((HOST, PORT))", passes=False),
    Way("socket connect_ex", "socket.socket().connect_ex((HOST, PORT))", passes=False),
    Way("unix socket", f"exec({CONNECT_UNIX!r})", passes=False),
    Way("asyncio", "asyncio.run(asyncio.open_connection(HOST, PORT))", passes=False),
    Way(
        "http",
        "import http.client\nhttp.client.HTTPConnection(HOST, PORT).request('GET', '/')",
        passes=False,
    ),
    Way(
        "thread",
        "thread = threading.Thread(target=lambda: socket.create_connection((HOST, PORT)))\n"
        "thread.start()\nthread.join()",
    ),
    Way("psql", "subprocess.run(['psql', '-c', 'select 1'])", passes=False),
    Way("psql in a shell", "subprocess.run('cd / && psql -c \"select 1\"', shell=True)", passes=False),
    Way("psql by env", "subprocess.run(['env', 'A=b', 'psql'])", passes=False),
    Way("psql by os.system", "os.system('psql -c \"select 1\"')", passes=False),
    Way("psql by posix_spawn", "os.waitpid(os.posix_spawnp('psql', ['psql'], os.environ), 0)", passes=False),
    Way(
        "fork",
        "child = os.fork()\nif not child:\n"
        "    try:\n        socket.create_connection((HOST, PORT))\n    finally:\n        os._exit(0)\n"
        "os.waitpid(child, 0)",
    ),
    Way(
        "fork and psycopg2",
        "import psycopg2\nchild = os.fork()\nif not child:\n"
        "    try:\n        psycopg2.connect(DSN)\n    finally:\n        os._exit(0)\n"
        "os.waitpid(child, 0)",
    ),
    Way(
        "fork and exec",
        "child = os.fork()\nif not child:\n"
        "    try:\n        os.execlp('psql', 'psql')\n    finally:\n        os._exit(0)\nos.waitpid(child, 0)",
    ),
    Way(
        "multiprocessing",
        "import multiprocessing\n"
        "process = multiprocessing.get_context('fork').Process(\n"
        "    target=socket.create_connection, args=((HOST, PORT),))\n"
        "process.start()\nprocess.join()",
    ),
)

# Python's own hooks see none of these.
KERNEL = (
    Way("a Python child", f"subprocess.run([sys.executable, '-c', {CONNECT!r}])", kernel=True),
    Way(
        "a Python child, unix socket",
        f"subprocess.run([sys.executable, '-c', {CONNECT_UNIX!r}])",
        kernel=True,
    ),
    Way(
        "a Python child that stays",
        f"subprocess.Popen([sys.executable, '-c', {CONNECT!r}], start_new_session=True).wait()",
        kernel=True,
    ),
    Way("libc", LIBC, kernel=True),
    Way("a shell's own", "subprocess.run(['bash', '-c', f'exec 3<>/dev/tcp/{HOST}/{PORT}'])", kernel=True),
)

# The production file lies in the working tree; `MISSING` beside it does not exist.
SQLITE_PRELUDE = """\
import asyncio, os, sqlite3
PROD = os.environ["CANARY_SQLITE"]
MISSING = PROD + ".new"
CREATE = "CREATE TABLE IF NOT EXISTS canary (id integer)"
"""
SQLITE = (
    Way("connect", "sqlite3.connect(PROD).execute(CREATE)"),
    Way("connect that creates", "sqlite3.connect(MISSING).execute(CREATE)"),
    Way("uri", "sqlite3.connect(f'file:{PROD}?mode=rw', uri=True).execute(CREATE)"),
    Way("Connection", "sqlite3.Connection(PROD).execute(CREATE)", passes=False),
    Way(
        "Connection with a uri", "sqlite3.Connection(f'file:{PROD}', uri=True).execute(CREATE)", passes=False
    ),
    Way(
        "subclass", "class Own(sqlite3.Connection): pass\nsqlite3.connect(PROD, factory=Own).execute(CREATE)"
    ),
    Way(
        "ATTACH",
        "db = sqlite3.connect(':memory:')\ndb.execute(f\"ATTACH '{PROD}' AS prod\")\n"
        "db.execute('CREATE TABLE prod.canary (id integer)')",
        passes=False,
    ),
    Way(
        "ATTACH of a parameter",
        "db = sqlite3.Connection(':memory:')\ndb.execute('ATTACH ? AS prod', (MISSING,))\n"
        "db.execute('CREATE TABLE prod.canary (id integer)')",
        passes=False,
    ),
    Way(
        "ATTACH by a subclass",
        "class Own(sqlite3.Connection): pass\ndb = sqlite3.connect(':memory:', factory=Own)\n"
        "db.execute(f\"ATTACH '{PROD}' AS prod\")\ndb.execute('CREATE TABLE prod.canary (id integer)')",
        passes=False,
    ),
    Way("VACUUM INTO", "sqlite3.connect(':memory:').execute('VACUUM INTO ?', (MISSING,))", passes=False),
    Way(
        "engine",
        "from sqlalchemy import create_engine\nwith create_engine(f'sqlite:///{PROD}').begin() as connection:\n"
        "    connection.exec_driver_sql(CREATE)",
    ),
    Way(
        "aiosqlite",
        "import aiosqlite\nasync def use():\n    async with aiosqlite.connect(PROD) as db:\n"
        "        await db.execute(CREATE)\nasyncio.run(use())",
    ),
    Way(
        "backup",
        "source = sqlite3.connect(':memory:')\nsource.execute(CREATE)\nsource.backup(sqlite3.connect(PROD))",
    ),
)
