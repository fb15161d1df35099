"""Runs shards in processes of this machine."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import partial

from onrecord.scale.attempt import DEATHS, attempt, not_done
from onrecord.scale.shard import Job, News, Report
from onrecord.scale.shards import Shard
from onrecord.scale.workers import share_out


def run_local(job: Job, shards: Sequence[Shard], processes: int) -> Iterator[Report | News]:
    """What becomes of each shard, as it becomes so, with news of how far each is in between."""
    waiting, deaths = deque(shards), Counter[str]()
    for shard, heard in share_out(partial(attempt, job), waiting, min(processes, len(shards))):
        if heard is not None:
            yield heard
            continue
        deaths[shard.id] += 1
        if deaths[shard.id] < DEATHS:
            waiting.appendleft(shard)
        else:
            yield not_done(shard, f"its process died {DEATHS} times; is there memory enough?")
