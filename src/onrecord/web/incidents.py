"""Incidents: the list, and each with its ranges and every claim behind it."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from onrecord.ledger import Ledger
from onrecord.ledger.browse import claims_of, find_incident, incident_fate, list_incidents
from onrecord.records import Incident, Range
from onrecord.web.answers import Open, json_answer
from onrecord.web.lists import Row, list_page
from onrecord.web.rendering import number, page

router = APIRouter()

RANGES = ("killed", "injured", "casualties", "missing", "captured", "displaced")


@router.get("/incidents.json")
def incidents_json(ledger: Open) -> Response:
    """All incidents."""
    return json_answer(list_incidents(ledger))


@router.get("/incidents")
def incidents(request: Request, ledger: Open) -> Response:
    """The list of incidents, as ordered by the ledger."""
    found = list_incidents(ledger)
    rows = [Row(address=f"/incidents/{incident.id}", cells=_incident_cells(incident)) for incident in found]
    columns = ("what", "when", "where", "by → to", "figures", "grade")
    summary = f"{len(found)} incidents"
    return list_page(request, "Incidents", summary, columns, rows, "No incident yet: run onrecord link.", json="/incidents.json")


@router.get("/incidents/{id}.json")
def incident_json(id: str, ledger: Open) -> Response:
    """One incident."""
    found = _incident(ledger, id)
    return json_answer(found) if found.id == id else RedirectResponse(f"/incidents/{found.id}.json", status_code=301)


@router.get("/incidents/{id}")
def incident(request: Request, id: str, ledger: Open) -> Response:
    """One incident with its ranges and every claim and denial behind it."""
    found = _incident(ledger, id)
    if found.id != id:
        return RedirectResponse(f"/incidents/{found.id}", status_code=301)
    evidence = list(claims_of(ledger, found))
    return page(request, "incident.html", incident=found, heading=_heading(found), ranges=_ranges(found), evidence=evidence)


def _incident(ledger: Ledger, id: str) -> Incident:
    found = find_incident(ledger, id)
    if found is not None:
        return found
    fate = incident_fate(ledger, id)
    if fate is not None:
        raise HTTPException(410, f"Incident {id} is no longer there: {fate}.")
    raise HTTPException(404, f"There is no incident {id} in this ledger. The list of incidents has those there are.")


def _incident_cells(found: Incident) -> tuple[str, ...]:
    sides = " → ".join(", ".join(dict.fromkeys(actor.name for actor in side)) or "not said" for side in (found.actors, found.recipients))
    figures = "; ".join(f"{name} {_bounds(range_)}" for name, range_ in _ranges(found))
    where = found.place.name if found.place else "unknown"
    grade = f"{found.grade.value.replace('_', ' ')} ({found.voices} {'voice' if found.voices == 1 else 'voices'})"
    return _what(found), _day(found), where, sides, figures or "none", grade


def _heading(found: Incident) -> str:
    return f"{_what(found)}, {found.place.name if found.place else 'place unknown'}, {_day(found)}"


def _what(found: Incident) -> str:
    return found.type + (f" ({', '.join(found.mode)})" if found.mode else "")


def _day(found: Incident) -> str:
    start = found.time.start if found.time else None
    return start[:10] if start else "time unknown"


def _ranges(found: Incident) -> list[tuple[str, Range]]:
    return [(name, value) for name in RANGES if (value := getattr(found, name)) is not None]


def _bounds(range_: Range) -> str:
    if range_.high is None:
        return "an unknown number" if range_.low is None else f"at least {number(range_.low)}"
    return number(range_.high) if range_.low == range_.high else f"{number(range_.low or 0)} to {number(range_.high)}"
