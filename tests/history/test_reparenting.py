"""Forks become lines, and nothing that is fixed moves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.parent_tokens import with_parents
from alembic_proof.history.reparenting import moved, plan
from alembic_proof.history.revision_file import Revision, parse
from alembic_proof.rules.multiple_heads import unmeant
from support.histories import revision, source_of

if TYPE_CHECKING:
    from alembic_proof.history.reparenting import Plan

forks = partial(unmeant, meant=None)


def planned(*revisions: Revision, fixed: str = "", only_join: bool = False) -> Plan:
    return plan(RevisionGraph.build(revisions), frozenset(fixed.split()), forks, only_join=only_join)


def moves(*revisions: Revision, fixed: str) -> dict[str, tuple[str, ...]]:
    """The new parents of what moves, where nothing else is to be done."""
    done = planned(*revisions, fixed=fixed)
    assert done.joined == ()
    graph = moved(RevisionGraph.build(revisions), done.moves)
    assert len(graph.heads) == 1
    assert not graph.cycles
    return {move.revision.id: move.parents for move in done.moves}


A, B = revision("a"), revision("b", "a")


def test_one_line_is_left_as_it_is() -> None:
    assert not planned(A, B)


def test_a_new_revision_follows_the_fixed_head() -> None:
    assert moves(A, B, revision("x", "a"), fixed="a b") == {"x": ("b",)}
    assert moves(A, revision("x", "a"), revision("y", "a"), fixed="a x") == {"y": ("x",)}
    assert moves(A, revision("x", "a"), revision("y", "a"), fixed="a y") == {"x": ("y",)}


def test_a_chain_moves_as_a_whole() -> None:
    chain = [revision("x0", "a"), *(revision(f"x{n}", f"x{n - 1}") for n in range(1, 10))]
    done = planned(A, B, *chain, fixed="a b")
    assert [(move.revision.id, move.parents, move.left, move.follows, move.last) for move in done.moves] == [
        ("x0", ("b",), ("a",), "b", "x9")
    ]


def test_several_new_chains_go_on_top_of_each_other() -> None:
    chains = (revision("x", "a"), revision("y", "a"), revision("z", "a"))
    assert moves(A, B, *chains, fixed="a b") == {"x": ("b",), "y": ("x",), "z": ("y",)}


def test_what_stands_on_the_fixed_head_already_stays_there() -> None:
    assert moves(A, B, revision("y", "b"), revision("z", "a"), fixed="a b") == {"z": ("y",)}


def test_a_fork_among_new_revisions_is_put_in_line() -> None:
    assert moves(A, B, revision("x", "a"), revision("y", "x"), revision("z", "x"), fixed="a b") == {
        "x": ("b",),
        "z": ("y",),
    }


def test_a_new_revision_without_a_parent_gets_one() -> None:
    done = planned(A, B, revision("x"), fixed="a b")
    assert [(move.parents, move.left) for move in done.moves] == [(("b",), ())]


def test_a_new_merge_with_what_was_the_head_follows_the_new_head_alone() -> None:
    history = (A, B, revision("c", "b"), revision("x", "a"), revision("m", "x", "b"), revision("y", "m"))
    assert moves(*history, fixed="a b c") == {"m": ("x", "c")}


def test_new_chains_that_are_merged_move_together() -> None:
    history = (A, B, revision("x", "a"), revision("y", "a"), revision("m", "x", "y"))
    assert moves(*history, fixed="a b") == {"x": ("b",), "y": ("b",)}


def test_of_two_merges_of_one_fork_the_new_one_follows_the_fixed_one() -> None:
    history = (A, B, revision("c", "a"), revision("m", "b", "c"), revision("n", "b", "c"))
    assert moves(*history, fixed="a b c m") == {"n": ("m",)}
    assert moves(*history, fixed="a b c n") == {"m": ("n",)}


def test_heads_that_are_fixed_are_joined() -> None:
    done = planned(A, B, revision("c", "a"), fixed="a b c")
    assert (done.moves, done.joined) == ((), (("b", "c"),))


def test_what_stands_on_one_of_two_fixed_heads_is_joined_with_the_other() -> None:
    done = planned(A, B, revision("c", "a"), revision("x", "b"), fixed="a b c")
    assert (done.moves, done.joined) == ((), (("c", "x"),))


def test_a_chain_that_is_released_in_part_is_joined() -> None:
    done = planned(A, B, revision("x", "a"), revision("y", "x"), fixed="a b x")
    assert (done.moves, done.joined) == ((), (("b", "y"),))


def test_all_are_joined_where_that_is_asked_for() -> None:
    done = planned(A, B, revision("x", "a"), fixed="a b", only_join=True)
    assert (done.moves, done.joined) == ((), (("b", "x"),))


def test_dependencies_do_not_become_a_circle() -> None:
    history = (A, B, revision("x", "a", depends_on=("y",)), revision("y", "a"))
    assert moves(*history, fixed="a b") == {"y": ("b",), "x": ("y",)}
    both = (A, B, revision("x1", "a"), revision("x2", "x1", depends_on=("y1",)))
    done = planned(*both, revision("y1", "a"), revision("y2", "y1", depends_on=("x1",)), fixed="a b")
    assert done.joined


def test_branches_that_are_meant_are_not_joined() -> None:
    labelled = (A, revision("p", "a", labels=("plugins",)), revision("b", "a"), revision("x", "a"))
    assert moves_of_labelled(*labelled) == {"x": ("b",)}


def moves_of_labelled(*revisions: Revision) -> dict[str, tuple[str, ...]]:
    done = planned(*revisions, fixed="a p b")
    assert done.joined == ()
    return {move.revision.id: move.parents for move in done.moves}


@st.composite
def _forked(draw: st.DrawFn) -> tuple[list[Revision], frozenset[str]]:
    """A base of one line, and new chains that start anywhere on it or on each other."""
    base = [revision("f0"), *(revision(f"f{n}", f"f{n - 1}") for n in range(1, draw(st.integers(1, 5))))]
    new: list[Revision] = []
    for n in range(draw(st.integers(0, 8))):
        parents = [one.id for one in (*base, *new)]
        new.append(revision(f"n{n}", draw(st.sampled_from(parents))))
    return draw(st.permutations([*base, *new])), frozenset(one.id for one in base)


@settings(max_examples=100)
@given(_forked())
def test_any_fork_of_new_revisions_becomes_one_line_with_every_other_byte_as_it_was(
    history: tuple[list[Revision], frozenset[str]],
) -> None:
    revisions, fixed = history
    graph = RevisionGraph.build(revisions)
    done = plan(graph, fixed, forks)
    assert done.joined == ()
    sources = {one.path: source_of(one) for one in revisions}
    for move in done.moves:
        assert move.revision.id not in fixed
        path, ((old,), (new,)) = move.revision.path, (move.revision.parents, move.parents)
        edited = with_parents(path, sources[path], move.parents)
        assert edited == sources[path].replace(
            f"down_revision = '{old}'".encode(), f"down_revision = '{new}'".encode()
        )
        sources[path] = edited
    after = RevisionGraph.build(parse(path, source) for path, source in sources.items())
    assert after.by_id.keys() == graph.by_id.keys()
    assert len(after.heads) == 1
    assert all(len(after.ancestors(one.id)) == place for place, one in enumerate(_line(after), start=1))
    chains = [one for one in revisions if one.id not in fixed and one.parents[0] not in fixed]
    assert all(after.descends(one.id, one.parents[0]) for one in chains)
    assert not plan(after, fixed, forks)


def _line(graph: RevisionGraph) -> list[Revision]:
    return [graph.by_id[identifier] for identifier in graph.order]


@pytest.mark.parametrize("fixed", ["", "a"])
def test_where_nothing_tells_the_sides_apart_the_first_stays(fixed: str) -> None:
    assert moves(A, B, revision("c", "a"), fixed=fixed) == {"c": ("b",)}
