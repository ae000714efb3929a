"""Files that hold what outlives a run. A file that is damaged, half-written or another version's is as good as none."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alembic_proof
import alembic_proof_probe
from alembic_proof import __version__
from alembic_proof.cache import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGEST = 32


def digest(*things: object) -> str:
    """Of anything that JSON can hold, the same for the same."""
    text = json.dumps(things, sort_keys=True, default=str).encode(errors="surrogatepass")
    return hashlib.blake2b(text, digest_size=_DIGEST // 2).hexdigest()


@cache
def program_identity() -> str:
    """Of this program: another version, or another state of its sources, trusts nothing of what this one keeps."""
    packages = [Path(file).parent for one in (alembic_proof, alembic_proof_probe) if (file := one.__file__)]
    return digest(__version__, [list(_contents(package)) for package in packages])


def _contents(package: Path) -> Iterator[tuple[str, str]]:
    """Not by the times: each installation of the same program has others."""
    for file in sorted(package.rglob("*.py")):
        content = hashlib.blake2b(file.read_bytes(), digest_size=_DIGEST).hexdigest()
        yield str(file.relative_to(package)), content


def read(file: Path) -> Any:
    """What `write` wrote, or None."""
    try:
        stored = file.read_bytes()
        head, _, body = stored.partition(b"\n")
        return json.loads(body) if head.decode() == _head(body) else None
    except (OSError, ValueError):
        return None


def write(file: Path, content: object) -> bool:
    """Write whole or not at all; the answer is whether it could be done."""
    body = json.dumps(content, separators=(",", ":")).encode(errors="surrogatepass")
    return put(file, _head(body).encode() + b"\n" + body)


def put(file: Path, content: bytes) -> bool:
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        make_folder(file.parent)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return False
    return True


def _head(body: bytes) -> str:
    return f"{program_identity()} {hashlib.blake2b(body, digest_size=_DIGEST).hexdigest()}"
