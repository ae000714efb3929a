"""What all rules have in common, and that their examples are examples."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alembic_proof import rules
from alembic_proof.rules import PAGES, RULES
from support.histories import ENVIRONMENT, facts_of, parsed

if TYPE_CHECKING:
    from alembic_proof.rules.base import Page, Rule

PARTS = {"__init__", "base", "naming", "tried", "wording"}
HISTORY_RULES = [rule for rule in RULES if rule.NEEDS == "history"]
FILE_LINE = re.compile(r"^# (\S+\.py).*\n", re.MULTILINE)


def name_of(rule: Page) -> str:
    return rule.NAME


def example(text: str) -> list[tuple[str, str]]:
    """The files of an example, each below a comment with its path."""
    pieces = FILE_LINE.split(text)
    return list(zip(pieces[1::2], pieces[2::2], strict=True)) or [("migrations/versions/3f2a.py", text)]


def test_every_module_is_listed_under_its_own_name() -> None:
    modules = {path.stem for path in Path(rules.__file__).parent.glob("*.py")} - PARTS
    assert sorted(page.NAME.replace("-", "_") for page in PAGES) == sorted(modules)


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_every_rule_says_what_it_needs(rule: Rule) -> None:
    assert rule.NEEDS in ("history", "git", "base", "database", "trial")


@pytest.mark.parametrize("rule", PAGES, ids=name_of)
def test_every_rule_explains_itself(rule: Page) -> None:
    assert rule.LENIENCE in ("none", "setting", "any")
    for text in (rule.MEANING, rule.REASON, rule.MENDING):
        assert text.endswith(".")
        assert "\n" not in text
    assert len(rule.MEANING) < 140
    for sample in (rule.BAD, rule.GOOD):
        assert sample.endswith("\n")


@pytest.mark.parametrize("rule", HISTORY_RULES, ids=name_of)
def test_the_bad_example_has_it_and_the_good_one_does_not(rule: Rule) -> None:
    def findings(text: str) -> list[object]:
        files = [parsed(source, path) for path, source in example(text)]
        assert None not in files
        return list(rule.find(facts_of(file for file in files if file is not None)))

    assert len(findings(rule.BAD)) == 1
    assert findings(rule.GOOD) == []


def test_the_examples_lie_where_the_environment_looks() -> None:
    paths = [path for rule in HISTORY_RULES for path, _ in example(rule.BAD)]
    assert all(path.startswith(ENVIRONMENT.version_locations) for path in paths)
