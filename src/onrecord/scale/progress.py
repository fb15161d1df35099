"""How far a run is: for people, for programs (JSON lines) and for monitoring (a Prometheus textfile)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

import msgspec

from onrecord.records import Record
from onrecord.scale.shard import Counts, News, Report

EVERY_S = 1.0


class Snapshot(Record, frozen=True):
    """A run at one moment. ``sentences_passed_over``: those of reports that were left out.  memory_mb: of the largest process, its peak.

    eta_s: as long as the remaining shards take at the rate of those done; None before the first.
    """

    seconds: float
    shards: int
    shards_done: int
    shards_lost: int
    documents: int
    coded: int
    skipped: int
    failed: int
    sentences_parsed: int
    sentences_passed_over: int
    claims: int
    documents_per_s: float
    eta_s: float | None
    memory_mb: float


HELP = {
    "seconds": "seconds since the run began",
    "shards": "shards of this run",
    "shards_done": "shards that are done",
    "shards_lost": "shards that could not be done",
    "documents": "inputs",
    "coded": "reports that were coded",
    "skipped": "reports that were left out by the cascade",
    "failed": "reports that could not be read or coded",
    "sentences_parsed": "sentences that the parser read",
    "sentences_passed_over": "sentences of reports that were left out, about",
    "claims": "claims found",
    "documents_per_s": "inputs a second since the run began",
    "eta_s": "seconds to go",
    "memory_mb": "peak memory of the largest process, MB",
}


class Progress:
    """Adds up what a run tells. ``clock`` never goes back, whatever is done to the machine's time."""

    def __init__(self, shards: int, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._began, self._shards = clock, clock(), shards
        self._done = Counts()
        self._under_way: dict[str, Counts] = {}
        self._shards_done = self._shards_lost = 0
        self._memory = 0.0

    def hear(self, heard: Report | News) -> None:
        """Takes in what became of a shard, or how far it is."""
        self._memory = max(self._memory, heard.memory_mb)
        if isinstance(heard, News):
            self._under_way[heard.shard] = heard.counts
            return
        self._under_way.pop(heard.shard, None)
        self._done = self._done.plus(heard.counts)
        self._shards_done += heard.problem is None
        self._shards_lost += heard.problem is not None

    def snapshot(self) -> Snapshot:
        """The run as it is now."""
        counts = self._done
        for one in self._under_way.values():
            counts = counts.plus(one)
        seconds = self._clock() - self._began
        over = self._shards_done + self._shards_lost
        return Snapshot(
            seconds=round(seconds, 1),
            shards=self._shards,
            shards_done=self._shards_done,
            shards_lost=self._shards_lost,
            documents=counts.documents,
            coded=counts.coded,
            skipped=counts.skipped,
            failed=counts.failed,
            sentences_parsed=counts.parsed,
            sentences_passed_over=counts.passed_over,
            claims=counts.claims,
            documents_per_s=round(counts.documents / seconds, 1) if seconds > 0 else 0.0,
            eta_s=round(seconds / over * (self._shards - over), 1) if over else None,
            memory_mb=round(self._memory, 1),
        )


class Metrics:
    """Writes snapshots into a folder: ``progress.jsonl``, a line about every second, and ``onrecord.prom``, the last."""

    def __init__(self, folder: Path, *, label: str = "", clock: Callable[[], float] = monotonic) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lines = folder / f"progress{label}.jsonl"
        self._textfile = folder / f"onrecord{label}.prom"
        self._clock, self._next = clock, clock()

    def write(self, snapshot: Snapshot, *, last: bool = False) -> None:
        """Writes a snapshot, if it is time for one or it is the last."""
        if not last and self._clock() < self._next:
            return
        self._next = self._clock() + EVERY_S
        with self._lines.open("ab") as file:
            file.write(msgspec.json.encode(snapshot) + b"\n")
        partial = self._textfile.with_suffix(".partial")
        partial.write_text(prometheus(snapshot), encoding="utf-8")
        partial.replace(self._textfile)


def prometheus(snapshot: Snapshot) -> str:
    """The snapshot in the text format that Prometheus' textfile collector reads."""
    lines = []
    for name, meaning in HELP.items():
        value = getattr(snapshot, name)
        if value is not None:
            lines += [f"# HELP onrecord_{name} {meaning}", f"# TYPE onrecord_{name} gauge", f"onrecord_{name} {value}"]
    return "\n".join(lines) + "\n"


def in_words(snapshot: Snapshot) -> str:
    """The snapshot on one line, for people."""
    lost = f", {snapshot.shards_lost:,} not done" if snapshot.shards_lost else ""
    shards = f"shards {snapshot.shards_done:,}/{snapshot.shards:,}{lost}"
    sentences = f"sentences {snapshot.sentences_parsed:,} parsed, {snapshot.sentences_passed_over:,} passed over"
    memory = f" · {snapshot.memory_mb:,.0f} MB" if snapshot.memory_mb else ""
    rest = f" · {_span(snapshot.eta_s)} to go" if snapshot.eta_s else ""
    return (
        f"{shards} · reports {snapshot.documents:,} ({snapshot.documents_per_s:,}/s), {snapshot.skipped:,} skipped, "
        f"{snapshot.failed:,} failed · {sentences} · claims {snapshot.claims:,}{memory}{rest}"
    )


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds:.0f} s"
