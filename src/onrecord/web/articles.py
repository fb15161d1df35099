"""Reports: the list, and each with its claims under the words that say them."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.display import document_title, worth_showing
from onrecord.ledger import Ledger
from onrecord.records import Coding
from onrecord.web.answers import Open, json_answer
from onrecord.web.highlight import paragraphs
from onrecord.web.lists import Row, list_page
from onrecord.web.rendering import page

router = APIRouter()


@router.get("/articles")
def articles(request: Request, ledger: Open) -> Response:
    """All reports, in the order in which they came."""
    codings = list(ledger.codings())
    return report_list(request, "Reports", f"{len(codings)} reports", codings)


@router.get("/articles/{id}.json")
def article_json(id: str, ledger: Open) -> Response:
    """The coding of a report."""
    return json_answer(_coding(ledger, id))


@router.get("/articles/{id}")
def article(request: Request, id: str, ledger: Open) -> Response:
    """A report with its claims under the words that say them."""
    coding = _coding(ledger, id)
    claims = [claim for claim in coding.claims if worth_showing(claim)]
    return page(
        request,
        "article.html",
        title=document_title(coding),
        document=coding.document,
        claims=claims,
        notes=coding.notes,
        paragraphs=list(paragraphs(coding, claims)),
    )


def _coding(ledger: Ledger, id: str) -> Coding:
    coding = ledger.coding(id)
    if coding is None:
        raise HTTPException(404, f"There is no report {id} in this ledger. The list of reports has those there are.")
    return coding


def report_list(request: Request, heading: str, summary: str, codings: Iterable[Coding]) -> Response:
    """A table of reports."""
    rows = [Row(address=f"/articles/{coding.document.id}", cells=_report_cells(coding)) for coding in codings]
    columns = ("report", "outlet", "published", "claims")
    return list_page(request, heading, summary, columns, rows, "No report yet: run onrecord add FILE.")


def _report_cells(coding: Coding) -> tuple[str, ...]:
    document = coding.document
    count = sum(map(worth_showing, coding.claims))
    return document_title(coding), document.outlet or "unknown", document.published or "unknown", str(count)
