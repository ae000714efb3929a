"""A cache never changes an answer: after each of many random steps it is the one that a run without a cache gives.

By hand for as long as one likes: python tests/reuse/test_random_edits.py --steps 500 --seed 7
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from support import servers
from support.answers import judged
from support.wandering import Wanderer, wanderer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from support.answers import Answer

OPTIONS: tuple[Mapping[str, Any], ...] = (
    *({}, {}, {}, {}, {}),
    *({"worktree": True}, {"worktree": True}, {"rev": "HEAD"}, {"merge_with": "start"}),
)


def wander(one: Wanderer, steps: int, told: Callable[[str], object] = lambda line: None) -> None:
    """Take so many steps, and see after each that the cached answer is the fresh one."""
    trail: list[str] = []
    options: Mapping[str, Any] = {}
    for number in range(steps):
        if number:
            trail.append(one.step())
        options = one.random.choice(OPTIONS)
        trail.append(f"  check {options}")
        cached, fresh = (judged(one.top, no_cache=no_cache, **options) for no_cache in (False, True))
        assert cached == fresh, "\n".join((*trail[-40:], *_apart(cached, fresh)))
        one.found = fresh
        told(f"{number}: {trail[-2] if number else 'the start'}; {options}: {_brief(fresh)}")


def _apart(cached: Answer, fresh: Answer) -> list[str]:
    texts = [json.dumps(one, indent=1, sort_keys=True).splitlines() for one in (cached, fresh)]
    return list(difflib.unified_diff(*texts, "cached", "fresh", lineterm=""))


def _brief(answer: Answer) -> str:
    if "error" in answer:
        return str(answer["error"][0])[:100]
    return ", ".join(sorted({finding["rule"] for finding in answer["findings"]})) or "nothing found"


@pytest.mark.long
@pytest.mark.parametrize(("dialect", "seed", "steps"), [("postgresql", 2, 5), ("sqlite", 3, 4)])
def test_the_cached_answer_is_the_fresh_one(tmp_path: Path, dialect: str, seed: int, steps: int) -> None:
    wander(wanderer(tmp_path / "project", seed, dialect), steps)


def main() -> None:
    import argparse
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dialect", choices=("postgresql", "sqlite"), default="postgresql")
    asked = parser.parse_args()
    with servers.open_folder() as cache, tempfile.TemporaryDirectory() as folder:
        os.environ["ALEMBIC_PROOF_CACHE"] = str(cache)
        wander(
            wanderer(Path(folder) / "project", asked.seed, asked.dialect),
            asked.steps,
            lambda line: print(line, flush=True),
        )


if __name__ == "__main__":
    main()
