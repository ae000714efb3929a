"""What an answer was made from: the files and folders that the project's code looked at, as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from alembic_proof.reuse.surroundings import Surroundings

Identities = dict[str, str | None]


@dataclass(frozen=True)
class Inputs:
    """Identities by path: `files` and folders that were asked for, folders that were `listed` or `searched` for
    modules; what lies `outside` the tree, and what was only `asked` for there."""

    files: Mapping[str, str | None] = field(default_factory=dict)
    listed: Mapping[str, str | None] = field(default_factory=dict)
    searched: Mapping[str, str | None] = field(default_factory=dict)
    outside: Mapping[str, str | None] = field(default_factory=dict)
    asked: Mapping[str, str | None] = field(default_factory=dict)

    @classmethod
    def now(
        cls, trace: Mapping[str, Any], surroundings: Surroundings, without: Collection[str] = ()
    ) -> Inputs:
        """Of what the probe says that it looked at, files `without` some."""
        return cls(
            {path: surroundings.thing(path) for path in trace["files"] if path not in without},
            {path: surroundings.names(path) for path in trace["listed"]},
            {path: surroundings.modules(path) for path in trace["searched"]},
            {path: surroundings.outside(path) for path in trace["outside"]},
            {path: surroundings.kind(path) for path in trace["asked"]},
        )

    def hold(self, surroundings: Surroundings, without: Collection[str] = ()) -> bool:
        """Whether all of it is as it was, files `without` some."""
        files = {path: identity for path, identity in self.files.items() if path not in without}
        return (
            _hold(files, surroundings.thing)
            and _hold(self.searched, surroundings.modules)
            and _hold(self.listed, surroundings.names)
            and _hold(self.outside, surroundings.outside)
            and _hold(self.asked, surroundings.kind)
        )

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


def _hold(recorded: Mapping[str, str | None], now: Callable[[str], str | None]) -> bool:
    return all(now(path) == identity for path, identity in recorded.items())
