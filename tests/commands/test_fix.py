"""Forks are mended in the working tree: what is written, what is said, and what is left alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.branches import settings
from support.commands import INI, revision_file
from support.forks import Forked, chain, path_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.repositories import Checkout

B1 = chain("b1", after="a1")
C1 = chain("c1", after="a1")
MOVED = revision_file("c1", "b1").encode()
RESTS = "nothing to fix, with c1 as head\n"


@pytest.fixture
def forked(tmp_path: Path) -> Forked:
    return Forked.create(tmp_path / "shop", B1, C1).merge()


def on_main(forked: Forked, files: dict[str, str]) -> None:
    forked.checkout.switch("main")
    forked.checkout.commit(files)
    forked.checkout.switch("change")


def test_what_is_not_on_the_base_goes_on_top_of_it(forked: Forked) -> None:
    assert (
        forked.said()
        == """\
alembic.ini:
  migrations/versions/c1.py: c1 follows b1 now, not a1
  a database that has run c1 where it was takes b1 for done; where `alembic current` shows
    c1: alembic downgrade b1 && alembic stamp a1 && alembic upgrade head
    c1 and b1: alembic stamp --purge c1 && alembic upgrade head
1 file changed; add it: git add migrations/versions/c1.py
"""
    )
    assert forked.changed() == [" M migrations/versions/c1.py"]
    assert forked.read("c1") == MOVED


def test_a_second_run_has_nothing_to_do(forked: Forked) -> None:
    forked.fix()
    before = forked.checkout.state()
    assert forked.said() == f"alembic.ini: {RESTS}"
    assert forked.checkout.state() == before


@pytest.mark.parametrize("length", [1, 2, 10])
def test_of_a_chain_the_first_one_moves_and_the_others_with_it(tmp_path: Path, length: int) -> None:
    ours = chain(*(f"c{number}" for number in range(length)), after="a1")
    forked = Forked.create(tmp_path / "shop", B1, ours).merge()
    said = forked.said()
    assert forked.changed() == [" M migrations/versions/c0.py"]
    assert forked.read("c0") == revision_file("c0", "b1").encode()
    ran = "c0" if length == 1 else f"c0, or what follows up to c{length - 1}"
    assert f"\n    {ran}: alembic downgrade b1 && " in said
    assert f"\n    c{length - 1} and b1: alembic stamp --purge c{length - 1} && " in said


def test_every_environment_is_mended(tmp_path: Path) -> None:
    theirs = {**B1, **chain("b1", after="a1", folder="svc/")}
    ours = {**C1, **chain("c1", after="a1", folder="svc/")}
    forked = Forked.create(tmp_path / "shop", theirs, ours, "", "svc/").merge()
    said = forked.said()
    assert forked.changed() == [" M migrations/versions/c1.py", " M svc/migrations/versions/c1.py"]
    assert "\nsvc/alembic.ini:\n  svc/migrations/versions/c1.py: c1 follows b1 now, not a1\n" in said
    assert "c1: cd svc && alembic downgrade b1 && alembic stamp a1 && alembic upgrade head\n" in said
    assert said.endswith(
        "2 files changed; add them: git add migrations/versions/c1.py svc/migrations/versions/c1.py\n"
    )


def test_one_environment_where_one_is_named(tmp_path: Path) -> None:
    theirs = {**B1, **chain("b1", after="a1", folder="svc/")}
    ours = {**C1, **chain("c1", after="a1", folder="svc/")}
    forked = Forked.create(tmp_path / "shop", theirs, ours, "", "svc/").merge()
    assert "svc" not in forked.said(configs=("alembic.ini",))
    assert forked.changed() == [" M migrations/versions/c1.py"]


def test_a_merge_in_the_middle_follows_the_base_and_nothing_below_it_moves(tmp_path: Path) -> None:
    middle = revision_file("m1", "x").replace("'x'", "('c1', 'b1')")
    theirs = chain("b1", "b2", after="a1")
    ours = {**B1, **C1, path_of("m1"): middle, **chain("d1", after="m1")}
    forked = Forked.create(tmp_path / "shop", theirs, ours).merge()
    said = forked.said()
    assert "m1 follows c1 and b2 now, not b1\n" in said
    assert "m1, or what follows up to d1: alembic downgrade b2 && alembic stamp b1 && " in said
    assert forked.changed() == [" M migrations/versions/m1.py"]
    assert forked.read("m1") == middle.replace("'b1'", "'b2'").encode()


def test_line_ends_and_everything_else_that_is_odd_stay(tmp_path: Path) -> None:
    odd = (
        '"""c1\r\n\r\nRevises: a1\r\n"""\r\nfrom typing import Union\r\n# a1 comes before\r\n'
        "revision: str = 'c1'\r\ndown_revision: Union[str, None] = '''a1'''  # not b1\r\nlast = 'a1'"
    )
    forked = Forked.create(tmp_path / "shop", B1, {path_of("c1"): b"\xef\xbb\xbf" + odd.encode()}).merge()
    forked.fix()
    expected = odd.replace("Revises: a1", "Revises: b1").replace("'''a1'''", "'''b1'''")
    assert forked.read("c1") == b"\xef\xbb\xbf" + expected.encode()


def test_what_was_written_is_staged_where_that_is_asked_for(forked: Forked) -> None:
    assert forked.said(stages=True).endswith("\n1 file changed and staged\n")
    assert forked.changed() == ["M  migrations/versions/c1.py"]


def test_a_dry_run_writes_nothing_and_gives_a_patch(forked: Forked) -> None:
    before = forked.checkout.state()
    fixed = forked.fix(dry_run=True)
    assert forked.checkout.state() == before
    forked.checkout.git("apply", "-", stdin=fixed.patch.decode())
    assert forked.changed() == [" M migrations/versions/c1.py"]
    assert forked.read("c1") == MOVED


def test_a_dry_run_with_nothing_to_do_gives_no_patch(forked: Forked) -> None:
    forked.fix(stages=True)
    assert forked.fix(dry_run=True).patch == b""


# --- what is fixed ---


def test_a_fork_that_is_on_the_base_is_joined(forked: Forked) -> None:
    on_main(forked, C1)
    said = forked.said()
    (path,) = re.findall(r"(migrations/versions/\w+_merge_heads\.py) is new and joins b1 and c1: ", said)
    assert forked.changed() == [f"?? {path}"]
    text = (forked.checkout.top / path).read_text()
    assert text.startswith('"""merge heads\n')
    assert "\nRevises: b1, c1\n" in text
    assert "\n# of the project's own template\n" in text
    assert "\ndown_revision = ('b1', 'c1')\n" in text
    head = path.rpartition("/")[2].partition("_")[0]
    assert forked.said() == f"alembic.ini: nothing to fix, with {head} as head\n"


