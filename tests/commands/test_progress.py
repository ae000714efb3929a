"""What `apply` shows while it runs."""

from __future__ import annotations

import io

from alembic_proof.commands.progress import Progress

STARTED = {"event": "revision", "revision": "a1", "message": "Make the tables\n\nAll of them."}
APPLIED = {"event": "applied", "revision": "a1", "seconds": 0.25}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_for_each_revision() -> None:
    log = io.StringIO()
    progress = Progress(log, total=3)

    progress(STARTED)
    progress(APPLIED)
    progress({**STARTED, "revision": "b2", "message": None})
    progress({**APPLIED, "revision": "b2", "seconds": 12.0})
    progress.finish()

    assert log.getvalue() == "applied a1  Make the tables  0.25 s\napplied b2    12.00 s\n"
    assert progress.applied == 2


def test_a_terminal_shows_the_revision_that_runs_in_the_place_of_its_line() -> None:
    terminal = Terminal()
    progress = Progress(terminal, total=3)

    progress(STARTED)
    progress(APPLIED)

    assert terminal.getvalue() == (
        "\r\x1b[Kapplying a1  Make the tables  (1 of at most 3)\r\x1b[Kapplied a1  Make the tables  0.25 s\n"
    )


def test_a_revision_that_fails_leaves_no_half_line() -> None:
    terminal = Terminal()
    progress = Progress(terminal, total=3)

    progress(STARTED)
    progress.finish()

    assert terminal.getvalue().endswith("(1 of at most 3)\r\x1b[K")
