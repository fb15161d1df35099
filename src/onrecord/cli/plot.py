"""``onrecord plot``: static figures of incidents for reports."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.groups import takes
from onrecord.cli.options import DEFAULT_LEDGER, GIVE, OF_CLAIMS, LedgerAddress, filters

if TYPE_CHECKING:
    from onrecord.ledger.query.filters import Filters


class Kind(StrEnum):
    MAP = "map"
    TIMELINE = "timeline"
    RANGES = "ranges"
    SOURCES = "sources"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("plot", rich_help_panel=GIVE)(plot)


@takes("chosen", filters, without=OF_CLAIMS)
def plot(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="map, timeline, ranges (of reported dead) or sources.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="An .svg, .png or .pdf.")],
    chosen: Filters,
    ledger: LedgerAddress = DEFAULT_LEDGER,
    policy: Annotated[str, typer.Option(metavar="RULE", help="What is shown: occurred, ongoing or all, as in export.")] = "occurred",
) -> None:
    """Draw incidents for a report, without network: a map, a timeline, ranges of reported dead, or who printed what."""
    from onrecord.export import Account
    from onrecord.export.plots import draw
    from onrecord.export.policy import objection, policy_named
    from onrecord.ledger import open_ledger
    from onrecord.ledger.query.bulk import stream_incidents

    rule = policy_named(policy)
    with open_ledger(ledger) as opened:
        found = (Account(incident, claims) for incident, claims in stream_incidents(opened, chosen))
        accounts = [account for account in found if objection(rule, account) is None]
    draw(str(kind), accounts, output)
    print(f"{output}: {len(accounts)} incidents", file=sys.stderr)
