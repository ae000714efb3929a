"""What earlier runs parsed, kept by content, so that a run parses only the files that are new to it.

Python's parser takes most of the time that a history of a thousand files needs. A record is named by a digest
of the file's path and bytes, and the store by the Python and the parser that filled it, so a record can be
missing but not out of date. A store that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.history import constants, revision_file
from alembic_proof.history.revision_file import Revision, Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_KEPT = 5_000  # records of files that the last run did not meet

Parsed = Revision | Unreadable | None
Record = list[object]


def parse_all(sources: Mapping[str, bytes], cache: Path | None = None) -> tuple[Parsed, ...]:
    """Parse the files, given by path, in their order. `cache` is a folder for what outlives a run."""
    if cache is None:
        return tuple(parse(path, source) for path, source in sources.items())
    store = cache / _store_name()
    kept = _load(store)
    current: dict[str, Record] = {}
    parsed = []
    for path, source in sources.items():
        digest = _digest(path, source)
        file = _recall(path, kept[digest]) if digest in kept else parse(path, source)
        current[digest] = kept.get(digest) or _record(file)
        parsed.append(file)
    if not current.keys() <= kept.keys():
        _save(store, current, kept)
    return tuple(parsed)


def _store_name() -> str:
    """Another Python, or another version of the parser, may see another syntax."""
    parsers = (Path(module.__file__).stat() for module in (constants, revision_file) if module.__file__)
    version = repr([sys.version, *((parser.st_size, parser.st_mtime_ns) for parser in parsers)])
    return f"parsed-{hashlib.blake2b(version.encode(), digest_size=8).hexdigest()}.json"


def _digest(path: str, source: bytes) -> str:
    name = path.encode(errors="surrogateescape")
    return hashlib.blake2b(b"%d %b%b" % (len(name), name, source), digest_size=16).hexdigest()


def _record(file: Parsed) -> Record:
    """The fields but the path, which is part of the digest."""
    return [] if file is None else [type(file).__name__, *list(vars(file).values())[1:]]


def _recall(path: str, record: Record) -> Parsed:
    if not record:
        return None
    kind, *values = (tuple(value) if isinstance(value, list) else value for value in record)
    return Revision(path, *values) if kind == "Revision" else Unreadable(path, *values)  # type: ignore[arg-type]


def _load(store: Path) -> dict[str, Record]:
    try:
        kept = json.loads(store.read_bytes())
    except (OSError, ValueError):
        return {}
    return kept if _is_sound(kept) else {}


def _is_sound(kept: object) -> bool:
    """Whether every record has the shape that `_recall` takes apart."""
    shapes: tuple[tuple[list[str], int], ...] = (
        ([], 0),
        (["Revision"], len(fields(Revision))),
        (["Unreadable"], len(fields(Unreadable))),
    )
    return isinstance(kept, dict) and all(
        isinstance(record, list) and (record[:1], len(record)) in shapes for record in kept.values()
    )


def _save(store: Path, current: dict[str, Record], kept: dict[str, Record]) -> None:
    older = [digest for digest in kept if digest not in current][-MOST_KEPT:]
    records = {**{digest: kept[digest] for digest in older}, **current}
    fresh = store.with_name(f"{store.name}.{os.getpid()}")
    with suppress(OSError):
        try:
            store.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(records, separators=(",", ":")))
            fresh.replace(store)
        finally:
            fresh.unlink(missing_ok=True)
