"""Processes of this machine that take one shard after the other: what kills a process ends its shard's turn and nothing else."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from onrecord.scale.attempt import Say
from onrecord.scale.shard import News, Report
from onrecord.scale.shards import Shard

PR_SET_PDEATHSIG = 1

Work = Callable[[Shard, Say], Report]


def share_out(work: Work, waiting: deque[Shard], processes: int) -> Iterator[tuple[Shard, Report | News | None]]:
    """Each shard with what its process says of it, as it says so; with None when that process died, and another is in its place.

    A shard may be put back into the queue, to be tried again. ``work`` is sent to the processes: it must be picklable.
    """
    workers = [_Worker(work) for _ in range(processes)]
    try:
        while busy := {worker.pipe: worker for worker in workers if worker.takes_from(waiting)}:
            for pipe in wait(list(busy)):
                yield busy[pipe].hear()  # type: ignore[index]
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._shard: Shard | None = None
        self.pipe: Connection
        self._process: BaseProcess
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._work, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()

    def takes_from(self, waiting: deque[Shard]) -> bool:
        """Whether it has a shard in hand: the next one, if it had none."""
        if self._shard is None and waiting:
            self._shard = waiting.popleft()
            with suppress(OSError):  # it died with nothing in hand: that is heard next
                self.pipe.send(self._shard)
        return self._shard is not None

    def hear(self) -> tuple[Shard, Report | News | None]:
        """The shard in hand and what is said of it; after a report or a death it has none in hand."""
        shard = self._shard
        assert shard is not None
        heard: Report | News | None
        try:
            heard = self.pipe.recv()
        except (EOFError, OSError):
            heard = None
            self.stop()
            self._start()
        if not isinstance(heard, News):
            self._shard = None
        return shard, heard

    def stop(self) -> None:
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _serve(pipe: Connection, work: Work, parent: int) -> None:
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError):
        while True:
            pipe.send(work(pipe.recv(), pipe.send))


def _die_with(parent: int) -> None:
    """Has the kernel end this process with its parent, so that nobody goes on coding for a run that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
