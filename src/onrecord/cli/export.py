"""The command that writes incidents and claims for other people's tools."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onrecord.cli.groups import takes
from onrecord.cli.options import DEFAULT_LEDGER, GIVE, OF_CLAIMS, OF_INCIDENTS, LedgerAddress, filters

if TYPE_CHECKING:
    from onrecord.claim_cells import ClaimTable
    from onrecord.export import Exported
    from onrecord.ledger import Ledger
    from onrecord.ledger.query.bulk import Part
    from onrecord.ledger.query.filters import Filters

FORMAT_HELP = (
    "csv, jsonl, parquet, xlsx, geojson, geojsonseq, geoparquet, csv_hxl; acled_like, ucdp_like, hapi_like, country_month, priogrid_month; "
    "of claims polecat_like, phoenix_like, plover; ftm, jsonld; of reports bibtex, csl, brat, docbin; "
    "bundle: the evidence for one --incident as a zip."
)
BUNDLE = "bundle"
MOST_PROCESSES = 3  # each takes up to 85 MB: all together stay under 500
READING_CACHE_MB = 8  # each part is read once
PARTS_PER_PROCESS = 30  # fewer are read before a process has started


class Table(StrEnum):
    INCIDENTS = "incidents"
    CLAIMS = "claims"
    MENTIONS = "mentions"
    REPORTS = "reports"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export", rich_help_panel=GIVE)(export)


@takes("chosen", filters)
def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help=FORMAT_HELP)],
    output: Annotated[str, typer.Option("--output", "-o", metavar="PATH", help="The file; - for standard output.")],
    chosen: Filters,
    ledger: LedgerAddress = DEFAULT_LEDGER,
    table: Annotated[
        Table | None,
        typer.Option("--table", metavar="TABLE", help="incidents, claims, mentions or reports; what the format is of, unless said."),
    ] = None,
    policy: Annotated[
        str, typer.Option(metavar="RULE", help="What leaves: occurred (said to have happened), ongoing (or going on) or all.")
    ] = "occurred",
    licence: Annotated[str | None, typer.Option("--licence", metavar="NAME", help="The licence of your data, to be stated.")] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="So many work at once on CSV and Parquet of claims; by default up to 3 for large ledgers."),
    ] = None,
) -> None:
    """Write incidents, claims or reports in a layout that other tools read, with a datapackage.json that says what they are."""
    from onrecord.export import check_request
    from onrecord.ledger import open_ledger

    if format == BUNDLE:
        _write_bundle(ledger, chosen.incident, output)
        return
    of = Table(check_request(format, table, policy).tables[0]) if table is None else table
    _refuse_alien(of, chosen)
    with open_ledger(ledger) as opened:
        done = _write(opened, of, chosen, output, processes, format=format, policy=policy, licence=licence)
    print(f"{done.rows} rows of {of} written" + (f", described in {done.package}" if done.package else ""), file=sys.stderr)
    for reason, number in sorted(done.left_out.items()):
        print(f"{number} left out: {reason}", file=sys.stderr)


def _write_bundle(ledger: str, incident: str | None, output: str) -> None:
    from onrecord.cli.evidence import write_bundle
    from onrecord.errors import UsageError
    from onrecord.ledger import open_ledger

    if incident is None:
        raise UsageError("a bundle is of one incident: give --incident")
    with open_ledger(ledger) as opened:
        write_bundle(opened, incident, output)


def _refuse_alien(table: Table, chosen: Filters) -> None:
    """Raises UsageError for a filter that says nothing of the table: it would be passed over."""
    from onrecord.errors import UsageError

    alien = OF_CLAIMS if table is Table.INCIDENTS else OF_INCIDENTS
    if given := sorted(f"--{name}" for name in alien if getattr(chosen, name) is not None):
        raise UsageError(f"{' and '.join(given)}: no filter of {table}")


def _write(ledger: Ledger, table: Table, chosen: Filters, output: str, processes: int | None, **about: Any) -> Exported:
    """Writes a table, with what it is ``about``; claims in columns by several processes where the ledger is large."""
    import msgspec

    from onrecord.export import COLUMN_FORMATS, STANDARD_OUTPUT, write_claims, write_export
    from onrecord.ledger.audit import take_checkpoint
    from onrecord.ledger.query import bulk

    with bulk.collector_paused():
        about |= {"filters": _stated(chosen), "checkpoint": msgspec.to_builtins(take_checkpoint(ledger))}
        if table is not Table.CLAIMS or about["format"] not in COLUMN_FORMATS or output == STANDARD_OUTPUT or chosen.limit is not None:
            return write_export(_records(ledger, table, chosen), output, table=table, **about)
        parts = [partial(_read_table, ledger.address, part, chosen) for part in bulk.claim_parts(ledger, chosen)]
        several = processes or min(MOST_PROCESSES, os.cpu_count() or 1, len(parts) // PARTS_PER_PROCESS)
        return write_claims(parts, output, processes=several, preload=("onrecord.cli.export", bulk.__name__), **about)


def _stated(filters: Filters) -> dict[str, str | int]:
    set_ones = {name: getattr(filters, name) for name in filters.__struct_fields__}
    return {name: value for name, value in set_ones.items() if value not in (None, 0)}


def _records(ledger: Ledger, table: Table, filters: Filters) -> Iterable[Any]:
    from onrecord.export import Account
    from onrecord.ledger.query import bulk

    if table is Table.INCIDENTS:
        return (Account(incident, claims) for incident, claims in bulk.stream_incidents(ledger, filters))
    return bulk.stream_claims(ledger, filters) if table is Table.CLAIMS else bulk.stream_codings(ledger, filters)


def _read_table(address: str, part: Part, filters: Filters) -> ClaimTable:
    """The claims of a part, read by whichever process does it."""
    from onrecord.ledger.query import bulk

    gc.disable()  # columns are plain lists: the collector would walk through them for nothing
    gc.collect(1)  # but reading leaves a few cycles behind, which are alone now
    return bulk.read_table(_opened(address), part, filters)


@cache
def _opened(address: str) -> Ledger:
    from onrecord.ledger import open_ledger

    return open_ledger(address, cache_mb=READING_CACHE_MB)
