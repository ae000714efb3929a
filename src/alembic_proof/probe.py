"""Starts the probe in the project's interpreter, answers its questions, and sees to its end.

The probe itself is the package `alembic_proof_probe` beside this one, which imports nothing of it.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from alembic_proof.errors import ProbeError
from alembic_proof.processes import kill_group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PROGRAM = Path(__file__).parent.parent / "alembic_proof_probe" / "__main__.py"
STDERR_LINES, STDERR_PIECE = 200, 2**16
LISTENING = 0.2  # seconds between looks at whether the probe still lives
Message = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What the probe is told to do, in paths of the judged tree. Field names are those of its JSON."""

    task: Literal["check", "trial", "revision", "apply", "merge"]
    top: str  # the working tree whose modules must not be loaded
    tree: str  # the judged tree on disk
    directory: str  # where Alembic is to run
    ignored: tuple[str, ...]  # paths below `top` that Git ignores
    kind: str  # "ini", "pyproject" or "flask-migrate"
    ini: str
    toml: str | None
    section: str
    x_arguments: tuple[str, ...]
    allowed: tuple[str, ...]  # hosts that project code may reach
    network: (
        bool  # whether the machine's network stays in reach, for them or for a server that the user named
    )
    sockets: tuple[str, ...]  # folders of the Unix sockets on which servers of our own listen
    starting_file: bool  # whether a starting schema is to be asked for
    starting_function: str | None  # module:function, called with a connection
    exact: bool  # whether the models are to be built in a database of their own
    keep_imported: bool  # whether revisions start on the tables that imports make
    history: list[list[Any]] | None  # of a database that holds it already: revisions that need not be loaded
    settled: Message | None  # what an earlier run found alike on the same database
    bytecode: str | None  # the file that compiled code of the tree is kept in
    aside: dict[
        str, str
    ]  # variables that the project's code gets by name alone, at the price of what is kept
    database: Message | None  # the throwaway database that {url} stands for in the settings
    trial: Message | None = None  # the new revisions that are to be tried, and how
    writing: Message | None = (
        None  # the revision that is to be written: message, head, branch label, path, id
    )
    merge: Message | None = None  # the heads that a revision is to join, and its message


_running: weakref.WeakSet[Probe] = weakref.WeakSet()


@dataclass(frozen=True)
class Answered:
    """How a probe ended: with a result, or with the description of what the project's code raised."""

    result: Message | None
    failure: Message | None
    seconds: float


class Probe:
    """One probe's process, which imports what it is sure to need until its job is known, and does that one job.

    `folder` is where relative entries of PYTHONPATH start, `preload` the modules beside SQLAlchemy and Alembic.
    A process that is given no job ends with the `with` block.
    """

    def __init__(
        self, python: str, *, folder: Path, variables: Mapping[str, str], preload: Sequence[str] = ()
    ) -> None:
        _running.add(self)
        self._python = python
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [python, str(PROGRAM), *preload],
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self._printed: deque[bytes] = deque(maxlen=STDERR_LINES)
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._readers = (
            Reader(self._process.stdout, self._said.put),
            Reader(self._process.stderr, self._printed.append, STDERR_PIECE),
        )

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()
        _close(self._process, self._readers)

    def end(self) -> None:
        """Have it end at once, whatever it does; whoever waits for its answer learns of it."""
        kill_group(self._process)

    def run(
        self,
        order: Order,
        *,
        seconds: float,
        answer: Callable[[Message], Message],
        listen: Callable[[Message], None],
    ) -> Answered:
        """Run one job to its end.

        `answer` is called with each question, `listen` with each event. What `answer` raises as a `ProofError`
        ends the job and is raised here. Raises `ProbeError` where the probe ends without a word or its time is up.
        """
        expired = threading.Event()

        def end() -> None:
            expired.set()
            self.end()

        limit = threading.Timer(seconds, end)
        try:
            limit.start()
            last = _converse(self._process, self._said, order, answer, listen)
        finally:
            limit.cancel()
            self.__exit__()
        if expired.is_set():
            raise ProbeError(
                f"env.py and the revisions took longer than {seconds:g} s",
                "find what waits there, or give them more time: --time-limit SECONDS",
                _text(self._printed),
            )
        if last is None:
            raise ProbeError(
                f"{self._python} ended without an answer (exit status {self._process.returncode})",
                "see what it printed: something in env.py or the models ends the interpreter",
                _text(self._printed),
            )
        return Answered(last.get("result"), last.get("failure"), time.monotonic() - self._started)


def end_all() -> None:
    """End every probe that still runs."""
    for one in list(_running):
        one.end()


class Reader(threading.Thread):
    """Takes the lines from a pipe until its end, which is told as an empty line, or until it is given up.

    Programs that the project started and that left its session may hold the pipe open for as long as they like.
    """

    def __init__(self, pipe: IO[bytes] | None, take: Callable[[bytes], None], longest: int = -1) -> None:
        super().__init__(daemon=True)
        assert pipe is not None
        self._pipe = pipe
        self._take = take
        self._longest = longest
        self.start()

    def run(self) -> None:
        while line := self._pipe.readline(self._longest):
            self._take(line)
        self._take(b"")

    def close(self) -> None:
        self.join(timeout=1)
        if not self.is_alive():
            self._pipe.close()


def _converse(
    process: subprocess.Popen[bytes],
    said: queue.SimpleQueue[bytes],
    order: Order,
    answer: Callable[[Message], Message],
    listen: Callable[[Message], None],
) -> Message | None:
    _send(process, asdict(order))
    while line := _next_line(process, said):
        message = json.loads(line)
        if "ask" in message:
            _send(process, answer(message))
        elif "event" in message:
            listen(message)
        else:
            return dict(message)
    with suppress(subprocess.TimeoutExpired):  # it closed the channel: let it end as it would
        process.wait(1)
    return None


def _next_line(process: subprocess.Popen[bytes], said: queue.SimpleQueue[bytes]) -> bytes:
    """What the probe says next; empty where it is gone."""
    while True:
        ended = process.poll() is not None
        with suppress(queue.Empty):
            return said.get(timeout=LISTENING)
        if ended:
            return b""


def _send(process: subprocess.Popen[bytes], message: Message) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it ended; the loop that reads finds out
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()


def _close(process: subprocess.Popen[bytes], readers: tuple[Reader, ...]) -> None:
    with suppress(BrokenPipeError):
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
    for reader in readers:
        reader.close()


def _text(lines: deque[bytes]) -> str:
    return b"".join(list(lines)[-30:]).decode(errors="replace").rstrip()
