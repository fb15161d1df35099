"""Runs shards on this machine: one process each, so that what kills a process kills one shard's turn and nothing else."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from time import monotonic

from onrecord.errors import OnrecordError
from onrecord.scale.shard import Counts, Job, News, Report, Tell, code_shard
from onrecord.scale.shards import Shard

MAX_DEATHS = 40  # of processes over one shard: more suspects than it has room for
NEWS_EVERY_S = 0.5
PR_SET_PDEATHSIG = 1


def run_local(job: Job, shards: Sequence[Shard], processes: int) -> Iterator[Report | News]:
    """What becomes of each shard, as it becomes so, with news of how far each is in between."""
    waiting = deque(shards)
    deaths: dict[str, int] = {}
    context = multiprocessing.get_context("spawn")
    workers = [_Worker(context, job) for _ in range(min(processes, len(shards)))]
    try:
        for worker in workers:
            worker.give(waiting.popleft() if waiting else None)
        while busy := {worker.pipe: worker for worker in workers if worker.shard is not None}:
            for pipe in wait(list(busy)):
                worker = busy[pipe]  # type: ignore[index]
                shard = worker.shard
                assert shard is not None
                heard = worker.hear()
                if isinstance(heard, News):
                    yield heard
                    continue
                if heard is not None:
                    yield heard
                    worker.give(waiting.popleft() if waiting else None)
                    continue
                deaths[shard.id] = deaths.get(shard.id, 0) + 1
                if deaths[shard.id] >= MAX_DEATHS:
                    yield Report(shard=shard.id, problem=f"{shard.id}: its process died {MAX_DEATHS} times; is there memory enough?")
                    shard = waiting.popleft() if waiting else None
                worker.restart()
                worker.give(shard)
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    """A process that codes one shard after the other."""

    def __init__(self, context: multiprocessing.context.SpawnContext, job: Job) -> None:
        self._context, self._job = context, job
        self.shard: Shard | None = None
        self.pipe: Connection
        self._process: BaseProcess
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_work, args=(theirs, self._job, os.getpid()), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, shard: Shard | None) -> None:
        self.shard = shard
        if shard is not None:
            self.pipe.send(shard)

    def hear(self) -> Report | News | None:
        """A report or news; None when the process has died."""
        try:
            heard: Report | News = self.pipe.recv()
            return heard
        except (EOFError, OSError):
            return None

    def restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _work(pipe: Connection, job: Job, parent: int) -> None:
    _die_with(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = [0.0]
    while True:
        try:
            shard: Shard = pipe.recv()
        except EOFError:
            return

        def tell(counts: Counts, shard: Shard = shard) -> None:
            if monotonic() - told[0] >= NEWS_EVERY_S:
                told[0] = monotonic()
                pipe.send(News(shard=shard.id, counts=counts, memory_mb=_memory_mb()))

        pipe.send(attempt(job, shard, tell))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def attempt(job: Job, shard: Shard, tell: Tell = lambda _: None) -> Report:
    """The report of a shard; one with its problem where it could not be done: the others go on."""
    try:
        return code_shard(job, shard, tell)
    except Exception as error:  # noqa: BLE001 - one bad shard never stops a run
        reason = getattr(error, "strerror", None) or str(error)
        expected = isinstance(error, OnrecordError | OSError)
        return Report(shard=shard.id, problem=f"{shard.id}: {reason if expected else f'{type(error).__name__}: {reason}'}")


def _die_with(parent: int) -> None:
    """Has the kernel end this process with its parent, so that nobody goes on coding for a run that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
