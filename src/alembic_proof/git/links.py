"""Symbolic links, followed within a tree as the kernel would follow them on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_LINKS = 40  # as Linux


def follow(path: str, links: Mapping[str, str]) -> str | None:
    """The path with every link in it followed; None where they loop or lead out of the tree.

    `links` gives the target of each link, by its path.
    """
    pending = path.split("/")[::-1]
    if not links and not {"", ".", ".."}.intersection(pending):
        return path
    done: list[str] = []
    followed = 0
    while pending:
        part = pending.pop()
        if part == ".." and not done:
            return None
        if part == "..":
            done.pop()
        elif part not in ("", "."):
            done.append(part)
            target = links.get("/".join(done))
            if target is not None:
                followed += 1
                if followed > _MOST_LINKS or target.startswith("/"):
                    return None
                done.pop()
                pending.extend(target.split("/")[::-1])
    return "/".join(done)
