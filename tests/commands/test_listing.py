"""The environments of a repository, and the CI jobs that they are spread over."""

from __future__ import annotations

import json

import pytest

from alembic_proof.commands.listing import environments, matrix
from alembic_proof.commands.request import Request
from support.commands import INI, revision_file, revision_path
from support.repositories import Checkout

SERVICES = {
    f"{name}/{path}": text
    for name in ("billing", "orders")
    for path, text in {
        "alembic.ini": INI.replace("= migrations", "= %(here)s/migrations"),
        "migrations/env.py": "",
        revision_path("a1"): revision_file("a1", None),
        revision_path("a2"): revision_file("a2", "a1"),
    }.items()
}


@pytest.fixture(scope="module")
def request_(tmp_path_factory: pytest.TempPathFactory) -> Request:
    return Request(cwd=Checkout.create(tmp_path_factory.mktemp("listing") / "project", SERVICES).top)


def test_for_people(request_: Request) -> None:
    assert environments(request_, "text", 256) == (
        "billing/alembic.ini: 2 revisions, heads: a2\norders/alembic.ini: 2 revisions, heads: a2\n"
    )


def test_for_programs(request_: Request) -> None:
    listed = json.loads(environments(request_, "json", 256))

    assert listed["version"] == 1
    assert listed["environments"][1] == {
        "config": "orders/alembic.ini",
        "kind": "ini",
        "script_location": "orders/migrations",
        "version_locations": ["orders/migrations/versions"],
        "heads": ["a2"],
        "revisions": 2,
    }


def test_as_a_matrix(request_: Request) -> None:
    assert environments(request_, "matrix", 256) == (
        '{"include": [{"name": "billing/alembic.ini", "config": "billing/alembic.ini"}, '
        '{"name": "orders/alembic.ini", "config": "orders/alembic.ini"}]}\n'
    )


def test_more_environments_than_jobs_share_them_evenly() -> None:
    assert matrix(["a", "b", "c", "d", "e"], 2) == {
        "include": [{"name": "a and 2 more", "config": "a\nc\ne"}, {"name": "b and 1 more", "config": "b\nd"}]
    }


def test_two_sections_of_one_file_are_one_job() -> None:
    assert matrix(["a", "a"], 256) == {"include": [{"name": "a", "config": "a"}]}
