"""The rules that name one file or two: each with its whole finding."""

from __future__ import annotations

from alembic_proof.findings import Finding
from alembic_proof.history.revision_file import Unreadable
from alembic_proof.rules import (
    cycle,
    duplicate_revision,
    missing_parent,
    unknown_dependency,
    unreadable_revision,
)
from support.histories import facts_of, path_of, revision

BAD_FILE = Unreadable(path_of("x"), 7, "syntax error: invalid syntax", "mend the line")


def test_missing_parent() -> None:
    assert list(missing_parent.find(facts_of([revision("b", "gone")]))) == [
        Finding(
            rule="missing-parent",
            message="b (migrations/versions/b.py) follows gone, which no revision file defines",
            hint="`git add` the file of gone if it was not added yet, "
            "or point down_revision at a revision that is there",
            environment="alembic.ini",
            path=path_of("b"),
            line=4,
            revision="b",
            details={"missing": "gone"},
            identity={"object": "gone before b"},
        )
    ]


def test_missing_parent_says_which_file_to_add() -> None:
    draft = revision("gone", path="migrations/versions/a b.py")
    (finding,) = missing_parent.find(facts_of([revision("b", "gone")], unstaged=(revision("other"), draft)))
    assert finding.hint == "git add 'migrations/versions/a b.py'"


def test_missing_parent_says_which_id_is_meant() -> None:
    (finding,) = missing_parent.find(facts_of([revision("3f2a9c"), revision("b", "3f2a")]))
    assert finding.hint == 'write the whole id: down_revision = "3f2a9c"'


def test_missing_parent_that_is_empty() -> None:
    (finding,) = missing_parent.find(facts_of([revision("a", "")]))
    assert (
        finding.message == "a (migrations/versions/a.py) follows an empty id, which no revision file defines"
    )
    assert finding.hint == (
        "if it is the first revision, write down_revision = None; else write the id of the one before it"
    )


def test_missing_parent_that_may_be_in_a_file_that_cannot_be_read() -> None:
    (finding,) = missing_parent.find(facts_of([BAD_FILE, revision("b", "gone")]))
    assert finding.hint == "mend migrations/versions/x.py first: it may be the file that defines gone"


def test_duplicate_revision() -> None:
    first, second = revision("a", path="m/1.py"), revision("a", path="m/2.py")
    assert list(duplicate_revision.find(facts_of([first, second]))) == [
        Finding(
            rule="duplicate-revision",
            message="revision a is defined twice: in m/1.py and m/2.py",
            hint="delete m/2.py if it is a copy; else give it a new `revision`, and let one of them follow the other",
            environment="alembic.ini",
            path="m/2.py",
            line=3,
            revision="a",
            details={"paths": ["m/1.py", "m/2.py"]},
            identity={"object": "2 files of revision a"},
        )
    ]


def test_duplicate_revision_in_three_files() -> None:
    group = [revision("a", path=f"m/{number}.py") for number in (1, 2, 3)]
    (finding,) = duplicate_revision.find(facts_of(group))
    assert finding.message == "revision a is defined 3 times: in m/1.py, m/2.py and m/3.py"


def test_duplicate_label() -> None:
    revisions = [revision("a", labels=("x",)), revision("b", "a", labels=("x",))]
    assert list(duplicate_revision.find(facts_of(revisions))) == [
        Finding(
            rule="duplicate-revision",
            message="branch label x stands for more than one revision: "
            "a (migrations/versions/a.py) and b (migrations/versions/b.py)",
            hint="declare x in one revision alone: it holds for all that descend from there",
            environment="alembic.ini",
            path=path_of("b"),
            line=3,
            revision="b",
            details={"label": "x", "paths": [path_of("a"), path_of("b")]},
            identity={"object": "2 revisions of label x"},
        )
    ]


def test_cycle() -> None:
    assert list(cycle.find(facts_of([revision("a", "c"), revision("b", "a"), revision("c", "b")]))) == [
        Finding(
            rule="cycle",
            message="a (migrations/versions/a.py) comes before itself: a -> b -> c -> a",
            hint="point the down_revision, or depends_on, of one of them at a revision that was there before it",
            environment="alembic.ini",
            path=path_of("a"),
            line=4,
            revision="a",
            details={"revisions": ["a", "b", "c"]},
            identity={"object": "a b c"},
        )
    ]


def test_cycle_of_many_revisions_is_cut_short() -> None:
    circle = [revision(str(i), str((i - 1) % 9)) for i in range(9)]
    (finding,) = cycle.find(facts_of(circle))
    assert finding.message == (
        "0 (migrations/versions/0.py) comes before itself: 0 -> 1 -> 2 -> 3 -> 4 -> 5 -> ... -> 0 (9 revisions)"
    )


def test_unreadable_revision() -> None:
    assert list(unreadable_revision.find(facts_of([BAD_FILE]))) == [
        Finding(
            rule="unreadable-revision",
            message="migrations/versions/x.py cannot be read as a revision: syntax error: invalid syntax",
            hint="mend the line",
            environment="alembic.ini",
            path=path_of("x"),
            line=7,
            identity={"object": path_of("x"), "reason": "syntax error: invalid syntax"},
        )
    ]


def test_unknown_dependency() -> None:
    assert list(unknown_dependency.find(facts_of([revision("a", depends_on=("gone",))]))) == [
        Finding(
            rule="unknown-dependency",
            message="a (migrations/versions/a.py) depends on gone, which is neither a revision nor a branch label",
            hint="`git add` the file of gone if it was not added yet, "
            "or name a revision's whole id or a label in depends_on",
            environment="alembic.ini",
            path=path_of("a"),
            line=3,
            revision="a",
            details={"missing": "gone"},
            identity={"object": "gone in a"},
        )
    ]


def test_unknown_dependency_says_what_is_meant() -> None:
    target = revision("3f2a9c", labels=("x",))

    def hint(name: str) -> str:
        (finding,) = unknown_dependency.find(facts_of([target, revision("a", depends_on=(name,))]))
        return finding.hint

    assert hint("3f2a") == 'write the whole id: depends_on = "3f2a9c"'
    assert hint("x@3f2a") == 'write the whole id: depends_on = "3f2a9c"'
    assert hint("x@head") == 'write the label alone: depends_on = "x"'


def test_unknown_dependency_says_which_file_to_add() -> None:
    draft = revision("gone", labels=("x",))
    for name in ("gone", "x"):
        (finding,) = unknown_dependency.find(facts_of([revision("a", depends_on=(name,))], unstaged=(draft,)))
        assert finding.hint == "git add migrations/versions/gone.py"


def test_a_sound_history_has_no_finding() -> None:
    facts = facts_of(
        [revision("a", labels=("x",)), revision("b", "a"), revision("c", "b", depends_on=("x", "a"))]
    )
    for rule in (cycle, duplicate_revision, missing_parent, unknown_dependency, unreadable_revision):
        assert list(rule.find(facts)) == []
