"""One shard: reports in, a file of each table out, and a marker that says that it is done. Any scheduler may call it, any number of times.

    read ─▶ cascade ─▶ code ─▶ tables ─▶ files, each written whole ─▶ marker
A shard that has its marker is left alone; one that was broken off is done again and writes the same files over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from onrecord import __version__
from onrecord.errors import OnrecordError
from onrecord.pipeline import Options, Pipeline, build_pipeline
from onrecord.records import Capture, Coding, Failure, Record, content_id
from onrecord.scale.budget import OutOfTime, time_budget
from onrecord.scale.cascade import Cascade, Skipped
from onrecord.scale.journal import Journal
from onrecord.scale.reading import read_input
from onrecord.scale.shards import Input, Shard
from onrecord.scale.storage import Store
from onrecord.scale.tables import NOT_DONE, UNKNOWN, Outcome, State, Tables, file_name

WINDOW = 32  # reports taken in hand at once: enough for the parser's batches, few enough to hold
EXAMPLES = 5


class Job(Record, frozen=True):
    """What is the same for all shards of a run.

    out: the archive's address.  run: tells this run from others, for the journal.  given: what the user says of all reports.
    where: filters, see ``scale.where``.  prefilter: whether what cannot matter is left out.  wide: whether less of it is.
    seconds: what a report may take.
    """

    out: str
    run: str
    options: Options = Options()
    given: Mapping[str, Any] = {}
    where: tuple[str, ...] = ()
    prefilter: bool = True
    wide: bool = False
    seconds: float = 30.0
    resume: bool = True

    @property
    def settings(self) -> str:
        """A hash of what decides the output: an archive holds the work of one."""
        given = sorted((name, str(value)) for name, value in self.given.items())
        return content_id("set-", __version__, self.options, given, self.where, self.prefilter, self.wide)


class Counts(Record, frozen=True):
    """How many of what. documents: all inputs; the next three are among them.  parsed, passed_over: sentences."""

    documents: int = 0
    coded: int = 0
    skipped: int = 0
    failed: int = 0
    parsed: int = 0
    passed_over: int = 0
    claims: int = 0

    def plus(self, other: Counts) -> Counts:
        """The sums."""
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class Report(Record, frozen=True):
    """What became of a shard. ``there``: it was done before.  problem: why it could not be done; then it has no output.

    reasons: how many were skipped, by reason.  examples: some of the failures.  files: written, without the archive's address.
    memory_mb: the peak of the process that did it; 0 where that is not known, and in markers.
    """

    shard: str
    counts: Counts = Counts()
    reasons: Mapping[str, int] = {}
    examples: tuple[Failure, ...] = ()
    files: tuple[str, ...] = ()
    there: bool = False
    problem: str | None = None
    memory_mb: float = 0.0


class News(Record, frozen=True):
    """How far a shard is, and the memory that its process takes."""

    shard: str
    counts: Counts
    memory_mb: float = 0.0


Tell = Callable[[Counts], None]


def marker_name(shard: str) -> str:
    """Where it is written that a shard is done."""
    return f"done/{shard}.json"


def lost_name(shard: str) -> str:
    """Where it is written that a shard could not be done; its own failures without a date stand there otherwise."""
    return file_name("failures", (UNKNOWN, UNKNOWN), shard)


def code_shard(job: Job, shard: Shard, tell: Tell = lambda _: None) -> Report:
    """Codes a shard unless that is done. ``tell`` hears of the counts as they grow. Raises OnrecordError or OSError when it cannot be."""
    store = Store(job.out)
    if job.resume and store.exists(marker_name(shard.id)):
        return Report(shard=shard.id, there=True)
    journal = Journal(store, shard.id, job.run)
    tables = Tables(shard.id)
    reader = _Reader(job, shard, journal)
    tally = _Tally(tell)
    files: list[str] = []
    for outcome in _outcomes(job, reader, journal):
        tables.add(outcome)
        tally.add(outcome)
        if tables.full:
            files += _write_files(store, tables)
    if tables.documents != reader.position:
        raise OnrecordError(f"{shard.id}: {reader.position} reports in, {tables.documents} rows out; please report this")
    files += _write_files(store, tables)
    report = Report(
        shard=shard.id, counts=tally.counts, reasons=dict(sorted(tally.reasons.items())), examples=tuple(tally.examples), files=tuple(files)
    )
    if lost_name(shard.id) not in files:
        store.remove(lost_name(shard.id))
    store.write(marker_name(shard.id), msgspec.json.encode(report))
    journal.close()
    return report


def _write_files(store: Store, tables: Tables) -> list[str]:
    names = []
    for name, data in tables.take_files():
        store.write(name, data)
        names.append(name)
    return names


class _Tally:
    def __init__(self, tell: Tell) -> None:
        self.counts = Counts()
        self.reasons: dict[str, int] = {}
        self.examples: list[Failure] = []
        self._tell = tell

    def add(self, outcome: Outcome) -> None:
        failed = outcome.state in NOT_DONE
        self.counts = self.counts.plus(
            Counts(
                documents=1,
                coded=outcome.state is State.CODED,
                skipped=outcome.state is State.SKIPPED,
                failed=failed,
                parsed=outcome.parsed,
                passed_over=outcome.passed_over,
                claims=len(outcome.coding.claims) if outcome.coding else 0,
            )
        )
        if outcome.reason:
            self.reasons[outcome.reason] = self.reasons.get(outcome.reason, 0) + 1
        if failed and outcome.failure and len(self.examples) < EXAMPLES:
            self.examples.append(outcome.failure)
        self._tell(self.counts)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """The reports of a shard with their positions; each is written into the journal before it is touched."""

    def __init__(self, job: Job, shard: Shard, journal: Journal) -> None:
        self.position = 0
        self._job, self._shard, self._journal = job, shard, journal

    def __iter__(self) -> Iterator[tuple[int, Capture | Outcome]]:
        for one in self._shard.inputs:
            for item in self._items(one):
                self.position += 1
                yield self.position - 1, item

    def _items(self, one: Input) -> Iterator[Capture | Outcome]:
        reports = read_input(one, self._job.given)
        while True:
            at = self.position
            if self._journal.is_unreadable(at):
                yield _stopped(
                    at, one.path, State.QUARANTINED, "reading it killed its process; what comes after it in the file is not read"
                )
                return
            self._journal.enter(at, at + 1)
            try:
                with time_budget(self._job.seconds):
                    found = next(reports, None)
            except OutOfTime:
                yield _stopped(
                    at, one.path, State.OUT_OF_TIME, f"not read within {self._job.seconds:g} s; the rest of the file is not read"
                )
                return
            if found is None:
                return
            yield found if isinstance(found, Capture) else _unread(at, found)


def _unread(position: int, failure: Failure) -> Outcome:
    if failure.error == "LanguageError":
        return Outcome(position, State.SKIPPED, path=failure.path, reason="language")
    return Outcome(position, State.FAILED, path=failure.path, failure=failure)


def _stopped(position: int, path: str | None, state: State, why: str, document: str | None = None) -> Outcome:
    stage = "ingest" if document is None else "code"
    trace = content_id("err-", document or path, stage, state)
    failure = Failure(document=document, path=path, stage=stage, error=state, message=f"{path or document}: {why}", trace_id=trace)
    return Outcome(position, state, path=path, failure=failure)


# ── Coding ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _tools(options: Options, where: tuple[str, ...], prefilter: bool, wide: bool) -> tuple[Pipeline, Cascade]:
    """The pipeline and the cascade, made once per process."""
    pipeline = build_pipeline(options)
    return pipeline, Cascade(options.lexicon, where=where, prefilter=prefilter, wide=wide)


def _outcomes(job: Job, reader: _Reader, journal: Journal) -> Iterator[Outcome]:
    pipeline, cascade = _tools(job.options, job.where, job.prefilter, job.wide)
    items = iter(reader)
    while window := list(islice(items, WINDOW)):
        yield from _Window(job, pipeline, journal).outcomes(cascade, window)


class _Window:
    """Some reports at a time: those that nobody suspects are coded together."""

    def __init__(self, job: Job, pipeline: Pipeline, journal: Journal) -> None:
        self._job, self._pipeline, self._journal = job, pipeline, journal

    def outcomes(self, cascade: Cascade, items: list[tuple[int, Capture | Outcome]]) -> list[Outcome]:
        """What became of each, in order."""
        found: dict[int, Outcome] = {}
        kept: dict[int, Capture] = {}
        for position, item in items:
            if isinstance(item, Outcome):
                found[position] = item
            elif self._journal.quarantines(position):
                found[position] = _at_document(item, _stopped(position, item.document.path, State.QUARANTINED, DEADLY, item.document.id))
            elif (objection := cascade.objection(item)) is not None:
                found[position] = _skipped(position, item, objection)
            else:
                kept[position] = item
        return [outcome for _, outcome in sorted((found | self._code(kept)).items())]

    def _code(self, kept: dict[int, Capture]) -> dict[int, Outcome]:
        alone = {position for position in kept if self._journal.suspects(position)}
        together = [position for position in kept if position not in alone]
        done = {position: self._code_alone(position, kept[position]) for position in sorted(alone)}
        if together:
            self._journal.enter(together[0], together[-1] + 1)
            try:
                with time_budget(self._job.seconds):
                    results = list(self._pipeline.code(kept[position] for position in together))
                done |= {at: _coded(at, kept[at], result) for at, result in zip(together, results, strict=True)}
            except OutOfTime:
                done |= {position: self._code_alone(position, kept[position]) for position in together}
        return done

    def _code_alone(self, position: int, capture: Capture) -> Outcome:
        self._journal.enter(position, position + 1)
        try:
            with time_budget(self._job.seconds):
                return _coded(position, capture, next(self._pipeline.code([capture])))
        except OutOfTime:
            document = capture.document
            why = f"not coded within {self._job.seconds:g} s; give it more with --seconds, or split it"
            return _at_document(capture, _stopped(position, document.path, State.OUT_OF_TIME, why, document.id))


DEADLY = "killed its process twice and was left alone; code it by itself with --debug to see why"


def _skipped(position: int, capture: Capture, objection: Skipped) -> Outcome:
    document = capture.document
    return Outcome(position, State.SKIPPED, document.path, document, reason=objection.reason, passed_over=objection.sentences)


def _at_document(capture: Capture, outcome: Outcome) -> Outcome:
    return Outcome(outcome.position, outcome.state, capture.document.path, capture.document, failure=outcome.failure)


def _coded(position: int, capture: Capture, result: Coding | Failure) -> Outcome:
    document = capture.document
    if isinstance(result, Failure):
        return Outcome(position, State.FAILED, document.path, document, failure=result)
    return Outcome(position, State.CODED, document.path, document, coding=result, parsed=len(result.sentences))
