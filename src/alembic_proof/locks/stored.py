"""What was judged of locks, from JSON: `dataclasses.asdict` gives its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic_proof.locks.blocking import Block, Blocking, Rewrite, Wait
from alembic_proof.locks.observed import Mode, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    Told = Mapping[str, Any]


def from_json(told: Told) -> Blocking:
    wait = told["wait"]
    return Blocking(
        tuple(_block(one) for one in told["blocks"]),
        tuple(
            Rewrite(_statement(one["statement"]), tuple(one["tables"]), tuple(one["others"]), one["more"])
            for one in told["rewrites"]
        ),
        wait and Wait(_statement(wait["statement"]), tuple(wait["tables"]), Mode(wait["mode"])),
    )


def _block(told: Told) -> Block:
    since = told["since"]
    return Block(
        told["effect"],
        _statement(told["statement"]),
        tuple(told["tables"]),
        Mode(told["mode"]),
        tuple(told["worked"]),
        since and _statement(since),
        told["more"],
        told["partitioned"],
    )


def _statement(told: Told) -> Statement:
    return Statement(told["sql"], told["line"])
