"""The first page: what is new, and what needs a decision."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from onrecord.ledger.browse import Filters, count_claims, count_incidents, list_incidents
from onrecord.ledger.directory import count_reports, latest_reports
from onrecord.ledger.explore import latest_incidents
from onrecord.records import Grade, IncidentState
from onrecord.web.answers import Open
from onrecord.web.incident_view import ranges_of
from onrecord.web.rendering import page

router = APIRouter()

LATEST = 15
CONTESTED = 8


@router.get("/", include_in_schema=False)
def home(request: Request, ledger: Open) -> Response:
    """What the ledger has, what came last, and what waits for a person."""
    counts = {grade: count_incidents(ledger, Filters(grade=grade)) for grade in Grade}
    return page(
        request,
        "home.html",
        reports=count_reports(ledger),
        claims=count_claims(ledger),
        incidents=sum(counts.values()),
        counts=counts,
        states={state: count for state in IncidentState if (count := count_incidents(ledger, Filters(state=state)))},
        latest=latest_reports(ledger, LATEST),
        newest=latest_incidents(ledger, LATEST),
        contested=list_incidents(ledger, Filters(grade=Grade.CONTESTED, state=IncidentState.PROPOSED, limit=CONTESTED)),
        ranges_of=ranges_of,
    )
