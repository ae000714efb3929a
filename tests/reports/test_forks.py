"""A fork as people see it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from hypothesis import given

from alembic_proof.reports import FORMATS, Report
from alembic_proof.reports.colours import coloured
from alembic_proof.reports.forks import drawn, mermaid
from alembic_proof.reports.wording import printable, shortened
from alembic_proof.rules import multiple_heads
from support.histories import facts_of, revision
from support.reports import ADDED, AWKWARD, FORK

if TYPE_CHECKING:
    from alembic_proof.findings import Finding
    from alembic_proof.history.revision_file import Revision

NUMBERED = re.compile(r"#(\d+);")


def finding_of(*revisions: Revision) -> Finding:
    return next(iter(multiple_heads.find(facts_of(revisions))))


def test_branches_stand_below_their_parent() -> None:
    fork = finding_of(
        revision("a"),
        revision("left", "a"),
        revision("right", "a"),
        revision("up", "right"),
        revision("down", "right"),
        revision("joined", "up", "down"),
    )
    assert drawn(fork) == [
        "a       migrations/versions/a.py",
        "├── left    migrations/versions/left.py  (head)",
        "└── right   migrations/versions/right.py",
        "    ├── up      migrations/versions/up.py",
        "    │   joined  migrations/versions/joined.py  (after down as well)  (head)",
        "    └── down    migrations/versions/down.py",
    ]


def test_a_parent_without_a_file() -> None:
    assert drawn(finding_of(revision("b", "gone"), revision("c", "gone"))) == [
        "gone  (no file)",
        "├── b     migrations/versions/b.py  (head)",
        "└── c     migrations/versions/c.py  (head)",
    ]


def test_a_long_run_is_cut() -> None:
    revisions = [revision("0"), revision("b", "0")]
    revisions += [revision(str(number), str(number - 1)) for number in range(1, 8)]
    assert drawn(finding_of(*revisions)) == [
        "0  migrations/versions/0.py",
        "├── b  migrations/versions/b.py  (head)",
        "└── 1  migrations/versions/1.py",
        "    ... 4 revisions",
        "    6  migrations/versions/6.py",
        "    7  migrations/versions/7.py  (head)",
    ]


def test_what_is_no_fork_is_not_drawn() -> None:
    assert drawn(ADDED) == []


def test_colours_leave_the_drawing_as_it_is() -> None:
    text = FORMATS["text"](Report("the index", (FORK,)))
    shown = coloured(text, {"multiple-heads"}, failed=True)
    assert click.unstyle(shown) == text
    assert "\x1b[36m    ├── 0002          migrations/versions/0002.py\x1b[0m\n" in shown


def test_mermaid() -> None:
    fork = finding_of(revision("a"), revision("b", "a"), revision("c", "a"))
    assert mermaid(fork) == [
        "flowchart LR",
        '  r0["a<br/>a#46;py"]',
        '  r1["b<br/>b#46;py"]',
        '  r2["c<br/>c#46;py"]',
        "  r0 --> r1",
        "  r0 --> r2",
        "  classDef head stroke:#cf222e,stroke-width:3px",
        "  class r1,r2 head",
    ]


@given(AWKWARD, AWKWARD)
def test_no_name_means_anything_to_mermaid(name: str, file: str) -> None:
    """Rendered by Mermaid 11, a number is its character, and a space of no width parts what it looks for then."""
    node = {"revision": name, "path": f"v/{file}", "parents": [], "head": False}
    _, box = mermaid(replace(FORK, details={"graph": [node]}))
    label = re.fullmatch(r'  r0\["([A-Za-z0-9 #;]*)<br/>([A-Za-z0-9 #;]*)"\]', box)
    assert label
    shown = [NUMBERED.sub(lambda found: chr(int(found[1])), part) for part in label.groups()]
    for part, meant in zip(shown, (name, file.rpartition("/")[2]), strict=True):
        assert part.replace("\u200b", "") == shortened(printable(meant), 60).replace("\u200b", "")
        assert "$$" not in part
        assert "fa:fa" not in part
        assert "\\n" not in part
