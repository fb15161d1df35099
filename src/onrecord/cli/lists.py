"""Writes lists from the ledger: a table for people, JSON lines, or CSV."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from onrecord.records import Actor, Incident, Range, Tally, Time, Violation, Voice

if TYPE_CHECKING:
    from onrecord.ceasefire import PeriodRow
    from onrecord.ledger import Ledger
    from onrecord.records import ClaimInContext

T = TypeVar("T")
Row = dict[str, Any]


def write(found: Iterable[T], row: Callable[[T], Row], table: Callable[[Sequence[T]], None], *, json: bool, csv: bool) -> None:
    """Writes records as JSON lines, as CSV with the columns of ``row``, or for people."""
    from onrecord.export.writing import csv_of, encode_json

    records = list(found)
    if json:
        for record in records:
            print(encode_json(record))
    elif csv:
        sys.stdout.writelines(csv_of([row(record) for record in records]))
    else:
        table(records)


# ── Cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def codes(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.code or actor.name for actor in actors)


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
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def figures(found: Range | None) -> str:
    """A range in words: "33 to 36, best 34", "at least 24"."""
    if found is None:
        return ""
    low, best, high = (None if end is None else f"{end:,.10g}" for end in (found.low, found.best, found.high))
    if low is not None and low == high:
        return low
    if high is None:
        said = f"at least {low}" if low is not None else ""
    else:
        said = f"{low} to {high}" if low is not None else f"up to {high}"
    if best is not None and best not in (low, high):
        said += f", best {best}" if said else f"about {best}"
    return said or "an unknown number of"


def _casualties(incident: Incident) -> str:
    kinds = ("killed", "injured", "casualties", "missing", "captured", "displaced")
    return "; ".join(f"{figures(found)} {kind}" for kind in kinds if (found := getattr(incident, kind)))


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_row(incident: Incident) -> Row:
    place, time = incident.place, incident.time
    row: Row = {
        "id": incident.id,
        "type": incident.type,
        "mode": "/".join(incident.mode),
        "time_start": time.start if time else None,
        "time_end": time.end if time else None,
        "place": place.name if place else None,
        "country": place.country if place else None,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "who": codes(incident.actors),
        "whom": codes(incident.recipients),
    }
    for kind in ("killed", "injured"):
        found = getattr(incident, kind)
        row |= {f"{kind}_{end}": getattr(found, end) if found else None for end in ("low", "best", "high")}
    counts = {"voices": incident.voices, "claims": len(incident.claims), "denials": len(incident.denials)}
    return {**row, "grade": str(incident.grade), "grade_reason": incident.grade_reason, **counts, "state": str(incident.state)}


def claim_row(found: ClaimInContext) -> Row:
    claim = found.claim
    speakers = [link.text or "" for link in claim.attribution if link.role != "publisher"]
    return {
        "claim": claim.hash,
        "document": found.document,
        "type": claim.event.type if claim.event else None,
        "kind": str(claim.kind),
        "who": ", ".join(_name(part) for part in claim.actors),
        "whom": ", ".join(_name(part) for part in claim.recipients),
        "time_start": claim.time.start if claim.time else None,
        "time_end": claim.time.end if claim.time else None,
        "place": claim.place.name if claim.place else None,
        "figures": "; ".join(f"{quantity.text} {quantity.of}" for quantity in claim.quantities),
        "according_to": " < ".join(speakers),
        "outlet": found.outlet,
        "published": found.published,
        "polarity": str(claim.factuality.polarity),
        "status": str(claim.factuality.status),
        "confidence": claim.confidence,
        "incident": found.incident,
        "text": found.text,
    }


def _name(part: Any) -> str:
    return (part.actor.code or part.actor.name) if part.actor else (part.text or "")


def tally_row(tally: Tally) -> Row:
    last = tally.series[-1]
    return {
        "id": tally.id,
        "subject": tally.subject,
        "of": str(tally.of),
        "unit": str(tally.unit),
        "place": tally.place,
        "period": tally.period,
        "points": len(tally.series),
        "as_of": last.as_of,
        "low": last.low,
        "best": last.best,
        "high": last.high,
        "flags": "; ".join(tally.flags),
    }


def violation_row(violation: Violation) -> Row:
    return {
        "id": violation.id,
        "agreement": violation.agreement,
        "article": violation.article,
        "incident": violation.incident,
        "status": str(violation.status),
        "by": violation.by.code if violation.by else None,
        "local_time": violation.local_time,
        "reason": violation.reason,
    }


def voice_row(voice: Voice) -> Row:
    return {"id": voice.id, "name": voice.name, "affiliation": voice.affiliation, "reports": len(voice.members), "credit": voice.credit}


def period_row(row: PeriodRow) -> Row:
    return {name: getattr(row, name) for name in row.__struct_fields__}


# ── For people ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_incidents(found: Sequence[Incident]) -> None:
    """One block each: what, where and when; who to whom; figures; how well attested."""
    console = Console()
    for number, incident in enumerate(found):
        if number:
            console.print()
        place = escape(incident.place.name) if incident.place else "place unknown"
        mode = f" ({', '.join(incident.mode)})" if incident.mode else ""
        console.print(f"[bold]{incident.type}{mode}[/bold]  {place}  {when(incident.time) or 'time unknown'}", highlight=False)
        console.print(f"  {escape(codes(incident.actors)) or '?'} → {escape(codes(incident.recipients)) or '?'}", highlight=False)
        if said := _casualties(incident):
            console.print(f"  {said}", highlight=False)
        beside = f", {len(incident.denials)} denying" if incident.denials else ""
        console.print(f"  {incident.grade.replace('_', ' ')}: {escape(incident.grade_reason)}", highlight=False)
        console.print(f"  [dim]{incident.id}  {len(incident.claims)} claims{beside}  {incident.state}[/dim]", highlight=False)
    console.print(f"\n{len(found)} incident{'' if len(found) == 1 else 's'}", highlight=False)


def print_claims(found: Sequence[ClaimInContext]) -> None:
    console = Console()
    for claim in found:
        row = claim_row(claim)
        said = f"  according to {row['according_to']}" if row["according_to"] else ""
        console.print(
            f"[bold]{row['type'] or row['kind']}[/bold]  {escape(row['who']) or '?'} → {escape(row['whom']) or '?'}", highlight=False
        )
        console.print(f"  {claim.outlet or 'outlet unknown'}, {claim.published or 'undated'}{said}", highlight=False, markup=False)
        console.print(f"  “{claim.text}”", highlight=False, markup=False)
        console.print(f"  [dim]{row['claim']}  {row['incident'] or 'in no incident'}[/dim]\n", highlight=False)
    console.print(f"{len(found)} claims", highlight=False)


def print_tallies(found: Sequence[Tally]) -> None:
    table = _table("what", "where", "as of", "figure", "notes")
    for tally in found:
        last = tally.series[-1]
        said = figures(Range(low=last.low, best=last.best, high=last.high, policy=""))
        since = f" since {tally.period[:10]}" if tally.period else ""
        table.add_row(tally.subject + since, tally.place or "", last.as_of or "", said, "; ".join(tally.flags))
    Console().print(table)


def print_violations(found: Sequence[Violation]) -> None:
    table = _table("when (local)", "by", "status", "agreement", "why", "incident")
    for violation in found:
        by = violation.by.code if violation.by else "unknown"
        table.add_row(violation.local_time or "", by, str(violation.status), violation.agreement, violation.reason, violation.incident)
    Console().print(table)


def print_voices(found: Sequence[Voice]) -> None:
    table = _table("voice", "tied to", "reports")
    for voice in found:
        table.add_row(voice.name, voice.affiliation or "", str(len(voice.members)))
    Console().print(table)


def print_periods(found: Sequence[PeriodRow]) -> None:
    table = _table("from", "to", "party", "alleged", "corroborated", "verified", "disputed", "rejected", "reports")
    for row in found:
        counts = [str(getattr(row, name)) for name in ("alleged", "corroborated", "verified", "disputed", "rejected")]
        table.add_row(row.start, row.end, row.party, *counts, "none: silent" if row.silent else str(row.reports))
    Console().print(table)


# ── One thing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def show(ledger: Ledger, id: str, *, json: bool) -> None:
    """Writes what has that id; raises UsageError when nothing has."""
    from onrecord.errors import UsageError
    from onrecord.ledger.query.claims import list_claims
    from onrecord.ledger.query.filters import Filters
    from onrecord.ledger.query.incidents import find_incident, incident_fate
    from onrecord.ledger.query.violations import list_violations

    if id.startswith("inc-"):
        incident = find_incident(ledger, id)
        if incident is None:
            fate = incident_fate(ledger, id)
            raise UsageError(f"{id}: {fate or 'there is no such incident; list them with onrecord incidents'}")
        _show_incident(ledger, incident, json=json)
    elif id.startswith("clm-"):
        found = list_claims(ledger, Filters(claim=id))
        _require(found, id)
        write(found, claim_row, print_claims, json=json, csv=False)
    elif id.startswith("doc-"):
        coding = ledger.coding(id)
        _require(coding, id)
        if json:
            print(msgspec.json.encode(coding).decode())
        else:
            _show_coding(coding)
    elif id.startswith("vio-"):
        violations = [violation for violation in list_violations(ledger) if violation.id == id]
        _require(violations, id)
        write(violations, violation_row, print_violations, json=json, csv=False)
        _show_statements(ledger, id, json=json)
    else:
        raise UsageError(f"{id}: an id begins with inc-, clm-, doc- or vio-")


def _show_statements(ledger: Ledger, violation: str, *, json: bool) -> None:
    from onrecord.ledger.decisions.agreements import list_statements

    for statement in list_statements(ledger, violation):
        line = f"{statement.kind} of {statement.party}: {statement.text}"
        print(msgspec.json.encode(statement).decode() if json else line)


def _require(found: object, id: str) -> None:
    from onrecord.errors import UsageError

    if not found:
        raise UsageError(f"{id}: nothing here has that id")


def _show_incident(ledger: Ledger, incident: Incident, *, json: bool) -> None:
    from onrecord.ledger.query.claims import claims_of

    members = claims_of(ledger, incident)
    if json:
        print(msgspec.json.encode({"incident": incident, "claims": members}).decode())
        return
    print_incidents([incident])
    print()
    print_claims(members)


def _show_coding(coding: Any) -> None:
    from onrecord.display import print_coding

    print_coding(coding, Console())
