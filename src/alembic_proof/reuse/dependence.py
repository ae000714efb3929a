"""Which of a project's modules may change under a kept database, wholly or in what they declare."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from alembic_proof.models import may_define_models
from alembic_proof.reuse import declaring, reaching
from alembic_proof.reuse.outlines import outline
from alembic_proof.reuse.reading import look_through_models

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_IMPORTS = re.compile(rb"(?:^|[;:])[ \t]*(?:from|import)[ \t]+([\w., \t]+)", re.MULTILINE)
# How a revision gets at what it does not import.
_REACHES_ALL = re.compile(
    rb"target_metadata|sys\.modules|import_module|__import__|get_context|context\.config"
)


@dataclass(frozen=True)
class Dependence:
    """Files of modules: those that only declare (`declaring`), and the `outlines` of others that hold models.

    `used` are the names that all but the declaring ones speak of.
    """

    declaring: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    outlines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """The project's `modules` by name, with the `sources` of their files and of others that were looked at."""

    modules: Mapping[str, str]
    sources: Mapping[str, bytes]
    revisions: Collection[bytes]

    def dependence(self, shapes: list[Any], untouched: Iterable[str]) -> Dependence:
        """What may change once these `shapes` of migrations have run.

        `untouched` are the names of modules that were loaded before the revisions ran, if those looked at no model.
        """
        if look_through_models(self.sources.values()):
            return Dependence()
        helpers = self._helpers()
        if helpers is not None:
            plain, used = self._declaring(shapes, helpers)
            return Dependence(plain, used, self._outlines(set(self.modules.values()) - plain))
        if look_through_models(self.revisions):
            return Dependence()
        return Dependence(outlines=self._outlines({self.modules.get(name, "") for name in untouched}))

    def read_ahead(self) -> None:
        """Look through what `dependence` will ask, while there is time."""
        if look_through_models(self.sources.values()):
            return
        is_known = self._helpers() is not None
        for path, source in self.sources.items():
            if may_define_models(source):
                outline(source)
            if is_known and declaring.only_declares(source):
                declaring.values(path, source)
            elif is_known:
                declaring.used_names(source)

    def _outlines(self, paths: Iterable[str]) -> dict[str, str]:
        sources = {path: self.sources.get(path, b"") for path in sorted(paths)}
        found = {path: outline(source) for path, source in sources.items() if may_define_models(source)}
        return {path: one for path, one in found.items() if one is not None}

    def _declaring(self, shapes: list[Any], helpers: set[str]) -> tuple[frozenset[str], frozenset[str]]:
        """The files of modules that only declare and that no revision reaches, and the names that the others use."""
        sources = self.sources
        callables = {self.modules.get(name) for name in _modules_of(shapes)}
        paths = {path for path in self.modules.values() if path in sources}
        plain = {path for path in paths if declaring.only_declares(sources[path])} - callables - helpers
        while True:
            used = {
                name
                for path, source in sources.items()
                if path not in plain
                for name in declaring.used_names(source)
            }
            spoken_of = {path for path in plain if not declaring.values(path, sources[path]).isdisjoint(used)}
            if not spoken_of:
                return frozenset(plain), frozenset(used)
            plain -= spoken_of

    def _helpers(self) -> set[str] | None:
        """The files of the modules that revisions reach by their imports; None where nobody can say which."""
        importing = _importing(self.modules, self.revisions)
        return None if importing is None else reaching.helpers(importing, self.modules, self.sources)


def import_modules(modules: Iterable[str], revisions: Iterable[bytes]) -> bool:
    """Whether revisions may get at any of these modules."""
    return _importing(modules, revisions) != []


def _importing(modules: Iterable[str], revisions: Iterable[bytes]) -> list[bytes] | None:
    """The revisions that import modules of these packages; None where one may get at what it does not name."""
    tops = {name.partition(".")[0] for name in modules}
    found = []
    for text in revisions:
        imported = _imported(text)
        if imported is None:
            return None
        if any(name.partition(".")[0] in tops for name in imported):
            found.append(text)
    return found


@cache
def _imported(text: bytes) -> frozenset[str] | None:
    """The modules that a revision names after `import` or `from`, and now and then a word of a text.

    None where it may get at what it does not name.
    """
    if _REACHES_ALL.search(text):
        return None
    found = _IMPORTS.findall(text.replace(b"\\\r\n", b" ").replace(b"\\\n", b" "))
    return frozenset(
        words[0].decode() for one in found for part in one.split(b",") if (words := part.split())
    )


def _modules_of(shape: Any) -> set[str]:
    """The modules of functions that env.py configured."""
    if isinstance(shape, dict):
        return {name for one in shape.values() for name in _modules_of(one)}
    if isinstance(shape, list):
        own = {shape[1]} if shape[:1] == ["callable"] and isinstance(shape[1], str) else set()
        return own.union(*(_modules_of(one) for one in shape))
    return set()
