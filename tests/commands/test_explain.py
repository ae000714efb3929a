from __future__ import annotations

import pytest

from alembic_proof.commands.explain import explain
from alembic_proof.errors import UsageError
from alembic_proof.rules import PAGES


def test_the_list_has_every_rule_with_its_meaning() -> None:
    lines = explain(None).splitlines()
    assert [line.split()[0] for line in lines] == [rule.NAME for rule in PAGES]
    assert all(line.endswith(rule.MEANING) for line, rule in zip(lines, PAGES, strict=True))


def test_a_page() -> None:
    assert explain("unstaged-revision") == (
        "unstaged-revision\n"
        "=================\n"
        "A revision lies in the working tree, and the index lacks it.\n"
        "\n"
        "Why it matters\n"
        "  It works on this machine alone: the commit goes out without it, and every other\n"
        "  database stays behind.\n"
        "\n"
        "How to mend it\n"
        "  Add it with `git add`, or delete it, or move it out of the versions folder while it is\n"
        "  a draft.\n"
        "\n"
        "An example of it\n"
        "  $ git status --short\n"
        "  M  app/models.py\n"
        "  ?? migrations/versions/3f2a9c_add_nickname.py\n"
        "\n"
        "The same, mended\n"
        "  $ git status --short\n"
        "  M  app/models.py\n"
        "  A  migrations/versions/3f2a9c_add_nickname.py\n"
    )


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.NAME)
def test_every_page_fits_a_terminal(rule: object) -> None:
    page = explain(rule.NAME)  # type: ignore[attr-defined]
    assert max(len(line) for line in page.splitlines()) <= 100


def test_a_rule_that_does_not_exist() -> None:
    with pytest.raises(UsageError) as caught:
        explain("model drift")
    assert (caught.value.message, caught.value.hint) == (
        "there is no rule 'model drift'",
        "alembic-proof explain model-drift",
    )
