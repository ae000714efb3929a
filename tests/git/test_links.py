from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from alembic_proof.git.links import follow

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = st.sampled_from(["a", "b", "c", "d"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TARGETS = st.lists(NAMES | st.sampled_from(["..", "."]), min_size=1, max_size=4).map("/".join)


def test_a_path_without_links_is_itself() -> None:
    assert follow("a/b.py", {"c": "d"}) == "a/b.py"


def test_a_link_is_followed_from_its_own_folder() -> None:
    assert follow("a/link/b.py", {"a/link": "../real"}) == "real/b.py"


def test_links_that_loop_lead_nowhere() -> None:
    assert follow("a", {"a": "b", "b": "a"}) is None


def test_links_that_lead_out_of_the_tree_lead_nowhere() -> None:
    assert follow("a/b", {"a/b": "../../etc"}) is None
    assert follow("a", {"a": "/etc/passwd"}) is None


@given(files=st.sets(PATHS), links=st.dictionaries(PATHS, TARGETS), path=PATHS)
def test_links_lead_where_the_kernel_follows_them(files: set[str], links: dict[str, str], path: str) -> None:
    with TemporaryDirectory() as folder:
        top = Path(folder).resolve() / "top"
        top.mkdir()
        for name, target in links.items():
            make(top, name, partial(Path.symlink_to, target=target))
        for name in files:
            make(top, name, Path.touch)
        expected = existing_path(top, path)
        if expected is not None:
            assert follow(path, links_in(top)) == expected


def make(top: Path, name: str, create: Callable[[Path], None]) -> None:
    path = top / name
    with suppress(OSError, RuntimeError):
        if path.parent.resolve().is_relative_to(top) and not path.is_symlink():
            path.parent.mkdir(parents=True, exist_ok=True)
            create(path)


def links_in(top: Path) -> dict[str, str]:
    links = (path for path in top.rglob("*") if path.is_symlink())
    return {path.relative_to(top).as_posix(): str(path.readlink()) for path in links}


def existing_path(top: Path, path: str) -> str | None:
    """Where the kernel finds the path, if it finds it in the tree."""
    try:
        real = (top / path).resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return real.relative_to(top).as_posix() if real.is_relative_to(top) and real != top else None
