"""The first page: what is new, and what needs a decision."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from onrecord.ledger.query.claims import count_claims
from onrecord.ledger.query.counts import count_by
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import latest_incidents, list_incidents
from onrecord.ledger.query.reports import count_reports, latest_reports
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
    grades, states = count_by(ledger, "grade"), count_by(ledger, "state")
    return page(
        request,
        "home.html",
        reports=count_reports(ledger),
        claims=count_claims(ledger),
        incidents=sum(grades.values()),
        counts={grade: grades.get(grade, 0) for grade in Grade},
        states={state: states[state] for state in IncidentState if state in states},
        latest=latest_reports(ledger, LATEST),
        newest=latest_incidents(ledger, LATEST),
        contested=list_incidents(ledger, Filters(grade=Grade.CONTESTED, state=IncidentState.PROPOSED, limit=CONTESTED)),
        ranges_of=ranges_of,
    )
