"""Which account PostgreSQL runs as, and which folders that account can reach.

PostgreSQL refuses to be root, and so do CI containers to be anything else. As root, its servers run as an
account that exists already, in folders of ours that it can enter; no account is made, and the permissions of
no folder that is not ours are changed.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_proof.cache import make_folder, private_folder, unused, unwritable
from alembic_proof.errors import DatabaseError
from alembic_proof.processes import Account

if TYPE_CHECKING:
    from alembic_proof.databases.postgres.programs import Programs

_ACCOUNTS = ("postgres", "nobody")
_ROOTS = (Path("/var/tmp"), Path("/tmp"))  # noqa: S108


def server_account() -> Account | None:
    """The account to run servers as; None where we are not root and they can be ours."""
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        if found.pw_uid != 0:
            return Account(name, found.pw_uid, found.pw_gid)
    raise DatabaseError(
        "PostgreSQL does not run as root, and there is neither an account `postgres` nor `nobody`",
        "run as another user, or name a server with --database URL",
    )


def can_enter(account: Account, folder: Path) -> bool:
    """Whether the account may pass through every folder down to this one, the last included."""
    resolved = folder.resolve()
    return all(_can_pass(account, one) for one in (resolved, *resolved.parents))


def servers_folder(cache: Path, account: Account | None) -> Path:
    """Where clusters are kept: in the cache, or where that is closed to the account, under `/var/tmp`."""
    try:
        return make_folder(_home(cache, account) / "servers")
    except OSError as error:
        raise unwritable(cache, error) from error


def within_reach(programs: Programs, account: Account | None, cache: Path) -> Programs:
    """The programs, or a copy of them where the account cannot reach them."""
    if account is None or can_enter(account, programs.folder):
        return programs
    if programs.origin == "local":
        raise DatabaseError(
            f"the account `{account.name}`, which PostgreSQL would run as, cannot enter {programs.folder}",
            "install PostgreSQL from the system's packages, or name a server with --database URL",
        )
    copies = _home(cache, account) / "programs"
    try:
        return replace(programs, folder=_copied(programs, make_folder(copies)))
    except (OSError, shutil.Error) as error:
        raise DatabaseError(
            f"cannot copy PostgreSQL's programs to {copies}: {error}",
            "free some space, or name a server with --database URL",
        ) from error


def _home(cache: Path, account: Account | None) -> Path:
    if account is None or can_enter(account, cache):
        return cache
    own = f"alembic-proof-{os.geteuid()}"
    for root in (*_ROOTS, Path(tempfile.gettempdir())):
        if os.access(root, os.W_OK) and can_enter(account, root):
            return private_folder(root / own)
    raise DatabaseError(
        f"there is no folder for a PostgreSQL server that the account `{account.name}` can enter",
        "set ALEMBIC_PROOF_CACHE to one, or name a server with --database URL",
    )


def _can_pass(account: Account, folder: Path) -> bool:
    seen = folder.stat()
    if seen.st_uid == account.uid:
        return bool(seen.st_mode & 0o100)
    return bool(seen.st_mode & (0o010 if seen.st_gid == account.gid else 0o001))


def _copied(programs: Programs, copies: Path) -> Path:
    """The copy keeps the wheel's layout, by which the programs find their libraries and data."""
    tree = programs.folder.parent
    package, libraries = tree.parent, tree.parent.with_name(f"{tree.parent.name}.libs")
    kept = copies / programs.identity
    if kept.exists():
        os.utime(kept)
    else:
        _prune(copies)
        fresh = copies / f"{programs.identity}.{secrets.token_hex(4)}"
        shutil.copytree(
            tree, fresh / package.name / tree.name, ignore=shutil.ignore_patterns("include", "*.a")
        )
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        _settle(fresh, kept)
    return kept / package.name / tree.name / programs.folder.name


def _prune(copies: Path) -> None:
    for copy in copies.iterdir():
        if unused(copy):
            shutil.rmtree(copy, ignore_errors=True)


def _open_to_all(folder: Path) -> None:
    for top, _, names in os.walk(folder):
        Path(top).chmod(0o755)
        for name in names:
            path = Path(top, name)
            path.chmod(path.stat().st_mode | 0o044 | (0o011 if path.stat().st_mode & 0o100 else 0))


def _settle(fresh: Path, kept: Path) -> None:
    """Renamed when whole; another run may have been first."""
    try:
        fresh.rename(kept)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        if not kept.exists():
            raise
