"""What new revisions did when each was tried by itself, from the state that its parents leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs.alterations import Alteration

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Stop:
    """The exception that ended an upgrade or a downgrade. `line` is the revision's own, where it was in it."""

    kind: str  # the exception's class
    message: str
    line: int | None = None
    statement: str | None = None
    sqlstate: str | None = None


@dataclass(frozen=True)
class Ran:
    """One statement of a revision's upgrade, and the line of the revision that ran it."""

    sql: str
    line: int | None = None


@dataclass(frozen=True)
class Trial:
    """One new revision, tried: up, down and up again on empty tables.

    `irreversible` is how it says that it cannot be undone. `incomplete` is what its downgrade left otherwise than
    it was before, `again` what a second upgrade made otherwise than the first. `line` is its downgrade's.
    """

    revision: str
    path: str
    line: int | None = None
    statements: tuple[Ran, ...] = ()
    irreversible: str | None = None
    downgrade_failure: Stop | None = None
    incomplete: tuple[Alteration, ...] = ()
    again_failure: Stop | None = None
    again: tuple[Alteration, ...] = ()


def from_probe(event: Mapping[str, Any]) -> Trial:
    """A trial as the probe tells of it, which leaves out what did not come to pass."""
    path = event["path"]
    return Trial(
        event["revision"],
        path,
        event["line"],
        tuple(Ran(one["sql"], one["line"]) for one in event["statements"]),
        event.get("irreversible"),
        _failure(event.get("downgrade_failure"), path),
        tuple(_alteration(one) for one in event.get("incomplete", ())),
        _failure(event.get("again_failure"), path),
        tuple(_alteration(one) for one in event.get("again", ())),
    )


def _failure(told: Mapping[str, Any] | None, path: str) -> Stop | None:
    if told is None:
        return None
    lines = [frame["line"] for frame in told["frames"] if frame["path"] == path]
    return Stop(
        told["type"], told["message"], lines[-1] if lines else None, told["statement"], told["sqlstate"]
    )


def from_json(told: Mapping[str, Any]) -> Trial:
    """A trial from its fields as JSON has them."""
    return Trial(
        told["revision"],
        told["path"],
        told["line"],
        tuple(Ran(**one) for one in told["statements"]),
        told["irreversible"],
        _stop(told["downgrade_failure"]),
        tuple(_alteration(one) for one in told["incomplete"]),
        _stop(told["again_failure"]),
        tuple(_alteration(one) for one in told["again"]),
    )


def _stop(told: Mapping[str, Any] | None) -> Stop | None:
    return None if told is None else Stop(**told)


def _alteration(told: Mapping[str, Any]) -> Alteration:
    aspects = {aspect: (before, after) for aspect, (before, after) in told["aspects"].items()}
    return Alteration(**{**told, "aspects": aspects})
