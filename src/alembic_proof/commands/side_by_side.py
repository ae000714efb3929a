"""Several environments judged at once, as many as there are cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def side_by_side(
    things: Sequence[Thing], work: Callable[[int, Sequence[Thing]], list[Result]], workers: int
) -> list[Result]:
    """What `work` gives for each thing, in their order.

    It is called with the number of a worker and that worker's share, which is the same in every run. What one
    of them raises is raised here, the first one's first, after all have ended: their probes are not waited for.
    """
    workers = min(workers, len(things))
    if workers <= 1:
        return work(0, things)
    with ThreadPoolExecutor(workers) as executor:
        shares = [executor.submit(work, number, things[number::workers]) for number in range(workers)]
        try:
            results = [share.result() for share in shares]
        except BaseException:
            from alembic_proof.probe import end_all

            end_all()
            raise
    return [results[number % workers][number // workers] for number in range(len(things))]
