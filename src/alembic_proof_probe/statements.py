"""The statements that a revision runs, with the line of the revision that each comes from."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, Optional

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def watching(
    connection: Any, file: str, look: Optional[Callable[[Any], Any]] = None
) -> Iterator[list[dict[str, Any]]]:
    """Collect what is executed in the block on the engine of `connection`.

    Each is a dictionary: `sql`, the `line` of `file` (None where no frame of it runs), and, with `look`, what it gave
    after the statement as `seen`.
    """
    from sqlalchemy import event

    engine = connection.engine
    found: list[dict[str, Any]] = []
    looking = False

    def executed(
        _connection: Any, _cursor: Any, sql: str, _parameters: Any, _context: Any, _many: Any
    ) -> None:
        nonlocal looking
        if looking:
            return
        one: dict[str, Any] = {"sql": sql, "line": _line(file)}
        found.append(one)
        if look is not None:
            looking = True
            try:
                one["seen"] = look(connection)
            finally:
                looking = False

    event.listen(engine, "after_cursor_execute", executed)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", executed)


def _line(file: str) -> Optional[int]:
    """The line that runs now of the innermost frame of a file."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == file:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None
