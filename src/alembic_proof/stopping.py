"""Ctrl-C and its kin end a run as an exception does, so that everything on the way cleans up after itself."""

from __future__ import annotations

import signal
from contextlib import suppress

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants the run to end. `status` is the exit status that shells give for the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


def stop_on_signals() -> None:
    """From now on the first signal raises `Stopped`; later ones must not cut the cleaning short."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, _frame: object) -> None:
    for one in SIGNALS:
        # A function and not SIG_IGN, which the programs that the cleaning starts would inherit.
        with suppress(ValueError):
            signal.signal(one, lambda *_: None)
    raise Stopped(number)
