"""Which folders of a tree a configuration means, by the rules of `alembic.script.ScriptDirectory`.

Alembic takes a path relative to the directory that it is started in, which no file tells: it is looked for
from the configuration's own folder upwards.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from alembic_proof.configurations import TOP
from alembic_proof.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_APPLICATIONS = (
    ".flaskenv",
    "wsgi.py",
    "app.py",
)  # what `flask` looks for in the directory that it is started in


class Folders:
    """The files of a tree, and the folders that they make."""

    def __init__(self, paths: Iterable[str], real_path: Callable[[str], str | None]) -> None:
        self.paths = tuple(sorted(paths))
        self._files = frozenset(self.paths)
        self._real_path = real_path

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def exists(self, folder: str) -> bool:
        """Whether any file lies in the folder or below it; "" is the top."""
        prefix = f"{folder}/" if folder else ""
        place = bisect_left(self.paths, prefix)
        return place < len(self.paths) and self.paths[place].startswith(prefix)

    def real(self, folder: str) -> str:
        """The folder, with symbolic links on the way to it followed."""
        return self._real_path(folder) or folder

    def has_env_py(self, folder: str) -> bool:
        return posixpath.join(folder, "env.py") in self

    def is_package(self, folder: str) -> bool:
        return posixpath.join(folder, "__init__.py") in self

    @cached_property
    def with_env_py(self) -> tuple[str, ...]:
        return tuple(posixpath.dirname(path) for path in self.paths if posixpath.basename(path) == "env.py")


def locate(folders: Folders, config: str, location: str) -> tuple[str, str, tuple[str, ...]]:
    """The directory to start Alembic in, the folder that `script_location` means, and notes.

    Raises `ConfigurationError` where no folder of the tree can be meant.
    """
    candidates = tuple(_candidates(folders, posixpath.dirname(config), location))
    for fits in (folders.has_env_py, folders.exists):
        for directory, folder in candidates:
            if fits(folder):
                return directory, folder, ()
    return _elsewhere(folders, config, location)


def version_folders(
    folders: Folders, directory: str, locations: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders that `version_locations` means, and a note for each that is not in the tree."""
    found: dict[str, None] = {}
    notes = []
    for location in locations:
        candidates = [folder for _, folder in _candidates(folders, directory, location)]
        if not _is_resource(location):
            candidates = candidates[:1]
        existing = [folder for folder in candidates if folders.exists(folder)]
        if not existing:
            notes.append(
                f"version_locations names {location.removeprefix(f'{TOP}/')}, which is not in the tree"
            )
        found.update(dict.fromkeys((existing or candidates)[:1]))
    return tuple(found), tuple(notes)


def application_folder(folders: Folders, migrations: str) -> str:
    """The directory to start `flask` in: the nearest above that is no package, best with an application."""
    above = tuple(_outside_packages(folders, posixpath.dirname(migrations)))
    holding = (
        folder for folder in above if any(posixpath.join(folder, name) in folders for name in _APPLICATIONS)
    )
    return next(holding, above[0])


def _candidates(folders: Folders, start: str, location: str) -> Iterator[tuple[str, str]]:
    """Each directory that Alembic may be started in, with the folder that the location would mean there."""
    if posixpath.isabs(location):
        folder = _below_top("", location)
        homes = _outside_packages(folders, start)
        if folder is not None:
            yield next((home for home in homes if _lies_in(folder, home)), ""), folders.real(folder)
    elif _is_resource(location):
        home = next(_outside_packages(folders, start))
        for above in _upwards(start):
            for root in (above, posixpath.join(above, "src")):
                yield home, folders.real(posixpath.join(root, _resource_path(location)))
    else:
        for above in _upwards(start):
            if (folder := _below_top(above, location)) is not None:
                yield above, folders.real(folder)


def _elsewhere(folders: Folders, config: str, location: str) -> tuple[str, str, tuple[str, ...]]:
    """Where nothing above the configuration leads to it: the one folder of that name, or env.py's."""
    here = posixpath.dirname(config)
    name = _resource_path(location) if _is_resource(location) else posixpath.normpath(location)
    named = [folder for folder in folders.with_env_py if folder.endswith(f"/{name}")]
    if len(named) == 1:
        start = here if _is_resource(location) else named[0].removesuffix(f"/{name}")
        return next(_outside_packages(folders, start)), named[0], ()
    shown = location.removeprefix(f"{TOP}/")
    if folders.has_env_py(here):
        note = f"script_location {shown} is not in the tree; the folder of {config} has the env.py"
        return next(_outside_packages(folders, here)), here, (note,)
    raise ConfigurationError(
        f"{config}: script_location is {shown}, and no such folder with an env.py is in the tree",
        "`git add` that folder, mend script_location, or name the configurations to check with --config",
    )


def _is_resource(location: str) -> bool:
    """A path in a package, as in `package.module:folder`: `alembic.util.coerce_resource_to_filename`."""
    return ":" in location and not posixpath.isabs(location)


def _resource_path(location: str) -> str:
    package, *inside = location.split(":")
    return posixpath.join(package.replace(".", "/"), *inside)


def _below_top(folder: str, location: str) -> str | None:
    path = posixpath.normpath(posixpath.join(TOP, folder, location))
    if path == TOP:
        return ""
    return path.removeprefix(f"{TOP}/") if path.startswith(f"{TOP}/") else None


def _lies_in(folder: str, other: str) -> bool:
    return not other or folder == other or folder.startswith(f"{other}/")


def _upwards(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _outside_packages(folders: Folders, folder: str) -> Iterator[str]:
    """The folder and those above it, without those that Python imports as packages; the top at the latest."""
    yield from (above for above in _upwards(folder) if not above or not folders.is_package(above))
