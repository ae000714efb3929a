"""What a run found alike in models and revisions, so that the next one on the same database need not look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.commands.exact import Compared
    from alembic_proof.probe import Message


def settlement(described: Sequence[Message], compared: Sequence[Compared], result: Message) -> Message | None:
    """The tables that were compared and in which nobody saw a difference, each with a digest of its DDL.

    A difference that a filter or a directive of env.py took away again is one all the same: it may not tomorrow.
    None where there were several comparisons, or something differs that is in no table.
    """
    if len(described) != 1 or len(compared) != 1 or compared[0].notes:
        return None
    spoken_of = (*result["operations"], *result["silenced"])
    if any(one["table"] is None for one in spoken_of):
        return None
    names = {one["table"] for one in spoken_of}
    digests = described[0]["digests"]
    return {
        "settings": described[0]["settings"],
        "others": digests["others"],
        "tables": {
            key: digest
            for key, digest in digests["tables"].items()
            if key in compared[0].alike and key.partition(".")[2] not in names
        },
    }
