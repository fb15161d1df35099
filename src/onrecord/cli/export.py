"""The command that writes incidents and claims for other people's tools."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.records import DEFAULT_LEDGER, LedgerAddress, Limit, PlaceName, Since, Until, Who

if TYPE_CHECKING:
    from onrecord.export import Account
    from onrecord.ledger import Ledger
    from onrecord.ledger.browse import ClaimInContext, Filters

CLAIMS_AT_ONCE = 5_000


class Table(StrEnum):
    INCIDENTS = "incidents"
    CLAIMS = "claims"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export")(export)


def export(
    format: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, jsonl, parquet, geojson, geojsonseq, acled_like or ucdp_like.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="PATH", help="The file; - for standard output.")],
    ledger: LedgerAddress = DEFAULT_LEDGER,
    table: Annotated[Table, typer.Option("--table", metavar="TABLE", help="incidents or claims.")] = Table.INCIDENTS,
    policy: Annotated[
        str, typer.Option(metavar="RULE", help="What leaves: occurred (said to have happened), ongoing (or going on) or all.")
    ] = "occurred",
    licence: Annotated[str | None, typer.Option("--licence", metavar="NAME", help="The licence of your data, to be stated.")] = None,
    since: Since = None,
    until: Until = None,
    country: Annotated[str | None, typer.Option(metavar="ISO3", help="In this country.")] = None,
    place: PlaceName = None,
    who: Who = None,
    type: Annotated[str | None, typer.Option(metavar="TYPE", help="Of this type (ASSAULT).")] = None,
    grade: Annotated[str | None, typer.Option(metavar="GRADE", help="Incidents of this grade (corroborated).")] = None,
    state: Annotated[str | None, typer.Option(metavar="STATE", help="Incidents in this state of review (accepted).")] = None,
    outlet: Annotated[str | None, typer.Option(metavar="NAME", help="Claims printed by.")] = None,
    incident: Annotated[str | None, typer.Option(metavar="ID", help="Claims of this incident.")] = None,
    document: Annotated[str | None, typer.Option(metavar="ID", help="Of this report.")] = None,
    limit: Limit = None,
) -> None:
    """Write incidents or claims in a layout that other tools read, with a datapackage.json that says what they are."""
    from onrecord.errors import UsageError
    from onrecord.export import check_request, write_export
    from onrecord.ledger import open_ledger
    from onrecord.ledger.browse import Filters

    check_request(format, table, policy)
    for_claims = {"--outlet": outlet, "--incident": incident} if table is Table.INCIDENTS else {"--grade": grade, "--state": state}
    if alien := [name for name, value in for_claims.items() if value is not None]:
        raise UsageError(f"{' and '.join(alien)}: no filter of {table}")
    filters = Filters(
        since=since,
        until=until,
        country=country,
        place=place,
        who=who,
        type=type,
        grade=grade,
        state=state,
        outlet=outlet,
        incident=incident,
        document=document,
        limit=limit,
    )
    with open_ledger(ledger) as opened:
        records = _claims(opened, filters) if table is Table.CLAIMS else _accounts(opened, filters)
        done = write_export(records, output, format=format, table=table, policy=policy, filters=_stated(filters), licence=licence)
    print(f"{done.rows} {table} written" + (f", described in {done.package}" if done.package else ""), file=sys.stderr)
    for reason, number in sorted(done.left_out.items()):
        print(f"{number} left out: {reason}", file=sys.stderr)


def _stated(filters: Filters) -> dict[str, str | int]:
    set_ones = {name: getattr(filters, name) for name in filters.__struct_fields__}
    return {name: value for name, value in set_ones.items() if value not in (None, 0)}


def _accounts(ledger: Ledger, filters: Filters) -> Iterator[Account]:
    """The incidents with their claims, in the order of the listing."""
    from onrecord.export import Account
    from onrecord.ledger.browse import claims_of, list_incidents

    for incident in list_incidents(ledger, filters):
        yield Account(incident, claims_of(ledger, incident))


def _claims(ledger: Ledger, filters: Filters) -> Iterator[ClaimInContext]:
    """The claims, page by page, so that memory does not grow with the ledger."""
    import msgspec

    from onrecord.ledger.browse import list_claims

    remaining, offset = filters.limit, 0
    while remaining is None or remaining > 0:
        size = CLAIMS_AT_ONCE if remaining is None else min(CLAIMS_AT_ONCE, remaining)
        page = list_claims(ledger, msgspec.structs.replace(filters, limit=size, offset=offset))
        yield from page
        if len(page) < size:
            return
        offset += size
        remaining = None if remaining is None else remaining - size
