"""What checks say, in this process, with and without what earlier ones kept."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from alembic_proof.commands.check import check
from alembic_proof.commands.request import Request
from alembic_proof.errors import ProofError
from alembic_proof.reports import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

Answer = dict[str, Any]
_ASIDE = ("seconds", "reused")


def report(top: Path, *, no_cache: bool = False, **options: Any) -> Answer:
    """The report of a check as JSON has it, without a trial of new revisions. Raises `ProofError`."""
    request = Request(cwd=top, no_cache=no_cache, **{"python": sys.executable, "trial": False, **options})
    return dict(json.loads(FORMATS["json"](check(request))))


def judged(top: Path, *, no_cache: bool, **options: Any) -> Answer:
    """What a check says, an error included, without what may differ from one run to the next."""
    try:
        said = report(top, no_cache=no_cache, **options)
    except ProofError as error:
        return {"error": [error.message, error.hint]}
    for environment in said["environments"]:
        for name in _ASIDE:
            environment.pop(name)
    said["findings"].sort(key=json.dumps)
    return said


def is_reused(top: Path, **options: Any) -> bool:
    """Whether a check says again what an earlier one proved."""
    (environment,) = report(top, **options)["environments"]
    return bool(environment["reused"])


def same(top: Path, **options: Any) -> Answer:
    """What a check says, which has to be what one without a cache says."""
    cached, fresh = (judged(top, no_cache=no_cache, **options) for no_cache in (False, True))
    assert cached == fresh
    return fresh


def rules(answer: Answer) -> list[str]:
    return sorted(finding["rule"] for finding in answer["findings"])
