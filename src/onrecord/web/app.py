"""The routes of the page. Every page has a permanent address, and the same address with ``.json`` gives the records behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

import msgspec
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as AnyHTTPException

from onrecord import __version__
from onrecord.ledger import Ledger
from onrecord.ledger.browse import claims_of, find_incident, incident_fate, list_incidents
from onrecord.records import Coding, Incident
from onrecord.web import pages

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(ledger: Ledger) -> FastAPI:
    """The page over an open ledger; it reads and never writes."""
    app = FastAPI(title="onrecord", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    static = resources.files("onrecord.web").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    app.middleware("http")(_with_headers)
    app.exception_handler(AnyHTTPException)(_explained)

    @app.get("/", response_class=HTMLResponse)
    def home() -> str:
        return pages.home(ledger)

    @app.get("/articles", response_class=HTMLResponse)
    def articles() -> str:
        return pages.articles(ledger)

    @app.get("/articles/{id}.json")
    def article_json(id: str) -> Response:
        return _json(_coding(ledger, id))

    @app.get("/articles/{id}", response_class=HTMLResponse)
    def article(id: str) -> str:
        return pages.article(_coding(ledger, id))

    @app.get("/incidents.json")
    def incidents_json() -> Response:
        return _json(list_incidents(ledger))

    @app.get("/incidents", response_class=HTMLResponse)
    def incidents() -> str:
        return pages.incidents(list_incidents(ledger))

    @app.get("/incidents/{id}.json", response_model=None)
    def incident_json(id: str) -> Response:
        found = _incident(ledger, id)
        return _json(found) if found.id == id else RedirectResponse(f"/incidents/{found.id}.json", status_code=301)

    @app.get("/incidents/{id}", response_model=None)
    def incident(id: str) -> Response:
        found = _incident(ledger, id)
        if found.id != id:
            return RedirectResponse(f"/incidents/{found.id}", status_code=301)
        return HTMLResponse(pages.incident(found, claims_of(ledger, found)))

    return app


def _coding(ledger: Ledger, id: str) -> Coding:
    coding = ledger.coding(id)
    if coding is None:
        raise HTTPException(404, f"There is no report {id} in this ledger. The list of reports has those there are.")
    return coding


def _incident(ledger: Ledger, id: str) -> Incident:
    found = find_incident(ledger, id)
    if found is not None:
        return found
    fate = incident_fate(ledger, id)
    if fate is not None:
        raise HTTPException(410, f"Incident {id} is no longer there: {fate}.")
    raise HTTPException(404, f"There is no incident {id} in this ledger. The list of incidents has those there are.")


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _explained(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, AnyHTTPException) else 500
    text = str(error.detail) if isinstance(error, AnyHTTPException) else "The page could not be made."
    if request.url.path.endswith(".json"):
        return Response(msgspec.json.encode({"error": text}), status_code=status, media_type="application/json")
    return HTMLResponse(pages.message(status, text), status_code=status)
