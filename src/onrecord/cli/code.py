"""``onrecord code`` and ``onrecord explain``: what one report, or many, says."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.archive import ArchiveOptions, code_archive
from onrecord.cli.groups import takes
from onrecord.cli.options import EXIT_SOME_FAILED, READ, LexiconFolder, Processes, flag
from onrecord.cli.sources import Follow, Networks, Outlet, Paths, Published, reading, web_of
from onrecord.errors import UsageError

if TYPE_CHECKING:
    from onrecord.ingest.fetch import Web
    from onrecord.pipeline import Options
    from onrecord.records import Capture, Coding, Failure

_log = logging.getLogger(__name__)


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


Conllu = Annotated[Path | None, typer.Option("--parse", metavar="FILE", help="Take the parse from this CoNLL-U file.")]


def register(app: typer.Typer) -> None:
    app.command("code", rich_help_panel=READ)(code)
    app.command("explain", rich_help_panel=READ)(explain)


@takes("given", reading)
@takes("archive", ArchiveOptions)
def code(
    paths: Paths,
    given: dict[str, Any],
    follow: Follow = False,
    allow_network: Networks = None,
    lexicon: LexiconFolder = None,
    parse: Conllu = None,
    format_: Annotated[
        Format, typer.Option("--format", metavar="table|json|jsonl", help="table for people, json (one object; a list for several), jsonl.")
    ] = Format.TABLE,
    everything: Annotated[bool, flag("--all", help="In the table, show claims that code no event, too.")] = False,
    jobs: Processes = 1,
    *,
    archive: ArchiveOptions,
) -> None:
    """Say what reports claim: who did what to whom, where, when, how many, according to whom.

    With --out, reports by the million: paths may be folders, globs and addresses, and what is found goes into an archive.
    """
    from onrecord.pipeline import Options

    options = Options(lexicon=lexicon, conllu=parse, debug=archive.out is None and _log.isEnabledFor(logging.DEBUG))
    if archive.out is None:
        if archive != ArchiveOptions():
            raise UsageError("--engine, --shard, --where and what else is of archives: name one with --out DIR")
        _code_reports(paths, given, options, follow=follow, web=web_of(allow_network), jobs=jobs, format_=format_, everything=everything)
    elif follow or allow_network:
        raise UsageError("--follow and --allow-network fetch pages, which archives do not: save the pages first, or leave out --out")
    else:
        code_archive(archive, archive.out, paths, given, options, processes=jobs)


def _code_reports(
    paths: list[str],
    given: dict[str, Any],
    options: Options,
    *,
    follow: bool,
    web: Web | None,
    jobs: int,
    format_: Format,
    everything: bool,
) -> None:
    """Codes the reports and prints what they claim."""
    from onrecord.ingest import read_documents
    from onrecord.pipeline import code_documents

    captures = read_documents(paths, follow=follow, web=web, **given)
    results = code_documents(with_progress(captures, len(paths)), options=options, jobs=jobs)
    failures = Failures()
    _write(failures.passing(results), format_, everything=everything, single=len(paths) == 1)
    failures.finish()


def explain(
    path: Annotated[str, typer.Argument(metavar="REPORT", help="The report to read; - is standard input.")],
    claim: Annotated[str | None, typer.Option(metavar="ID", help="Only this claim (c7).")] = None,
    published: Published = None,
    outlet: Outlet = None,
    lexicon: LexiconFolder = None,
    parse: Conllu = None,
) -> None:
    """Show why each claim was coded as it was: frame, role paths, what was considered and rejected."""
    from rich.console import Console

    from onrecord.display import print_explanation
    from onrecord.errors import InputError, UsageError
    from onrecord.ingest import read_documents
    from onrecord.pipeline import Options, build_pipeline
    from onrecord.records import Failure

    pipeline = build_pipeline(Options(lexicon=lexicon, conllu=parse, debug=True))
    capture, *more = islice(read_documents([path], published=published, outlet=outlet), 2)
    if isinstance(capture, Failure):
        raise InputError(capture.message)
    if more:
        raise UsageError(f"{path}: holds more than one report; save the one to explain as a file of its own")
    coding, explanations = pipeline.explain(capture)
    chosen = [pair for pair in zip(coding.claims, explanations, strict=True) if claim in (None, pair[0].id)]
    if not chosen:
        raise UsageError(f"{path}: there is no claim '{claim}'; there are {len(coding.claims)}: c1 to c{len(coding.claims)}")
    for one, explanation in chosen:
        print_explanation(coding, one, explanation, Console())


class Failures:
    """Lets codings pass, names every failure on standard error as it comes, and ends with exit code 3 if there was one."""

    def __init__(self) -> None:
        self.coded = 0
        self.failed = 0

    def passing(self, results: Iterable[Coding | Failure]) -> Iterator[Coding]:
        from onrecord.records import Failure

        for result in results:
            if isinstance(result, Failure):
                self.failed += 1
                print(f"onrecord: {result.message}", file=sys.stderr)
            else:
                self.coded += 1
                yield result

    def finish(self) -> None:
        if self.coded + self.failed > 1:
            print(f"{self.coded} coded, {self.failed} failed", file=sys.stderr)
        if self.failed:
            raise typer.Exit(EXIT_SOME_FAILED)


def _write(codings: Iterable[Coding], format_: Format, *, everything: bool, single: bool) -> None:
    if format_ is Format.TABLE:
        _write_table(codings, everything=everything)
    elif format_ is Format.JSONL:
        for coding in codings:
            print(_json(coding), flush=True)
    else:
        _write_json(iter(codings), single=single)


def _write_json(codings: Iterator[Coding], *, single: bool) -> None:
    """One object where one file held one report; otherwise a list."""
    first = list(islice(codings, 2))
    if single and len(first) == 1:
        print(_json(first[0]))
    elif first or not single:
        _write_list(chain(first, codings))


def _write_list(codings: Iterable[Coding]) -> None:
    opening = "["
    for coding in codings:
        print(opening + _json(coding), end="")
        opening = ",\n"
    print("[]" if opening == "[" else "]")


def _write_table(codings: Iterable[Coding], *, everything: bool) -> None:
    from rich.console import Console

    from onrecord.display import print_coding

    console = Console()
    for number, coding in enumerate(codings):
        if number:
            console.rule()
        print_coding(coding, console, everything=everything)


def _json(coding: Coding) -> str:
    import msgspec

    return msgspec.json.encode(coding).decode()


def with_progress(captures: Iterable[Capture | Failure], total: int) -> Iterable[Capture | Failure]:
    """The captures, with a progress bar on standard error when there are many and a person is looking."""
    if total < 2 or not sys.stderr.isatty():
        return captures
    from rich.console import Console
    from rich.progress import track

    return track(captures, description="coding", total=total, console=Console(stderr=True), transient=True)
