"""One line of JSON a message, on a channel that the project's own `print` and `input` cannot reach."""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
from typing import Any


class Channel:
    """Takes over standard input and output for good; the project gets `/dev/null` and standard error."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._incoming = os.fdopen(os.dup(0), "rb")
        self._outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._asking = threading.Lock()
        self._unsent = b""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def receive(self) -> dict[str, Any]:
        """The first message, read before any thread is started."""
        order: dict[str, Any] = json.loads(self._incoming.readline())
        return order

    def listen(self) -> None:
        """From now on take what the tool says, which is answers, and notice its end."""
        threading.Thread(target=self._listen, name="alembic-proof", daemon=True).start()

    def _listen(self) -> None:
        for line in self._incoming:
            self._answers.put(json.loads(line))
        # The tool is gone, by whatever way: nobody waits for what this process and its children still do.
        os.killpg(0, signal.SIGKILL)

    def tell(self, *, soon: bool = False, **message: Any) -> None:
        """Send a message; with `soon` together with the next one."""
        if os.getpid() != self._owner:
            return  # a child that the project forked; its parent speaks
        self._unsent += json.dumps(message, default=str).encode() + b"\n"
        if soon:
            return
        lines, self._unsent = memoryview(self._unsent), b""
        while lines:
            lines = lines[self._outgoing.write(lines) :]

    def ask(self, **question: Any) -> dict[str, Any]:
        """Send a question and wait for its answer. The answer may hold `error`, which is the asker's to raise."""
        if os.getpid() != self._owner:
            return {"error": "a process that the project forked gets no database of its own"}
        with self._asking:
            self.tell(**question)
            return self._answers.get()
