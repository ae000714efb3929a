"""What merging a branch would change in a history, and a history with several such changes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.revision_file import Revision, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

File = Revision | Unreadable
Key = tuple[str, str]  # a path, and the id in it: at one path two branches may add two revisions

_PULL_REQUEST = re.compile(r"(?:refs/)?pull/(\d+)/(?:head|merge)")
_MERGE_REQUEST = re.compile(r"(?:refs/)?merge-requests/(\d+)/(?:head|merge)")
_PREFIX = re.compile(r"refs/(?:heads|remotes|tags)/")


@dataclass(frozen=True)
class Change:
    """What one branch brings: files that are new or say something else, and those that it takes away.

    `name` is what people call the branch. `added` are the ids that the history did not have, `altered` those
    whose place in it is another one.
    """

    name: str
    files: tuple[File, ...] = ()
    removed: frozenset[Key] = frozenset()
    added: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overlaid:
    """A history with what several branches bring: by id, the names of those that do."""

    graph: RevisionGraph
    added_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    altered_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def name_of(ref: str) -> str:
    """A ref as people call it: `#12` for a pull request, `!12` for a merge request, a branch by its name."""
    if match := _PULL_REQUEST.fullmatch(ref):
        return f"#{match[1]}"
    if match := _MERGE_REQUEST.fullmatch(ref):
        return f"!{match[1]}"
    return _PREFIX.sub("", ref, count=1)


def change(name: str, before: RevisionGraph, after: RevisionGraph) -> Change:
    """What a branch brings, from the history without it and the one with it."""
    old, new = _files(before), _files(after)
    common = [identifier for identifier in after.by_id if identifier in before.by_id]
    return Change(
        name,
        files=tuple(file for key, file in new.items() if old.get(key) != file),
        removed=frozenset(key for key in old if key not in new),
        added=tuple(identifier for identifier in after.by_id if identifier not in before.by_id),
        altered=tuple(one for one in common if _place(before.by_id[one]) != _place(after.by_id[one])),
        gone=tuple(identifier for identifier in before.by_id if identifier not in after.by_id),
    )


def overlaid(graph: RevisionGraph, changes: Iterable[Change]) -> Overlaid:
    """The history as it would be with all of these merged, one after the other."""
    files = _files(graph)
    added: dict[str, tuple[str, ...]] = {}
    altered: dict[str, tuple[str, ...]] = {}
    notes = []
    for one in changes:
        files = {key: file for key, file in files.items() if key not in one.removed}
        files |= {_key(file): file for file in one.files}
        for identifiers, names in ((one.added, added), (one.altered, altered)):
            names.update({identifier: (*names.get(identifier, ()), one.name) for identifier in identifiers})
        notes += [f"{one.name} removes {identifier}" for identifier in one.gone]
    return Overlaid(RevisionGraph.build(files.values()), added, altered, tuple(notes))


def _files(graph: RevisionGraph) -> dict[Key, File]:
    files: tuple[File, ...] = (*graph.revisions, *graph.unreadable)
    return {_key(file): file for file in files}


def _key(file: File) -> Key:
    return file.path, getattr(file, "id", "")


def _place(revision: Revision) -> tuple[object, ...]:
    return revision.parents, revision.depends_on, revision.labels
