"""Which variables the project asked for in vain, and which questions were not the project's."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import json, os, runpy, sys
from alembic_proof_probe import environ
environ.watch(sys.argv[1], json.loads(sys.argv[3]))
said = runpy.run_path(sys.argv[2]).get("said")
print(json.dumps([environ.unset_names(), environ.read_aside(), said]))
"""
ASIDE = {"JOB": "7", "COMMIT": "c0ffee"}


def watched(tree: Path, file: Path, code: str) -> tuple[list[str], list[str], object]:
    """The names that were unset, those that lay aside and were read, and what the code calls `said`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"import os\nfrom contextlib import suppress\n{code}\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tree, file, json.dumps(ASIDE)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    names, read, said = json.loads(done.stdout)
    return names, read, said


def unset(tree: Path, file: Path, code: str) -> list[str]:
    names, read, _ = watched(tree, file, code)
    assert read == []
    return names


@pytest.mark.parametrize(
    "question",
    [
        "os.environ.get('APP_URL')",
        "os.getenv('APP_URL', '')",
        "with suppress(KeyError): os.environ['APP_URL']",
        "'APP_URL' in os.environ",
        "os.environ.pop('APP_URL', None)",
        "dict(x=os.environ.get('APP_URL'))",
    ],
)
def test_a_question_of_the_project_is_noted(tmp_path: Path, question: str) -> None:
    assert unset(tmp_path / "tree", tmp_path / "tree" / "settings.py", question) == ["APP_URL"]


@pytest.mark.parametrize(
    "question",
    [
        "os.environ['PATH']",
        "os.environ.get('APP_URL'); os.environ['APP_URL'] = 'x'",
        "os.environ.setdefault('APP_URL', 'x')",
        "import tempfile; tempfile.gettempdir()",
        "list(os.environ)",
    ],
)
def test_what_is_set_or_asked_by_others_is_not(tmp_path: Path, question: str) -> None:
    assert unset(tmp_path / "tree", tmp_path / "tree" / "settings.py", question) == []


def test_a_question_from_elsewhere_is_not_noted(tmp_path: Path) -> None:
    assert unset(tmp_path / "tree", tmp_path / "site" / "library.py", "os.environ.get('APP_URL')") == []


def test_names_come_in_the_order_of_the_questions(tmp_path: Path) -> None:
    code = "for name in 'B', 'A', 'B': os.environ.get('APP_' + name)"
    assert unset(tmp_path / "tree", tmp_path / "tree" / "settings.py", code) == ["APP_B", "APP_A"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("os.environ['JOB']", "7"),
        ("os.environ.get('JOB')", "7"),
        ("os.getenv('JOB', 'none')", "7"),
        ("'JOB' in os.environ", True),
        ("os.environ.setdefault('JOB', '1')", "7"),
        ("os.path.expandvars('$JOB')", "7"),
        ("[os.environ.pop('JOB'), os.environ.get('JOB')]", ["7", None]),
        ("[os.environ.__delitem__('JOB'), 'JOB' in os.environ]", [None, False]),
    ],
)
def test_what_lies_aside_is_had_by_name_and_that_is_noted(
    tmp_path: Path, question: str, answer: object
) -> None:
    # Not the project's own code alone: whatever a library learns becomes the project's.
    names, read, said = watched(tmp_path / "tree", tmp_path / "site" / "library.py", f"said = {question}")
    assert (names, read, said) == ([], ["JOB"], answer)


@pytest.mark.parametrize(
    "question",
    [
        "'JOB' in dict(os.environ)",
        "'JOB' in os.environ.copy()",
        "'JOB' in {**os.environ}",
        "'JOB' in list(os.environ)",
        "\"'JOB'\" in repr(os.environ)",
        "b'JOB' in os.environb",
        "__import__('subprocess').run(['/bin/sh', '-c', 'exit ${JOB:-0}']).returncode != 0",
    ],
)
def test_what_lies_aside_is_not_among_all_variables(tmp_path: Path, question: str) -> None:
    said = watched(tmp_path / "tree", tmp_path / "tree" / "settings.py", f"said = {question}")
    assert said == ([], [], False)


def test_what_lies_aside_gives_way_to_what_the_project_sets(tmp_path: Path) -> None:
    code = "os.environ['JOB'] = 'x'; said = [os.environ['JOB'], os.environ.pop('JOB'), 'JOB' in os.environ]"
    said = watched(tmp_path / "tree", tmp_path / "site" / "library.py", code)
    assert said == ([], [], ["x", "x", False])
