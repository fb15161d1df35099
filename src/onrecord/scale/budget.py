"""How long one report may take."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

DEATH_AFTER = 2  # budgets of processor time, for code that no signal handler gets a turn in


class OutOfTime(BaseException):
    """The budget is used up. No ``Exception``, so that no stage takes it for a fault of its own."""


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block after so many seconds; after twice as many of processor time the process dies.

    The second is for native code that never returns to Python: the journal then tells what it was. Only in the main thread.
    """

    running = True

    def cut_off(_signal: int, _frame: FrameType | None) -> None:
        if running:
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, cut_off)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, DEATH_AFTER * seconds)
    try:
        yield
    finally:
        running = False
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
