"""Phrases for what a trial of a revision showed."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from alembic_proof.rules.wording import stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic_proof.catalogs.alterations import Alteration
    from alembic_proof.trials import Stop

_SHOWN = 4  # objects that a message names
_LENGTH = 60  # characters of a value that a message shows
_SPEAKING = ("definition", "kind")


def told(stop: Stop) -> str:
    return stopped(stop.kind, stop.message, stop.statement)


def told_details(stop: Stop) -> dict[str, object]:
    return {
        "error": stop.kind,
        "error_message": stop.message,
        "statement": stop.statement,
        "sqlstate": stop.sqlstate,
    }


def altered(alterations: Sequence[Alteration]) -> str:
    """What is left, what is missing and what changed, the first of them: "left: enum type state"."""
    shown = alterations[:_SHOWN]
    groups = {how: [one for one in shown if one.how == how] for how in ("left", "missing", "changed")}
    told = "; ".join(f"{how}: {_listed(group)}" for how, group in groups.items() if group)
    more = len(alterations) - len(shown)
    return f"{told}; and {more} more" if more else told


def altered_details(alterations: Iterable[Alteration]) -> dict[str, object]:
    return {"alterations": [asdict(one) for one in alterations]}


def _listed(group: Iterable[Alteration]) -> str:
    return ", ".join(f"{_named(one)}{_difference(one)}" for one in group)


def _named(one: Alteration) -> str:
    schema = f"{one.schema}." if one.schema else ""
    if one.kind == "column":
        return f"column {schema}{one.table}.{one.name}"
    on = f" on {schema}{one.table}" if one.table else ""
    return f"{one.kind} {'' if on else schema}{one.name}{on}"


def _difference(one: Alteration) -> str:
    if not one.aspects:
        return ""
    return f" ({'; '.join(_aspect(aspect, *values) for aspect, values in one.aspects.items())})"


def _aspect(aspect: str, before: str | None, after: str | None) -> str:
    name = "" if aspect in _SPEAKING else f"{aspect} "
    return f"{name}was {_value(before)}, is {_value(after)}"


def _value(value: str | None) -> str:
    line = " ".join((value or "none").split())
    return line if len(line) <= _LENGTH else f"{line[: _LENGTH - 3]}..."
