"""Notes whether anything looks at a model while revisions run: if nothing does, no column of one shaped the history.

Tables, columns, mappers and mapped classes are all watched, for whoever wants to know of a column has to ask one of
them for an attribute. Those that revisions make for themselves are not models.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Optional

_OWN = "__getattribute__"


class Touching:
    """Watches where that is `wanted`, and has to listen before the project's code is imported."""

    def __init__(self) -> None:
        self.wanted = False
        self._touched = False
        self._has_begun = False
        self._tables: list[Any] = []
        self._metadata: frozenset[int] = frozenset()
        self._models: frozenset[int] = frozenset()
        self._restore: list[Callable[[], None]] = []

    @property
    def found_none(self) -> bool:
        """Whether revisions ran and looked at no model."""
        return self._has_begun and not self._touched

    def listen(self) -> None:
        from sqlalchemy import Table, event

        event.listen(Table, "after_parent_attach", self._attached)

    def _attached(self, table: Any, metadata: Any) -> None:
        if not self._restore:
            self._tables.append(table)
        elif id(metadata) in self._metadata:
            self._touched = True  # a model that was imported just now, or a table that joins them

    def begin(self, context: Any, script: Any) -> None:
        """Watch from here on what the revisions of this `ScriptDirectory` do, from their import on.

        The migration context has a table of its own.
        """
        from sqlalchemy import Column, Table

        if not self.wanted or self._restore or self._touched:
            return
        if not self._has_begun and "_revision_map" in vars(script.revision_map):
            self._touched = True  # somebody had them imported before
            return
        self._has_begun = True
        mappers = _mappers()
        classes = [mapper.class_ for mapper in mappers]
        tables = [table for table in self._tables if table is not getattr(context, "_version", None)]
        columns = [column for table in tables for column in table.columns]
        self._metadata = frozenset(id(table.metadata) for table in tables)
        self._models = frozenset(map(id, (*tables, *columns, *mappers, *classes)))
        kinds = {Table, Column, *map(type, mappers), *map(type, classes)}
        if type in kinds:
            self._touched = True  # whoever asks such a class for an attribute is not seen
            return
        for kind in kinds:
            self._watch(kind)

    def _watch(self, kind: Any) -> None:
        plain = kind.__getattribute__
        own: Optional[Any] = vars(kind).get(_OWN)
        models = self._models

        def watched(thing: Any, name: str) -> Any:
            if id(thing) in models:
                self._touched = True
            return plain(thing, name)

        setattr(kind, _OWN, watched)
        self._restore.append(lambda: delattr(kind, _OWN) if own is None else setattr(kind, _OWN, own))

    def end(self) -> None:
        """Watch no more."""
        while self._restore:
            self._restore.pop()()


def _mappers() -> list[Any]:
    if "sqlalchemy.orm" not in sys.modules:
        return []
    from sqlalchemy.orm import mapperlib

    return [mapper for registry in mapperlib._all_registries() for mapper in list(registry.mappers)]
