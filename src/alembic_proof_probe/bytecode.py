"""Compiled code of the tree's modules, kept from run to run: a tree is written anew each time, without `__pycache__`.

A module's code is named by what it was compiled from, so that it can be missing but not out of date. The file
only grows, one record after the other, until it is full and begun anew; each record carries a digest of itself,
and reading ends at the first that is damaged.
"""

from __future__ import annotations

import _imp
import hashlib
import importlib.machinery
import importlib.util
import marshal
import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from alembic_proof_probe.tracing import Trace

_DIGEST = 16
_LENGTH = 4
_FULL = 2**26  # bytes
_A_WHILE = 10**9  # nanoseconds
_stat = os.stat  # as it is before questions to it are recorded
_INTERPRETER = importlib.util.MAGIC_NUMBER + bytes([sys.flags.optimize])


class Bytecode:
    """The code of modules below `tree`, from `file` and to it.

    What is new comes from the working tree `top` where it was compiled there; `trace` hears nothing of
    the files there, for no answer depends on them.
    """

    def __init__(self, tree: str, file: str, top: str, trace: Trace) -> None:
        self._top = top
        self._trace = trace
        self._below = tree + os.sep
        self._file = file
        self._size, self._kept = _read(file)
        self._new: dict[bytes, bytes] = {}

    def install(self) -> None:
        loader_class = importlib.machinery.SourceFileLoader
        plain = loader_class.get_code
        compiled = loader_class.source_to_code

        def get_code(loader: Any, name: str) -> Any:
            path = loader.get_filename(name)
            if not path.startswith(self._below) or type(loader).source_to_code is not compiled:
                return plain(loader, name)
            return self._code(loader, path)

        loader_class.get_code = get_code  # type: ignore[method-assign,assignment]

    def _code(self, loader: Any, path: str) -> Any:
        source = loader.get_data(path)
        name = _digest(_INTERPRETER, os.fsencode(path[len(self._below) :]), b"\0", source)
        packed = self._kept.get(name)
        if packed is not None:
            code = marshal.loads(packed)  # noqa: S302 - ours, in a folder that is closed to others, and whole
            _imp._fix_co_filename(code, path)  # type: ignore[attr-defined]
            return code
        compiled = self._compiled_before(path[len(self._below) :], source)
        if compiled is None:
            code = loader.source_to_code(source, path)
            self._new[name] = marshal.dumps(code)
        else:
            code = marshal.loads(compiled)  # noqa: S302 - what the interpreter itself would load
            _imp._fix_co_filename(code, path)  # type: ignore[attr-defined]
            self._new[name] = compiled
        return code

    def _compiled_before(self, name: str, source: bytes) -> Optional[bytes]:
        """The code of the same source in the working tree's `__pycache__`, if it was compiled a while after.

        Python's own rule, the source's time and size, would take an edit within the same second for none; the time
        of the file's last change, which nobody can set, rules that out.
        """
        path = os.path.join(self._top, name)
        cached = importlib.util.cache_from_source(path)
        self._trace.deaf = threading.get_ident()
        try:
            seen, written = _stat(path), _stat(cached)
            if seen.st_ctime_ns + _A_WHILE >= written.st_mtime_ns or _content(path) != source:
                return None
            packed = _content(cached)
        except OSError:
            return None
        finally:
            self._trace.deaf = None
        head = importlib.util.MAGIC_NUMBER + _word(0) + _word(int(seen.st_mtime)) + _word(seen.st_size)
        return packed[len(head) :] if packed.startswith(head) else None

    def save(self) -> None:
        """Add what this run compiled. Fails in silence: it is only speed."""
        records = b"".join(_record(name, packed) for name, packed in self._new.items())
        if not records:
            return
        begun_anew = os.O_TRUNC if self._size > _FULL else os.O_APPEND
        try:
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | begun_anew, 0o600)
            try:
                os.write(descriptor, records)
            finally:
                os.close(descriptor)
        except OSError:
            pass


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _word(number: int) -> bytes:
    return (number & 0xFFFFFFFF).to_bytes(4, "little")


def _record(name: bytes, packed: bytes) -> bytes:
    return name + _digest(name, packed) + len(packed).to_bytes(_LENGTH, "big") + packed


def _read(file: str) -> tuple[int, dict[bytes, bytes]]:
    """The file's size, and the whole records in it."""
    try:
        content = _content(file)
    except OSError:
        return 0, {}
    kept: dict[bytes, bytes] = {}
    start, head = 0, 2 * _DIGEST + _LENGTH
    while start + head <= len(content):
        name, digest = content[start : start + _DIGEST], content[start + _DIGEST : start + 2 * _DIGEST]
        end = start + head + int.from_bytes(content[start + 2 * _DIGEST : start + head], "big")
        packed = content[start + head : end]
        if digest != _digest(name, packed):
            return _FULL + 1, kept
        kept[name] = packed
        start = end
    return len(content), kept


def _digest(*parts: bytes) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        digest.update(part)
    return digest.digest()
