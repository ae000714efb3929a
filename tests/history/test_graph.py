from __future__ import annotations

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.revision_file import Unreadable
from support.histories import revision


def test_heads_and_bases_of_a_fork_and_its_merge() -> None:
    fork = (revision("a"), revision("b", "a"), revision("c", "a"))
    assert RevisionGraph.build(fork).heads == ("b", "c")
    merged = RevisionGraph.build((*fork, revision("m", "b", "c")))
    assert (merged.heads, merged.bases) == (("m",), ("a",))


def test_a_dependency_does_not_make_its_target_less_of_a_head() -> None:
    graph = RevisionGraph.build((revision("a"), revision("b", depends_on=("a",))))
    assert (graph.heads, graph.bases) == (("a", "b"), ("a", "b"))


def test_helpers_are_left_out_and_unreadable_files_kept() -> None:
    bad = Unreadable("migrations/versions/x.py", 1, "syntax error: invalid syntax", "mend it")
    graph = RevisionGraph.build((None, revision("a"), bad))
    assert (graph.revisions, graph.unreadable) == ((revision("a"),), (bad,))


def test_missing_parents_and_dependencies() -> None:
    lone = revision("b", "gone", depends_on=("nowhere", "x", "a"))
    graph = RevisionGraph.build((revision("a", labels=("x",)), lone))
    assert graph.missing_parents == ((lone, "gone"),)
    assert graph.missing_dependencies == ((lone, "nowhere"),)


def test_a_label_is_no_parent_and_part_of_an_id_is_no_dependency() -> None:
    lone = revision("b", "x", depends_on=("3f2a",))
    graph = RevisionGraph.build((revision("3f2a9c", labels=("x",)), lone))
    assert graph.missing_parents == ((lone, "x"),)
    assert graph.missing_dependencies == ((lone, "3f2a"),)


def test_revisions_that_share_an_id() -> None:
    first, second = (
        revision("a", path="migrations/versions/1.py"),
        revision("a", path="migrations/versions/2.py"),
    )
    graph = RevisionGraph.build((first, revision("b", "a"), second))
    assert graph.duplicates == ((first, second),)
    assert graph.by_id["a"] == second
    assert graph.heads == ("b",)


def test_labels_that_stand_for_several_revisions() -> None:
    first, second = revision("a", labels=("x", "y")), revision("b", "a", labels=("x", "c"))
    third = revision("c", "b")
    graph = RevisionGraph.build((first, second, third))
    assert graph.label_clashes == (("x", (first, second)), ("c", (second, third)))


def test_cycles_of_parents_and_of_dependencies() -> None:
    graph = RevisionGraph.build(
        (
            revision("a", "b"),
            revision("b", "a"),
            revision("s", "s"),
            revision("d", depends_on=("label",)),
            revision("e", "d", labels=("label",)),
            revision("f", "a"),
        )
    )
    assert graph.cycles == (("a", "b"), ("s",), ("d", "e"))
    assert graph.heads == ("s", "e", "f")
    assert set(graph.order) == set(graph.by_id)


def test_a_cycle_is_told_from_its_first_file_on() -> None:
    graph = RevisionGraph.build((revision("r"), revision("x", "y"), revision("y", "x", "r")))
    assert graph.cycles == (("x", "y"),)


def test_labels_spread_to_descendants_and_up_to_the_branch_point() -> None:
    graph = RevisionGraph.build(
        (
            revision("root"),
            revision("left", "root"),
            revision("left2", "left", labels=("x",)),
            revision("left3", "left2"),
            revision("right", "root"),
        )
    )
    labelled = {identifier for identifier in graph.by_id if graph.labels_of(identifier) == {"x"}}
    assert labelled == {"left", "left2", "left3"}


def test_unknown_labels_tell_branches_apart_and_are_no_labels() -> None:
    graph = RevisionGraph.build((revision("a"), revision("b", "a", labels_known=False), revision("c", "a")))
    assert graph.labels_of("b") == graph.labels_of("c") == frozenset()
    assert graph.branches_of("b") == {"the labels of migrations/versions/b.py"}
    assert graph.branches_of("c") == frozenset()


def test_the_shared_parent_is_the_nearest_one() -> None:
    graph = RevisionGraph.build(
        (
            revision("a"),
            revision("b", "a"),
            revision("c", "b"),
            revision("d", "b"),
            revision("e", "a"),
            revision("z"),
        )
    )
    assert graph.shared_parent("c", "d") == "b"
    assert graph.shared_parent("c", "d", "e") == "a"
    assert graph.shared_parent("c", "b") == "b"
    assert graph.shared_parent("c", "z") is None


def test_descent_goes_by_parents_alone() -> None:
    graph = RevisionGraph.build((revision("a"), revision("b", "a"), revision("c", depends_on=("a",))))
    assert graph.descends("b", "a")
    assert graph.descends("a", "a")
    assert not graph.descends("a", "b")
    assert not graph.descends("c", "a")


def test_what_a_name_resembles() -> None:
    graph = RevisionGraph.build(
        (revision("3f2a9c", labels=("x",)), revision("77aa", "3f2a9c"), revision("77ab"))
    )
    assert graph.resembling("3f2a") == graph.resembling("x") == graph.by_id["3f2a9c"]
    assert graph.resembling("77a") is graph.resembling("") is graph.resembling("y") is None
    assert graph.is_label("x")
    assert not graph.is_label("77aa")


IDS = st.sampled_from("abcdefgh")


@st.composite
def any_history(draw: st.DrawFn) -> RevisionGraph:
    """Revisions that name each other, themselves and strangers, in any way."""
    names = st.lists(IDS, max_size=2, unique=True).map(tuple)
    return RevisionGraph.build(
        revision(draw(IDS), *draw(names), depends_on=draw(names), labels=draw(names), path=f"{place}.py")
        for place in range(draw(st.integers(0, 8)))
    )


@given(any_history())
def test_every_question_has_an_answer_for_every_history(graph: RevisionGraph) -> None:
    position = {identifier: place for place, identifier in enumerate(graph.order)}
    assert position.keys() == graph.by_id.keys()
    for circle in graph.cycles:
        for before, after in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert before in {*graph.by_id[after].parents, *graph.by_id[after].depends_on} or any(
                label in graph.by_id[after].depends_on for label in graph.by_id[before].labels
            )
    if not graph.cycles:
        for identifier, found in graph.by_id.items():
            assert all(
                position[parent] < position[identifier] for parent in found.parents if parent in position
            )
    for identifier in graph.by_id:
        assert graph.labels_of(identifier) <= {label for one in graph.revisions for label in one.labels}
        assert graph.shared_parent(identifier, graph.order[-1]) in {None, *graph.ancestors(identifier)}
    assert {one.id for one, _ in graph.missing_parents} <= graph.by_id.keys()


def test_ten_thousand_revisions_in_a_line_and_in_a_circle() -> None:
    line = [revision("0", labels=("x",)), *(revision(str(i), str(i - 1)) for i in range(1, 10_000))]
    started = process_time()
    graph = RevisionGraph.build(line)
    assert graph.heads == ("9999",)
    assert graph.labels_of("9999") == {"x"}
    assert graph.shared_parent("9999", "5000") == "5000"
    assert graph.cycles == ()
    circle = RevisionGraph.build([revision("0", "9999"), *line[1:]])
    assert len(circle.cycles[0]) == 10_000
    assert process_time() - started < 5
