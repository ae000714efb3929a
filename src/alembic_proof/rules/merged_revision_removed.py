"""A revision that others may have run already, and that is gone."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.rules.wording import IF_MEANT, restoring, with_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.facts import BaseHistory, Facts
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.rules.base import Lenience, Needs

NAME = "merged-revision-removed"
NEEDS: Needs = "base"
LENIENCE: Lenience = "setting"
MEANING = "A revision that is merged already is in no file any more."
REASON = (
    "A database that is stamped with it finds no way on: `Can't locate revision identified by`. Others have "
    "run what no new database will have. Revisions are matched by their ids, to the letter, so a file may move "
    "and take another name. It is judged where the base is known: `--base`, `--merge-with`, or `base` in the "
    "settings."
)
MENDING = (
    "Put the file back; to undo what it does, write a new revision. A squash is a decision: make sure that every "
    "database has run what goes, and say so with the trailer `Rewrite-History: REASON` in the message of a commit "
    'of the change, or with `rewrite-history = "REASON"` in the settings.'
)
BAD = """\
$ git diff --cached --summary main
 delete mode 100644 migrations/versions/3f2a_add_nickname.py
"""
GOOD = """\
$ git diff --cached --summary main
 create mode 100644 migrations/versions/9c1b_drop_nickname.py
"""

_MOST_TOLD = 10  # one by one
_MOST_SHOWN = 6


def find(facts: Facts) -> Iterator[Finding]:
    base = facts.base
    if base is None:
        return
    gone = [one for one in base.graph.by_id.values() if _is_gone(one, facts)]
    if len(gone) > _MOST_TOLD:
        yield _together(base, gone)
    else:
        yield from (_finding(base, facts, one) for one in gone)


def _is_gone(revision: Revision, facts: Facts) -> bool:
    """A file that cannot be read now may still be the one that has it, wherever it lies."""
    if revision.id in facts.graph.by_id:
        return False
    unread = {posixpath.basename(file.path) for file in facts.graph.unreadable}
    return posixpath.basename(revision.path) not in unread


def _finding(base: BaseHistory, facts: Facts, gone: Revision) -> Finding:
    heir = _heir(base, facts, gone)
    details = {"base": {"ref": base.ref, "commit": base.commit, "path": gone.path}}
    if heir is None:
        message = f"{with_file(gone)} is on {base.ref}, and no file has it any more"
        hint = f"put it back with `{restoring(gone, gone.path, base.commit)}`; {IF_MEANT}"
    else:
        message = f"revision {gone.id} is on {base.ref} and is called {heir.id} now: {heir.path}"
        hint = f"give it its id back, here and in the files that name it: {gone.id}; {IF_MEANT}"
    return Finding(
        NAME,
        message,
        hint,
        path=heir.path if heir else gone.path,
        line=heir.line if heir else None,
        revision=gone.id,
        details={**details, "renamed": heir.id if heir else None},
        identity={"object": gone.id},
    )


def _heir(base: BaseHistory, facts: Facts, gone: Revision) -> Revision | None:
    """The revision that came instead: of the same file, or with the id in other case."""
    fresh = [one for one in facts.graph.revisions if one.id not in base.graph.by_id]
    same_file = (one for one in fresh if one.path == gone.path)
    same_letters = (one for one in fresh if one.id.lower() == gone.id.lower())
    return next(same_file, None) or next(same_letters, None)


def _together(base: BaseHistory, gone: list[Revision]) -> Finding:
    ids = [one.id for one in gone]
    return Finding(
        NAME,
        f"{len(ids)} revisions are on {base.ref}, and no file has them any more: {', '.join(ids[:_MOST_SHOWN])} "
        f"and {len(ids) - _MOST_SHOWN} more",
        f"put them back: `{_restoring_all(base, gone)}`; {IF_MEANT}",
        path=gone[-1].path,
        revision=gone[-1].id,
        details={
            "base": {"ref": base.ref, "commit": base.commit, "path": gone[-1].path},
            "revisions": ids,
            "paths": [one.path for one in gone],
        },
        identity={"object": f"{len(ids)} revisions from {ids[0]}"},
    )


def _restoring_all(base: BaseHistory, gone: list[Revision]) -> str:
    folders = sorted({posixpath.dirname(one.path) or "." for one in gone})
    return shlex.join(
        ("git", "restore", f"--source={base.commit[:7]}", "--staged", "--worktree", "--", *folders)
    )
