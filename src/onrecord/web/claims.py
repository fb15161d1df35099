"""Claims: the list, and each with its words, its reading, its chain and its relations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.export.tables import CLAIMS
from onrecord.export.writing import cells_of, csv_lines
from onrecord.ledger import Ledger
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.query.claims import count_claims, list_claims
from onrecord.ledger.query.filters import Filters
from onrecord.records import ClaimInContext, Coding, Relation, words_at
from onrecord.web.answers import CSV, Open, json_answer, page_answer, stream
from onrecord.web.lists import all_pages
from onrecord.web.queries import ClaimsAsked, event_types
from onrecord.web.rendering import page

router = APIRouter(tags=["claims"])


@router.get("/claims.json", summary="Claims")
def claims_json(ledger: Open, asked: ClaimsAsked) -> Response:
    """A page of the claims that fulfil the filters, with the words that say them, their report, voice and incident."""
    return page_answer(list_claims(ledger, asked.filters), count_claims(ledger, asked.filters), asked, "/claims.json")


@router.get("/claims.csv", summary="Claims as a table")
def claims_csv(ledger: Open, asked: ClaimsAsked) -> Response:
    """All claims that fulfil the filters, in the columns of `onrecord export csv --table claims`."""
    rows = cells_of(CLAIMS, all_pages(lambda filters: list_claims(ledger, filters), asked.filters), Counter())
    return stream(csv_lines(CLAIMS.columns, rows), CSV)


@router.get("/claims", include_in_schema=False)
def claims(request: Request, ledger: Open, asked: ClaimsAsked) -> Response:
    """The claims that fulfil the filters."""
    total = count_claims(ledger, asked.filters)
    return page(request, "claims.html", asked=asked, total=total, rows=list_claims(ledger, asked.filters), types=event_types())


@router.get("/claims/{id}.json", summary="One claim")
def claim_json(id: str, ledger: Open) -> Response:
    """A claim with the words that say it, its report, voice and incident."""
    return json_answer(_claim(ledger, id))


@router.get("/claims/{id}", include_in_schema=False)
def claim(request: Request, id: str, ledger: Open) -> Response:
    """A claim with everything that was read in it."""
    found = _claim(ledger, id)
    coding = ledger.coding(found.document)
    return page(
        request,
        "claim.html",
        found=found,
        claim=found.claim,
        sentence=_sentence(coding, found) if coding else "",
        anchors={mention.id: " ".join(mention.text.split()) for mention in coding.mentions if mention.time} if coding else {},
        relations=list(_relations(coding, found)) if coding else [],
        decisions=list_decisions(ledger, found.claim.hash),
    )


def _claim(ledger: Ledger, id: str) -> ClaimInContext:
    found = list_claims(ledger, Filters(claim=id, limit=1))
    if not found:
        raise HTTPException(
            404, f"There is no claim {id} among the current codings. A newer coding of its report may have another id for it."
        )
    return found[0]


def _sentence(coding: Coding, found: ClaimInContext) -> str:
    number = found.claim.sentence
    span = coding.sentences[number].span if number < len(coding.sentences) else (0, 0)
    return coding.document.text[slice(*span)]


def _relations(coding: Coding, found: ClaimInContext) -> Iterator[tuple[Relation, str, str, str]]:
    """The claim's relations, each with "to" or "from", and the hash and the words of the other claim."""
    claims = {claim.id: claim for claim in coding.claims}
    own = found.claim.id
    for relation in coding.relations:
        for way, here, there in (("to", relation.source, relation.target), ("from", relation.target, relation.source)):
            if here == own and there in claims:
                other = claims[there]
                yield relation, way, other.hash, words_at(coding.document.text, other.evidence)
