"""History that is rewritten on purpose is allowed, and counted with the reason."""

from __future__ import annotations

from typing import Any

from support.branches import FORK, OTHER, Branch, settings
from support.commands import Project, revision_file, revision_path


def rewritten(branch: Branch, **files: str) -> None:
    branch.checkout.add({revision_path("a1"): revision_file("a1", None, OTHER), **files})


def allowed(branch: Branch, **asked: Any) -> list[tuple[str, str, str]]:
    """By what and why findings are left out; none of them may be left in then."""
    report = branch.report(**{"base": "main", **asked})
    assert bool(report.findings) != bool(report.suppressed)
    return [(one.finding.rule, one.by, one.reason) for one in report.suppressed]


def test_a_rewritten_history_is_allowed_by_a_setting_that_says_why(branch: Branch) -> None:
    rewritten(branch, **settings('rewrite-history = "  squashed up to a1  "'))
    assert allowed(branch) == [("merged-revision-edited", "setting", "squashed up to a1")]
    assert allowed(branch, merge_with="main") == [("merged-revision-edited", "setting", "squashed up to a1")]
    rewritten(branch, **settings('rewrite-history = "  "'))
    assert allowed(branch) == []


def test_a_setting_speaks_for_one_environment(branch: Branch) -> None:
    table = '[tool.alembic-proof.environments."{}"]\nrewrite-history = "squashed"\n'
    rewritten(branch, **{"pyproject.toml": table.format("other/alembic.ini")})
    assert allowed(branch) == []
    rewritten(branch, **{"pyproject.toml": table.format("alembic.ini")})
    assert allowed(branch) == [("merged-revision-edited", "setting", "squashed")]


def test_a_setting_speaks_for_the_change_that_brings_it(branch: Branch) -> None:
    branch.checkout.switch("main")
    branch.checkout.commit(settings('rewrite-history = "squashed"'))
    branch.checkout.branch("later")
    rewritten(branch)
    assert allowed(branch) == []
    rewritten(branch, **settings('rewrite-history = "squashed again"'))
    assert allowed(branch) == [("merged-revision-edited", "setting", "squashed again")]
    # A file of main's that nobody can read says nothing.
    branch.checkout.switch("main")
    branch.checkout.git("reset", "--quiet", "--hard")
    branch.checkout.commit({"pyproject.toml": "[tool"})
    branch.checkout.branch("repair")
    rewritten(branch, **settings('rewrite-history = "squashed"'))
    assert allowed(branch) == [("merged-revision-edited", "setting", "squashed")]


def test_a_rewritten_history_is_allowed_by_a_trailer_that_says_why(branch: Branch) -> None:
    rewritten(branch)
    branch.checkout.git("commit", "--quiet", "--message", "Squash\n\nRewrite-History:\n")
    assert allowed(branch) == []
    branch.checkout.commit({}, "Say why\n\nRewrite-History: squashed up to a1\n")
    expected = [("merged-revision-edited", "trailer", "squashed up to a1")]
    assert allowed(branch) == allowed(branch, rev="change") == expected
    assert allowed(branch, merge_with="main") == allowed(branch, base=None, merge_with="main") == expected
    # What is staged on top belongs to the same change.
    branch.checkout.git("rm", "--quiet", revision_path("a1"))
    assert [rule for rule, _, _ in allowed(branch)] == ["merged-revision-removed"]


def test_a_trailer_of_main_speaks_for_no_change(branch: Branch) -> None:
    branch.checkout.switch("main")
    branch.checkout.commit({"README": ""}, "Squash\n\nRewrite-History: squashed\n")
    branch.checkout.switch("change")
    branch.checkout.git("merge", "--quiet", "main")
    rewritten(branch)
    branch.checkout.git("commit", "--quiet", "--message", "Edit")
    assert allowed(branch) == allowed(branch, base=None, merge_with="main") == []


def test_nothing_else_is_allowed_by_it(branch: Branch) -> None:
    branch.checkout.add({**FORK, **settings('rewrite-history = "squashed"')})
    report = branch.report(base="main")
    assert ([one.rule for one in report.findings], report.suppressed) == (["multiple-heads"], ())


def test_what_is_allowed_is_counted_with_its_reason(project: Project) -> None:
    project.checkout.branch("change")
    project.checkout.git("rm", "--quiet", revision_path("a1"))
    project.checkout.add(
        {revision_path("b1"): revision_file("b1", None), **settings('rewrite-history = "nobody has run it"')}
    )
    ran = project.run("heads", "--base", "main")
    assert (ran.status, ran.text) == (
        0,
        (
            "note: 1 finding allowed by the setting rewrite-history: nobody has run it\n"
            "nothing found in the index (alembic.ini: 1 revision, N s)\n"
        ),
    )
