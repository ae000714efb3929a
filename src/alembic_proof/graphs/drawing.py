"""What is drawn, whatever the format: revisions, what they follow, and what is to be marked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alembic_proof.findings import Finding
    from alembic_proof.history.graph import RevisionGraph
    from alembic_proof.history.overlay import Overlaid
    from alembic_proof.history.revision_file import Revision

Mark = Literal["head", "base", "fork", "missing"]
Kind = Literal["parent", "dependency"]


@dataclass(frozen=True)
class Node:
    """A revision; one that has no file, with the mark "missing"; or what stands for `folded` revisions.

    `added_by` and `altered_by` are the branches that are not merged yet and do so. `problems` are places in
    the drawing's list.
    """

    id: str
    message: str = ""
    path: str = ""
    line: int = 0
    labels: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    added_by: tuple[str, ...] = ()
    altered_by: tuple[str, ...] = ()
    problems: tuple[int, ...] = ()
    folded: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say of it but its id and message."""
        return not (self.labels or self.depends_on or self.marks or self.altered_by or self.problems)


@dataclass(frozen=True)
class Edge:
    """That one node follows, or depends on, another; `forked` if it is one side of a fork that nobody meant."""

    child: str
    parent: str
    kind: Kind = "parent"
    forked: bool = False


@dataclass(frozen=True)
class Problem:
    """A finding with the nodes that it is about, and the branches that would bring it."""

    rule: str
    message: str
    hint: str
    severity: str = "error"
    path: str = ""
    line: int = 0
    nodes: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawing:
    """One environment. Nodes are in no order of their own; ids are distinct, and edges name ids alone."""

    title: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def heads(self) -> tuple[str, ...]:
        return tuple(node.id for node in self.nodes if "head" in node.marks)

    @property
    def revisions(self) -> int:
        """How many revisions there are, folded ones too."""
        return sum(node.folded or "missing" not in node.marks for node in self.nodes)

    def edges_from(self, kind: Kind | None = None) -> dict[str, list[Edge]]:
        """Each node's edges, of one kind or all, to what it follows."""
        found: dict[str, list[Edge]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            if kind in (None, edge.kind):
                found[edge.child].append(edge)
        return found


def draw(title: str, overlaid: Overlaid, findings: Iterable[Finding], notes: tuple[str, ...] = ()) -> Drawing:
    """The drawing of a history and of what its rules found in it."""
    graph = overlaid.graph
    problems = tuple(_problem(finding, overlaid) for finding in findings)
    forks = [finding for finding in findings if finding.rule == "multiple-heads"]
    shared = {str(fork.details.get("shared_parent") or "") for fork in forks}
    sides = frozenset[str]().union(*(_sides(graph, fork) for fork in forks))
    nodes = [_node(graph, revision, shared) for revision in graph.by_id.values()]
    missing = dict.fromkeys(parent for _, parent in graph.missing_parents)
    nodes += [Node(one, marks=("missing", "fork") if one in shared else ("missing",)) for one in missing]
    return Drawing(
        title,
        tuple(_told(node, overlaid, problems) for node in nodes),
        tuple(_edges(graph, sides)),
        problems,
        (*overlaid.notes, *notes),
    )


def _problem(finding: Finding, overlaid: Overlaid) -> Problem:
    heads = finding.details.get("heads")
    several = [str(head["revision"]) for head in heads] if isinstance(heads, list) else []
    nodes = tuple(several or ([finding.revision] if finding.revision else []))
    branches = dict.fromkeys(name for node in nodes for name in _branches(overlaid, node))
    return Problem(
        finding.rule,
        finding.message,
        finding.hint,
        finding.severity,
        finding.path or "",
        finding.line or 0,
        nodes,
        tuple(branches),
    )


def _branches(overlaid: Overlaid, node: str) -> tuple[str, ...]:
    return (*overlaid.added_by.get(node, ()), *overlaid.altered_by.get(node, ()))


def _sides(graph: RevisionGraph, fork: Finding) -> frozenset[str]:
    """The revisions on a fork's branches; without a shared parent the heads alone."""
    heads = fork.details.get("heads")
    ends = [str(head["revision"]) for head in heads] if isinstance(heads, list) else []
    shared = fork.details.get("shared_parent")
    if not isinstance(shared, str) or shared not in graph.by_id:
        return frozenset(ends)
    return frozenset[str]().union(*(graph.ancestors(end) for end in ends)) - graph.ancestors(shared)


def _node(graph: RevisionGraph, revision: Revision, forks: set[str]) -> Node:
    marks: dict[Mark, bool] = {
        "head": revision.id in graph.heads,
        "base": not revision.parents,
        "fork": revision.id in forks,
    }
    return Node(
        revision.id,
        revision.message,
        revision.path,
        revision.line,
        revision.labels,
        revision.depends_on,
        tuple(mark for mark, holds in marks.items() if holds),
    )


def _told(node: Node, overlaid: Overlaid, problems: tuple[Problem, ...]) -> Node:
    return replace(
        node,
        added_by=overlaid.added_by.get(node.id, ()),
        altered_by=overlaid.altered_by.get(node.id, ()),
        problems=tuple(place for place, problem in enumerate(problems) if node.id in problem.nodes),
    )


def _edges(graph: RevisionGraph, sides: frozenset[str]) -> Iterable[Edge]:
    named: Mapping[str, str] = graph.named
    for revision in graph.by_id.values():
        for parent in revision.parents:
            yield Edge(revision.id, parent, forked=revision.id in sides)
        for name in revision.depends_on:
            if name in named:
                yield Edge(revision.id, named[name], "dependency")
