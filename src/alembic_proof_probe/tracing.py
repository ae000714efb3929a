"""What the project's code looked at while it ran: the files and folders that an answer depends on.

Python's own reports (`sys.addaudithook`) tell what is opened, listed and started; questions whether a file is
there make none, so `os.stat` and its like are asked through here. C code that opens files by itself is not seen.
"""

from __future__ import annotations

import os
import site
import sys
import threading
from typing import Any, Callable, Optional

from alembic_proof_probe import paths

# Programs that the standard library runs to learn of the machine.
_HARMLESS = ("uname", "ldconfig", "gcc", "cc", "ld", "objdump", "lsb_release", "file")
_IMPORT_SYSTEM = "<frozen importlib._bootstrap_external>"
# Files below /dev/shm and /run are files like others.
_MACHINE = (
    "/proc/",
    "/sys/",
    *(f"/dev/{one}" for one in ("fd/", "null", "pts/", "random", "std", "tty", "urandom", "zero")),
)
# They start programs without a word.
_STARTERS = ("multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver")


class Trace:
    """Records from `start` on. `unrepeatable` says why the same files need not give the same answer again."""

    def __init__(self, tree: str) -> None:
        self.unrepeatable: list[str] = []
        self._tree = tree
        self._below = tree + os.sep
        # The folders of this run and of the databases made for it are nobody's input.
        self._passing = (*_MACHINE, os.path.dirname(os.path.dirname(tree)) + os.sep)
        self.deaf: Optional[int] = None  # the thread that looks at something on its own account
        self._files: set[str] = set()
        self._listed: set[str] = set()
        self._searched: set[str] = set()
        self._outside: set[str] = set()
        self._asked: set[str] = set()
        self._heard: dict[str, Callable[..., None]] = {
            "open": self._open,
            "os.listdir": self._list,
            "os.scandir": self._list,
            "sqlite3.connect": self._connect,
            "subprocess.Popen": self._start,
            "os.system": self._start,
            "os.posix_spawn": self._start,
            "os.exec": self._start,
            "os.fork": self._fork,
            "os.forkpty": self._fork,
        }

    def start(self) -> None:
        heard = self._heard

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            handle = heard.get(event)
            if handle is not None:
                handle(*arguments)

        sys.addaudithook(hook)
        for name in ("stat", "lstat", "access", "readlink"):
            self._watch(name)

    def _watch(self, name: str) -> None:
        plain = getattr(os, name)

        def watched(path: Any, *args: Any, **kwargs: Any) -> Any:
            self._see(path, self._asked)
            return plain(path, *args, **kwargs)

        setattr(os, name, watched)
        for supported in (
            os.supports_fd,
            os.supports_dir_fd,
            os.supports_follow_symlinks,
            os.supports_effective_ids,
        ):
            if plain in supported:
                supported.add(watched)
        _replace_in_pathlib(name, watched)

    def _open(self, path: Any, _mode: Any, flags: Any = 0) -> None:
        for_reading = not (isinstance(flags, int) and flags & os.O_WRONLY)
        if for_reading and self.deaf != threading.get_ident():
            self._see(path, self._outside)

    def _connect(self, path: Any, *_: Any) -> None:
        self._see(path, self._outside)

    def _see(self, path: Any, elsewhere: set[str]) -> None:
        text = _text(path)
        if text is None:
            return
        if text.startswith(self._below):
            self._files.add(text)
        elif not text.startswith(self._passing) and not self._below.startswith(text.rstrip(os.sep) + os.sep):
            elsewhere.add(text)

    def _list(self, path: Any = None, *_: Any) -> None:
        text = _text("." if path is None else path)
        if text is None:
            return
        if not (text + os.sep).startswith(self._below):
            if not text.startswith(self._passing):
                self._outside.add(text)
        elif sys._getframe(2).f_code.co_filename == _IMPORT_SYSTEM:
            self._searched.add(text)
        else:
            self._listed.add(text)

    def _start(self, program: Any, *_: Any) -> None:
        name = os.path.basename(_text(program) or "")
        if name not in _HARMLESS:
            self.unrepeatable.append(f"it started {name or 'a program'}")

    def _fork(self, *_: Any) -> None:
        self.unrepeatable.append("it forked")

    def message(self) -> dict[str, Any]:
        """Paths of the tree relative to it, "" being its top; others absolute.

        `files` were opened or asked for, `listed` are folders, and `searched` those that the import system listed;
        `outside` are the like of other places, with the files of loaded modules, and `asked` what was asked for there.
        """
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        for file in modules:
            if isinstance(file, str) and os.path.isabs(file):
                self._see(file, self._outside)
        self._see_path()
        self._see_libraries()
        self._see_behind_links()
        self.unrepeatable += [f"it used {name}" for name in _STARTERS if name in sys.modules]
        return {
            "files": self._relative(self._files),
            "listed": self._relative(self._listed),
            "searched": self._relative(self._searched),
            "outside": sorted(self._outside),
            "asked": sorted(self._asked - self._outside),
            "unrepeatable": list(dict.fromkeys(self.unrepeatable)),
        }

    def _see_path(self) -> None:
        """What lies on `sys.path`, which the import system looks at without a word, and what adds to it."""
        for entry in [*sys.path, *_user_folder()]:
            text = _text(entry)
            if text is None:
                continue
            if (text + os.sep).startswith(self._below):
                self._files.add(text)
                self._searched.add(text)
                continue
            self._see(text, self._outside)
            if os.path.isdir(text):
                self._outside |= {os.path.join(text, one) for one in os.listdir(text) if one.endswith(".pth")}

    def _see_libraries(self) -> None:
        """What the linker loaded for C code, which opens files without a word."""
        try:
            with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
                found = {line[line.find("/") :].rstrip("\n") for line in maps if ".so" in line}
        except OSError:
            return
        for path in found:
            if path.startswith("/"):
                self._see(path, self._outside)

    def _see_behind_links(self) -> None:
        for file in list(self._files):
            real = paths.real_path(file)
            if real != file and not real.startswith(self._below):
                self._see(real, self._outside)

    def _relative(self, paths: set[str]) -> list[str]:
        names = {os.path.normpath(path)[len(self._below) :].replace(os.sep, "/") for path in paths}
        return sorted(name for name in names if "__pycache__" not in name)


def _text(path: Any) -> str | None:
    """The absolute path that a call was given, or None for a descriptor."""
    if isinstance(path, int) or path is None:
        return None
    try:
        text = os.fsdecode(path)
        if not text.startswith("/"):
            text = os.path.join(os.getcwd(), text)
        if "/.." in text:
            text = os.path.realpath(text)
        return os.path.normpath(text) if "//" in text or "/." in text or text.endswith("/") else text
    except (TypeError, ValueError, OSError):
        return None


def _user_folder() -> list[str]:
    folder = getattr(site, "USER_SITE", None)
    return [folder] if site.ENABLE_USER_SITE and folder else []


def _replace_in_pathlib(name: str, watched: Callable[..., Any]) -> None:
    """Before Python 3.11 `pathlib` holds functions of its own."""
    import pathlib

    accessor: Any = getattr(pathlib, "_NormalAccessor", None)
    if accessor is not None and hasattr(accessor, name):
        setattr(accessor, name, staticmethod(watched))
