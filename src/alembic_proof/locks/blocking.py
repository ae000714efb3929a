"""From what was observed to what waits for whom: the locks that are held while something goes through whole tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

from alembic_proof.locks.observed import Mode, State
from alembic_proof.locks.statement import is_moot, lock_of, one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from alembic_proof.locks.observed import Look, Ran, Relation, Statement, Watched

Effect = Literal["reads", "writes"]
Told = TypeVar("Told", "Block", "Rewrite")


@dataclass(frozen=True)
class Block:
    """Tables that nobody can write to, or neither read nor write, while a statement goes through whole tables.

    `worked` are the tables that it goes through. `since` is the statement that took the lock where that is another
    one; `more` counts the statements that follow and are told with it, their tables among these.
    `partitioned` says that a table with partitions is among those that wait.
    """

    effect: Effect
    statement: Statement
    tables: tuple[str, ...]
    mode: Mode
    worked: tuple[str, ...]
    since: Statement | None = None
    more: int = 0
    partitioned: bool = False

    def joined(self, other: Block) -> Block:
        """Both as one."""
        return replace(
            self,
            tables=_union(self.tables, other.tables),
            mode=max(self.mode, other.mode),
            worked=_union(self.worked, other.worked),
            more=self.more + 1,
            partitioned=self.partitioned or other.partitioned,
        )


@dataclass(frozen=True)
class Rewrite:
    """Tables that a statement writes anew, and those that nobody can read or write to meanwhile for its sake.

    `more` counts the statements that do the same on the same line.
    """

    statement: Statement
    tables: tuple[str, ...]
    others: tuple[str, ...] = ()
    more: int = 0

    def joined(self, other: Rewrite) -> Rewrite:
        """Both as one."""
        tables = _union(self.tables, other.tables)
        others = tuple(one for one in _union(self.others, other.others) if one not in tables)
        return replace(self, tables=tables, others=others, more=self.more + 1)


@dataclass(frozen=True)
class Wait:
    """The first statement that waits for a lock without a limit, while others queue behind it."""

    statement: Statement
    tables: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True)
class Blocking:
    blocks: tuple[Block, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    wait: Wait | None = None


def _union(some: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*some, *others}))


@dataclass(frozen=True)
class _Lock:
    """The strongest lock of a table. `since` and `latest` are the numbers of the statements that took it, and any."""

    modes: frozenset[Mode]
    since: int
    latest: int

    @property
    def mode(self) -> Mode:
        return max(self.modes)


@dataclass(frozen=True)
class _Step:
    """One statement: the locks that are held when it ends, and the tables that it went through or wrote anew."""

    number: int
    statement: Statement
    transaction: str
    held: Mapping[int, _Lock]
    worked: frozenset[int]
    rewritten: frozenset[int]
    lock_timeout: str

    @property
    def taken(self) -> frozenset[int]:
        return frozenset(table for table, lock in self.held.items() if lock.latest == self.number)

    @property
    def concerned(self) -> frozenset[int]:
        """The tables that wait for this statement's own sake; for an earlier one's, all that are locked."""
        if self.taken or lock_of(self.statement.sql):
            return frozenset(self.held) & (self.taken | self.worked)
        return frozenset(self.held)

    @property
    def is_idle(self) -> bool:
        """It holds others up only by what statements before it have locked."""
        return not self.taken and lock_of(self.statement.sql) is None


def blocking(watched: Watched) -> Blocking:
    """Judge one revision's statements, in their order."""
    steps = tuple(_steps(watched))
    blocks: dict[object, Block] = {}
    rewrites: dict[object, Rewrite] = {}
    for step in steps:
        if step.rewritten and step.concerned:
            others = step.concerned - step.rewritten
            one = Rewrite(step.statement, _names(step.rewritten, watched), _names(others, watched))
            _add(rewrites, _place(step), one)
        elif step.worked:
            for block in _blocks(step, watched):
                _add(blocks, (block.effect, _place(step)), block)
    return Blocking(tuple(blocks.values()), tuple(rewrites.values()), _wait(steps, watched))


def _place(step: _Step) -> object:
    """What statements have in common that are told together.

    That they are of one kind and one line of the revision, which has a loop; or that they hold others up only by what
    was locked before them in their transaction.
    """
    if step.is_idle:
        return step.transaction
    kind = one_line(step.statement.sql or "").upper().split()[:2]
    return step.statement.line or step.number, *kind


