"""The rules on what is merged already and what is new: each with its whole finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.facts import BaseHistory
from alembic_proof.findings import Finding
from alembic_proof.history.graph import RevisionGraph
from alembic_proof.history.meaning import Edit
from alembic_proof.history.revision_file import Unreadable
from alembic_proof.rules import merged_revision_edited, merged_revision_removed, placeholder_revision_id
from support.histories import facts_of, path_of, revision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from alembic_proof.facts import Facts
    from alembic_proof.history.revision_file import Revision

COMMIT = "1a2b3c4d" * 5
RESTORE = "git restore --source=1a2b3c4 --staged --worktree -- "
MEANT = (
    'or, if it is meant, say why: rewrite-history = "REASON" in the settings, '
    "or Rewrite-History: REASON in a commit's message"
)
A, B, C = revision("a"), revision("b", "a"), revision("c", "b")


def changed(
    before: Iterable[Revision | Unreadable],
    now: Iterable[Revision | Unreadable],
    edits: dict[str, Edit] | None = None,
    added: frozenset[str] = frozenset(),
) -> Facts:
    base = BaseHistory("main", COMMIT, RevisionGraph.build(before), edits or {}, added)
    return facts_of(now, base=base)


def edited(*args: Any) -> list[Finding]:
    return list(merged_revision_edited.find(changed(*args)))


def removed(*args: Any) -> list[Finding]:
    return list(merged_revision_removed.find(changed(*args)))


def place(**differences: Sequence[object]) -> dict[str, object]:
    before_and_now = {
        name: dict(zip(("before", "now"), differences.get(name, ([], [])), strict=True))
        for name in ("down_revision", "depends_on", "branch_labels")
    }
    return {**before_and_now, "base": {"ref": "main", "commit": COMMIT, "path": path_of("b")}}


def test_merged_revision_edited() -> None:
    diff = ("@@ -1,2 +1,2 @@", "-    pass", "+    op.execute('x')")
    assert edited([A, B], [A, B], {"b": Edit(9, ("upgrade", ""), diff)}) == [
        Finding(
            rule="merged-revision-edited",
            message="b (migrations/versions/b.py) is on main and does something else now, "
            "in upgrade and outside its functions",
            hint=f"put it back with `{RESTORE}migrations/versions/b.py`, "
            f"and write what is to change as a new revision; {MEANT}",
            path=path_of("b"),
            line=9,
            revision="b",
            details={
                "parts": ["upgrade", ""],
                "diff": list(diff),
                "base": {"ref": "main", "commit": COMMIT, "path": path_of("b")},
            },
            identity={"object": "b", "change": "code"},
        )
    ]


def test_merged_revision_edited_in_its_downgrade_alone() -> None:
    (finding,) = edited([A], [A], {"a": Edit(9, ("downgrade",), ())})
    assert (finding.severity, finding.message, finding.hint) == (
        "warning",
        "a (migrations/versions/a.py) is on main and does something else now, in downgrade",
        (
            "if it mends a downgrade that did not work, leave it; "
            f"else put it back with `{RESTORE}migrations/versions/a.py`"
        ),
    )


def test_merged_revision_edited_in_a_file_that_moved() -> None:
    (finding,) = edited([A], [revision("a", path="new place/a.py")], {"a": Edit(9, ("upgrade",), ())})
    assert finding.hint.startswith(
        "put it back with `git show 1a2b3c4:migrations/versions/a.py > 'new place/a.py'`, and"
    )


def test_merged_revision_edited_to_follow_another_one() -> None:
    assert edited([A, B], [A, revision("x"), revision("b", "x")]) == [
        Finding(
            rule="merged-revision-edited",
            message="b (migrations/versions/b.py) is on main and stands elsewhere now: "
            "it followed a and follows x now",
            hint=f"put it back with `alembic-proof fix --base main --stage`, which mends the fork, too; {MEANT}",
            path=path_of("b"),
            line=4,
            revision="b",
            details=place(down_revision=(["a"], ["x"])),
            identity={"object": "b", "change": "place"},
        )
    ]


@pytest.mark.parametrize(
    ("now", "severity", "line", "said"),
    [
        (revision("b"), "error", 4, "it followed a and follows nothing now"),
        (revision("b", "a", "x"), "error", 4, "it followed a and follows a and x now"),
        (revision("b", "a", depends_on=("x",)), "error", 3, "it depended on nothing and depends on x now"),
        (revision("b", "a", labels=("l",)), "warning", 3, "it had no label and has l now"),
        (
            revision("b", "x", depends_on=("y",), labels=("l",)),
            "error",
            4,
            (
                "it followed a and follows x now; it depended on nothing and depends on y now; "
                "it had no label and has l now"
            ),
        ),
    ],
)
def test_merged_revision_edited_to_stand_elsewhere(
    now: Revision, severity: str, line: int, said: str
) -> None:
    (finding,) = edited([A, B], [A, now])
    assert (finding.severity, finding.line) == (severity, line)
    assert finding.message == f"b (migrations/versions/b.py) is on main and stands elsewhere now: {said}"


def test_the_order_of_parents_and_labels_that_nobody_can_read_are_free() -> None:
    merge = revision("m", "a", "b", depends_on=("x", "y"), labels=("l",))
    turned = revision("m", "b", "a", depends_on=("y", "x"), labels_known=False)
    assert edited([merge], [turned]) == []


def test_what_repairs_a_fork_is_no_edit() -> None:
    fork = [A, revision("b", "a"), revision("c", "a")]
    assert edited(fork, [*fork, revision("m", "b", "c")]) == []
    # One branch is not merged yet, and now follows the other one.
    assert edited([A, revision("b", "a")], [A, revision("b", "a"), revision("c", "b")]) == []


def test_a_merged_revision_is_no_way_to_repair_a_merged_fork() -> None:
    (finding,) = edited(
        [A, revision("b", "a"), revision("c", "a")], [A, revision("b", "a"), revision("c", "b")]
    )
    assert finding.message == (
        "c (migrations/versions/c.py) is on main and stands elsewhere now: it followed a and follows b now"
    )
    assert finding.hint == (
        f"put it back with `alembic-proof fix --base main --stage`, which mends the fork, too; {MEANT}"
    )


def test_what_followed_a_revision_that_is_gone_is_put_back_by_hand() -> None:
    (finding,) = edited([A, B, C], [A, revision("c", "a")])
    assert finding.hint == f"put it back with `{RESTORE}migrations/versions/c.py`; {MEANT}"


def test_of_an_id_that_the_base_defined_twice_one_is_enough() -> None:
    twice = [A, revision("b", "a", path="m/1.py"), revision("b", path="m/2.py")]
    for kept in twice[1:]:
        assert edited(twice, [A, kept]) == removed(twice, [A, kept]) == []


def test_merged_revision_removed() -> None:
    assert removed([A, B, C], [A, C]) == [
        Finding(
            rule="merged-revision-removed",
            message="b (migrations/versions/b.py) is on main, and no file has it any more",
            hint=f"put it back with `{RESTORE}migrations/versions/b.py`; {MEANT}",
            path=path_of("b"),
            revision="b",
            details={"base": {"ref": "main", "commit": COMMIT, "path": path_of("b")}, "renamed": None},
            identity={"object": "b"},
        )
    ]


@pytest.mark.parametrize(
    "now", [revision("x", "a", path=path_of("b")), revision("B", "a", path="migrations/versions/upper.py")]
)
def test_merged_revision_removed_by_giving_it_another_id(now: Revision) -> None:
    (finding,) = removed([A, B], [A, now])
    assert (finding.path, finding.line, finding.revision) == (now.path, 3, "b")
    assert finding.message == f"revision b is on main and is called {now.id} now: {now.path}"
    assert finding.hint == f"give it its id back, here and in the files that name it: b; {MEANT}"
    assert finding.details["renamed"] == now.id


def test_many_removed_revisions_are_told_together() -> None:
    many = [revision(f"r{number}", path=f"old versions/r{number}.py") for number in range(11)]
    (finding,) = removed(many, [A])
    assert finding.message == (
        "11 revisions are on main, and no file has them any more: r0, r1, r2, r3, r4, r5 and 5 more"
    )
    assert finding.hint == f"put them back: `{RESTORE}'old versions'`; {MEANT}"
    assert finding.details["revisions"] == [one.id for one in many]
    assert len(removed(many[:10], [A])) == 10


def test_a_file_that_cannot_be_read_now_may_be_the_one() -> None:
    broken = Unreadable("migrations/moved/b.py", 1, "syntax error", "mend it")
    assert removed([A, B], [A, broken]) == []


def test_without_a_base_nothing_is_merged() -> None:
    facts = facts_of([A])
    for rule in (merged_revision_edited, merged_revision_removed, placeholder_revision_id):
        assert list(rule.find(facts)) == []


def test_placeholder_revision_id() -> None:
    named = revision("b", "a1b2c3d4e5f6")
    facts = changed(
        [], [revision("a1b2c3d4e5f6", message="A"), named], added=frozenset({"a1b2c3d4e5f6", "b"})
    )
    assert list(placeholder_revision_id.find(facts)) == [
        Finding(
            rule="placeholder-revision-id",
            message="the id of a1b2c3d4e5f6 (migrations/versions/a1b2c3d4e5f6.py) is made up: "
            "its letters and digits run in order",
            hint='give it one of its own: revision = "5fc9966f317c", and write it in migrations/versions/b.py too',
            path=path_of("a1b2c3d4e5f6"),
            line=3,
            revision="a1b2c3d4e5f6",
            details={"suggestion": "5fc9966f317c", "named_in": [path_of("b")]},
            identity={"object": "a1b2c3d4e5f6"},
        )
    ]


def test_a_made_up_id_that_is_merged_stays() -> None:
    facts = changed([], [revision("a1b2c3d4e5f6")])
    assert list(placeholder_revision_id.find(facts)) == []
