"""What `check` finds in the revisions of the corpus is what their files say, and nothing else."""

from __future__ import annotations

import runpy
from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.rules import RULES
from support.answers import report
from support.corpus import SEVERITIES, Case, Expected, cases, environment
from support.repositories import Checkout
from support.servers import mariadb
from support.shop import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ALL = cases()
JUDGED = SEVERITIES.keys() & {rule.NAME for rule in RULES}
LENGTH = 54  # revisions of one history: each is compared with all that is in its database
ANEW = 8  # of those that commit by themselves, before each of which the history is run anew


def findings_in(top: Path, chosen: Sequence[Case], **options: Any) -> list[dict[str, Any]]:
    """What a check finds that would commit all of these, in histories of some length, on what they start from."""
    committing = [case for case in chosen if "autocommit_block" in case.upgrade + case.downgrade]
    others = [case for case in chosen if case not in committing]
    chains = [*_parts(others, LENGTH), *_parts(committing, ANEW)]
    parts = [environment(f"history{number}", chain) for number, chain in enumerate(chains)]
    checkout = Checkout.create(top)
    checkout.commit({path: text for beginning, _ in parts for path, text in beginning.items()})
    checkout.add({path: text for _, rest in parts for path, text in rest.items()})
    return list(report(top, trial=True, exact_drift=False, **options)["findings"])


def _parts(cases: Sequence[Case], length: int) -> list[Sequence[Case]]:
    return [cases[first : first + length] for first in range(0, len(cases), length)]


def disagreements(chosen: Sequence[Case], findings: Sequence[Mapping[str, Any]]) -> list[str]:
    told = []
    for case in chosen:
        seen = [one for one in findings if one["revision"] == case.id and one["rule"] in JUDGED]
        wanted = [one for one in case.expect if one.rule in JUDGED]
        told += [f"{case.id}: no {one}" for one in wanted if not any(_is(case, one, each) for each in seen)]
        told += [
            f"{case.id}: {one['rule']} ({one['severity']}) at line {one['line']}: {one['message']}"
            for one in seen
            if not any(_is(case, each, one) for each in wanted)
        ]
    return told


def _is(case: Case, expected: Expected, finding: Mapping[str, Any]) -> bool:
    return (
        (expected.rule, expected.severity) == (finding["rule"], finding["severity"])
        and case.line(expected) in (None, finding["line"])
        and expected.says in finding["message"]
    )


@pytest.mark.long
def test_on_postgresql(tmp_path: Path) -> None:
    chosen = [case for case in ALL if case.database == "postgresql" and not case.extension]
    assert disagreements(chosen, findings_in(tmp_path / "top", chosen)) == []


def test_on_postgresql_with_an_extension(tmp_path: Path) -> None:
    chosen = [case for case in ALL if case.extension]
    assert disagreements(chosen, findings_in(tmp_path / "top", chosen, database="local")) == []


def test_on_sqlite(tmp_path: Path) -> None:
    chosen = [case for case in ALL if case.database == "sqlite"]
    assert disagreements(chosen, findings_in(tmp_path / "top", chosen)) == []


@pytest.mark.mariadb
def test_on_mariadb(tmp_path: Path) -> None:
    chosen = [case for case in ALL if case.database == "mariadb"]
    with mariadb() as server:
        found = findings_in(tmp_path / "top", chosen, database=server.url())
    assert disagreements(chosen, found) == []


def test_each_case_has_a_name_of_its_own_that_alembic_takes() -> None:
    names = [case.id for case in ALL]
    assert len(set(names)) == len(names)
    assert [name for name in names if len(name) > 32 or not name.isidentifier()] == []


def test_what_a_case_expects_is_in_its_revision() -> None:
    for case in ALL:
        assert case.about, case.id
        assert {one.rule for one in case.expect} | set(case.about) <= SEVERITIES.keys(), case.id
        for expected in case.expect:
            assert case.line(expected) or not expected.at, case.id


def test_what_is_about_rows_has_some() -> None:
    about_rows = {"fails-on-rows", "loses-rows"}
    seen = [
        case for case in ALL if about_rows & set(case.about) or about_rows & {one.rule for one in case.expect}
    ]
    assert [case.id for case in seen if not case.rows and case.family == "rows"] == []


def test_half_of_the_revisions_are_right_and_each_rule_is_tried_both_ways() -> None:
    assert 2 * sum(case.is_right for case in ALL) >= len(ALL)
    for rule in SEVERITIES:
        wrong = [case for case in ALL if any(one.rule == rule for one in case.expect)]
        seeming = [case for case in ALL if rule in case.about and case not in wrong]
        assert len(wrong) >= 8, rule
        assert len(seeming) >= 5, rule


def test_the_page_counts_what_is_there() -> None:
    script = runpy.run_path(str(CHECKOUT / "scripts" / "corpus"))
    assert script["PAGE"].read_text() == script["page"](ALL), "write it anew: scripts/corpus --table"