def _add(found: dict[object, Told], place: object, one: Told) -> None:
    known = found.get(place)
    found[place] = one if known is None else known.joined(one)


def _steps(watched: Watched) -> Iterator[_Step]:
    known: dict[int, State] = {}
    held: dict[int, _Lock] = {}
    transaction = None
    for number, ran in enumerate(watched.ran):
        look, statement = ran.look, ran.statement
        begun = look.transaction != transaction
        transaction = look.transaction
        held = _held(number, look, {} if begun else held, watched.existing)
        if number:
            worked, rewritten = _work(ran, known, watched.existing)
            locks: Mapping[int, _Lock] = held
            if begun and not held and (mode := lock_of(statement.sql)):  # it is committed, and holds nothing
                locks = {table: _Lock(frozenset((mode,)), number, number) for table in worked}
            yield _Step(number, statement, transaction, locks, worked, rewritten, look.lock_timeout)
        known.update(look.states)


def _work(
    ran: Ran, known: Mapping[int, State], existing: Mapping[int, Relation]
) -> tuple[frozenset[int], frozenset[int]]:
    """The tables that were gone through from end to end since the look before, and those that have another file."""
    states = ran.look.states
    if is_moot(ran.statement.sql):
        return frozenset(), frozenset()
    scanned = {
        table
        for table, now in states.items()
        if table in existing and table in known and now.scans not in (0, known[table].scans)
    }
    moved = {
        table for table in scanned if existing[table].kind == "r" and states[table].node != known[table].node
    }
    return frozenset(scanned), frozenset(moved)


def _held(
    number: int, look: Look, before: Mapping[int, _Lock], existing: Mapping[int, Relation]
) -> dict[int, _Lock]:
    """The locks of each table. Whoever cannot read one of its indexes cannot plan a query of it."""
    found: dict[int, set[Mode]] = {}
    for relation, modes in look.held.items():
        known = existing.get(relation)
        if known is None:
            continue
        if known.table is not None or known.kind == "m":  # nobody writes to a view but its REFRESH
            modes &= {Mode.ACCESS_EXCLUSIVE}
        if modes:
            found.setdefault(relation if known.table is None else known.table, set()).update(modes)
    return {table: _lock(number, frozenset(modes), before.get(table)) for table, modes in found.items()}


def _lock(number: int, modes: frozenset[Mode], before: _Lock | None) -> _Lock:
    if before is None:
        return _Lock(modes, number, number)
    since = before.since if before.mode >= max(modes) else number
    return _Lock(modes, since, before.latest if modes <= before.modes else number)


def _blocks(step: _Step, watched: Watched) -> Iterator[Block]:
    effects: dict[Effect, set[int]] = {"reads": set(), "writes": set()}
    for table in step.concerned:
        effects["reads" if step.held[table].mode is Mode.ACCESS_EXCLUSIVE else "writes"].add(table)
    for effect, tables in effects.items():
        locks = [step.held[table] for table in tables]
        own = lock_of(step.statement.sql)
        earlier = [
            lock.since for lock in locks if lock.since != step.number and (own is None or lock.mode > own)
        ]
        if locks:
            yield Block(
                effect,
                step.statement,
                _names(tables, watched),
                max(lock.mode for lock in locks),
                _names(step.worked, watched),
                watched.ran[min(earlier)].statement if earlier else None,
                partitioned=any(watched.existing[table].kind == "p" for table in tables),
            )


def _wait(steps: Iterable[_Step], watched: Watched) -> Wait | None:
    for step in steps:
        tables = step.taken
        if tables and step.lock_timeout == "0":
            mode = max(step.held[table].mode for table in tables)
            return Wait(step.statement, _names(tables, watched), mode)
    return None


def _names(tables: Collection[int], watched: Watched) -> tuple[str, ...]:
    """Names in their order; partitions go without saying where what they are parts of is named."""
    return tuple(
        sorted(
            watched.existing[table].name
            for table in tables
            if not _ancestors(table, watched.existing) & set(tables)
        )
    )


def _ancestors(table: int, existing: Mapping[int, Relation]) -> set[int]:
    found: set[int] = set()
    parent = existing[table].parent
    while parent is not None and parent in existing and parent not in found:
        found.add(parent)
        parent = existing[parent].parent
    return found
