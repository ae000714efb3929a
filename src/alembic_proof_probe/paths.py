"""Imports that would reach into the working tree are led to the tree that is judged."""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import sysconfig
from importlib.machinery import ModuleSpec
from typing import Any, Callable, Optional


class TreeMap:
    """Knows which paths belong to the working tree, and where the judged tree has their like.

    `top` is the working tree and `tree` the folder with the judged files, both real paths. `ignored` are the
    paths below `top` that Git ignores, folders with a trailing slash: virtual environments, build results and
    generated modules, which are part of no commit and stay as they are on this machine.
    """

    def __init__(self, top: str, tree: str, ignored: list[str]) -> None:
        self.top = top
        self.tree = tree
        self.ignored = ignored
        self._ignored_files = {path for path in ignored if not path.endswith("/")}
        self._ignored_folders = tuple(path for path in ignored if path.endswith("/"))
        self._foreign = tuple(
            os.path.join(os.path.realpath(path), "")
            for path in {tree, *_interpreter_folders()}
            if _inside(os.path.realpath(path), top)
        )

    def relative(self, path: str) -> Optional[str]:
        """The path's name in the working tree, or None where it is not of the working tree's own files."""
        real = real_path(path)
        if not _inside(real, self.top) or (real + os.sep).startswith(self._foreign):
            return None
        name = os.path.relpath(real, self.top).replace(os.sep, "/")
        if name in self._ignored_files or (name + "/").startswith(self._ignored_folders):
            return None
        return "" if name == "." else name

    def mapped(self, path: str) -> str:
        name = self.relative(path)
        return path if name is None else os.path.join(self.tree, name) if name else self.tree

    def name_in_tree(self, path: Optional[str]) -> Optional[str]:
        """The repository's name of a file that lies in the judged tree, else None."""
        if not path or not os.path.isabs(path):
            return None  # `<frozen os>` and the like are no files
        real = real_path(path)
        if not _inside(real, self.tree):
            return None
        return os.path.relpath(real, self.tree).replace(os.sep, "/")

    def strays(self) -> list[str]:
        """Loaded modules that came from the working tree in spite of everything."""
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        return sorted({file for file in files if isinstance(file, str) and self.relative(file) is not None})

    def loaded(self) -> list[str]:
        """The tree's files that loaded modules came from."""
        return sorted(set(self.loaded_modules().values()))

    def loaded_modules(self) -> dict[str, str]:
        """The names of loaded modules that came from the tree, each with its file."""
        files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
        return {
            name: path
            for name, file in files.items()
            if isinstance(file, str) and (path := self.name_in_tree(file))
        }


def real_path(path: str) -> str:
    """`os.path.realpath` for many files of few folders."""
    if os.path.islink(path):
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    return os.path.join(_real_folder(folder), name) if name not in ("", ".", "..") else os.path.realpath(path)


@functools.cache
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _interpreter_folders() -> set[str]:
    return {
        path
        for name, path in sysconfig.get_paths().items()
        if name in ("purelib", "platlib", "stdlib", "platstdlib")
    }


class TreeFinder:
    """Stands before all other finders and moves what they find in the working tree into the judged tree.

    Whatever way an editable install has of finding its package (a `.pth` line, a finder of its own), the
    result is a module specification, and that is what is moved. `on_import` names modules to be changed as
    soon as they are loaded.
    """

    def __init__(self, tree_map: TreeMap, on_import: dict[str, Callable[[Any], None]]) -> None:
        self._map = tree_map
        self._on_import = on_import

    def install(self) -> None:
        sys.path[:] = [self._map.mapped(entry or os.getcwd()) for entry in sys.path]
        sys.path_importer_cache.clear()
        sys.meta_path.insert(0, self)
        for name, change in self._on_import.items():
            if name in sys.modules:
                change(sys.modules[name])

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        spec = self._search(name, path, target)
        if spec is None:
            return None
        spec = self._moved(spec)
        if name in self._on_import and spec.loader is not None:
            spec.loader = _ChangingLoader(spec.loader, self._on_import[name])  # type: ignore[assignment]
        return spec

    def _search(self, name: str, path: Any, target: Any) -> Optional[ModuleSpec]:
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec: Optional[ModuleSpec] = find(name, path, target)
            if spec is not None:
                return spec
        return None

    def _moved(self, spec: ModuleSpec) -> ModuleSpec:
        if spec.origin is None or not spec.has_location:
            return self._moved_namespace(spec)
        if self._map.relative(spec.origin) is None:
            return spec
        origin = self._map.mapped(spec.origin)
        if not os.path.exists(origin):
            # Falling through would let the next finder load it from the working tree.
            raise ModuleNotFoundError(f"No module named {spec.name!r}", name=spec.name)
        folders = spec.submodule_search_locations
        moved = importlib.util.spec_from_file_location(
            spec.name,
            origin,
            submodule_search_locations=None if folders is None else self._mapped_all(folders),
        )
        return moved or spec

    def _moved_namespace(self, spec: ModuleSpec) -> ModuleSpec:
        folders = spec.submodule_search_locations
        if folders is None or all(self._map.relative(folder) is None for folder in folders):
            return spec
        moved = ModuleSpec(spec.name, None, is_package=True)
        moved.submodule_search_locations = self._mapped_all(folders)
        return moved

    def _mapped_all(self, folders: Any) -> list[str]:
        return list(dict.fromkeys(self._map.mapped(folder) for folder in folders))


class _ChangingLoader:
    """Loads a module as its own loader does, then changes it."""

    def __init__(self, loader: Any, change: Callable[[Any], None]) -> None:
        self._loader = loader
        self._change = change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._change(module)
