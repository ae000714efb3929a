"""What earlier runs parsed, kept so that a run parses, and even reads, only the files that are new to it.

Python's parser takes most of the time that a history of a thousand files needs. A record is named by the file's
path and by a digest of its content, and the store by the Python and the parser that filled it, so a record can be
missing but not out of date. A store that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
import time
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.history import constants, revision_file
from alembic_proof.history.revision_file import Revision, Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MOST_KEPT = 5_000  # records of files that the last run did not meet
SECONDS_UNUSED = 30 * 24 * 3600.0  # after which another parser's store is dropped

Parsed = Revision | Unreadable | None
Record = list[object]


def parse_all(sources: Mapping[str, bytes], cache: Path | None = None) -> tuple[Parsed, ...]:
    """Parse the files, given by path, in their order. `cache` is a folder for what outlives a run."""
    if cache is None:
        return tuple(parse(path, source) for path, source in sources.items())
    digests = {path: hashlib.blake2b(source, digest_size=20).hexdigest() for path, source in sources.items()}
    return parse_new(digests, lambda _: sources, cache)


def parse_new(
    digests: Mapping[str, str], read: Callable[[Iterable[str]], Mapping[str, bytes]], cache: Path
) -> tuple[Parsed, ...]:
    """The same for files of which only a digest of the content is given, by path: `read` gives the content.

    Raises what `read` raises.
    """
    store = cache / _store_name()
    kept = _load(store)
    names = {path: f"{digest} {path}" for path, digest in digests.items()}
    new = {path for path, name in names.items() if name not in kept}
    sources = read(new) if new else {}
    files = {
        path: parse(path, sources[path]) if path in new else _recall(path, kept[name])
        for path, name in names.items()
    }
    if new:
        _save(store, {names[path]: _record(file) for path, file in files.items()}, kept)
    return tuple(files.values())


def _store_name() -> str:
    """Another Python, or another version of the parser, may see another syntax."""
    parsers = [Path(module.__file__).read_bytes() for module in (constants, revision_file) if module.__file__]
    digest = hashlib.blake2b(b"\0".join(parsers), digest_size=12).hexdigest()
    return f"parsed-{sys.hexversion:x}-{digest}.json"


def _record(file: Parsed) -> Record:
    """The fields but the path, which is part of the name."""
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
    older = [name for name in kept if name not in current][-MOST_KEPT:]
    records = {**{name: kept[name] for name in older}, **current}
    fresh = store.with_name(f"{store.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        try:
            store.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(records, separators=(",", ":")))
            fresh.replace(store)
            _drop_unused(store.parent)
        finally:
            fresh.unlink(missing_ok=True)


def _drop_unused(cache: Path) -> None:
    """Of parsers, or Pythons, that nobody runs any more."""
    for store in cache.glob("parsed-*.json"):
        if store.stat().st_mtime < time.time() - SECONDS_UNUSED:
            store.unlink(missing_ok=True)
