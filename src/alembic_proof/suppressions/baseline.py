"""The baseline: the findings that were there when a project began to be checked, one entry each, in a TOML file.

Nothing in it moves when unrelated code does, so that it reviews and merges well.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_proof.errors import UsageError
from alembic_proof.findings import key_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from alembic_proof.findings import Finding, Key

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "alembic-proof-baseline.toml"
VERSION = 1
HEADER = f"""\
# What alembic-proof leaves out: it was there before. Written by `alembic-proof baseline`.
version = {VERSION}
"""
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_OWN_KEYS = ("rule", "environment", "message")


@dataclass(frozen=True)
class Entry:
    """One finding that is left out. `identity` is the finding's, `message` is for people and decides nothing."""

    rule: str
    environment: str
    identity: tuple[tuple[str, str], ...]
    message: str

    @property
    def key(self) -> Key:
        return key_of(self.rule, self.environment, dict(self.identity))

    def sort_key(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        return self.environment, self.rule, dict(self.identity).get("object", ""), self.identity


def entry_of(finding: Finding) -> Entry:
    """The entry that stands for a finding."""
    identity = sorted((_plain(name), _plain(value)) for name, value in finding.identity.items())
    return Entry(finding.rule, _plain(finding.environment), tuple(identity), _plain(finding.message))


def _plain(text: str) -> str:
    """Without what UTF-8 cannot hold: file names may be any bytes."""
    return text.encode(errors="backslashreplace").decode()


def match(
    findings: Iterable[Finding], entries: Iterable[Entry], lenient: Collection[str]
) -> tuple[list[Finding], list[Entry]]:
    """The findings that the entries stand for, one each, and the entries that stand for none.

    Findings of rules that are not `lenient` have no entry.
    """
    waiting: dict[Key, list[Entry]] = {}
    for entry in entries:
        waiting.setdefault(entry.key, []).append(entry)
    recorded = []
    for finding in findings:
        mine = waiting.get(entry_of(finding).key)
        if mine and finding.rule in lenient:
            mine.pop()
            recorded.append(finding)
    return recorded, [entry for left in waiting.values() for entry in left]


def compared(old: Iterable[Entry], new: Iterable[Entry]) -> tuple[int, int]:
    """How many entries are in the new alone, and how many in the old alone."""
    before, now = Counter(one.key for one in old), Counter(one.key for one in new)
    return (now - before).total(), (before - now).total()


def render(entries: Iterable[Entry]) -> str:
    return HEADER + "".join(f"\n[[finding]]\n{_block(one)}" for one in sorted(entries, key=Entry.sort_key))


def _block(entry: Entry) -> str:
    identity = dict(entry.identity)
    thing = {"object": identity.pop("object")} if "object" in identity else {}
    lines = {"rule": entry.rule, "environment": entry.environment, **thing, **identity}
    return "".join(
        f"{_key(name)} = {_text(value)}\n" for name, value in (*lines.items(), ("message", entry.message))
    )


def _key(name: str) -> str:
    parts = name.split(".", 1)
    return ".".join(part if _BARE_KEY.fullmatch(part) else _text(part) for part in parts)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parse(source: bytes) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises `UsageError` where it is damaged, or of another version."""
    try:
        document = tomllib.loads(source.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _damaged(str(error)) from None
    version = document.pop("version", None)
    if version != VERSION:
        raise UsageError(
            f"{FILE} has version {version!r}, and this alembic-proof reads version {VERSION}",
            "use the alembic-proof that wrote it, or write it anew: alembic-proof baseline",
        )
    blocks = document.pop("finding", [])
    if document or not isinstance(blocks, list):
        raise _damaged(f"{next(iter(document), 'finding')!r} has no place in it")
    return tuple(_entry(block) for block in blocks)


def _entry(block: object) -> Entry:
    flat = dict(_flat(block)) if isinstance(block, dict) else {}
    if not all(isinstance(value, str) for value in flat.values()) or not flat.keys() >= {*_OWN_KEYS}:
        raise _damaged("a finding needs a rule, an environment and a message, all of them texts")
    rule, environment, message = (flat.pop(name) for name in _OWN_KEYS)
    return Entry(rule, environment, tuple(sorted(flat.items())), message)


def _flat(block: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in block.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", deeper) for inner, deeper in value.items())
        else:
            yield name, value  # type: ignore[misc]  # looked at by the caller


def _damaged(reason: str) -> UsageError:
    return UsageError(f"{FILE} cannot be read: {reason}", "mend it, or write it anew: alembic-proof baseline")
