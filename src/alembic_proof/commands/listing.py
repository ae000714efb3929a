"""`environments`: what there is to judge, for people, for programs, and as a matrix of CI jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alembic_proof.commands.histories import history_facts
from alembic_proof.commands.request import find_subject
from alembic_proof.findings import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.commands.request import Request, Subject
    from alembic_proof.environments import Environment


def environments(request: Request, form: str, jobs: int) -> str:
    """The environments of a tree, `matrix` as at most so many jobs. Raises `ProofError` where there are none."""
    subject = find_subject(request)
    if form == "matrix":
        return json.dumps(matrix([one.config for one in subject.environments], jobs)) + "\n"
    listed = [_described(subject, environment) for environment in subject.environments]
    if form == "json":
        return json.dumps({"version": 1, "environments": listed}, indent=2) + "\n"
    return "".join(f"{_line(one)}\n" for one in listed)


def _line(described: dict[str, Any]) -> str:
    heads = ", ".join(described["heads"]) or "none"
    return f"{described['config']}: {counted(described['revisions'], 'revision')}, heads: {heads}"


def _described(subject: Subject, environment: Environment) -> dict[str, Any]:
    graph = history_facts(subject, environment).graph
    return {
        "config": environment.config,
        "kind": environment.kind,
        "script_location": environment.script_location,
        "version_locations": environment.version_locations,
        "heads": graph.heads,
        "revisions": len(graph.revisions),
    }


def matrix(configs: Sequence[str], jobs: int) -> dict[str, list[dict[str, str]]]:
    """What `strategy.matrix` takes: a job for each environment, or for each share of them where there are too many.

    `config` names those of a job, one a line, as the action takes them; `name` is for people.
    """
    configs = list(dict.fromkeys(configs))  # two sections of one file are one configuration
    shares = [configs[number::jobs] for number in range(min(jobs, len(configs)))]
    return {"include": [{"name": _name(share), "config": "\n".join(share)} for share in shares]}


def _name(share: Sequence[str]) -> str:
    return share[0] if len(share) == 1 else f"{share[0]} and {len(share) - 1} more"
