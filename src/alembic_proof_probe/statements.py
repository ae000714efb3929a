"""The statements that a revision runs, with the line of the revision that each comes from."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Callable, Optional

if TYPE_CHECKING:
    from collections.abc import Iterator

Look = Callable[[Any], Any]
_DOUBLED = ("format", "pyformat")  # parameter styles in which SQLAlchemy writes % as %%


@contextmanager
def watching(connection: Any, file: str, look: Optional[Look] = None) -> Iterator[list[dict[str, Any]]]:
    """Collect what is executed in the block on the engine of `connection`.

    Each is a dictionary: `sql`, whether it has `parameters`, the `line` of `file` (None where no frame of it runs),
    and what `look` gave after it as `seen`. With `look` the first of them stands for what was before the block, and
    the last for what went past SQLAlchemy since the statement before it (a cursor of the driver's); both have no
    `sql`.
    """
    from sqlalchemy import event

    watched = _Watched(connection, file, look)
    watched.look_around()
    event.listen(connection.engine, "after_cursor_execute", watched.executed)
    try:
        yield watched.found
    finally:
        event.remove(connection.engine, "after_cursor_execute", watched.executed)
    with suppress(Exception):  # what failed may have spoiled the transaction
        watched.look_around()


class _Watched:
    def __init__(self, connection: Any, file: str, look: Optional[Look]) -> None:
        self.found: list[dict[str, Any]] = []
        self._connection = connection
        self._file = file
        self._look = look
        self._looking = False

    def executed(
        self, _connection: Any, _cursor: Any, sql: str, parameters: Any, context: Any, _many: Any
    ) -> None:
        if not self._looking:
            self._add(_as_sent(sql, context), bool(parameters), _line(self._file))

    def look_around(self) -> None:
        if self._look is not None:
            self._add(None, False, None)

    def _add(self, sql: Optional[str], parameters: bool, line: Optional[int]) -> None:
        seen = None
        if self._look is not None:
            self._looking = True
            try:
                seen = self._look(self._connection)
            finally:
                self._looking = False
        self.found.append({"sql": sql, "parameters": parameters, "line": line, "seen": seen})


def _line(file: str) -> Optional[int]:
    """The line that runs now of the innermost frame of a file."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_filename == file:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _as_sent(sql: str, context: Any) -> str:
    """A statement as the server gets it, where SQLAlchemy compiled it for a driver that reads `%`."""
    compiled = getattr(context, "compiled", None) is not None
    doubled = compiled and getattr(context.dialect, "paramstyle", "") in _DOUBLED
    return sql.replace("%%", "%") if doubled else sql
