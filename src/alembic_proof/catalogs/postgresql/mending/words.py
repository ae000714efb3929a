"""What the statements for several kinds of objects have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from alembic_proof.catalogs.postgresql.quoting import identifier, literal, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.catalogs.snapshot import Entry

_NAME = re.compile(r'(?:"(?:[^"]|"")*"|[^,"])+')
_USUAL = {
    "START": "START 1",
    "INCREMENT": "INCREMENT 1",
    "MINVALUE": "NO MINVALUE",
    "MAXVALUE": "NO MAXVALUE",
    "CACHE": "CACHE 1",
    "CYCLE": "NO CYCLE",
}


def comment(what: str, text: str | None) -> str:
    return f"COMMENT ON {what} IS {literal(text) if text is not None else 'NULL'}"


def names(listed: str | None) -> list[str]:
    """Names as the server quotes them, out of a list with commas."""
    return [one.strip() for one in _NAME.findall(listed or "")]


def altered_options(target: str, theirs: str | None, ours: str | None) -> Iterator[str]:
    """Storage options (`name=value, ...`) set and reset by an ALTER statement's beginning."""
    wanted, found = (set(text.split(", ")) if text else set() for text in (ours, theirs))
    kept = {option.partition("=")[0] for option in wanted}
    gone = sorted({option.partition("=")[0] for option in found} - kept)
    if gone:
        yield f"{target} RESET ({', '.join(gone)})"
    if wanted - found:
        yield f"{target} SET ({', '.join(sorted(wanted - found))})"


def altered_sequence(theirs: str, ours: str) -> Iterator[str]:
    """A sequence's options as ALTER takes them: ours, and what is theirs alone set to what is usual."""
    found, wanted = _sequence_words(theirs), _sequence_words(ours)
    for word in ("AS", *_USUAL):
        if word in wanted and wanted[word] != found.get(word):
            yield wanted[word]
        elif word in found and word not in wanted:
            yield _USUAL[word]


def _sequence_words(options: str) -> dict[str, str]:
    words, found = options.split(), {}
    while words:
        length = 1 if words[0] == "CYCLE" else 2
        found[words[0]] = " ".join(words[:length])
        words = words[length:]
    return found


def drop_constraint(entry: Entry) -> str:
    return f"ALTER TABLE {table_of(entry)} DROP CONSTRAINT {identifier(entry.name)}"


def add_constraint(entry: Entry) -> str:
    return (
        f"ALTER TABLE {table_of(entry)} ADD CONSTRAINT {identifier(entry.name)} {entry.aspects['definition']}"
    )


def drop_index(entry: Entry) -> str:
    return f"DROP INDEX {qualified(entry.schema, entry.name)}"


def create_index(entry: Entry) -> str:
    definition = entry.aspects["definition"] or ""
    unique = "UNIQUE " if definition.startswith("UNIQUE ") else ""
    using = definition.removeprefix("UNIQUE ")
    return f"CREATE {unique}INDEX {identifier(entry.name)} ON {table_of(entry)} USING {using}"


def table_of(entry: Entry) -> str:
    """The table that an entry is a part of, as SQL names it."""
    return qualified(entry.schema, entry.table or "")
