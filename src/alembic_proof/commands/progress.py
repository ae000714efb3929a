"""How far `apply` is: a line for each revision, and on a terminal the one that runs now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from alembic_proof.probe import Message

_ERASE = "\r\x1b[K"  # back to the line's start, and clear it


@dataclass
class Progress:
    """Listens to the probe's events and writes to `stream`. `total` is how many revisions the tree has."""

    stream: TextIO
    total: int = 0
    applied: int = 0
    _message: str = ""

    def __call__(self, event: Message) -> None:
        revision = event["revision"]
        if event["event"] == "applied":
            self.applied += 1
            self._write(f"applied {revision}  {self._message}  {event['seconds']:.2f} s\n")
            return
        self._message = next(iter((event["message"] or "").splitlines()), "")
        if self.stream.isatty():
            self._write(f"applying {revision}  {self._message}  ({self.applied + 1} of at most {self.total})")

    def finish(self) -> None:
        """Leave no half line behind, also where a revision failed."""
        if self.stream.isatty():
            self._write("")

    def _write(self, text: str) -> None:
        self.stream.write(f"{_ERASE}{text}" if self.stream.isatty() else text)
        self.stream.flush()
