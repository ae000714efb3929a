"""What was found alike in models and revisions, on which kept database."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from alembic_proof.reuse import store

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.environments import Environment

FOLDER = "settlements"
_MOST_KEPT = 6  # of one environment: as many as there may be branches with a database of their own


class Settlements:
    """Those of one environment of one working tree, the newest first, in a file of their own below `cache`."""

    def __init__(self, cache: Path, top: Path, environment: Environment) -> None:
        name = store.digest(os.path.realpath(top), environment.config, environment.section)
        self._file = cache / FOLDER / f"{name}.json"

    def of(self, template: str) -> dict[str, Any] | None:
        """What a run settled whose database was a copy of `template`, or became it."""
        return next((told for name, told in self._kept() if name == template), None)

    def add(self, template: str, told: dict[str, Any]) -> None:
        kept = self._kept()
        if [template, told] not in kept[:1]:
            others = [one for one in kept if one[0] != template]
            store.write(self._file, [[template, told], *others][:_MOST_KEPT])

    def _kept(self) -> list[list[Any]]:
        return store.read(self._file) or []
