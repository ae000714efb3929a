"""The project's post-write hooks, run beside the judged tree as Alembic runs them in a checkout."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof_probe.paths import TreeMap


@contextlib.contextmanager
def hooks(tree_map: TreeMap) -> Iterator[list[str]]:
    """Let Alembic's hooks run inside the block, and yield what they complain of: a formatter that fails spoils nothing.

    They find the folders that Git ignores, virtual environments among them, and the programs of this interpreter.
    """
    from alembic.script import write_hooks

    complaints: list[str] = []
    plain: Any = write_hooks._run_hooks

    def run(path: Any, given: Any) -> None:
        with _as_in_a_checkout(tree_map):
            for one in _one_by_one(given):
                try:
                    plain(path, one)
                except Exception as error:  # noqa: PERF203
                    complaints.append(f"{_name(one)}: {error}")

    def started(command: Any, **options: Any) -> Any:
        done = subprocess.run(command, **options)  # noqa: PLW1510 - as the caller has it
        if done.returncode:
            complaints.append(f"{os.path.basename(command[0])} ended with status {done.returncode}")
        return done

    changed: Any = write_hooks
    changed._run_hooks = run
    changed.subprocess = types.SimpleNamespace(**{**vars(subprocess), "run": started})
    yield complaints


def _one_by_one(given: Any) -> list[Any]:
    """Each hook as an argument of its own; before Alembic 1.16 all are one."""
    return [[one] for one in given] if isinstance(given, list) else [given]


def _name(given: Any) -> str:
    return str(given[0].get("_hook_name", "hook")) if isinstance(given, list) else "hooks"


@contextlib.contextmanager
def _as_in_a_checkout(tree_map: TreeMap) -> Iterator[None]:
    linked = list(_link_ignored(tree_map))
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join((os.path.dirname(sys.executable), path))
    try:
        yield
    finally:
        os.environ["PATH"] = path
        for one in linked:
            os.unlink(one)


def _link_ignored(tree_map: TreeMap) -> Iterator[str]:
    for name in tree_map.ignored:
        folder, link = (os.path.join(top, name.rstrip("/")) for top in (tree_map.top, tree_map.tree))
        if os.path.isdir(folder) and not os.path.lexists(link) and os.path.isdir(os.path.dirname(link)):
            os.symlink(folder, link)
            yield link
