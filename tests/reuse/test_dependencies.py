"""What an answer depends on besides the files that Python opens: when it changes, an earlier answer is not given."""

from __future__ import annotations

import io
import os
import time
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.answers import is_reused, judged, rules
from support.commands import ENV, FILES, INI, MODELS, NICKNAME
from support.repositories import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

# Has the models say more where `more` is true.
IF_MORE = f"{MODELS}    if more:\n    {NICKNAME}"
PLAIN = ["model-drift"]


READING = """\
import os

more = "MORE" in os.environ or "SSH_TUNNEL" in os.environ or os.path.exists("migrations/../lib/../more.txt")
more = more or any(open(name).read() == "1" for name in ("link.txt", ".env", os.environ["ELSEWHERE"]))
more = more or b"\\r" in open("data.txt", "rb").read()
try:
    from vendored import more
except ImportError:
    pass
try:
    from archived import more
except ImportError:
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Checkout]:
    def make(files: Mapping[str, str]) -> Checkout:
        return Checkout.create(tmp_path / "project", {**FILES, **files})

    return make


def _judged(checkout: Checkout, **options: Any) -> list[str]:
    return rules(judged(checkout.top, no_cache=False, **options))


@contextmanager
def _written(file: Path, content: str) -> Iterator[None]:
    """Written with the same size and at the same time, and taken back."""
    before, seen = file.read_text(), file.stat()
    file.write_text(content)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    yield
    file.write_text(before)


@contextmanager
def _added(checkout: Checkout, path: str, content: str | bytes) -> Iterator[None]:
    checkout.add({path: content})
    yield
    checkout.git("rm", "--quiet", "--force", path)


@contextmanager
def _configured(checkout: Checkout) -> Iterator[None]:
    checkout.git("config", "core.autocrlf", "true")
    yield
    checkout.git("config", "--unset", "core.autocrlf")


@contextmanager
def _set(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv(name, "1")
        yield


def _archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archived.py", "more = True\n")
    return content.getvalue()


def test_whatever_the_models_looked_at(
    project: Callable[..., Checkout], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, elsewhere = tmp_path / "linked.txt", tmp_path / "elsewhere.txt"
    linked.write_text("0")
    elsewhere.write_text("0")
    monkeypatch.setenv("ELSEWHERE", str(elsewhere))
    ini = INI.replace("sys_path = .", "sys_path = .:lib/vendor:lib/archive.zip")
    files = {"alembic.ini": ini, "lib/README": "", "data.txt": "a\n", ".gitignore": ".env\n"}
    checkout = project({"models.py": READING + IF_MORE, **files})
    (checkout.top / "link.txt").symlink_to(linked)
    (checkout.top / ".env").write_text("0")
    checkout.git("add", "--all")
    time.sleep(0.1)  # what was written while it was read is not trusted
    assert _judged(checkout) == []
    assert is_reused(checkout.top)

    changes = {
        "a file behind a link that leads out of the tree": _written(linked, "1"),
        "an ignored file": _written(checkout.top / ".env", "1"),
        "a file elsewhere": _written(elsewhere, "1"),
        "a file that was asked for in vain": _added(checkout, "more.txt", ""),
        "a folder on the path that was not there": _added(checkout, "lib/vendor/vendored.py", "more = 1\n"),
        "an archive on the path that was not there": _added(checkout, "lib/archive.zip", _archive()),
        "a variable": _set(monkeypatch, "MORE"),
        "a variable that looks like the terminal's": _set(monkeypatch, "SSH_TUNNEL"),
        "how Git writes files": _configured(checkout),
    }
    for name, change in changes.items():
        with change:
            assert (name, _judged(checkout)) == (name, PLAIN)
    assert _judged(checkout) == []


def test_a_submodule_that_was_not_checked_out(project: Callable[..., Checkout], tmp_path: Path) -> None:
    library = Checkout.create(tmp_path / "library", {"more.txt": "more"})
    checkout = project({"models.py": f"import os\nmore = os.path.exists('library/more.txt')\n{IF_MORE}"})
    checkout.git("submodule", "--quiet", "add", f"file://{library.top}", "library")
    checkout.git("commit", "--quiet", "--message", "Library")
    checkout.git("submodule", "--quiet", "deinit", "--force", "library")
    assert _judged(checkout) == []

    checkout.git("submodule", "--quiet", "update", "--init")

    assert _judged(checkout) == PLAIN


def test_a_starting_schema_in_a_file(project: Callable[..., Checkout]) -> None:
    settings = '[tool.alembic-proof]\nstarting-schema = "schema.sql"\n'
    checkout = project({"pyproject.toml": settings, "schema.sql": "SELECT 1;\n"})
    assert _judged(checkout) == []

    checkout.add({"schema.sql": 'CREATE TABLE "user" (id INTEGER PRIMARY KEY);\n'})

    assert _judged(checkout) == ["upgrade-failed"]


def test_a_file_of_the_working_tree_that_is_saved_during_the_check(
    project: Callable[..., Checkout], tmp_path: Path
) -> None:
    once = tmp_path / "once"
    top = str(tmp_path / "project" / "models.py")
    saving = (
        "import os\n"
        f"if not os.path.exists({str(once)!r}):\n"
        f"    open({str(once)!r}, 'w').close()\n"
        f"    os.write(os.open({top!r}, os.O_WRONLY | os.O_APPEND), {NICKNAME!r}.encode())\n"
    )
    checkout = project({"migrations/env.py": ENV + saving})
    assert _judged(checkout, worktree=True) == []

    assert _judged(checkout, worktree=True) == PLAIN


def test_what_another_program_makes_at_import(project: Callable[..., Checkout], tmp_path: Path) -> None:
    file = tmp_path / "data.txt"
    file.write_text("")
    spawned = "import multiprocessing\n\n\ndef read(connection):\n    connection.send(open({!r}).read())\n"
    using = (
        "import multiprocessing, reading\n"
        "context = multiprocessing.get_context('spawn')\n"
        "ours, theirs = context.Pipe()\n"
        "process = context.Process(target=reading.read, args=(theirs,))\n"
        "process.start()\nmore = bool(ours.recv())\nprocess.join()\n"
    )
    checkout = project({"reading.py": spawned.format(str(file)), "models.py": using + IF_MORE})
    assert _judged(checkout) == []

    file.write_text("more")

    assert _judged(checkout) == PLAIN
