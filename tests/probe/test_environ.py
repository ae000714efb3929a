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
runpy.run_path(sys.argv[2])
print(json.dumps(environ.unset_names()))
"""


def unset(tree: Path, file: Path, code: str) -> list[str]:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"import os\nfrom contextlib import suppress\n{code}\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tree, file], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    names: list[str] = json.loads(done.stdout)
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
