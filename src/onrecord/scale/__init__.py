"""Archives: the same program over any number of reports, on a laptop, a Slurm array, a Ray cluster or Spark.

    plan ─▶ shards ─▶ code_shard, on any engine, any number of times ─▶ Parquet, by table, year and month ─▶ query, ledger
What is written once is whole, what is there is not done again: exactly-once is the shard's own, no scheduler has to promise it.
"""

from __future__ import annotations

from onrecord.scale.run import Engine, Planned, new_run, prepare, run
from onrecord.scale.shard import Counts, Job, News, Report, code_shard
from onrecord.scale.shards import Part, Shard, read_part

__all__ = ["Counts", "Engine", "Job", "News", "Part", "Planned", "Report", "Shard", "code_shard", "new_run", "prepare", "read_part", "run"]
