"""What the ledger has, for people: a block of lines each, that reads at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from onrecord.cli.lists import claim_row, codes
from onrecord.display import describe_factuality, describe_quantity, describe_range, many
from onrecord.records import Claim, Incident, Polarity, Range, Status, Tally, Time, Violation, ViolationStatus, Voice

if TYPE_CHECKING:
    from onrecord.ceasefire import PeriodRow
    from onrecord.records import ClaimInContext

CASUALTIES = ("killed", "injured", "casualties", "missing", "captured", "displaced")


def print_incidents(found: Sequence[Incident]) -> None:
    """What, where and when; who to whom; figures; how well attested."""
    for incident in found:
        place = incident.place.name if incident.place else "place unknown"
        beside = f", {len(incident.denials)} denying" if incident.denials else ""
        print_block(
            _event(incident.type, incident.mode),
            f"  {place}  {when(incident.time) or 'time unknown'}",
            (
                f"{codes(incident.actors) or '?'} → {codes(incident.recipients) or '?'}",
                _casualties(incident),
                f"{incident.grade.replace('_', ' ')}: {incident.grade_reason}",
            ),
            f"{incident.id}  {many(len(incident.claims), 'claim')}{beside}  {incident.state}",
        )
    print(many(len(found), "incident"))


def print_claims(found: Sequence[ClaimInContext]) -> None:
    """What, who to whom, and whether it happened; where, when and how many; who says so, in which words."""
    for one in found:
        claim, row = one.claim, claim_row(one)
        event = _event(claim.event.type, claim.event.mode) if claim.event else str(claim.kind)
        said = f"  according to {row['according_to']}" if row["according_to"] else ""
        print_block(
            event,
            f"  {row['who'] or '?'} → {row['whom'] or '?'}{_unless_it_occurred(claim)}",
            (
                "  ".join(part for part in (row["place"], when(claim.time), *map(describe_quantity, claim.quantities)) if part),
                f"{one.outlet or 'outlet unknown'}, {one.published or 'undated'}{said}",
                f"“{one.text}”",
            ),
            f"{row['claim']}  {row['incident'] or 'in no incident'}",
        )
    print(many(len(found), "claim"))


def print_violations(found: Sequence[Violation]) -> None:
    """How it stands, when and by whom; why it would be one; of which agreement."""
    for violation in found:
        moment = (violation.local_time or "time unknown").replace("T", " ")
        by = f"{violation.by.name} [{violation.by.code}]" if violation.by else "nobody named"
        article = f", article {violation.article}" if violation.article else ""
        print_block(
            str(violation.status),
            f"  {moment} (local)  by {by}",
            (violation.reason, f"{violation.agreement}{article}"),
            f"{violation.id}  {violation.incident}",
        )
    print(many(len(found), "violation"))


def print_periods(found: Sequence[PeriodRow]) -> None:
    """Each period with the number of reports that speak of the area; below it the parties."""
    for (start, end), rows in groupby(found, key=lambda row: (row.start, row.end)):
        parties = list(rows)
        spoken = "no report speaks of the area: silence is not peace" if parties[0].silent else many(parties[0].reports, "report")
        lines = (f"{row.party}: {_statuses(row)}" for row in parties if not row.silent)
        print_block(f"{start} to {_day_before(end)}", f"  {spoken}", lines, "")


def print_tallies(found: Sequence[Tally]) -> None:
    """A row for each figure, with what was said of it last."""
    table = _table("what", "where", "as of", "figure", "notes")
    for tally in found:
        last = tally.series[-1]
        said = describe_range(Range(low=last.low, best=last.best, high=last.high, policy=""), best=True)
        since = f" since {tally.period[:10]}" if tally.period else ""
        table.add_row(tally.subject + since, tally.place or "", last.as_of or "", said, "; ".join(tally.flags))
    Console().print(table)


def print_voices(found: Sequence[Voice]) -> None:
    """A row for each voice."""
    table = _table("voice", "tied to", "reports")
    for voice in found:
        table.add_row(voice.name, voice.affiliation or "", str(len(voice.members)))
    Console().print(table)


def when(time: Time | None) -> str:
    """The interval as short as it can be said: a day, a day and hours, or two ends."""
    if time is None or time.start is None:
        return ""
    if time.end is None:
        return f"since {time.start[:10]}"
    start, end = time.start, time.end
    if start.endswith("T00:00") and end.endswith("T00:00"):
        last = _day_before(end[:10])
        return start[:10] if last == start[:10] else f"{start[:10]} to {last}"
    return f"{start[:10]} {start[11:]} to {'' if end[:10] == start[:10] else end[:10] + ' '}{end[11:]}"


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _event(type: str, mode: Sequence[str]) -> str:
    return f"{type} ({', '.join(mode)})" if mode else type


def _casualties(incident: Incident) -> str:
    return "; ".join(_counted(found, kind) for kind in CASUALTIES if (found := getattr(incident, kind)))


def _counted(found: Range, kind: str) -> str:
    said = describe_range(found, best=True)
    return f"{said} of {kind}" if said.startswith("an ") else f"{said} {kind}"


def _unless_it_occurred(claim: Claim) -> str:
    factuality = claim.factuality
    plain = factuality.polarity is Polarity.POSITIVE and factuality.status is Status.OCCURRED
    return "" if plain else f"  ({describe_factuality(claim)})"


def _statuses(row: PeriodRow) -> str:
    return ", ".join(f"{number} {status}" for status in ViolationStatus if (number := getattr(row, status))) or "none"


def print_block(title: str, beside: str, lines: Iterable[str], ids: str) -> None:
    """A title with what stands beside it, and below it, set in, the lines that say something; an empty line ends it."""
    console = Console(highlight=False)
    console.print(Text.assemble((title, "bold"), beside))
    for line in filter(None, lines):
        console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    if ids:
        console.print(Padding(Text(ids, style="dim"), (0, 0, 0, 2), expand=False))
    console.print()


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
