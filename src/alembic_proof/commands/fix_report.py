"""What `fix` says: what follows what now, and what a database needs that has run it in the old order."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from alembic_proof.configurations import MAIN_SECTION
from alembic_proof.findings import counted
from alembic_proof.rules.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic_proof.commands.fix import Fixed, Mended
    from alembic_proof.environments import Environment
    from alembic_proof.history.reparenting import Move


def as_text(fixed: Fixed) -> str:
    """What was done, or is to be done, and what is left to a person."""
    return "".join(f"{line}\n" for line in _lines(fixed))


def _lines(fixed: Fixed) -> Iterator[str]:
    yield from (f"note: {note}" for note in fixed.subject.notes)
    for one in fixed.environments:
        yield from _environment(fixed, one)
    if fixed.changes:
        yield from _end(fixed)


def _environment(fixed: Fixed, mended: Mended) -> Iterator[str]:
    title = _title(mended.environment)
    if not mended:
        heads = f"{listing(mended.tops)} as {'head' if len(mended.tops) == 1 else 'heads'}"
        yield f"{title}: nothing to fix, with {heads if mended.tops else 'no revisions'}"
        return
    yield f"{title}:"
    yield from (f"  {_moved(move)}, as on {fixed.base}" for move in mended.put_back)
    yield from (f"  {_moved(move)}" for move in mended.plan.moves)
    for joined, path in zip(mended.plan.joined, mended.merges, strict=True):
        yield f"  {path} is new and joins {listing(joined)}{_reason(fixed)}"
    for move in mended.plan.moves:
        yield from _databases(mended.environment, move)


def _moved(move: Move) -> str:
    gone = f", not {listing(move.left)}" if move.left else ""
    return f"{move.revision.path}: {move.revision.id} follows {listing(move.parents)} now{gone}"


def _reason(fixed: Fixed) -> str:
    if fixed.asked.only_join:
        return ""
    return ": databases may have run either without the other, so neither can be moved"


def _databases(environment: Environment, move: Move) -> Iterator[str]:
    """What to do with a database that has run the revision where it stood: Alembic takes the new parent for run."""
    moved, parent = move.revision.id, move.follows
    back = _in_turn(
        environment,
        ("downgrade", parent),
        ("stamp", *(move.left or ("base",))),
        ("upgrade", "head"),
    )
    both = _in_turn(environment, ("stamp", "--purge", move.last), ("upgrade", "head"))
    current = environment.command("current")
    at = moved if moved == move.last else f"{moved}, or what follows up to {move.last}"
    yield f"  a database that has run {moved} where it was takes {parent} for done; where `{current}` shows"
    yield f"    {at}: {back}"
    yield f"    {move.last} and {parent}: {both}"


def _in_turn(environment: Environment, *commands: tuple[str, ...]) -> str:
    """The commands as one line, in whose folder one enters once."""
    enter = f"cd {shlex.quote(environment.directory)} && " if environment.directory else ""
    lines = [environment.command(*one).removeprefix(enter) for one in commands]
    return enter + " && ".join(lines)


def _end(fixed: Fixed) -> Iterator[str]:
    count = counted(len(fixed.changes), "file")
    if fixed.asked.dry_run:
        yield f"{count} would change; nothing was written"
    elif fixed.asked.stages:
        yield f"{count} changed and staged"
    else:
        top, cwd = fixed.subject.repository.top, os.path.realpath(fixed.subject.request.cwd)
        paths = [os.path.relpath(top / one.path, cwd) for one in fixed.changes]
        yield f"{count} changed; add {'it' if len(paths) == 1 else 'them'}: {shlex.join(('git', 'add', *paths))}"


def _title(environment: Environment) -> str:
    return (
        environment.config
        if environment.section == MAIN_SECTION
        else f"{environment.config} {environment.section}"
    )