@pytest.mark.parametrize("released", ["release/1", "release/*", "refs/tags/v*", "v1"])
def test_what_is_released_is_not_moved(forked: Forked, released: str) -> None:
    forked.checkout.branch("release/1", "change~1")
    forked.checkout.git("tag", "v1")
    forked.checkout.switch("change")
    forked.checkout.write(settings(f'released = ["{released}"]'))
    assert (
        "_merge_heads.py is new and joins b1 and c1: databases may have run either without" in forked.said()
    )
    assert forked.read("c1") == C1[path_of("c1")].encode()


def test_a_chain_of_which_a_part_is_released_is_joined(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", B1, C1)
    forked.checkout.git("branch", "release")
    forked.checkout.commit(chain("c2", after="c1"))
    forked.merge().checkout.write(settings('released = "release"'))
    assert "is new and joins b1 and c2" in forked.said()


def test_a_released_ref_that_is_not_here_stops_it(forked: Forked) -> None:
    forked.checkout.write(settings('released = ["gone"]'))
    message, hint = forked.refused()
    assert message == "the settings name gone as released, and Git knows no such commit here"
    assert hint.startswith("fetch it (git fetch --all)")


def test_a_pattern_may_match_nothing(forked: Forked) -> None:
    forked.checkout.write(settings('released = ["origin/release/*"]'))
    assert "c1 follows b1 now" in forked.said()


def test_heads_are_joined_where_that_is_asked_for(forked: Forked) -> None:
    said = forked.said(None, only_join=True, message="Join them; `x` $(y)")
    assert "_join_them_x_y.py is new and joins b1 and c1\n" in said
    assert forked.read("c1") == C1[path_of("c1")].encode()


def test_a_merge_revision_in_a_dry_run(forked: Forked) -> None:
    before = forked.checkout.state()
    fixed = forked.fix(only_join=True, dry_run=True)
    assert forked.checkout.state() == before
    forked.checkout.git("apply", "-", stdin=fixed.patch.decode())
    assert [line[:24] for line in forked.changed()] == [
        "?? migrations/versions/" + fixed.changes[0].path[20:21]
    ]


def test_the_projects_own_post_write_hooks_see_the_merge_revision(forked: Forked) -> None:
    hook = "mark.type = exec\nmark.executable = sed\nmark.options = -i s/template/hooked/ REVISION_SCRIPT_FILENAME\n"
    forked.checkout.commit({"alembic.ini": f"{INI}[post_write_hooks]\nhooks = mark\n{hook}"})
    (change,) = forked.fix(only_join=True).changes
    assert b"\n# of the project's own hooked\n" in change.after


def test_what_alembic_cannot_write_is_said(forked: Forked) -> None:
    forked.checkout.commit({"migrations/script.py.mako": "${nothing_that_is_there}\n"})
    message, hint = forked.refused(only_join=True)
    assert message.startswith("Alembic cannot write a merge revision: ")
    assert hint == "mend that, or write it by hand: alembic merge -m 'merge heads' b1 c1"


def test_meant_heads_are_left(forked: Forked) -> None:
    forked.checkout.write(settings("heads = 2"))
    assert forked.said() == "alembic.ini: nothing to fix, with b1 and c1 as heads\n"


# --- merged revisions that were moved ---


def test_a_merged_revision_is_put_back_and_the_new_one_moves_instead(forked: Forked) -> None:
    forked.checkout.commit({path_of("b1"): revision_file("b1", "c1")})
    said = forked.said()
    assert "  migrations/versions/b1.py: b1 follows a1 now, not c1, as on main\n" in said
    assert "  migrations/versions/c1.py: c1 follows b1 now, not a1\n" in said
    assert forked.read("b1") == B1[path_of("b1")].encode()
    assert forked.read("c1") == MOVED


def test_what_is_put_back_may_have_to_be_joined(forked: Forked) -> None:
    on_main(forked, C1)
    forked.checkout.commit({path_of("b1"): revision_file("b1", "c1")})
    said = forked.said()
    assert "  migrations/versions/b1.py: b1 follows a1 now, not c1, as on main\n" in said
    assert "_merge_heads.py is new and joins b1 and c1: " in said
    assert said.endswith(" migrations/versions/b1.py " + forked.changed()[1].removeprefix("?? ") + "\n")


def test_a_history_that_is_rewritten_on_purpose_is_left(forked: Forked) -> None:
    forked.checkout.commit(
        {path_of("b1"): revision_file("b1", "c1")}, "Change\n\nRewrite-History: nobody has run it"
    )
    assert forked.said() == "alembic.ini: nothing to fix, with b1 as head\n"


# --- where the base is ---


def test_a_base_that_has_gone_on_has_to_be_merged_first(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", B1, C1)
    assert forked.refused() == (
        "main has a revision that your working tree lacks: b1",
        (
            "merge it first, then fix: git merge --no-commit main && alembic-proof fix --base main; "
            "or: git rebase main && alembic-proof fix --base main"
        ),
    )


def test_a_branch_that_is_behind_and_has_no_revisions_has_nothing_to_fix(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", B1, {"other": ""})
    assert forked.said() == "alembic.ini: nothing to fix, with a1 as head\n"


def test_a_merge_that_is_not_committed_yet(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", B1, C1)
    forked.checkout.git("merge", "--no-commit", "main")
    assert "c1 follows b1 now, not a1" in forked.said(stages=True)
    forked.checkout.git("commit", "--quiet", "--no-edit")
    assert forked.changed() == []
    assert forked.read("c1") == MOVED


def test_a_merge_that_conflicts_elsewhere(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", {**B1, "models.py": "1"}, {**C1, "models.py": "2"})
    forked.checkout.git("merge", "main", ok=(1,))
    assert "c1 follows b1 now, not a1" in forked.said(stages=True)
    assert forked.read("c1") == MOVED


def test_a_merge_that_conflicts_in_a_revision(tmp_path: Path) -> None:
    forked = Forked.create(tmp_path / "shop", {path_of("x"): "1\n"}, {path_of("x"): "2\n", **C1})
    forked.checkout.git("merge", "main", ok=(1,))
    assert forked.refused() == (
        (
            "migrations/versions/x.py:1: unreadable-revision: migrations/versions/x.py cannot be read as a revision: "
            "conflict marker `<<<<<<< HEAD`"
        ),
        "finish the merge in this file, then `git add` it",
    )


def test_the_settings_may_name_the_base(forked: Forked) -> None:
    forked.checkout.write(settings('base = "main"'))
    assert "c1 follows b1 now" in forked.said(None)


@pytest.mark.parametrize("add", [True, False], ids=["staged", "untracked"])
def test_without_a_base_what_is_not_committed_moves(forked: Forked, *, add: bool) -> None:
    checkout = forked.checkout
    checkout.switch("main")
    (checkout.add if add else checkout.write)(C1)
    assert "c1 follows b1 now, not a1" in forked.said(None)
    assert forked.read("c1") == MOVED


def test_without_a_base_two_sides_that_are_committed_are_not_told_apart(forked: Forked) -> None:
    message = "no base is known, so nobody can tell which of b1 and c1 others have run already"
    joining = "or join them with a merge revision: alembic-proof fix --merge"
    hint = "name the branch that the change goes into: alembic-proof fix --base {}; " + joining
    assert forked.refused(None) == (message, hint.format("BRANCH"))
    forked.checkout.git("update-ref", "refs/remotes/origin/trunk", "main")
    forked.checkout.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert forked.refused(None) == (message, hint.format("origin/trunk"))


def test_an_unknown_base(forked: Forked) -> None:
    assert forked.refused("nowhere")[0] == "Git knows no commit 'nowhere' here"


# --- work that is nowhere else ---


def edited(checkout: Checkout, identifier: str = "c1") -> None:
    path = checkout.top / path_of(identifier)
    path.write_bytes(path.read_bytes() + b"# more\n")


def test_a_file_with_changes_that_are_not_staged_is_not_edited(forked: Forked) -> None:
    edited(forked.checkout)
    assert forked.refused() == (
        "migrations/versions/c1.py has changes that are not staged",
        "commit, stage or stash them first, so that they are not mixed up with what is fixed; nothing was written",
    )


def test_nor_is_one_with_changes_that_are_staged_over_a_committed_one(forked: Forked) -> None:
    edited(forked.checkout)
    forked.checkout.git("add", "--all")
    assert forked.refused() == (
        "migrations/versions/c1.py has changes that are staged and not committed",
        "commit or stash them first, so that they are not mixed up with what is fixed; nothing was written",
    )


def test_a_new_file_that_was_edited_since_it_was_staged_is_not_edited(forked: Forked) -> None:
    forked.checkout.switch("main")
    forked.checkout.add(C1)
    edited(forked.checkout)
    assert forked.refused()[0] == "migrations/versions/c1.py has changes that are not staged"


def test_changes_elsewhere_are_nobodys_business(forked: Forked) -> None:
    edited(forked.checkout, "b1")
    assert "c1 follows b1 now" in forked.said()
    assert forked.changed() == [" M migrations/versions/b1.py", " M migrations/versions/c1.py"]


@pytest.mark.parametrize("stages", [True, False])
def test_the_base_may_go_on_after_what_was_fixed(forked: Forked, *, stages: bool) -> None:
    forked.fix(stages=stages)
    forked.checkout.git("stash")
    on_main(forked, chain("b2", after="b1"))
    forked.merge().checkout.git("stash", "pop", "--index")
    assert "c1 follows b2 now, not b1" in forked.said(stages=stages)


def test_files_with_other_line_ends_on_disk(forked: Forked) -> None:
    forked.checkout.git("config", "core.autocrlf", "true")
    for path in (path_of("b1"), path_of("c1")):
        (forked.checkout.top / path).unlink()
    forked.checkout.git("checkout", "--", ".")
    assert b"\r\n" in forked.read("c1")
    forked.fix()
    assert forked.read("c1") == MOVED.replace(b"\n", b"\r\n")
    assert forked.changed() == [" M migrations/versions/c1.py"]


# --- what it cannot do ---


def test_parents_that_only_a_person_can_change(tmp_path: Path) -> None:
    unusual = revision_file("c1", "a1").replace("'a1'", "'a' '1'")
    forked = Forked.create(tmp_path / "shop", B1, {path_of("c1"): unusual}).merge()
    assert forked.refused() == (
        "migrations/versions/c1.py:7: a1 is not written as one plain string",
        "let it follow b1 by hand: nothing was written",
    )


def test_a_history_that_nobody_can_follow(forked: Forked) -> None:
    forked.checkout.commit(chain("d1", after="gone"))
    message, _ = forked.refused()
    assert message.startswith("migrations/versions/d1.py:7: missing-parent: ")
