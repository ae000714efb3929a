"""Where in the models an operation of autogenerate comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof import models
from alembic_proof.facts import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from alembic_proof.probe import Message


class Locator:
    """Finds the file and line of a table or a column.

    `homes` are the mapped tables' classes and files, as the probe saw them; other tables are looked for in
    the source of the `loaded` files, relative to `folder`.
    """

    def __init__(self, folder: Path, loaded: Sequence[str], homes: Mapping[str, Mapping[str, str]]) -> None:
        self._folder = folder
        self._loaded = loaded
        self._homes = homes
        self._parsed: dict[str, tuple[models.Model, ...]] = {}

    def located(self, described: Message) -> Operation:
        """One of the probe's operations, with its model's place where it is known."""
        path, line = self.place(described["schema"], described["table"], described["column"])
        return Operation(
            described["kind"],
            described["code"],
            described["table"],
            described["schema"],
            described["column"],
            described["name"],
            tuple(described["columns"]),
            {aspect: (before, after) for aspect, (before, after) in described["changes"].items()},
            described["engine"],
            path,
            line,
        )

    def place(
        self, schema: str | None, table: str | None, column: str | None
    ) -> tuple[str | None, int | None]:
        home = self._homes.get(".".join(part for part in (schema, table) if part))
        for model in self._models(home, table):
            return model.path, model.columns.get(column or "", model.line)
        return (home["path"], None) if home else (None, None)

    def _models(self, home: Mapping[str, str] | None, table: str | None) -> Iterator[models.Model]:
        if home is not None:
            yield from (model for model in self._in(home["path"]) if model.name == home["class"])
        # A class that is mapped imperatively has its table elsewhere.
        for path in self._loaded:
            yield from (model for model in self._in(path) if table is not None and model.table == table)

    def _in(self, path: str) -> tuple[models.Model, ...]:
        if path not in self._parsed:
            source = (self._folder / path).read_bytes()
            found = models.parse_models(path, source) if models.may_define_models(source) else ()
            self._parsed[path] = found
        return self._parsed[path]
