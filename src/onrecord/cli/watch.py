"""``onrecord watch``: feeds, asked again and again; every new report goes into the ledger."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.options import DEFAULT_LEDGER, EXIT_SOME_FAILED, READ, Json, LedgerAddress, LexiconFolder, flag

if TYPE_CHECKING:
    from onrecord.ingest.watch import Watch
    from onrecord.ledger import Ledger
    from onrecord.pipeline import Pipeline
    from onrecord.records import Coding


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("watch", rich_help_panel=READ)(watch)


def watch(
    feeds: Annotated[Path, typer.Argument(metavar="FEEDS.TOML", help="The feeds, each with its url; see the guide.")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
    state: Annotated[Path | None, typer.Option(metavar="FILE", help="How far each feed was read; beside the feeds unless said.")] = None,
    once: Annotated[bool, flag("--once", help="Ask the feeds that are due once, and stop.")] = False,
    lexicon: LexiconFolder = None,
    json: Json = False,
) -> None:
    """Watch feeds: code each new report into the ledger and print a line for it. Ctrl-C stops; the next run goes on from there."""
    from onrecord.ingest import watch_feeds
    from onrecord.ledger import open_ledger
    from onrecord.pipeline import Options, build_pipeline

    watched = watch_feeds(feeds, state=state)
    pipeline = build_pipeline(Options(lexicon=lexicon))
    failed = 0
    with open_ledger(ledger, create=True) as opened:
        while True:
            failed += _round(watched, pipeline, opened, json=json)
            if once:
                break
            time.sleep(max(1.0, watched.next_due() - time.time()))
    if failed:
        raise typer.Exit(EXIT_SOME_FAILED)


def _round(watched: Watch, pipeline: Pipeline, ledger: Ledger, *, json: bool) -> int:
    """Asks what is due; stores each report before the next is asked for. Returns how many could not be read."""
    from onrecord.records import Capture, Failure

    failed = 0
    for found in watched.poll(time.time):
        if isinstance(found, Capture) and ledger.note(found):
            continue
        (result,) = pipeline.code([found])
        if isinstance(result, Failure):
            failed += 1
            print(f"onrecord: {result.message}", file=sys.stderr)
            continue
        ledger.append(result, found if isinstance(found, Capture) else None)
        print(_line(result, json=json), flush=True)
    return failed


def _line(coding: Coding, *, json: bool) -> str:
    import msgspec

    document, coded = coding.document, sum(1 for claim in coding.claims if claim.event is not None and claim.event.codable)
    if json:
        fields = ("id", "published", "outlet", "title", "url")
        return msgspec.json.encode({**{name: getattr(document, name) for name in fields}, "claims": coded}).decode()
    shown = (document.id, document.published or "undated", document.outlet or "-", document.title or document.text[:80])
    return "\t".join(" ".join(part.split()) for part in (*shown, f"{coded} claims"))
