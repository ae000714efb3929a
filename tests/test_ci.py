"""What a CI job is about, by the variables and events that GitHub and GitLab give to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alembic_proof.ci import Change, change_of

if TYPE_CHECKING:
    from pathlib import Path

SERVER = "https://github.example.invalid"
HEAD, MERGED = "1" * 40, "2" * 40
PULL_REQUEST = {
    "number": 7,
    "pull_request": {"head": {"sha": HEAD, "ref": "feature"}, "base": {"ref": "main", "sha": "3" * 40}},
}
MERGE_GROUP = {"merge_group": {"head_sha": MERGED, "base_ref": "refs/heads/main", "base_sha": "3" * 40}}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "shop/shop",
    "CI_PROJECT_URL": "https://gitlab.example.invalid/shop/shop",
    "CI_COMMIT_SHA": MERGED,
}
MERGE_REQUEST = {
    **GITLAB,
    "CI_MERGE_REQUEST_IID": "9",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.example.invalid/shop/shop",
}


def github(folder: Path, kind: str, event: Any, **more: str) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": kind,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "shop/shop",
        "GITHUB_SERVER_URL": SERVER,
        "GITHUB_SHA": MERGED,
        "GITHUB_REF": "refs/heads/main",
        **more,
    }


def test_a_pull_request_is_its_own_newest_commit_and_not_the_merge_that_was_made_of_it(
    tmp_path: Path,
) -> None:
    variables = github(tmp_path, "pull_request", PULL_REQUEST, GITHUB_TOKEN="t")

    assert change_of(variables) == Change(
        "shop/shop", HEAD, "#7", "main", head_ref="refs/pull/7/head", server=SERVER, token="t"
    )


def test_a_merge_group_goes_into_the_branch_of_its_queue(tmp_path: Path) -> None:
    assert change_of(github(tmp_path, "merge_group", MERGE_GROUP)) == Change(
        "shop/shop", MERGED, MERGED[:7], "main", server=SERVER
    )


def test_a_push_goes_into_its_own_branch(tmp_path: Path) -> None:
    variables = github(tmp_path, "push", {}, GITHUB_REF="refs/heads/release/1")

    assert change_of(variables) == Change("shop/shop", MERGED, MERGED[:7], "release/1", server=SERVER)


@pytest.mark.parametrize(
    ("kind", "event", "more"),
    [
        ("push", {}, {"GITHUB_REF": "refs/tags/v1"}),
        ("pull_request_target", PULL_REQUEST, {}),
        ("schedule", {}, {}),
        ("pull_request", {}, {}),
        ("pull_request", "[]", {}),
        ("pull_request", "no JSON", {}),
        ("push", {}, {"GITHUB_REPOSITORY": ""}),
        ("push", {}, {"GITHUB_ACTIONS": ""}),
    ],
)
def test_other_events_are_about_no_change(
    tmp_path: Path, kind: str, event: Any, more: dict[str, str]
) -> None:
    assert change_of(github(tmp_path, kind, event, **more)) is None


def test_gitlabs_merge_request(tmp_path: Path) -> None:
    assert change_of(MERGE_REQUEST) == Change("shop/shop", MERGED, "!9", "main")


def test_gitlabs_merged_result_is_left_for_the_newest_one() -> None:
    variables = {**MERGE_REQUEST, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD}

    assert change_of(variables) == Change("shop/shop", HEAD, "!9", "main")


def test_gitlabs_merge_train_stays_what_it_is() -> None:
    variables = {
        **MERGE_REQUEST,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
        "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train",
    }

    assert change_of(variables) == Change("shop/shop", MERGED, "!9", "main")


def test_gitlabs_merge_request_from_a_fork_goes_into_the_other_project() -> None:
    variables = {**MERGE_REQUEST, "CI_PROJECT_URL": "https://gitlab.example.invalid/somebody/shop"}

    assert change_of(variables) == Change(
        "shop/shop", MERGED, "!9", "main", url="https://gitlab.example.invalid/shop/shop"
    )


def test_gitlabs_branch_goes_into_itself_and_a_tag_nowhere() -> None:
    assert change_of({**GITLAB, "CI_COMMIT_BRANCH": "main"}) == Change(
        "shop/shop", MERGED, MERGED[:7], "main"
    )
    assert change_of(GITLAB) is None


def test_outside_of_ci_there_is_no_change() -> None:
    assert change_of({}) is None
