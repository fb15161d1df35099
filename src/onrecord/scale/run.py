"""An archive run from its first listing to its last marker, on any engine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from importlib import import_module

import msgspec

from onrecord import __version__
from onrecord.errors import UsageError
from onrecord.records import Failure, Record
from onrecord.scale.shard import Job, News, Report, lost_name
from onrecord.scale.shards import Part, Shard, plan
from onrecord.scale.storage import Store
from onrecord.scale.tables import Outcome, State, failure_row, parquet_bytes, schema_of

ARCHIVE = "archive.json"
Run = Callable[[Job, Sequence[Shard], int], Iterator[Report | News]]


class Engine(StrEnum):
    """What runs shards. Each is a module of this package with one function, imported when it is asked for."""

    LOCAL = "local"
    RAY = "ray"
    SPARK = "spark"


ENGINES = {Engine.LOCAL: "local:run_local", Engine.RAY: "on_ray:run_on_ray", Engine.SPARK: "on_spark:run_on_spark"}


class Planned(Record, frozen=True):
    """What a run will do: shards to code, the largest first so that processes end together, and how many are done already."""

    shards: tuple[Shard, ...]
    done: int


def new_run() -> str:
    """A name that no other run has: the journal tells by it whether a death was its own run's."""
    return os.urandom(8).hex()


def prepare(job: Job, addresses: Iterable[str], *, part: Part | None = None) -> Planned:
    """The shards that are still to be coded. Raises UsageError where the archive was made with other settings or cannot be written."""
    store = Store(job.out)
    try:
        _claim(store, job)
        shards = plan(store, addresses)
    except OSError as error:
        reason = (error.strerror or str(error)).splitlines()[0].rstrip(".")
        raise UsageError(f"{store.address}: cannot be written ({reason}); check --out, your right to write there and the room") from None
    mine = part.pick(shards) if part else shards
    done = {name.removeprefix("done/").removesuffix(".json") for name in store.names("done")} if job.resume else set()
    waiting = sorted((shard for shard in mine if shard.id not in done), key=lambda shard: -shard.weight)
    return Planned(shards=tuple(waiting), done=len(mine) - len(waiting))


def run(job: Job, shards: Sequence[Shard], *, engine: Engine = Engine.LOCAL, processes: int = 1) -> Iterator[Report | News]:
    """Codes the shards, in whatever order; a shard that could not be done is named among the failures, and the others go on."""
    store = Store(job.out)
    module, _, name = ENGINES[engine].partition(":")
    start: Run = getattr(import_module(f"onrecord.scale.{module}"), name)
    inputs = {shard.id: shard for shard in shards}
    for heard in start(job, shards, processes) if shards else ():
        if isinstance(heard, Report) and heard.problem is not None:
            _write_lost(store, inputs[heard.shard], heard.problem)
        yield heard


def _claim(store: Store, job: Job) -> None:
    """Writes into a new archive by which settings it is made; refuses one that was made by others."""
    written = store.read(ARCHIVE)
    if written is None:
        store.write(ARCHIVE, msgspec.json.encode({"settings": job.settings, "version": __version__, "where": job.where}))
        return
    try:
        made_by = msgspec.json.decode(written, type=dict[str, object])
    except msgspec.MsgspecError:
        raise UsageError(f"{store.address}/{ARCHIVE}: is not of an archive; choose another folder for --out") from None
    if made_by.get("settings") != job.settings:
        made = f"onrecord {made_by.get('version')} with other settings"
        raise UsageError(f"{store.address}: holds the work of {made}; repeat those, or choose another folder for --out")


def _write_lost(store: Store, shard: Shard, problem: str) -> None:
    """Names a shard that could not be done among the failures, where there is room to write that."""
    rows = []
    for position, one in enumerate(shard.inputs):
        failure = Failure(document=None, path=one.path, stage="shard", error="ShardError", message=f"{problem}; run again to try again")
        rows.append(failure_row(shard.id, Outcome(position, State.FAILED, path=one.path, failure=failure)))
    schema = schema_of("failures")
    columns = {name: [row[name] for row in rows] for name in schema.names}
    try:
        store.write(lost_name(shard.id), parquet_bytes([import_module("pyarrow").table(columns, schema=schema)]))
    except OSError:
        return  # the same full disk; the run still says it
