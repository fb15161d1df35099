"""Runs shards as Ray Core tasks, on this machine or on the cluster that ``RAY_ADDRESS`` names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from onrecord.export.writing import require
from onrecord.scale.attempt import DEATHS, attempt, not_done
from onrecord.scale.shard import Job, Report
from onrecord.scale.shards import Shard

OUTSTANDING = 4  # shards for each processor: nothing flows through the driver, so a short queue keeps all of them busy


def run_on_ray(job: Job, shards: Sequence[Shard], processes: int) -> Iterator[Report]:
    """What becomes of each shard, as it becomes so; ``processes`` only counts where Ray is started here."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = require("ray", "--engine ray", "ray")
    if not ray.is_initialized():
        cluster = os.environ.get("RAY_ADDRESS")
        ray.init(**({"address": cluster} if cluster else {"num_cpus": processes, "include_dashboard": False}), logging_level="error")
    task = ray.remote(num_cpus=1, max_retries=DEATHS)(attempt)
    waiting, running = iter(shards), dict[Any, Shard]()
    while True:
        room = max(1, int(ray.cluster_resources().get("CPU", 1))) * OUTSTANDING - len(running)
        running |= {task.remote(job, shard): shard for shard in islice(waiting, max(0, room))}
        if not running:
            return
        (done, *_), _ = ray.wait(list(running))
        shard = running.pop(done)
        try:
            yield ray.get(done)
        except ray.exceptions.RayError as error:
            yield not_done(shard, str(error).splitlines()[0])
