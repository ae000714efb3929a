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
from typing import Any

_DIGEST = 16
_LENGTH = 4
_FULL = 2**26  # bytes
_INTERPRETER = importlib.util.MAGIC_NUMBER + bytes([sys.flags.optimize])


class Bytecode:
    """The code of modules below `tree`, from `file` and to it."""

    def __init__(self, tree: str, file: str) -> None:
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
        code = loader.source_to_code(source, path)
        self._new[name] = marshal.dumps(code)
        return code

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


def _record(name: bytes, packed: bytes) -> bytes:
    return name + _digest(name, packed) + len(packed).to_bytes(_LENGTH, "big") + packed


def _read(file: str) -> tuple[int, dict[bytes, bytes]]:
    """The file's size, and the whole records in it."""
    try:
        with open(file, "rb") as stored:
            content = stored.read()
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
