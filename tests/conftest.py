"""Every test gets a home of its own, a Git with no configuration but ours, and no inherited settings."""

from __future__ import annotations

import os
import pwd
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).parent))

from support.home import HomeGuard
from support.once import shared_cache

# What the tests install is compiled as it is used, not anew in each of a thousand runs.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("tests", database=None, deadline=None)
settings.load_profile("tests")

_INHERITED = ("GIT_", "ALEMBIC_PROOF_", "XDG_", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITLAB_CI")
_XDG_FOLDERS = {
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
}
_GIT_CONFIG = """\
[user]
name = test
email = test@example.invalid
[init]
defaultBranch = main
[protocol "file"]
allow = always
"""

_guard = HomeGuard(
    homes={Path.home(), Path(pwd.getpwuid(os.getuid()).pw_dir)},
    allowed={Path(__file__).parents[1], Path(sys.prefix), Path(sys.base_prefix), Path(tempfile.gettempdir())},
)


def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    stack.enter_context(shared_cache())
    config.add_cleanup(stack.close)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a fifth of a test's time is waiting for what it started."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no core waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home; the test fails if it writes to the real one."""
    folder = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(_INHERITED)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for name, path in _XDG_FOLDERS.items():
        monkeypatch.setenv(name, str(folder / path))
    (folder / ".gitconfig").write_text(_GIT_CONFIG)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / ".gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with _guard.watching() as touched:
        yield folder
    assert not touched, f"the test wrote to the real home: {sorted(touched)}"
