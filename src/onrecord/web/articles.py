"""Reports: the list, and each with its claims under the words that say them."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from onrecord.display import document_title, worth_showing
from onrecord.ledger import Ledger
from onrecord.ledger.query.claims import linked_incidents
from onrecord.ledger.query.reports import ReportRow, count_reports, find_report, list_reports
from onrecord.records import Coding
from onrecord.web.answers import Entry, Open, atom_answer, json_answer, page_answer, table_answer
from onrecord.web.highlight import paragraphs
from onrecord.web.lists import all_pages
from onrecord.web.queries import ReportsAsked
from onrecord.web.readings import plain
from onrecord.web.rendering import page

router = APIRouter(tags=["reports"])


@router.get("/articles.json", summary="Reports")
def articles_json(ledger: Open, asked: ReportsAsked) -> Response:
    """A page of the reports that fulfil the filters, those printed last first."""
    return page_answer(list_reports(ledger, asked.filters), count_reports(ledger, asked.filters), asked, "/articles.json")


@router.get("/articles.csv", summary="Reports as a table")
def articles_csv(ledger: Open, asked: ReportsAsked) -> Response:
    """All reports that fulfil the filters."""
    return table_answer(all_pages(lambda filters: list_reports(ledger, filters), asked.filters), ReportRow)


@router.get("/articles.atom", summary="Reports as a feed")
def articles_atom(request: Request, ledger: Open, asked: ReportsAsked) -> Response:
    """A page of reports as Atom."""
    entries = [
        Entry(
            id=row.document,
            title=row.title,
            path=f"/articles/{row.document}",
            updated=row.published,
            summary=f"{row.outlet or 'outlet unknown'}, {row.claims} claims",
        )
        for row in list_reports(ledger, asked.filters)
    ]
    return atom_answer(request, "onrecord: reports", "/articles", entries)


@router.get("/articles", include_in_schema=False)
def articles(request: Request, ledger: Open, asked: ReportsAsked) -> Response:
    """The reports that fulfil the filters."""
    total = count_reports(ledger, asked.filters)
    return page(request, "articles.html", asked=asked, total=total, rows=list_reports(ledger, asked.filters))


@router.get("/articles/{id}.json", summary="One report as it was coded")
def article_json(id: str, ledger: Open) -> Response:
    """The coding of a report: what `onrecord code` says of it."""
    return json_answer(_coding(ledger, id))


@router.get("/articles/{id}", include_in_schema=False)
def article(request: Request, id: str, ledger: Open) -> Response:
    """A report with its claims under the words that say them."""
    coding = _coding(ledger, id)
    claims = [claim for claim in coding.claims if worth_showing(claim)]
    return page(
        request,
        "article.html",
        title=document_title(coding),
        coding=coding,
        document=coding.document,
        report=find_report(ledger, id),
        claims=claims,
        incidents=linked_incidents(ledger, id),
        anchors={mention.id: " ".join(mention.text.split()) for mention in coding.mentions if mention.time},
        paragraphs=list(paragraphs(coding, claims)),
        wording=tuple(dict.fromkeys((loaded.text, plain(loaded.reason), loaded.plain) for loaded in coding.wording)),
    )


def _coding(ledger: Ledger, id: str) -> Coding:
    coding = ledger.coding(id)
    if coding is None:
        raise HTTPException(404, f"There is no report {id} in this ledger. The list of reports has those there are.")
    return coding
