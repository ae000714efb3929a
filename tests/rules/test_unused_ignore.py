from __future__ import annotations

import pytest

from alembic_proof.findings import Finding
from alembic_proof.rules import unused_ignore
from alembic_proof.suppressions.comments import Comment, Unused

JUDGED = {"model-drift"}
FORM = "# alembic-proof: ignore[{}] REASON"


def unused(rule: str | None, *things: str, reason: str = "why", thing: str | None = None) -> Unused:
    return Unused(Comment("m.py", 3, 4, (rule,) if rule else (), thing, reason), rule, things)


def finding(message: str, hint: str, severity: str) -> Finding:
    return Finding("unused-ignore", message, hint, severity, path="m.py", line=3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "message", "hint"),
    [
        (unused(None), "the comment names no rule", f"write {FORM.format('RULE')}"),
        (unused("model_drift"), "there is no rule 'model_drift'", f"write {FORM.format('model-drift')}"),
        (unused("zzz"), "there is no rule 'zzz'", "alembic-proof explain lists them"),
        (
            unused("multiple-heads"),
            "multiple-heads cannot be ignored by a comment",
            "mend it: alembic-proof explain multiple-heads",
        ),
        (
            unused("model-drift", "column t.a", reason=""),
            "the comment does not count without a reason",
            f"say why it may stay: {FORM.format('model-drift')}",
        ),
        (
            unused("model-drift", "column t.a", "index ix on t"),
            "model-drift finds 2 things here, and the comment does not say which may stay",
            f"name one: {FORM.format('model-drift: column t.a')} or {FORM.format('model-drift: index ix on t')}",
        ),
    ],
)
def test_a_comment_that_does_not_count(one: Unused, message: str, hint: str) -> None:
    assert list(unused_ignore.find([one], JUDGED)) == [finding(message, hint, "warning")]


def test_a_comment_that_nothing_needs() -> None:
    bare, named = unused("model-drift"), unused("model-drift", thing="column t.a")
    assert list(unused_ignore.find([bare, named], JUDGED)) == [
        finding(
            f"model-drift does not find {what} here, so the comment is not needed",
            "remove the comment",
            "info",
        )
        for what in ("anything", "column t.a")
    ]


def test_of_a_rule_that_was_not_judged_nothing_is_known() -> None:
    assert list(unused_ignore.find([unused("unregistered-model")], JUDGED)) == []
