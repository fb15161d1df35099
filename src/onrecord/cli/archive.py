"""``onrecord code --out`` and ``onrecord query``: reports by the million, into Parquet and out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from onrecord.cli.options import EXIT_SOME_FAILED, SEE, Csv, Json, flag

if TYPE_CHECKING:
    from onrecord.pipeline import Options
    from onrecord.records import Failure
    from onrecord.scale import Job, Report
    from onrecord.scale.progress import Progress

SHOWN_FAILURES = 10


class EngineChoice(StrEnum):
    """The engines of ``onrecord.scale.Engine``, which is not loaded for a help page."""

    LOCAL = "local"
    RAY = "ray"
    SPARK = "spark"


ARCHIVE = "Archives: reports by the million"
Out = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Make an archive here (or s3://bucket/folder): Parquet, resumable.", rich_help_panel=ARCHIVE),
]
EngineName = Annotated[
    EngineChoice, typer.Option(metavar="local|ray|spark", help="What runs an archive's shards.", rich_help_panel=ARCHIVE)
]
ShardPart = Annotated[
    str | None, typer.Option(metavar="I/N", help="Only every N-th shard, from the I-th: for arrays of jobs.", rich_help_panel=ARCHIVE)
]
Resume = Annotated[bool, flag("--resume/--no-resume", help="Leave shards that are done as they are.", rich_help_panel=ARCHIVE)]
Where = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD OP VALUE", help="Only such reports: published>=2019, url!~*/sport/*.", rich_help_panel=ARCHIVE),
]
PrefilterSwitch = Annotated[
    bool, flag("--prefilter/--no-prefilter", help="Leave out what cannot tell of conflict.", rich_help_panel=ARCHIVE)
]
WideSwitch = Annotated[
    bool,
    flag("--wide", help="Leave out less: politics with protest, force or threats among it; at twice the cost.", rich_help_panel=ARCHIVE),
]
Seconds = Annotated[float, typer.Option(min=0.1, metavar="S", help="How long one report of an archive may take.", rich_help_panel=ARCHIVE)]
MetricsFolder = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write progress here: JSON lines and a Prometheus textfile.", rich_help_panel=ARCHIVE)
]
ArchiveFolder = Annotated[str, typer.Argument(metavar="DIR", help="The archive: a folder or an address (s3://bucket/folder).")]


class ArchiveOptions(NamedTuple):
    """Where an archive is made, of what, and by whom."""

    out: Out = None
    engine: EngineName = EngineChoice.LOCAL
    shard: ShardPart = None
    resume: Resume = True
    where: Where = None
    prefilter: PrefilterSwitch = True
    wide: WideSwitch = False
    seconds: Seconds = 30.0
    metrics: MetricsFolder = None


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("query", rich_help_panel=SEE)(query)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="The question; tables and views are listed in the guide.")],
    archive: ArchiveFolder,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Ask an archive in SQL."""
    from onrecord.cli import lists
    from onrecord.scale.query import query as ask

    answer = ask(archive, sql)
    rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
    lists.write(rows, dict, _print_rows, json=json, csv=csv)


def _print_rows(rows: Any) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*(list(rows[0]) if rows else ["nothing"]))
    for row in rows:
        table.add_row(*("" if value is None else escape(str(value)) for value in row.values()))
    Console().print(table)


def code_archive(asked: ArchiveOptions, out: str, paths: list[str], given: dict[str, Any], options: Options, *, processes: int) -> None:
    """Codes everything that the paths name into the archive; exit code 3 when something failed, and the rest is done."""
    from onrecord.errors import UsageError
    from onrecord.scale import Engine, Job, Report, new_run, prepare, read_part, run
    from onrecord.scale.progress import Metrics, Progress

    if asked.wide and not asked.prefilter:
        raise UsageError("--wide says how much the prefilter leaves out, --no-prefilter that it leaves out nothing: give one of them")
    where = tuple(asked.where or ())
    job = Job(out, new_run(), options, given, where, asked.prefilter, asked.wide, asked.seconds, asked.resume)
    part = read_part(asked.shard) if asked.shard else None
    planned = prepare(job, paths, part=part)
    if planned.done:
        print(f"{planned.done} shards are there already", file=sys.stderr)
    progress = Progress(len(planned.shards))
    files = Metrics(asked.metrics, label=f"-{part.number}-of-{part.of}" if part else "") if asked.metrics else None
    lost = []
    with _live(progress) as refresh:
        for heard in run(job, planned.shards, engine=Engine(asked.engine), processes=processes):
            progress.hear(heard)
            if isinstance(heard, Report) and heard.problem is not None:
                lost.append(_lost(heard))
            if files is not None:
                files.write(progress.snapshot())
            refresh()
    if files is not None:
        files.write(progress.snapshot(), last=True)
    _finish(job, progress, lost)


def _lost(report: Report) -> Failure:
    from onrecord.records import Failure

    return Failure(document=None, path=report.shard, stage="shard", error="ShardError", message=f"{report.problem}; run again to try again")


@contextmanager
def _live(progress: Progress) -> Iterator[Any]:
    """One line on standard error that is kept up to date where a person is looking."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from onrecord.scale.progress import in_words

    with Live(console=Console(stderr=True), refresh_per_second=2, transient=True) as live:
        yield lambda: live.update(Text(in_words(progress.snapshot())))


def _finish(job: Job, progress: Progress, lost: list[Failure]) -> None:
    from onrecord.scale.progress import in_words
    from onrecord.scale.storage import Store
    from onrecord.scale.summary import PAGE, write_summary

    print(in_words(progress.snapshot()), file=sys.stderr)
    store = Store(job.out)
    try:
        total = write_summary(store, tuple(lost))
        whole = f"{total.counts.documents:,} reports, {total.counts.claims:,} claims"
        print(f"the archive: {whole}; {store.address}/{PAGE}", file=sys.stderr)
    except OSError as error:
        print(f"onrecord: {store.address}/{PAGE}: cannot be written ({error.strerror or error})", file=sys.stderr)
        raise typer.Exit(EXIT_SOME_FAILED) from None
    _name_failures(total.examples)
    if total.counts.failed or lost:
        raise typer.Exit(EXIT_SOME_FAILED)


def _name_failures(failures: Iterable[Failure]) -> None:
    for number, failure in enumerate(failures):
        if number == SHOWN_FAILURES:
            print("onrecord: … all of them: onrecord query 'SELECT * FROM failures'", file=sys.stderr)
            return
        print(f"onrecord: {failure.message}", file=sys.stderr)
