"""A revision that others may have run already, and that is another one now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import IF_MEANT, fixing, listing, restoring, with_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from alembic_proof.facts import BaseHistory, Facts
    from alembic_proof.findings import Severity
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.rules.base import Lenience, Needs

NAME = "merged-revision-edited"
NEEDS: Needs = "base"
LENIENCE: Lenience = "setting"
MEANING = "A revision that is merged already does something else now, or stands elsewhere in the history."
REASON = (
    "Databases that have run it never run it again: they keep what it did, and new ones get something "
    "else. With another `down_revision`, some skip what was put before it. Compared are syntax trees, by the "
    "revision's id: comments, docstrings, formatting, annotations and the file's name are free, and so are the "
    "order of imports from Alembic, SQLAlchemy and typing, and those that nothing uses. Where only `downgrade` or "
    "only labels differ, no database has run anything else, and this is a warning. It is judged where the base is "
    "known: `--base`, `--merge-with`, or `base` in the settings."
)
MENDING = (
    "Put the file back and write what is to change as a new revision. `alembic-proof fix --base REF` gives a merged "
    "revision its parents back, and joins a fork that is merged with a merge revision; a revision that is not merged "
    "yet may follow any other one. Where history is rewritten on purpose, say why: with the trailer "
    '`Rewrite-History: REASON` in the message of a commit of the change, or with `rewrite-history = "REASON"` '
    "in the settings."
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py, which main has with sa.String(40)
revision = "3f2a"
down_revision = "77aa"


def upgrade():
    op.add_column("user", sa.Column("nickname", sa.String(80)))
"""
GOOD = """\
# migrations/versions/9c1b_longer_nickname.py, a new revision
revision = "9c1b"
down_revision = "3f2a"


def upgrade():
    op.alter_column("user", "nickname", type_=sa.String(80))
"""

Group = tuple["Revision", ...]


def find(facts: Facts) -> Iterator[Finding]:
    base = facts.base
    if base is None:
        return
    for identifier, before in base.graph.all_by_id.items():
        now = facts.graph.all_by_id.get(identifier)
        if now is not None:
            yield from _moved(base, facts, before, now)
            yield from _edited(base, before, now)


def _moved(base: BaseHistory, facts: Facts, before: Group, now: Group) -> Iterator[Finding]:
    """Where several files have the id, in either tree, one that stayed is enough."""
    if any(not _changes(old, new) for old in before for new in now):
        return
    old, new = before[-1], now[-1]
    changes = _changes(old, new)
    severity: Severity = "warning" if set(changes) == {"branch_labels"} else "error"
    yield Finding(
        NAME,
        f"{with_file(new)} is on {base.ref} and stands elsewhere now: {'; '.join(changes.values())}",
        f"{_repair(base, facts, old, new, changes)}; {IF_MEANT}",
        severity,
        path=new.path,
        line=new.parents_line if "down_revision" in changes else new.line,
        revision=new.id,
        details={
            "down_revision": {"before": list(old.parents), "now": list(new.parents)},
            "depends_on": {"before": list(old.depends_on), "now": list(new.depends_on)},
            "branch_labels": {"before": list(old.labels), "now": list(new.labels)},
            **_where(base, old),
        },
        identity={"object": new.id, "change": "place"},
    )


def _changes(old: Revision, new: Revision) -> dict[str, str]:
    """What places the revision, where it differs, with the words that say how."""
    changes = {}
    if set(old.parents) != set(new.parents):
        changes["down_revision"] = f"it followed {_names(old.parents)} and follows {_names(new.parents)} now"
    if set(old.depends_on) != set(new.depends_on):
        was, has = _names(old.depends_on), _names(new.depends_on)
        changes["depends_on"] = f"it depended on {was} and depends on {has} now"
    if old.labels_known and new.labels_known and set(old.labels) != set(new.labels):
        was, has = _names(old.labels, "no label"), _names(new.labels, "no label")
        changes["branch_labels"] = f"it had {was} and has {has} now"
    return changes


def _names(names: Iterable[str], none: str = "nothing") -> str:
    return listing(tuple(names) or (none,))


def _repair(base: BaseHistory, facts: Facts, old: Revision, new: Revision, changes: Mapping[str, str]) -> str:
    """Where only its parents are others, they are put back, and what forks then is mended with them."""
    if set(changes) == {"down_revision"} and facts.graph.by_id.keys() >= set(old.parents):
        return f"put it back with `{fixing(facts)}`, which mends the fork, too"
    return f"put it back with `{restoring(old, new.path, base.commit)}`"


def _edited(base: BaseHistory, before: Group, now: Group) -> Iterator[Finding]:
    old, new = before[-1], now[-1]
    edit = base.edits.get(new.id)
    if edit is None:
        return
    restore = f"`{restoring(old, new.path, base.commit)}`"
    only_downgrade = edit.parts == ("downgrade",)
    yield Finding(
        NAME,
        f"{with_file(new)} is on {base.ref} and does something else now, {_places(edit.parts)}",
        f"if it mends a downgrade that did not work, leave it; else put it back with {restore}"
        if only_downgrade
        else f"put it back with {restore}, and write what is to change as a new revision; {IF_MEANT}",
        "warning" if only_downgrade else "error",
        path=new.path,
        line=edit.line,
        revision=new.id,
        details={"parts": list(edit.parts), "diff": list(edit.diff), **_where(base, old)},
        identity={"object": new.id, "change": "code"},
    )


def _places(parts: tuple[str, ...]) -> str:
    named = [f"in {part}" for part in parts if part]
    return listing([*named, *(["outside its functions"] if "" in parts else [])])


def _where(base: BaseHistory, old: Revision) -> dict[str, object]:
    return {"base": {"ref": base.ref, "commit": base.commit, "path": old.path}}
