"""What a report needs to draw a fork: the revisions between the shared parent and the heads, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from alembic_proof.history.graph import RevisionGraph

RUN = 4  # of revisions in a row that are all drawn
MOST = 40  # revisions in a drawing
HEADS = 20  # in a drawing of a fork that has too many revisions


class Node(TypedDict, total=False):
    """A revision, or in place of several "...", with what is `left_out`. The parents are drawn ones alone."""

    revision: str
    path: str | None
    parents: list[str]
    head: bool
    left_out: str


def fork(graph: RevisionGraph, shared: str | None, heads: Collection[str]) -> list[Node]:
    """The shared parent and what comes after it, up to the heads; each node after its parents.

    The parent's file may be missing, or there is none. Long runs are cut.
    """
    before = graph.ancestors(shared) if shared in graph.by_id else frozenset()
    after = frozenset[str]().union(*(graph.ancestors(head) for head in heads)) - before
    drawn = [identifier for identifier in graph.order if identifier in after]
    parents = {
        one: [name for name in graph.by_id[one].parents if name in after or name == shared] for one in drawn
    }
    runs = list(_long_runs(drawn, parents, heads))
    if len(drawn) - sum(len(run) - 3 for run in runs) >= MOST:
        return [*_start(graph, shared), *_heads_alone(graph, shared, heads, before)]
    return [*_start(graph, shared), *_nodes(graph, parents, runs, heads)]


def _start(graph: RevisionGraph, shared: str | None) -> list[Node]:
    if shared is None:
        return []
    known = graph.by_id.get(shared)
    return [{"revision": shared, "path": known.path if known else None, "parents": [], "head": False}]


def _long_runs(
    drawn: Collection[str], parents: Mapping[str, list[str]], heads: Collection[str]
) -> Iterator[list[str]]:
    """Revisions that follow one another with nothing beside them, where there are many."""
    children: dict[str, list[str]] = {}
    for one, before in parents.items():
        for parent in before:
            children.setdefault(parent, []).append(one)
    plain = {
        one
        for one in drawn
        if len(parents[one]) == 1 and len(children.get(one, ())) == 1 and one not in heads
    }
    for one in drawn:
        if one in plain and parents[one][0] not in plain:
            run = [one]
            while children[run[-1]][0] in plain:
                run.append(children[run[-1]][0])
            if len(run) > RUN:
                yield run


def _nodes(
    graph: RevisionGraph, parents: Mapping[str, list[str]], runs: list[list[str]], heads: Collection[str]
) -> Iterator[Node]:
    cuts = {run[1]: run for run in runs}
    hidden = {one for run in runs for one in run[1:-1]}
    after_cut = {run[-1]: _cut_name(run[-1]) for run in runs}
    for one, before in parents.items():
        if one in cuts:
            run = cuts[one]
            yield _cut(run[-1], [run[0]], counted(len(run) - 2, "revision"))
        elif one not in hidden:
            shown = [after_cut[one]] if one in after_cut else before
            yield _node(graph, one, shown, head=one in heads)


def _heads_alone(
    graph: RevisionGraph, shared: str | None, heads: Collection[str], before: frozenset[str]
) -> Iterator[Node]:
    start = [shared] if shared is not None else []
    for head in list(heads)[:HEADS]:
        between = len(graph.ancestors(head) - before) - 1
        if between:
            yield _cut(head, start, counted(between, "revision"))
        yield _node(graph, head, [_cut_name(head)] if between else start, head=True)
    if len(heads) > HEADS:
        yield _cut("", start, counted(len(heads) - HEADS, "more head"))


def _node(graph: RevisionGraph, one: str, parents: list[str], *, head: bool) -> Node:
    return {"revision": one, "path": graph.by_id[one].path, "parents": parents, "head": head}


def _cut(before: str, parents: list[str], left_out: str) -> Node:
    name = _cut_name(before)
    return {"revision": name, "path": None, "parents": parents, "head": False, "left_out": left_out}


def _cut_name(before: str) -> str:
    return f"...{before}"
