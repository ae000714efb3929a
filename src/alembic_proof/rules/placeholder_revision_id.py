"""An id that was typed in rather than drawn, as others have typed it in as well."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.history.made_up import made_up
from alembic_proof.rules.wording import listing, with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.rules.base import Lenience, Needs

NAME = "placeholder-revision-id"
NEEDS: Needs = "base"
LENIENCE: Lenience = "setting"
MEANING = "A new revision has an id that people and generators make up, and that was not drawn at random."
REASON = (
    "The next one who makes an id up comes to the same one: two branches then have two revisions of one id, and "
    "of the two Alembic forgets one. Such ids have eight characters or more, and their letters and digits, each "
    "by themselves, run in order (`a1b2c3d4e5f6`, `123456789abc`, `abc123def456`), or they repeat a short piece "
    "or one character (`000000000001`, `abababababab`), or are made of words (`deadbeefcafe`), or stand for an id "
    "that was to be filled in (`your_revision_id`). Counters such as `0042`, dates, names and what Alembic draws "
    "are none of these. Only revisions that are not merged yet are judged, so it is judged where the base is known: "
    "`--base`, `--merge-with`, or `base` in the settings."
)
MENDING = (
    "Give the revision an id of its own while nobody has run it, in its file and in the `down_revision` of the one "
    "that follows; `alembic revision` draws one. Where ids of such a form are your scheme, switch the rule off."
)
BAD = """\
# migrations/versions/a1b2c3d4e5f6_add_nickname.py
revision = "a1b2c3d4e5f6"
down_revision = "77aa"
"""
GOOD = """\
# migrations/versions/6f0c2d9be417_add_nickname.py
revision = "6f0c2d9be417"
down_revision = "77aa"
"""


def find(facts: Facts) -> Iterator[Finding]:
    added = facts.base.added if facts.base else ()
    for revision in facts.graph.revisions:
        why = made_up(revision.id) if revision.id in added else None
        if why is not None:
            yield _finding(facts, revision, why)


def _finding(facts: Facts, revision: Revision, why: str) -> Finding:
    fresh = _drawn(revision)
    named = [one.path for one in facts.graph.revisions if revision.id in (*one.parents, *one.depends_on)]
    also = f", and write it in {listing(named)} too" if named else ""
    return Finding(
        NAME,
        f"the id of {with_file(revision)} is made up: {why}",
        f'give it one of its own: revision = "{fresh}"{also}',
        path=revision.path,
        line=revision.line,
        revision=revision.id,
        details={"suggestion": fresh, "named_in": named},
        identity={"object": revision.id},
    )


def _drawn(revision: Revision) -> str:
    """An id as Alembic's are, the same for the same revision, so that one tree gets one answer."""
    text = "\0".join((revision.path, revision.id, *revision.parents, revision.message))
    return hashlib.blake2b(text.encode(errors="surrogateescape"), digest_size=6).hexdigest()
