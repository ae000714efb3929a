"""Two revisions that were written beside each other on the same parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic_proof.findings import Finding
from alembic_proof.history.drawing import fork
from alembic_proof.rules.wording import fixing, listing, with_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alembic_proof.facts import Facts
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.history.revision_file import Revision
    from alembic_proof.rules.base import Lenience, Needs

NAME = "multiple-heads"
NEEDS: Needs = "history"
LENIENCE: Lenience = "setting"
MEANING = "The history ends in several revisions, and no branch label tells them apart."
REASON = (
    "`alembic upgrade head` refuses to choose between two heads, so nothing that was merged since the "
    "fork reaches a database. It comes about when two branches each add a revision on the same parent: "
    "each branch is green, and so is the merge, for Git sees two new files."
)
MENDING = (
    "`alembic-proof fix --base REF` puts what is not on that branch yet on top of what is. Once a shared "
    "database has run both, it joins them with a merge revision, as `alembic-proof fix --merge` always does. "
    "If the branches are meant, give each a label (`branch_labels`), or say in the settings how many heads are "
    'meant, or which: `heads = 2`, or `heads = ["core", "plugins"]`.'
)
BAD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"

# migrations/versions/9c1b_add_birthday.py
revision = "9c1b"
down_revision = "77aa"
"""
GOOD = """\
# migrations/versions/3f2a_add_nickname.py
revision = "3f2a"
down_revision = "77aa"

# migrations/versions/9c1b_add_birthday.py
revision = "9c1b"
down_revision = "3f2a"
"""

Group = tuple[str, ...]


def find(facts: Facts) -> Iterator[Finding]:
    for group in unmeant(facts.graph, facts.meant_heads):
        yield _finding(facts, group)


def unmeant(graph: RevisionGraph, meant: int | tuple[str, ...] | None) -> Iterator[Group]:
    """The groups of heads of which only one can be meant."""
    heads = _sure_heads(graph)
    if len(heads) < 2 or (isinstance(meant, int) and len(heads) <= meant):
        return
    if isinstance(meant, tuple):
        yield from _unnamed(graph, heads, meant)
        return
    groups = _together((graph.branches_of(head), head) for head in heads)
    yield from groups or ([heads] if isinstance(meant, int) else [])


def _sure_heads(graph: RevisionGraph) -> Group:
    """Without the heads that may come after another one, by way of a revision whose file is missing."""
    missing = {parent for _, parent in graph.missing_parents}
    lines = {head: _line(graph, head) for head in graph.heads}
    return tuple(
        head
        for head, line in lines.items()
        if missing.isdisjoint(line)
        or not all(line.isdisjoint(lines[other]) for other in lines if other != head)
    )


def _line(graph: RevisionGraph, head: str) -> frozenset[str]:
    """A head and all that it follows, be it there or missing."""
    ancestors = graph.ancestors(head)
    return ancestors.union(*(graph.by_id[ancestor].parents for ancestor in ancestors))


def _unnamed(graph: RevisionGraph, heads: Group, meant: tuple[str, ...]) -> Iterator[Group]:
    """A name stands for one head: the one that has that label, or is or descends from that revision."""
    answers = {
        head: frozenset(meant).intersection(graph.labels_of(head) | graph.ancestors(head)) for head in heads
    }
    named = [head for head in heads if answers[head]]
    strangers = tuple(head for head in heads if not answers[head])
    yield from _together((answers[head], head) for head in named)
    if len(strangers) == 1:
        kin = (head for head in named if graph.shared_parent(head, *strangers))
        yield next(kin, named[0]), *strangers
    elif strangers:
        yield strangers


def _together(heads: Iterable[tuple[frozenset[str], str]]) -> list[Group]:
    """The heads with nothing to tell them apart, where they are several."""
    groups: dict[frozenset[str], list[str]] = {}
    for mark, head in heads:
        groups.setdefault(mark, []).append(head)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _finding(facts: Facts, group: Group) -> Finding:
    graph = facts.graph
    heads = [graph.by_id[identifier] for identifier in group]
    shared = graph.shared_parent(*group) or _missing_parent(heads)
    last = heads[-1]
    return Finding(
        NAME,
        f"{len(heads)} heads: {listing(map(with_file, heads))} {_relation(graph, group, shared)}",
        _hint(facts, heads),
        environment=facts.environment.config,
        path=last.path,
        line=last.parents_line,
        revision=last.id,
        details={
            "heads": [
                {"revision": head.id, "path": head.path, "parents": list(head.parents)} for head in heads
            ],
            "shared_parent": shared,
            "graph": fork(graph, shared, group),
        },
        # A branch that grows is no new fork; another one is.
        identity={"object": f"{len(heads)} heads after {shared or 'nothing'}"},
    )


def _hint(facts: Facts, heads: list[Revision]) -> str:
    if facts.base is not None or facts.coming is not None:
        return f"run `{fixing(facts)}`"
    return (
        f"run `{fixing(facts)}`, which joins them, or, if no shared database has run {heads[-1].id}, "
        f"`alembic-proof fix --base BRANCH --stage` with the branch that has {heads[0].id}, to put it on top"
    )


def _missing_parent(heads: list[Revision]) -> str | None:
    """The parent that all of them name, though it has no file."""
    return next(
        (parent for parent in heads[0].parents if all(parent in head.parents for head in heads)), None
    )


def _relation(graph: RevisionGraph, group: Group, shared: str | None) -> str:
    if shared is None:
        return "have no revision in common"
    quantity = "both" if len(group) == 2 else "all"
    if all(shared in graph.by_id[identifier].parents for identifier in group):
        return f"{quantity} follow {shared}"
    return f"{quantity} descend from {shared}"
