"""One attempt at a shard, as every engine makes it: a report comes back, whatever happens short of the death of the process."""

from __future__ import annotations

import resource
from collections.abc import Callable
from time import monotonic

import msgspec

from onrecord.errors import OnrecordError
from onrecord.scale.shard import Counts, Job, News, Report, Tell, code_shard
from onrecord.scale.shards import Shard

DEATHS = 40  # of processes over one shard until it is given up; a report that kills its process is quarantined long before
NEWS_EVERY_S = 0.5

Say = Callable[[News], None]


def attempt(job: Job, shard: Shard, say: Say = lambda _: None) -> Report:
    """The report of a shard; one with its problem where it could not be done: the others go on. ``say`` hears news in between."""
    try:
        done = code_shard(job, shard, _teller(shard, say))
    except Exception as error:  # noqa: BLE001 - one bad shard never stops a run
        reason = getattr(error, "strerror", None) or str(error)
        return not_done(shard, reason if isinstance(error, OnrecordError | OSError) else f"{type(error).__name__}: {reason}")
    return msgspec.structs.replace(done, memory_mb=_memory_mb())


def not_done(shard: Shard, why: str) -> Report:
    """The report of a shard that could not be done."""
    return Report(shard=shard.id, problem=f"{shard.id}: {why}")


def _teller(shard: Shard, say: Say) -> Tell:
    """Says how far the shard is, now and then."""
    next_at = 0.0

    def tell(counts: Counts) -> None:
        nonlocal next_at
        if monotonic() >= next_at:
            next_at = monotonic() + NEWS_EVERY_S
            say(News(shard=shard.id, counts=counts, memory_mb=_memory_mb()))

    return tell


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
