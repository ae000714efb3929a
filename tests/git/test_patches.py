"""A patch that Git takes, whatever the user's settings and attributes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alembic_proof.git import Repository
from alembic_proof.git.patches import patch
from support.repositories import Checkout

if TYPE_CHECKING:
    from pathlib import Path

CHANGES = (
    ("deep/a b.py", b"one\r\ntwo\r\n", b"one\r\nthree\r\n"),
    ("caf\xe9.py", b"no newline", b"still none"),
    ("new/file.py", None, b"new\n"),
)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    files = {path: before for path, before, _ in CHANGES if before is not None}
    return Checkout.create(tmp_path / "project", {**files, ".gitattributes": "*.py -diff\n"})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("color.ui", "always"),
        ("diff.external", "false"),
        ("diff.context", "0"),
    ],
)
def test_git_applies_it(checkout: Checkout, setting: str, value: str) -> None:
    checkout.git("config", setting, value)
    before = checkout.state()
    made = patch(Repository.find(checkout.top), CHANGES)
    assert checkout.state() == before
    checkout.git("apply", "--check", "-", stdin=made.decode())
    checkout.git("apply", "-", stdin=made.decode())
    assert {path: (checkout.top / path).read_bytes() for path, _, _ in CHANGES} == {
        path: after for path, _, after in CHANGES
    }


def test_what_it_says(checkout: Checkout) -> None:
    assert patch(Repository.find(checkout.top), CHANGES[:1]).decode() == (
        "diff --git a/deep/a b.py b/deep/a b.py\n"
        "index 4e349b5..a1fd503 100644\n"
        "--- a/deep/a b.py\t\n"
        "+++ b/deep/a b.py\t\n"
        "@@ -1,2 +1,2 @@\n"
        " one\r\n"
        "-two\r\n"
        "+three\r\n"
    )
