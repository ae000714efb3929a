"""Several runs as one report, and the report that machines read."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from alembic_proof.findings import Finding, Suppressed
from alembic_proof.git import Base
from alembic_proof.reports import FORMATS, EnvironmentReport, Report
from alembic_proof.reports.report import together

ENVIRONMENT = EnvironmentReport(
    "alembic.ini", ("b1",), 2, {"multiple-heads": "failed", "model-drift": "skipped"}, seconds=0.42042
)
FORK = Finding(
    "multiple-heads",
    "2 heads",
    "merge them",
    path="v/c1.py",
    line=4,
    details={"heads": ["b", "c"]},
    identity={"object": "2 heads after a"},
)
BASE = Base("main", "1234567")
OTHER = replace(FORK, path="v/b1.py")


def test_one_run_is_itself() -> None:
    report = Report("commit 1", (FORK,), (ENVIRONMENT,), ("a note",))
    assert together([report]) == report


def test_what_several_runs_share_is_told_once_and_in_order() -> None:
    left_out = Suppressed(OTHER, "comment", "on purpose")
    first = Report("commit 1", (FORK,), (ENVIRONMENT,), ("a note",), (left_out,), BASE)
    second = Report("commit 2", (OTHER, FORK), (ENVIRONMENT,), ("a note", "another"), (left_out,), BASE)

    assert together([first, second]) == Report(
        "commit 1, commit 2",
        (OTHER, FORK),
        (ENVIRONMENT, ENVIRONMENT),
        ("a note", "another"),
        (left_out,),
        BASE,
    )


def test_no_run_at_all() -> None:
    assert together([]) == Report("what is pushed", notes=("no commit is pushed: nothing was checked",))


def test_json() -> None:
    left_out = (Suppressed(OTHER, "comment", "on purpose"),)
    text = FORMATS["json"](Report("the index", (FORK,), (ENVIRONMENT,), ("a note",), left_out, BASE))
    assert text.endswith("}\n")
    assert json.loads(text) == {
        "version": 1,
        "tree": "the index",
        "findings": [
            {
                "rule": "multiple-heads",
                "message": "2 heads",
                "hint": "merge them",
                "severity": "error",
                "environment": "",
                "path": "v/c1.py",
                "line": 4,
                "revision": None,
                "details": {"heads": ["b", "c"]},
                "identity": {"object": "2 heads after a"},
            }
        ],
        "environments": [
            {
                "config": "alembic.ini",
                "heads": ["b1"],
                "revisions": 2,
                "rules": {"multiple-heads": "failed", "model-drift": "skipped"},
                "seconds": 0.42,
                "databases": [],
                "interpreter": None,
                "notes": [],
                "unset_variables": [],
                "reused": False,
            }
        ],
        "notes": ["a note"],
        "suppressed": [
            {"finding": json.loads(json.dumps(asdict(OTHER))), "by": "comment", "reason": "on purpose"}
        ],
        "base": {"ref": "main", "commit": "1234567"},
    }


def test_json_is_plain_ascii_whatever_a_file_is_called() -> None:
    text = FORMATS["json"](Report("the index", (replace(FORK, path="\udcff\n.py"),)))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["path"] == "\udcff\n.py"
