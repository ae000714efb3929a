"""Time `alembic-proof watch` on many open pull requests: the whole process, from its start to its end.

    python benchmarks/watch.py [--revisions 1000] [--pulls 300] [--rounds 3] [--goal 20]

Exits with 1 if the slowest run takes longer than the goal. The repository has one commit for each revision, and 2,000
files of other code. A third of the pull requests fit the newest revision, and so collide with one another; a third
continue one of the last hundred, as if others had been merged since; of the last third, each changes other code, a
configuration, or a revision that is there already. Each was begun on one of the last hundred commits. The clone has
one commit, as GitHub's runners have it; a server on this machine answers for GitHub, and Git fetches from a folder.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from repositories import REVISION, git
from timing import timed

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.github import GitHubServer, github_server

if TYPE_CHECKING:
    from collections.abc import Iterator

INI = "[alembic]\nscript_location = %(here)s/migrations\n"
BODY = """\
op.create_table(
        "table_{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )"""
OTHERS = 2_000
RECENT = 100


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as name, github_server() as github:
        folder = Path(name)
        heads = write_hosted(folder / "hosted.git", arguments.revisions, arguments.pulls)
        for number, head in heads.items():
            github.open(number, head)
        cold = [_run(folder, github, f"cold-{number}") for number in range(arguments.rounds)]
        warm = [_run(folder, github, f"cold-{number}") for number in range(arguments.rounds)]
    for what, runs in (("first run", cold), ("next run", warm)):
        print(
            f"{what:<10} median {median(runs):.2f} s   fastest {min(runs):.2f} s   slowest {max(runs):.2f} s"
        )
    print(f"{arguments.pulls} pull requests, {arguments.revisions} revisions, goal {arguments.goal:g} s")
    return 0 if max(cold + warm) <= arguments.goal else 1


def _run(folder: Path, github: GitHubServer, cache: str) -> float:
    """Seconds of one run; the first with a cache has to set every status, and the next finds them set."""
    if not (folder / cache).exists():
        github.statuses.clear()
    top = folder / f"checkout-{len(github.asked)}"
    git(folder, "clone", "--quiet", "--depth=1", "--branch=main", f"file://{folder / 'hosted.git'}", str(top))
    program = Path(sys.executable).with_name("alembic-proof")
    ended = timed((program, "watch"), top, {**github.variables, "ALEMBIC_PROOF_CACHE": str(folder / cache)})
    fitting = len(github.pulls) // 3
    if ended.status != 1 or f" {fitting * (fitting - 1) // 2} colliding pair" not in ended.out:
        raise SystemExit(
            f"it ended otherwise than it has to: {ended.status} {ended.out[-400:]} {ended.error}"
        )
    return ended.seconds


def write_hosted(bare: Path, revisions: int, pulls: int) -> dict[int, str]:
    """A bare repository with a ref for each pull request, and their heads."""
    bare.parent.mkdir(parents=True, exist_ok=True)
    git(bare.parent, "init", "--quiet", "--bare", "--initial-branch", "main", str(bare))
    stream = "".join((*_history(revisions), *_pulls(revisions, pulls)))
    subprocess.run(("git", "fast-import", "--quiet"), cwd=bare, input=stream.encode(), check=True)
    listed = git(bare, "for-each-ref", "--format=%(refname) %(objectname)", "refs/pull/")
    found = (line.split(" ") for line in listed.splitlines())
    return {int(ref.split("/")[2]): head for ref, head in found}


def _history(revisions: int) -> Iterator[str]:
    files = {"alembic.ini": INI, "migrations/env.py": ""}
    files |= {
        f"app/package_{number % 40}/module_{number}.py": f"VALUE = {number}\n" for number in range(OTHERS)
    }
    yield _commit("refs/heads/main", 1, files)
    for number in range(revisions):
        yield _commit("refs/heads/main", number + 2, dict([_revision(number)]), f":{number + 1}")


def _pulls(revisions: int, pulls: int) -> Iterator[str]:
    for number in range(1, pulls + 1):
        kind, back = number % 3, number % min(RECENT, revisions - 1)
        if kind == 0:
            files = dict([_revision(revisions + number, revisions - 1)])
            back = 0
        elif kind == 1:
            files = dict([_revision(revisions + number, revisions - 2 - back)])
        else:
            path, source = _revision(number)
            other = {f"app/package_{number % 40}/module_{number}.py": "VALUE = 0\n"}
            files = (other, {"alembic.ini": f"{INI}# {number}\n"}, {path: f"{source}# {number}\n"})[
                number % 9 // 3
            ]
        yield _commit(f"refs/pull/{number}/head", revisions + number + 1, files, f":{revisions + 1 - back}")


def _revision(number: int, parent: int | None = None) -> tuple[str, str]:
    before = number - 1 if parent is None else parent
    source = REVISION.format(
        message=f"change number {number}",
        identifier=_identifier(number),
        parent=_identifier(before) if before >= 0 else None,
        upgrade=BODY.format(number=number),
        downgrade=f'op.drop_table("table_{number}")',
    )
    return f"migrations/versions/{_identifier(number)}_change.py", source


def _identifier(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:12]


def _commit(ref: str, mark: int, files: dict[str, str], start: str = "") -> str:
    """One commit for `git fast-import`."""
    lines = [
        f"commit {ref}\nmark :{mark}\ncommitter test <test@example.invalid> {1_700_000_000 + mark} +0000\n"
    ]
    lines.append("data 6\nChange\n" + (f"from {start}\n" if start else ""))
    lines += (f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n" for path, text in files.items())
    return "".join(lines)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--revisions", type=int, default=1000)
    parser.add_argument("--pulls", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--goal", type=float, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
