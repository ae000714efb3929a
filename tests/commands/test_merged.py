"""What is merged is to stay as it is: real repositories, with the base named in each of its ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.commands.heads import heads
from alembic_proof.commands.request import Request
from alembic_proof.errors import GitError
from support.commands import INI, Project, revision_file, revision_path
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

    from alembic_proof.reports.report import Report

EDITED = "merged-revision-edited"
REMOVED = "merged-revision-removed"
MADE_UP = "placeholder-revision-id"
OTHER = "op.execute('x')"


def revisions(*chain: str, start: str | None = None) -> dict[str, str]:
    """Revision files, each following the one before it."""
    parents = (start, *chain)
    return {
        revision_path(one): revision_file(one, parent) for one, parent in zip(chain, parents, strict=False)
    }


@dataclass(frozen=True)
class Shop:
    """A repository whose `main` has a1, b1 and c1, on a branch that left it there."""

    checkout: Checkout

    def found(self, **asked: Any) -> list[tuple[str, str | None]]:
        """The rules that find something, with the revision."""
        report = self.report(**asked)
        return [(one.rule, one.revision) for one in report.findings if one.is_error]

    def report(self, **asked: Any) -> Report:
        return heads(Request(cwd=self.checkout.top, **asked))

    def verdict(self, rule: str, **asked: Any) -> str:
        return self.report(**asked).environments[0].rules[rule]

    def main_goes_on(self, files: dict[str, str], *gone: str) -> None:
        self.checkout.switch("main")
        self.remove(*gone)
        self.checkout.commit(files)
        self.checkout.switch("change")

    def remove(self, *identifiers: str) -> None:
        for one in identifiers:
            self.checkout.git("rm", "--quiet", revision_path(one))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    files = {"alembic.ini": INI, "migrations/env.py": "", **revisions("a1", "b1", "c1")}
    checkout = Checkout.create(tmp_path / "shop", files)
    checkout.branch("change")
    return Shop(checkout)


def test_edited_moved_in_the_history_and_removed(shop: Shop) -> None:
    shop.checkout.add({revision_path("a1"): revision_file("a1", None, OTHER), **revisions("c1", start="a1")})
    shop.remove("b1")
    found = [(EDITED, "a1"), (REMOVED, "b1"), (EDITED, "c1")]
    assert shop.found(base="main") == found
    assert shop.found() == []
    shop.checkout.git("commit", "--quiet", "--message", "Rewrite")
    for asked in ({"base": "main"}, {"merge_with": "main"}, {"rev": "change", "base": "main"}):
        assert shop.found(**asked) == found
    assert shop.found(worktree=True, base="main") == found


def test_the_finding_points_at_the_line_and_shows_what_changed(shop: Shop) -> None:
    shop.checkout.add({revision_path("b1"): revision_file("b1", "a1", OTHER)})
    (finding,) = shop.report(base="main").findings
    assert (finding.environment, finding.path, finding.line) == ("alembic.ini", revision_path("b1"), 13)
    assert finding.details == {
        "parts": ["upgrade"],
        "diff": [
            "@@ -1,3 +1,4 @@",
            "+from alembic import op",
            " def upgrade():",
            "-    pass",
            "+    op.execute('x')",
            " def downgrade():",
        ],
        "base": {"ref": "main", "commit": shop.checkout.head("main"), "path": revision_path("b1")},
    }


def test_what_main_did_since_is_not_the_changes_doing(shop: Shop) -> None:
    shop.main_goes_on(
        {**revisions("d1", start="c1"), revision_path("c1"): revision_file("c1", "b1", OTHER)}, "a1"
    )
    shop.checkout.commit(revisions("e1", start="c1"))
    assert [one for one in shop.found(base="main") if one[0] in (EDITED, REMOVED)] == []
    # The merge has main's own text of c1, and lacks what main removed.
    assert [one for one in shop.found(merge_with="main") if one[0] in (EDITED, REMOVED)] == []


def test_a_merge_is_compared_with_the_tip_that_it_is_merged_into(shop: Shop) -> None:
    shop.main_goes_on(revisions("d1", start="c1"))
    shop.checkout.commit({revision_path("b1"): revision_file("b1", "a1", OTHER)})
    report = shop.report(merge_with="main")
    assert [(one.rule, one.revision) for one in report.findings] == [(EDITED, "b1")]
    assert report.base is None
    assert shop.found(merge_with="main", base="main") == [(EDITED, "b1")]


def test_a_file_may_move_and_its_folder_and_its_configuration(shop: Shop) -> None:
    shop.checkout.git("mv", revision_path("a1"), "migrations/versions/2020_users.py")
    assert shop.found(base="main") == []
    shop.checkout.git("mv", "migrations", "database")
    shop.checkout.add({"alembic.ini": INI.replace("= migrations", "= database")})
    assert shop.found(base="main") == []
    shop.checkout.git("mv", "alembic.ini", "alembic-shop.ini")
    assert shop.found(base="main") == []
    shop.checkout.add({"database/versions/b1.py": revision_file("b1", "a1", OTHER)})
    assert shop.found(base="main") == [(EDITED, "b1")]
    assert [one.environment for one in shop.report(base="main").findings] == ["alembic-shop.ini"]


def test_an_environment_that_is_new_has_nothing_merged(shop: Shop) -> None:
    files = {
        "new/alembic.ini": INI,
        "new/migrations/env.py": "",
        "new/migrations/versions/a1.py": revision_file("a1", None, OTHER),
    }
    shop.checkout.add(files)
    assert shop.found(base="main") == []


def test_comments_and_formatting_are_free(shop: Shop) -> None:
    text = revision_file("b1", "a1", message="Other words").replace(
        "    pass", '    """Nothing."""  # at all'
    )
    shop.checkout.add({revision_path("b1"): text})
    assert shop.report(base="main").findings == ()


def test_three_ways_to_repair_a_fork(shop: Shop) -> None:
    # A revision that is not merged yet follows the one that is, in a merge or after a rebase.
    shop.main_goes_on(revisions("d1", start="c1"))
    shop.checkout.commit(revisions("e1", start="c1"))
    assert shop.found(merge_with="main") == [("multiple-heads", "e1")]
    shop.checkout.commit(revisions("e1", start="d1"))
    assert shop.found(merge_with="main") == []
    # Both are merged: a merge revision joins them, and nothing else does.
    shop.checkout.switch("main")
    shop.checkout.commit(revisions("e1", start="c1"))
    shop.checkout.branch("repair")
    shop.checkout.add({revision_path("m1"): revision_file("m1", None).replace("None", '("d1", "e1")', 1)})
    assert shop.found(base="main") == []
    shop.remove()
    shop.checkout.git("reset", "--quiet", "--hard")
    shop.checkout.add(revisions("e1", start="d1"))
    (finding,) = shop.report(base="main").findings
    assert (finding.rule, finding.revision) == (EDITED, "e1")
    assert finding.hint.startswith(
        "put it back with `alembic-proof fix --base main --stage`, which mends the fork, too; "
    )


def test_a_base_whose_history_is_broken(shop: Shop) -> None:
    shop.main_goes_on(
        {revision_path("b1"): "<<<<<<< ours\n", "migrations/versions/c2.py": revision_file("c1", "a1", OTHER)}
    )
    shop.checkout.git("merge", "--quiet", "main")
    kept = {revision_path("c1"): "# kept\n" + revision_file("c1", "b1")}
    shop.checkout.add({**revisions("b1", start="a1"), **kept})
    shop.checkout.git("rm", "--quiet", "migrations/versions/c2.py")
    assert shop.found(base="main") == []
    # What cannot be read now is told by its own rule, and is not gone.
    shop.checkout.add({revision_path("a1"): "def def\n"})
    assert {rule for rule, _ in shop.found(base="main")} == {"unreadable-revision", "missing-parent"}


def test_a_base_without_a_readable_configuration(shop: Shop) -> None:
    shop.main_goes_on({"alembic.ini": "no section\n"})
    shop.checkout.git("merge", "--quiet", "main")
    shop.checkout.add({"alembic.ini": INI})
    assert shop.found(base="main") == []


def test_a_merge_that_conflicts_is_not_decided_yet(shop: Shop) -> None:
    shop.main_goes_on({revision_path("b1"): revision_file("b1", "a1", OTHER)})
    shop.checkout.commit({revision_path("b1"): revision_file("b1", "a1", "op.execute('y')")})
    report = shop.report(merge_with="main")
    assert [(one.rule, one.revision) for one in report.findings if one.rule in (EDITED, REMOVED)] == []
    assert report.environments[0].notes == (
        f"the merge conflicts in {revision_path('b1')}: the revisions of both sides were judged",
    )


def test_an_id_in_other_letters_is_another_id(shop: Shop) -> None:
    shop.checkout.add({revision_path("c1"): revision_file("C1", "b1")})
    (finding,) = shop.report(base="main").findings
    assert finding.message == f"revision c1 is on main and is called C1 now: {revision_path('c1')}"


def test_links_are_followed(shop: Shop) -> None:
    shop.checkout.git("mv", revision_path("b1"), "b1.py")
    (shop.checkout.top / revision_path("b1")).symlink_to("../../b1.py")
    shop.checkout.git("add", "--all")
    assert shop.found(base="main") == []
    shop.checkout.add({"b1.py": revision_file("b1", "a1", OTHER)})
    assert shop.found(base="main") == [(EDITED, "b1")]


def test_a_shallow_clone_without_the_base(shop: Shop, tmp_path: Path) -> None:
    shop.main_goes_on({"README": ""})
    shop.checkout.commit({"CHANGES": ""})
    clone = Shop(Checkout.clone(shop.checkout.top, tmp_path / "clone", "--depth=1", "--no-single-branch"))
    with pytest.raises(GitError) as caught:
        clone.found(base="origin/main")
    assert caught.value.message == "origin/main and what is judged have no common ancestor here"


def test_what_is_not_known_is_skipped(shop: Shop) -> None:
    assert [shop.verdict(rule) for rule in (EDITED, REMOVED, MADE_UP)] == ["skipped"] * 3
    assert [shop.verdict(rule, rev="HEAD") for rule in (EDITED, REMOVED, MADE_UP)] == ["skipped"] * 3
    assert [shop.verdict(rule, base="main") for rule in (EDITED, REMOVED, MADE_UP)] == ["passed"] * 3
    assert [shop.verdict(rule, merge_with="main") for rule in (EDITED, REMOVED)] == ["passed"] * 2


def test_an_unchanged_file_is_not_read_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic_proof.history import parsed

    read: list[str] = []
    parse = parsed.parse
    monkeypatch.setattr(parsed, "parse", lambda path, source: read.append(path) or parse(path, source))
    monkeypatch.setenv("ALEMBIC_PROOF_CACHE", "/dev/null/nowhere")
    shop.checkout.add({revision_path("b1"): revision_file("b1", "a1", OTHER)})

    assert shop.found(base="main") == [(EDITED, "b1")]

    assert sorted(read) == [revision_path(one) for one in ("a1", "b1", "b1", "c1")]


MADE_UP_IDS = ("a1b2c3d4e5f6", "123456789abc")


def test_an_id_that_is_made_up_while_it_is_new(shop: Shop) -> None:
    first, second = MADE_UP_IDS
    shop.checkout.add(revisions(first, start="c1"))
    assert shop.found(base="main") == shop.found(worktree=True, base="main") == [(MADE_UP, first)]
    shop.checkout.git("commit", "--quiet", "--message", "Add")
    shop.checkout.add(revisions(second, start=first))
    assert shop.found(base="main") == [(MADE_UP, second), (MADE_UP, first)]
    assert shop.found(merge_with="main", rev="HEAD") == [(MADE_UP, first)]
    # Merged, it stays; and without a base nobody knows what is merged.
    shop.checkout.git("branch", "--force", "main", "change")
    assert shop.found(base="main") == [(MADE_UP, second)]
    assert shop.found() == []


def test_a_reason_to_rewrite_history_is_none_to_make_ids_up(shop: Shop) -> None:
    settings = '[tool.alembic-proof]\nrewrite-history = "squashed"\n'
    shop.checkout.add({"pyproject.toml": settings, **revisions(MADE_UP_IDS[0], start="c1")})
    assert shop.found(base="main") == [(MADE_UP, MADE_UP_IDS[0])]


def test_a_file_that_could_not_be_read_before_is_not_new(shop: Shop) -> None:
    shop.main_goes_on({revision_path("d1"): "<<<<<<< ours\n"})
    shop.checkout.git("merge", "--quiet", "main")
    shop.checkout.add({revision_path("d1"): revision_file(MADE_UP_IDS[0], "c1")})
    assert shop.found(base="main") == []


def test_check_compares_the_models_behind_an_edit(project: Project) -> None:
    project.checkout.branch("change")
    text = (project.top / revision_path("a1")).read_text()
    project.checkout.add(
        {revision_path("a1"): text.replace("primary_key=True))", 'primary_key=True), comment="x")')}
    )
    ran = project.run("check", "--base", "main", "--format", "json")
    report = ran.report
    assert (ran.status, [one["rule"] for one in report["findings"]]) == (1, [EDITED])
    assert report["environments"][0]["rules"]["model-drift"] == "passed"
