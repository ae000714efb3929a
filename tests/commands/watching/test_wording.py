"""What a status says, in 140 characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.commands.histories import coming_from
from alembic_proof.commands.watching.merges import Judgement
from alembic_proof.commands.watching.wording import fitted, status_of
from alembic_proof.errors import ConfigurationError
from alembic_proof.findings import Finding
from alembic_proof.hosting.github import MOST_IN_DESCRIPTION, Status
from alembic_proof.rules import multiple_heads
from support.histories import facts_of, revision

IDS = ("6d2f1a90c7b3", "94be07d15a6c")
FOLDER = "services/orders/persistence/migrations/versions"
(FORK,) = multiple_heads.find(
    facts_of(
        [
            revision("52d8e3b40c6f"),
            *(revision(one, "52d8e3b40c6f", path=f"{FOLDER}/{one}_what_it_does.py") for one in IDS),
        ],
        coming=coming_from("origin", "main"),
    )
)


def test_a_fork_says_which_heads_and_the_whole_command() -> None:
    assert status_of(Judgement(findings=(FORK,)), "main", (), ()) == Status(
        "failure",
        "with main: 2 heads: 6d2f1a90c7b3 and 94be07d15a6c both follow 52d8e3b40c6f; fix: "
        "alembic-proof fix --base origin/main --stage",
    )


def test_colliding_is_no_failure_and_names_a_few_of_the_others() -> None:
    status = status_of(Judgement(changes=True), "main", (1, 2, 3, 4, 5), (FORK,))
    assert status == Status(
        "success",
        "fine, but collides with #1, #2, #3 and 2 more: 2 heads: 6d2f1a90c7b3 and 94be07d15a6c bo…; fix: "
        "alembic-proof fix --base origin/main --stage",
    )


def test_several_findings_are_counted() -> None:
    other = Finding("cycle", "a and b are in a circle", "mend one")
    status = status_of(Judgement(findings=(other, FORK)), "main", (), ())
    assert status == Status("failure", "with main: a and b are in a circle (and 1 more); fix: mend one")


def test_warnings_are_no_failure() -> None:
    warning = Finding("cycle", "a", "b", severity="warning")
    assert status_of(Judgement(changes=True, findings=(warning,)), "main", (), ()).state == "success"


def test_what_could_not_be_judged_is_an_error() -> None:
    trouble = ConfigurationError("alembic.ini, line 1: nonsense", "mend it")
    assert status_of(Judgement(trouble=trouble), "main", (), ()) == Status(
        "error", "alembic.ini, line 1: nonsense; fix: mend it"
    )


@given(st.text(max_size=300), st.text(max_size=200))
def test_it_always_fits_on_one_line(text: str, fix: str) -> None:
    said = fitted(text, fix)
    assert len(said) <= MOST_IN_DESCRIPTION
    assert "\n" not in said


@given(st.text("ab (", max_size=300), st.text("xy", min_size=1, max_size=90))
def test_a_command_is_whole_or_left_out(text: str, fix: str) -> None:
    assert fitted(text, fix).endswith(f"; fix: {fix}")
