"""Options that several commands share, the groups of commands, and the exit codes of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from onrecord.ledger.query.filters import Filters

flag = partial(typer.Option, metavar="")  # takes no value, so that its line of the help page names none

EXIT_FAILURE, EXIT_USAGE, EXIT_SOME_FAILED = 1, 2, 3

# The groups of the first help page.
READ, SEE, GIVE = "Read reports", "See what they say", "Give it to others"
JUDGE, KEEP = "Check and decide", "Look after it"

# ── What to work with ─────────────────────────────────────────────────────────────────────────────────────────────────

LedgerAddress = Annotated[str, typer.Option("--ledger", envvar="ONRECORD_LEDGER", metavar="PATH|URL", help="The ledger.")]
DEFAULT_LEDGER = "onrecord.db"
LexiconFolder = Annotated[Path | None, typer.Option("--lexicon", metavar="DIR", help="A folder of your own actors and frames; they win.")]
Json = Annotated[bool, flag("--json", help="One JSON object a line.")]
Csv = Annotated[bool, flag("--csv", help="A table with a header, for spreadsheets.")]
Processes = Annotated[int, typer.Option(min=1, metavar="N", help="Processes.")]


WHICH = "Which ones"


def _read(value: str | None, read: Callable[[str], str]) -> str | None:
    """What was given for a filter, or None; what cannot be meant is refused, with what can."""
    try:
        return read(value) if value else None
    except ValueError as error:
        raise typer.BadParameter(f"'{value}'. {error}") from error


def _day(value: str | None) -> str | None:
    from onrecord.ledger.query.filters import read_day

    return _read(value, read_day)


def _country(value: str | None) -> str | None:
    from onrecord.ledger.query.filters import read_country

    return _read(value, read_country)


def _name(value: str | None, known: Iterable[str]) -> str | None:
    from onrecord.ledger.query.filters import read_name

    return _read(value, lambda given: read_name(given, known))


def _type(value: str | None) -> str | None:
    if not value:
        return None
    from onrecord.ontology import load_ontology

    return _name(value, load_ontology().types)


def _member_of(enumeration: str) -> Callable[[str | None], str | None]:
    """Reads a member of an enumeration of the records, which are not loaded for a help page."""

    def read(value: str | None) -> str | None:
        from onrecord import records

        return _name(value, getattr(records, enumeration))

    return read


# ── What to list ──────────────────────────────────────────────────────────────────────────────────────────────────────

Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Not over before this day (2020-02-27, 2020-02, 2020).", callback=_day, rich_help_panel=WHICH),
]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Begun before this day.", callback=_day, rich_help_panel=WHICH)]
Country = Annotated[str | None, typer.Option(metavar="ISO3", help="In this country.", callback=_country, rich_help_panel=WHICH)]
PlaceName = Annotated[str | None, typer.Option("--place", metavar="NAME", help="Part of a place's name.", rich_help_panel=WHICH)]
Who = Annotated[str | None, typer.Option(metavar="CODE", help="Part of the code of one who takes part (SYR MIL).", rich_help_panel=WHICH)]
EventType = Annotated[
    str | None, typer.Option("--type", metavar="TYPE", help="Of this type (ASSAULT).", callback=_type, rich_help_panel=WHICH)
]
Grade = Annotated[
    str | None,
    typer.Option(metavar="GRADE", help="Incidents of this grade (corroborated).", callback=_member_of("Grade"), rich_help_panel=WHICH),
]
State = Annotated[
    str | None,
    typer.Option(
        metavar="STATE", help="Incidents in this review state (accepted).", callback=_member_of("IncidentState"), rich_help_panel=WHICH
    ),
]
Status = Annotated[
    str | None,
    typer.Option(metavar="STATUS", help="alleged, corroborated, verified, disputed or rejected.", callback=_member_of("ViolationStatus")),
]
PrintedBy = Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Claims printed by this outlet.", rich_help_panel=WHICH)]
ReportId = Annotated[str | None, typer.Option("--document", metavar="ID", help="Of this report.", rich_help_panel=WHICH)]
OfIncident = Annotated[str | None, typer.Option("--incident", metavar="ID", help="Claims of this incident.", rich_help_panel=WHICH)]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many.", rich_help_panel=WHICH)]


def filters(
    since: Since = None,
    until: Until = None,
    country: Country = None,
    place: PlaceName = None,
    who: Who = None,
    type: EventType = None,
    grade: Grade = None,
    state: State = None,
    outlet: PrintedBy = None,
    incident: OfIncident = None,
    document: ReportId = None,
    limit: Limit = None,
) -> Filters:
    """What to list, from the options that say so."""
    from onrecord.ledger.query.filters import Filters

    return Filters(
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


OF_CLAIMS = frozenset(("outlet", "incident"))
OF_INCIDENTS = frozenset(("grade", "state"))
