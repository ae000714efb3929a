"""What new revisions did when each was tried by itself, from the state that its parents leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alembic_proof.catalogs.alterations import Alteration
from alembic_proof.locks import observed, stored
from alembic_proof.locks.blocking import Blocking, blocking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


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
    parameters: bool = False  # whether `sql` is not all of it
    alone: bool = False  # whether it was a transaction of its own


@dataclass(frozen=True)
class Loss:
    """What an upgrade took from the rows of a table: `columns` of them, `count` rows, or with the table all of it."""

    table: str
    columns: tuple[str, ...] = ()
    count: int = 0
    dropped: bool = False
    line: int | None = None


@dataclass(frozen=True)
class OnRows:
    """What a revision did to tables with rows. `row` is the one that a failure is about, as people read it.

    `empty` are the tables that the server takes no row of ours into, and why; `refused` is what was said against the
    rows that the project gives.
    """

    failure: Stop | None = None
    row: str | None = None
    losses: tuple[Loss, ...] = ()
    downgrade_failure: Stop | None = None
    downgrade_row: str | None = None
    empty: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """One new revision, tried: up, down and up again on empty tables, and up and down on rows.

    `failure` is what stopped its first upgrade where only its parents have run. `irreversible` is how it says that it
    cannot be undone. `incomplete` is what its downgrade left otherwise than it was before, `again` what a second
    upgrade made otherwise than the first. `line` is its downgrade's. `blocking` is what it keeps others from. `on_rows`
    is None where it touches no table that was there before.
    """

    revision: str
    path: str
    line: int | None = None
    statements: tuple[Ran, ...] = ()
    failure: Stop | None = None
    irreversible: str | None = None
    downgrade_failure: Stop | None = None
    incomplete: tuple[Alteration, ...] = ()
    again_failure: Stop | None = None
    again: tuple[Alteration, ...] = ()
    blocking: Blocking = field(default_factory=Blocking)
    dialect: str = ""
    on_rows: OnRows | None = None


def from_probe(event: Mapping[str, Any], small_tables: Sequence[str] = ()) -> Trial:
    """A trial as the probe tells of it, which leaves out what did not come to pass."""
    path, watched = event["path"], observed.read(event["statements"], small_tables)
    return Trial(
        event["revision"],
        path,
        event["line"],
        tuple(_ran(event["statements"])),
        _failure(event.get("failure"), path),
        event.get("irreversible"),
        _failure(event.get("downgrade_failure"), path),
        tuple(_alteration(one) for one in event.get("incomplete", ())),
        _failure(event.get("again_failure"), path),
        tuple(_alteration(one) for one in event.get("again", ())),
        blocking(watched),
        event["dialect"],
        _rows_from_probe(event["rows"], path) if event.get("rows") else None,
    )


def _rows_from_probe(told: Mapping[str, Any], path: str) -> OnRows:
    return OnRows(
        _failure(told.get("failure"), path),
        told.get("row"),
        tuple(_loss(one) for one in told.get("losses", ())),
        _failure(told.get("downgrade_failure"), path),
        told.get("downgrade_row"),
        tuple((table, refusal) for table, refusal in told["empty"]),
        tuple(told["refused"]),
    )


def _loss(told: Mapping[str, Any]) -> Loss:
    return Loss(**{**told, "columns": tuple(told["columns"])})


def _ran(statements: Sequence[Mapping[str, Any]]) -> Iterator[Ran]:
    before = None
    for one in statements:
        seen = one["seen"] or {}
        alone = seen.get("transaction") != before and not seen["held"]
        before = seen.get("transaction")
        if one["sql"] is not None:
            yield Ran(one["sql"], one["line"], one["parameters"], alone)


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
        _stop(told["failure"]),
        told["irreversible"],
        _stop(told["downgrade_failure"]),
        tuple(_alteration(one) for one in told["incomplete"]),
        _stop(told["again_failure"]),
        tuple(_alteration(one) for one in told["again"]),
        stored.from_json(told["blocking"]),
        told["dialect"],
        _on_rows(told["on_rows"]),
    )


def _on_rows(told: Mapping[str, Any] | None) -> OnRows | None:
    if told is None:
        return None
    return OnRows(
        _stop(told["failure"]),
        told["row"],
        tuple(_loss(one) for one in told["losses"]),
        _stop(told["downgrade_failure"]),
        told["downgrade_row"],
        tuple((table, refusal) for table, refusal in told["empty"]),
        tuple(told["refused"]),
    )


def _stop(told: Mapping[str, Any] | None) -> Stop | None:
    return None if told is None else Stop(**told)


def _alteration(told: Mapping[str, Any]) -> Alteration:
    aspects = {aspect: (before, after) for aspect, (before, after) in told["aspects"].items()}
    return Alteration(**{**told, "aspects": aspects})
