"""Incidents: each with its ranges, voices, map, and every claim behind it; its earlier states; its evidence in one file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from onrecord.ledger import Ledger
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.query.claims import claims_of
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.history import Revision, list_revisions
from onrecord.ledger.query.incidents import find_incident, incident_fate
from onrecord.ledger.query.reports import reports_named
from onrecord.ledger.query.victims import list_victims
from onrecord.ledger.query.violations import list_violations
from onrecord.ontology import load_ontology
from onrecord.records import Incident
from onrecord.web.answers import Open, json_answer
from onrecord.web.bundle import bundle
from onrecord.web.charts import range_chart, timeline
from onrecord.web.incident_view import (
    basis_of,
    differences,
    matrix,
    ranges_of,
    reported_rows,
    signs_of,
    timeline_events,
    voice_rows,
)
from onrecord.web.maps import area_feature, area_of
from onrecord.web.pictures import draw_area
from onrecord.web.readings import incident_heading
from onrecord.web.rendering import has_leaflet, page

router = APIRouter(tags=["incidents"])

MOST_RELATED = 20


@router.get("/incidents/{id}.json", summary="One incident")
def incident_json(id: str, ledger: Open) -> Response:
    """The incident as the records have it; 301 where it was merged, 410 where it ended."""
    found = _incident(ledger, id)
    return json_answer(found) if found.id == id else RedirectResponse(f"/incidents/{found.id}.json", status_code=301)


@router.get("/incidents/{id}.geojson", summary="Where one incident may have happened")
def incident_geojson(id: str, ledger: Open) -> Response:
    """A feature collection with the area that the place's precision allows: an outline, or a point with ``radius_km``."""
    found = _incident(ledger, id)
    area = area_of(found.place)
    features = [area_feature(area, found.id, found.place.name)] if area and found.place else []
    return json_answer({"type": "FeatureCollection", "features": features}, media_type="application/geo+json")


@router.get("/incidents/{id}.zip", summary="The evidence for one incident in one file")
def incident_bundle(request: Request, id: str, ledger: Open) -> Response:
    """The page, the incident, its claims, its reports with their hashes and the decisions about it; the same bytes for the same ledger."""
    found = _incident(ledger, id)
    shown = _page(request, ledger, found)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.zip"'}
    return Response(bundle(ledger, found, bytes(shown.body)), media_type="application/zip", headers=headers)


@router.get("/incidents/{id}/revisions.json", summary="All states of one incident")
def revisions_json(id: str, ledger: Open) -> Response:
    """What the incident said before each change, and what stands now."""
    return json_answer(_revisions(ledger, id))


@router.get("/incidents/{id}/revisions/{number}.json", summary="One state of an incident")
def revision_json(id: str, number: int, ledger: Open) -> Response:
    """What the incident said at one revision."""
    return json_answer(_revision(ledger, id, number))


@router.get("/incidents/{id}/revisions/{number}", include_in_schema=False)
def revision(request: Request, id: str, number: int, ledger: Open) -> Response:
    """One state of an incident beside the one before it."""
    found = _revision(ledger, id, number)
    states = _revisions(ledger, id)
    before = states[number - 2].incident if number > 1 else None
    heading = incident_heading(found.incident) if found.incident else id
    return page(
        request,
        "revision.html",
        id=id,
        heading=heading,
        revision=found,
        last=len(states),
        changes=differences(before, found.incident),
        ranges=ranges_of(found.incident) if found.incident else (),
    )


@router.get("/incidents/{id}", include_in_schema=False)
def incident(request: Request, id: str, ledger: Open) -> Response:
    """One incident with its ranges and every claim and denial behind it."""
    found = _incident(ledger, id)
    if found.id != id:
        return RedirectResponse(f"/incidents/{found.id}", status_code=301)
    return _page(request, ledger, found)


def _page(request: Request, ledger: Ledger, found: Incident) -> Response:
    claims = claims_of(ledger, found)
    voices = voice_rows(claims)
    signs = signs_of(voices)
    reported = reported_rows(found, claims, signs)
    area = area_of(found.place)
    kind = load_ontology().types.get(found.type)
    return page(
        request,
        "incident.html",
        incident=found,
        heading=incident_heading(found),
        definition=kind.definition if kind else None,
        ranges=ranges_of(found),
        basis=basis_of(claims, reports_named(ledger, [claim.document for claim in claims])),
        area=area,
        leaflet=has_leaflet(),
        picture=draw_area(area, found.place.name) if area and found.place else None,
        reported=reported,
        chart=range_chart(reported) if reported else None,
        voices=voices,
        signs=signs,
        fields=matrix(found, voices),
        line=timeline(timeline_events(found, claims, signs)),
        victims=list_victims(ledger, claims),
        related=[(relation, find_incident(ledger, relation.to)) for relation in found.relations[:MOST_RELATED]],
        violations=list_violations(ledger, Filters(incident=found.id)),
        evidence=claims,
        revisions=_with_changes(list_revisions(ledger, found.id)),
        decisions=list_decisions(ledger, found.id),
    )


def _with_changes(revisions: Sequence[Revision]) -> Iterable[tuple[Revision, tuple[str, ...]]]:
    before: Incident | None = None
    for found in revisions:
        yield found, differences(before, found.incident)
        before = found.incident


def _incident(ledger: Ledger, id: str) -> Incident:
    found = find_incident(ledger, id)
    if found is not None:
        return found
    fate = incident_fate(ledger, id)
    if fate is not None:
        raise HTTPException(410, f"Incident {id} is no longer there: {fate}. Its earlier states are kept at /incidents/{id}/revisions/1.")
    raise HTTPException(404, f"There is no incident {id} in this ledger. The list of incidents has those there are.")


def _revisions(ledger: Ledger, id: str) -> tuple[Revision, ...]:
    found = list_revisions(ledger, id)
    if not found:
        raise HTTPException(404, f"There is no incident {id} in this ledger. The list of incidents has those there are.")
    return found


def _revision(ledger: Ledger, id: str, number: int) -> Revision:
    found = _revisions(ledger, id)
    if not 1 <= number <= len(found):
        raise HTTPException(404, f"Incident {id} has no revision {number}; it has 1 to {len(found)}.")
    return found[number - 1]
