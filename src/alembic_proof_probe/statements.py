"""What a revision makes its connection execute: each statement, the line it comes from, and what it left behind."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Callable, Optional

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.paths import TreeMap

Look = Callable[[Any], Any]
_DOUBLED = ("format", "pyformat")  # parameter styles in which SQLAlchemy writes % as %%


class Statements:
    """Watches connections on behalf of revisions."""

    def __init__(self, tree_map: TreeMap) -> None:
        self._tree_map = tree_map
        self._names: dict[str, Optional[str]] = {}

    @contextlib.contextmanager
    def watch(
        self, connection: Any, look: Optional[Look] = None, file: Optional[str] = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Collect what `connection` executes inside, each as {"sql", "parameters", "path", "line", "seen"}.

        `parameters` says whether it has any, `seen` is what `look` gave right after it. `path` and `line` are
        the innermost frame of `file`, a revision's; without one, of any file of the tree. The list begins with
        what was seen before everything, and where something else than a statement of SQLAlchemy's left traces
        (a cursor of the driver's), it ends with what is seen after everything; both have no `sql`.
        """
        from sqlalchemy import event

        watched = _Watched(self, look, file)
        watched.look_without_statement(connection)
        event.listen(connection, "after_cursor_execute", watched.executed)
        try:
            yield watched.statements
        finally:
            event.remove(connection, "after_cursor_execute", watched.executed)
        watched.look_without_statement(connection)

    def place(self, file: Optional[str]) -> tuple[Optional[str], Optional[int]]:
        """The innermost frame of a file of the tree, or of any of them."""
        frame: Any = sys._getframe(1)
        wanted = self._name(file) if file is not None else None
        while frame is not None:
            name = self._name(frame.f_code.co_filename)
            if name is not None and wanted in (None, name):
                return name, frame.f_lineno
            frame = frame.f_back
        return wanted, None

    def _name(self, file: str) -> Optional[str]:
        if file not in self._names:
            self._names[file] = self._tree_map.name_in_tree(file)
        return self._names[file]


class _Watched:
    def __init__(self, names: Statements, look: Optional[Look], file: Optional[str]) -> None:
        self.statements: list[dict[str, Any]] = []
        self._names = names
        self._look = look
        self._file = file
        self._looking = False

    def executed(
        self, connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
    ) -> None:
        if self._looking:
            return
        path, line = self._names.place(self._file)
        self.statements.append(
            {
                "sql": _plain(statement, context),
                "parameters": bool(parameters),
                "path": path,
                "line": line,
                "seen": self._see(connection),
            }
        )

    def look_without_statement(self, connection: Any) -> None:
        if self._look is None:
            return
        seen = self._see(connection)
        if not self.statements or seen != self.statements[-1]["seen"]:
            path, _ = self._names.place(self._file)
            self.statements.append(
                {"sql": None, "parameters": False, "path": path, "line": None, "seen": seen}
            )

    def _see(self, connection: Any) -> Any:
        if self._look is None:
            return None
        self._looking = True
        try:
            return self._look(connection)
        finally:
            self._looking = False


def _plain(statement: str, context: Any) -> str:
    """A statement as the server gets it, where SQLAlchemy compiled it for a driver that reads `%`."""
    compiled = getattr(context, "compiled", None) is not None
    doubled = compiled and getattr(context.dialect, "paramstyle", "") in _DOUBLED
    return statement.replace("%%", "%") if doubled else statement
