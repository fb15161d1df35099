"""The first page: what is new."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from onrecord.ledger.browse import count_incidents
from onrecord.web.answers import Open
from onrecord.web.articles import report_list

router = APIRouter()

LATEST = 20


@router.get("/")
def home(request: Request, ledger: Open) -> Response:
    """What the ledger has, the reports that came last first."""
    ids = ledger.document_ids()
    codings = [coding for id in reversed(ids[-LATEST:]) if (coding := ledger.coding(id))]
    return report_list(request, "What is new", f"{len(ids)} reports, {count_incidents(ledger)} incidents", codings)
