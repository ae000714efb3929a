from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from alembic_proof.history import parsed
from alembic_proof.history.parsed import parse_all, parse_new
from alembic_proof.history.revision_file import Revision, Unreadable
from support.histories import revision, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

REVISIONS = (revision("a", labels=("x",)), revision("b", "a", depends_on=("x",), message="caf\xe9 \udcff"))
SOURCES = {one.path: source_of(one) for one in REVISIONS[:1]} | {
    "migrations/versions/b.py": b'"""merge"""\nrevision = "b"\ndown_revision = ("a", "c")\nbranch_labels = f()\n',
    "migrations/versions/helper.py": b"x = 1\n",
    "migrations/versions/bad.py": b"revision =\n",
}


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def refuse(path: str, source: bytes) -> None:
        pytest.fail(f"{path} was parsed")

    return lambda: monkeypatch.setattr(parsed, "parse", refuse)


def store_in(cache: Path) -> Path:
    (store,) = cache.iterdir()
    return store


def test_what_is_remembered_is_what_was_parsed(tmp_path: Path, no_parser: Callable[[], None]) -> None:
    plain = parse_all(SOURCES)
    assert parse_all(SOURCES, tmp_path / "cache") == plain
    no_parser()
    assert parse_all(SOURCES, tmp_path / "cache") == plain
    assert isinstance(plain[3], Unreadable)


def test_a_changed_or_moved_file_is_parsed_again(tmp_path: Path) -> None:
    parse_all(SOURCES, tmp_path)
    changed = {"migrations/versions/a.py": SOURCES["migrations/versions/b.py"]}
    moved = {"elsewhere/a.py": SOURCES["migrations/versions/a.py"]}
    assert parse_all(changed, tmp_path) == parse_all(changed)
    assert parse_all(moved, tmp_path) == parse_all(moved)


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path) -> None:
    parse_all(SOURCES, tmp_path)
    before = store_in(tmp_path).stat()
    parse_all(dict(list(SOURCES.items())[1:]), tmp_path)
    assert store_in(tmp_path).stat().st_mtime_ns == before.st_mtime_ns
    assert store_in(tmp_path).stat().st_ino == before.st_ino


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{", b"null"])
def test_a_damaged_store_is_written_anew(
    tmp_path: Path, content: bytes, no_parser: Callable[[], None]
) -> None:
    parse_all(SOURCES, tmp_path)
    store_in(tmp_path).write_bytes(content)
    assert parse_all(SOURCES, tmp_path) == parse_all(SOURCES)
    plain = parse_all(SOURCES)
    no_parser()
    assert parse_all(SOURCES, tmp_path) == plain


@pytest.mark.parametrize(
    "record", [1, None, "Revision", ["Revision"], ["Unreadable", 1], [[1], 2, 3, 4], ["Other"]]
)
def test_a_store_with_a_record_of_another_shape_is_not_used(tmp_path: Path, record: object) -> None:
    parse_all(SOURCES, tmp_path)
    store = store_in(tmp_path)
    store.write_text(json.dumps(dict.fromkeys(json.loads(store.read_bytes()), record)))
    assert parse_all(SOURCES, tmp_path) == parse_all(SOURCES)


def test_files_of_one_content_are_told_apart(tmp_path: Path) -> None:
    sources = dict.fromkeys(("3f2a.py", "77aa.py"), b"down_revision = None\n")
    for _ in range(2):
        assert [file.id for file in parse_all(sources, tmp_path) if isinstance(file, Revision)] == [
            "3f2a",
            "77aa",
        ]


def test_a_cache_that_cannot_be_written_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert parse_all(SOURCES, tmp_path / "file" / "cache") == parse_all(SOURCES)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_old_records_are_dropped_beyond_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsed, "MOST_KEPT", 2)
    parse_all(SOURCES, tmp_path)
    parse_all({"new.py": b""}, tmp_path)
    assert len(json.loads(store_in(tmp_path).read_bytes())) == 3


def test_a_file_that_is_remembered_is_not_even_read(tmp_path: Path) -> None:
    asked: list[set[str]] = []

    def read(paths: Iterable[str]) -> dict[str, bytes]:
        asked.append(set(paths))
        return {path: SOURCES[path] for path in paths}

    digests = {path: str(number) for number, path in enumerate(SOURCES)}
    plain = parse_all(SOURCES)
    assert parse_new(digests, read, tmp_path) == parse_new(digests, read, tmp_path) == plain
    assert parse_new({**digests, "migrations/versions/a.py": "new"}, read, tmp_path) == plain
    assert asked == [set(SOURCES), {"migrations/versions/a.py"}]


def test_another_version_of_the_parser_has_a_store_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse_all(SOURCES, tmp_path)
    monkeypatch.setattr("sys.hexversion", 0)
    parse_all(SOURCES, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_store_of_a_parser_that_nobody_runs_is_dropped(tmp_path: Path) -> None:
    stale, recent = tmp_path / "parsed-1.json", tmp_path / "parsed-2.json"
    for path in (stale, recent):
        path.write_text("{}")
    os.utime(stale, (0, 0))
    parse_all(SOURCES, tmp_path)
    assert (stale.exists(), recent.exists()) == (False, True)
