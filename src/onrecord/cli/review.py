"""``onrecord review``: what reviewers decided, and how far they agree."""

from __future__ import annotations

import csv as csv_format
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from onrecord.cli.options import DEFAULT_LEDGER, JUDGE, Csv, Json, LedgerAddress

review_app = typer.Typer(no_args_is_help=True, help="What waits for review, what was decided, how far coders agree.")

EXIT_SOME_REFUSED = 3

TeamFile = Annotated[Path | None, typer.Option("--team", envvar="ONRECORD_TEAM", metavar="FILE", help="How the team reviews (YAML).")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(review_app, name="review", rich_help_panel=JUDGE)


@review_app.command("template")
def template() -> None:
    """Print a team file to start from: keys, reasons, own fields and types, codebook notes, graphic words."""
    from onrecord.ledger.review.team import template as text

    print(text(), end="")


@review_app.command("check")
def check(path: Annotated[Path, typer.Argument(metavar="FILE", help="The team file.")]) -> None:
    """Check a team file and say what is wrong in it."""
    from onrecord.ledger.review.team import read_team

    team = read_team(path)
    print(f"{path}: {len(team.fields)} own fields, {len(team.types)} own types, all is well", file=sys.stderr)


@review_app.command("queue")
def queue(
    ledger: LedgerAddress = DEFAULT_LEDGER,
    team: TeamFile = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="At most so many.")] = 20,
    json: Json = False,
) -> None:
    """List what waits for a decision, the most uncertain and important first; takes in what is new."""
    from onrecord.cli.for_people import print_block
    from onrecord.export.writing import encode_json
    from onrecord.ledger import open_ledger
    from onrecord.ledger.review.queue import Queue, fill_queue, list_items
    from onrecord.ledger.review.team import read_team

    read = read_team(team)
    with open_ledger(ledger) as opened:
        fill_queue(opened, read)
        for item in list_items(opened, Queue.FIRST, "", limit=limit):
            if json:
                print(encode_json(item))
            else:
                print_block(item.claim, f"  priority {item.priority:.2f}", ("; ".join(item.why),), "")


@review_app.command("export")
def export(ledger: LedgerAddress = DEFAULT_LEDGER, team: TeamFile = None, json: Json = False, csv: Csv = False) -> None:
    """Write every decided claim: machine, both coders, adjudicated, final; with the team's own fields."""
    import msgspec

    from onrecord.errors import UsageError
    from onrecord.export.writing import csv_of
    from onrecord.ledger import open_ledger
    from onrecord.ledger.review.report import list_reviewed, table_columns, table_row
    from onrecord.ledger.review.team import read_team

    if json and csv:
        raise UsageError("choose one of --json and --csv")
    with open_ledger(ledger) as opened:
        if csv:
            read = read_team(team)
            sys.stdout.writelines(csv_of([table_row(one, read) for one in list_reviewed(opened)], table_columns(read)))
            return
        for one in list_reviewed(opened):
            print(msgspec.json.encode(one).decode())


@review_app.command("import")
def import_corrections(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: claim, verdict (accept, correct, reject), reason, corrected fields.")],
    by: Annotated[str, typer.Option(metavar="NAME", help="Whose decisions they are.")],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When they were made; now, unless said.")] = None,
    ledger: LedgerAddress = DEFAULT_LEDGER,
    team: TeamFile = None,
) -> None:
    """Take corrections that coders made in a table; bad rows are told with their line, the others done."""
    from datetime import UTC, datetime

    from onrecord.ledger import open_ledger
    from onrecord.ledger.review.forms import Fate
    from onrecord.ledger.review.imports import check_columns, take_corrections
    from onrecord.ledger.review.team import read_team

    known = read_team(team)
    counts = dict.fromkeys(("applied", "repeated", "refused", "unchanged"), 0)
    with open_ledger(ledger) as opened, _table(path) as rows:
        check_columns(rows.names, known)
        for taken in take_corrections(opened, rows, known, by=by, at=at or datetime.now(UTC).isoformat(timespec="seconds")):
            refused = taken.fate in (Fate.REFUSED, Fate.STALE)
            counts["refused" if refused else str(taken.fate or "unchanged")] += 1
            if refused:
                print(f"{taken.where}: {taken.message}")
    print(", ".join(f"{number} {what}" for what, number in counts.items()), file=sys.stderr)
    if counts["refused"]:
        raise typer.Exit(EXIT_SOME_REFUSED)


class _Rows:
    """The rows of a CSV, each with its place; apostrophes that an export put before formulas are taken off."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._reader = csv_format.DictReader(file, restval="")
        self.names = [name for name in self._reader.fieldnames or () if name]

    def __iter__(self) -> Iterator[tuple[str, dict[str, str]]]:
        from onrecord.export.cells import restore

        for row in self._reader:
            yield f"{self._path}:{self._reader.line_num}", {name: restore(row[name]) for name in self.names}


@contextmanager
def _table(path: Path) -> Iterator[_Rows]:
    from onrecord.errors import InputError

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield _Rows(path, file)
    except (OSError, UnicodeDecodeError, csv_format.Error) as error:
        raise InputError(f"{path}: cannot be read as CSV in UTF-8 ({error})") from error


@review_app.command("agreement")
def agreement(ledger: LedgerAddress = DEFAULT_LEDGER, team: TeamFile = None, json: Json = False) -> None:
    """Show Krippendorff's alpha per field over the claims that two people coded, the second blind."""
    import msgspec

    from onrecord.ledger import open_ledger
    from onrecord.ledger.review.report import list_reviewed, measure_fields
    from onrecord.ledger.review.team import read_team

    with open_ledger(ledger) as opened:
        rows = measure_fields(list(list_reviewed(opened)), read_team(team))
    for row in rows:
        if json:
            print(msgspec.json.encode(row).decode())
            continue
        found = row.agreement
        alpha = "undefined" if found.alpha is None else f"{found.alpha:.3f}"
        between = "" if found.low is None or found.high is None else f"  {found.low:.2f} to {found.high:.2f}"
        print(f"{row.field:16} {row.level:9} n={found.units:<5} alpha {alpha}{between}")
