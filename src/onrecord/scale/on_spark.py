"""Runs shards as Spark jobs, in the session that is there (Databricks) or one that is started by the environment's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from multiprocessing.pool import ThreadPool

from onrecord.errors import UsageError
from onrecord.scale.attempt import DEATHS, attempt, not_done
from onrecord.scale.shard import Job, Report
from onrecord.scale.shards import Shard

OUTSTANDING = 4  # jobs of one shard for each processor; a job each, so that a shard that cannot be done fails alone and is told at once


def run_on_spark(job: Job, shards: Sequence[Shard], processes: int) -> Iterator[Report]:
    """What becomes of each shard, as it becomes so; ``processes`` only counts where Spark is started here."""
    try:
        sql = import_module("pyspark.sql")
    except ImportError as error:
        raise UsageError("--engine spark needs PySpark and Java 17 or newer: pip install 'onrecord[spark]'") from error
    builder = sql.SparkSession.builder.appName("onrecord").config("spark.task.maxFailures", DEATHS).config("spark.ui.enabled", "false")
    if sql.SparkSession.getActiveSession() is None and "spark.master" not in import_module("pyspark").SparkConf().toDebugString():
        builder = builder.master(f"local[{processes},{DEATHS}]")
    context = builder.getOrCreate().sparkContext
    failures = import_module("py4j.protocol").Py4JError, import_module("pyspark.errors").PySparkException

    def code(shard: Shard) -> Report:
        try:
            done: Report = context.parallelize([shard], 1).map(partial(attempt, job)).first()
        except failures as error:
            return not_done(shard, str(getattr(error, "java_exception", error)).splitlines()[0])
        return done

    with ThreadPool(OUTSTANDING * context.defaultParallelism) as pool:
        yield from pool.imap_unordered(code, shards)
