"""Search: reports by all their words, and claims by the words that say them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from onrecord.ledger import Ledger
from onrecord.ledger.query.claims import count_claims, list_claims
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.reports import Hit, search_reports
from onrecord.records import ClaimInContext, Record
from onrecord.web.answers import Open, json_answer
from onrecord.web.queries import NamesAsked
from onrecord.web.rendering import page

router = APIRouter(tags=["search"])

CLAIMS = 20
LONGEST = 200
Words = Annotated[str, Query(description="Words that all stand in the report; case and accents do not count")]


class Found(Record, frozen=True):
    """What a search found. reports: a page of them, best first; claims: the first few of all that say the words."""

    words: str
    total_reports: int
    reports: tuple[Hit, ...]
    total_claims: int
    claims: tuple[ClaimInContext, ...]


@router.get("/search.json", summary="Reports and claims by their words")
def search_json(ledger: Open, asked: NamesAsked) -> Response:
    """Reports that have all the words, best first, and claims in whose evidence all stand."""
    return json_answer(_find(ledger, asked.value("text"), asked.size, asked.filters.offset))


@router.get("/search", include_in_schema=False)
def search(request: Request, ledger: Open, asked: NamesAsked) -> Response:
    """Reports and claims that have the words."""
    found = _find(ledger, asked.value("text"), asked.size, asked.filters.offset)
    return page(request, "search.html", asked=asked, found=found)


def _find(ledger: Ledger, words: str, size: int, offset: int) -> Found:
    words = " ".join(words[:LONGEST].split())
    if not words:
        return Found(words="", total_reports=0, reports=(), total_claims=0, claims=())
    hits, total = search_reports(ledger, words, limit=size, offset=offset)
    saying = Filters(words=words, limit=CLAIMS)
    claims = list_claims(ledger, saying) if not offset else ()
    return Found(words=words, total_reports=total, reports=hits, total_claims=count_claims(ledger, saying), claims=claims)
