"""Puts the page together: a router per subject, the headers of every answer, and a page for every error."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from onrecord import __version__
from onrecord.errors import LedgerError
from onrecord.ledger import Ledger
from onrecord.ledger.review.queue import fill_queue
from onrecord.ledger.review.team import Team, read_team
from onrecord.web import accounts, api, articles, claims, explore, figures, home, incidents, names, review, review_pages, search, upload
from onrecord.web.answers import json_answer
from onrecord.web.describing import describe
from onrecord.web.oidc import Provider, fetch_json
from onrecord.web.rendering import message
from onrecord.web.sessions import Access, Gate
from onrecord.web.upload_worker import Worker

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers hide the origin of our own forms from us, too
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ROUTERS = (
    home.router,
    articles.router,
    claims.router,
    explore.router,
    incidents.router,
    names.router,
    figures.router,
    search.router,
    review.router,
    review_pages.router,
    upload.router,
    accounts.router,
    api.router,
)


def create_app(
    ledger: Ledger,
    *,
    access: Access = Access(),  # noqa: B008 - frozen
    team: Team | None = None,
    lexicon: Path | None = None,
    provider: Provider | None = None,
) -> FastAPI:
    """The page over an open ledger.

    access: whether people sign in.  team: how they review; as ``team.yaml`` says that comes with the program, unless given.
    lexicon: a folder of one's own actors and frames, for reports that are added through the page.
    provider: who vouches for people that sign in elsewhere.
    """
    app = FastAPI(
        title="onrecord", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json", lifespan=_while_serving
    )
    app.state.ledger = ledger
    app.state.team = team or read_team(None)
    app.state.provider, app.state.fetch = provider, fetch_json
    app.state.worker = Worker(ledger.address, lexicon=lexicon)
    app.add_middleware(Gate, ledger=ledger, access=access)
    static = resources.files("onrecord.web").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    app.middleware("http")(_with_headers)
    app.exception_handler(HTTPException)(_explained)
    app.exception_handler(RequestValidationError)(_explained)
    app.exception_handler(LedgerError)(_explained)
    for router in ROUTERS:
        app.include_router(router)
    describe(app)
    return app


@asynccontextmanager
async def _while_serving(app: FastAPI) -> AsyncIterator[None]:
    """Brings the queue of review up to date meanwhile; ends the process that codes uploads when the server ends."""
    threading.Thread(target=_fill, args=(app,), daemon=True).start()
    yield
    app.state.worker.stop()


def _fill(app: FastAPI) -> None:
    try:
        fill_queue(app.state.ledger, app.state.team)
    except LedgerError as error:  # whoever opens the queue brings it up to date, too
        log.warning("queue not filled: %s", error)


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


FOR_PROGRAMS = (".json", ".geojson", ".csv", ".atom", ".zip", "/changes")
NO_PAGE = "There is no page at this address. Begin at the first page, or search for the words of a report."


async def _explained(request: Request, error: Exception) -> Response:
    status, text = _meaning(error)
    if request.url.path.endswith(FOR_PROGRAMS):
        return json_answer({"error": text}, status=status)
    return message(request, status, text)


def _meaning(error: Exception) -> tuple[int, str]:
    """The status of an error, and what it says to people."""
    if isinstance(error, HTTPException):
        return error.status_code, NO_PAGE if error.detail == "Not Found" else str(error.detail)
    if isinstance(error, RequestValidationError):
        wrong = sorted({str(problem["loc"][-1]) for problem in error.errors()})
        return 422, f"The address cannot be read: look at {', '.join(wrong)}. Go back and choose from the page."
    if isinstance(error, LedgerError):
        return 503, f"The ledger did not answer ({error}). Nothing was changed; go back and try again in a moment."
    return 500, "The page could not be made."
