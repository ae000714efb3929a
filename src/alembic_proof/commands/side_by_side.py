"""Several environments judged at once, as many as there are cores."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from alembic_proof.probe import end_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(
    things: Sequence[Thing], work: Callable[[int, Iterable[Thing]], list[Result]], workers: int
) -> list[Result]:
    """What `work` gives for each thing, in their order.

    It is called with the number of a worker and that worker's share, which is the same in every run. What one
    of them raises is raised here as soon as the others have ended, which they do at once.
    """
    workers = min(workers, len(things))
    if workers <= 1:
        return work(0, things)
    ending = Event()
    with ThreadPoolExecutor(workers) as executor:
        shares = [
            executor.submit(work, number, _until(ending, things[number::workers]))
            for number in range(workers)
        ]
        try:
            wait(shares, return_when=FIRST_EXCEPTION)
            failed = (share for share in shares if share.done() and share.exception())
            results = [share.result() for share in (*failed, *shares)][-workers:]
        except BaseException:
            ending.set()
            end_all()
            raise
    return [results[number % workers][number // workers] for number in range(len(things))]


def _until(ending: Event, things: Sequence[Thing]) -> Iterator[Thing]:
    for thing in things:
        if ending.is_set():
            return
        yield thing
