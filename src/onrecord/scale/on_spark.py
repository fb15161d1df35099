"""Runs shards as a Spark job, in the session that is there (Databricks) or one that is started by the environment's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

from onrecord.errors import UsageError
from onrecord.scale.local import attempt
from onrecord.scale.shard import Job, Report
from onrecord.scale.shards import Shard

RETRIES = "40"  # after deaths of an executor or its worker; a report that kills is quarantined by the journal long before


def run_on_spark(job: Job, shards: Sequence[Shard], processes: int) -> Iterator[Report]:
    """What becomes of each shard, when all are done; ``processes`` only counts where Spark is started here."""
    try:
        sql = import_module("pyspark.sql")
    except ImportError as error:
        raise UsageError("--engine spark needs PySpark and Java 17 or newer: pip install 'onrecord[spark]'") from error
    builder = sql.SparkSession.builder.appName("onrecord").config("spark.task.maxFailures", RETRIES).config("spark.ui.enabled", "false")
    if sql.SparkSession.getActiveSession() is None and "spark.master" not in import_module("pyspark").SparkConf().toDebugString():
        builder = builder.master(f"local[{processes},{RETRIES}]")
    context = builder.getOrCreate().sparkContext

    def code(some: Iterator[Shard]) -> Iterator[Report]:
        return (attempt(job, shard) for shard in some)

    yield from context.parallelize(list(shards), len(shards)).mapPartitions(code).collect()
