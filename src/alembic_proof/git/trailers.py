"""What the commits of a change say in their trailers, as Git itself reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alembic_proof.git.repository import Repository

_BETWEEN = "%x1f"


def trailer_values(repo: Repository, key: str, base: str, tips: Sequence[str]) -> tuple[str, ...]:
    """The values of a trailer in the commits that `tips` have and `base` lacks, the newest commit's first.

    Values that are empty are left out. Raises `GitError` for commits that are not here.
    """
    if not tips:
        return ()
    form = f"--format=%(trailers:key={key},valueonly,unfold,separator={_BETWEEN})"
    said = repo.git("log", "--no-show-signature", "-z", form, *tips, f"^{base}", "--")
    values = (value.strip() for value in said.decode(errors="replace").replace("\0", "\x1f").split("\x1f"))
    return tuple(dict.fromkeys(value for value in values if value and not value.startswith("%(")))
