"""Writes lists from the ledger: for people, as JSON lines, or as CSV with these columns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from onrecord.records import Actor, Incident, Tally, Violation, Voice

if TYPE_CHECKING:
    from onrecord.ceasefire import PeriodRow
    from onrecord.records import ClaimInContext

T = TypeVar("T")
Row = dict[str, Any]


def write(found: Iterable[T], row: Callable[[T], Row], for_people: Callable[[Sequence[T]], None], *, json: bool, csv: bool) -> None:
    """Writes records as JSON lines, as CSV with the columns of ``row``, or for people."""
    from onrecord.export.writing import csv_of, encode_json

    records = list(found)
    if json:
        for record in records:
            print(encode_json(record))
    elif csv:
        sys.stdout.writelines(csv_of([row(record) for record in records]))
    else:
        for_people(records)


def codes(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.code or actor.name for actor in actors)


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
