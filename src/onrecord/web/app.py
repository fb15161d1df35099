"""Puts the page together: a router per subject, the headers of every answer, and a page for every error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import resources

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from onrecord import __version__
from onrecord.ledger import Ledger
from onrecord.web import articles, home, incidents
from onrecord.web.answers import json_answer
from onrecord.web.rendering import message

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ROUTERS = (home.router, articles.router, incidents.router)


def create_app(ledger: Ledger) -> FastAPI:
    """The page over an open ledger."""
    app = FastAPI(title="onrecord", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.ledger = ledger
    static = resources.files("onrecord.web").joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    app.middleware("http")(_with_headers)
    app.exception_handler(HTTPException)(_explained)
    for router in ROUTERS:
        app.include_router(router)
    return app


async def _with_headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _explained(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = str(error.detail) if isinstance(error, HTTPException) else "The page could not be made."
    if request.url.path.endswith(".json"):
        return json_answer({"error": text}, status=status)
    return message(request, status, text)
