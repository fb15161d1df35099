"""What answers look like, for the description that programs read at /api/openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import FastAPI

from onrecord.ceasefire import Declaration
from onrecord.ledger.query.history import Revision
from onrecord.ledger.query.parties import PartyRow
from onrecord.ledger.query.places import PlaceRow
from onrecord.ledger.query.reports import ReportRow
from onrecord.ledger.query.sources import SourceRow
from onrecord.records import ClaimInContext, Coding, Incident, Tally
from onrecord.web.answers import Page
from onrecord.web.api import Changes
from onrecord.web.figures import Held
from onrecord.web.search import Found

REFERENCE = "#/components/schemas/{name}"
PAGED: dict[str, Any] = {
    "/articles.json": ReportRow,
    "/claims.json": ClaimInContext,
    "/incidents.json": Incident,
    "/sources.json": SourceRow,
    "/actors.json": PartyRow,
    "/places.json": PlaceRow,
    "/tallies.json": Tally,
}
WHOLE: dict[str, Any] = {
    "/articles/{id}.json": Coding,
    "/claims/{id}.json": ClaimInContext,
    "/incidents/{id}.json": Incident,
    "/incidents/{id}/revisions.json": tuple[Revision, ...],
    "/incidents/{id}/revisions/{number}.json": Revision,
    "/sources/{id}.json": SourceRow,
    "/actors/{id}.json": PartyRow,
    "/places/{id}.json": PlaceRow,
    "/agreements.json": tuple[Declaration, ...],
    "/agreements/{id}.json": Held,
    "/search.json": Found,
    "/changes": Changes,
}
MEDIA = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".atom": "application/atom+xml",
    ".zip": "application/zip",
}
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
ERRORS = {
    "400": "A filter cannot be meant: which, and what is allowed",
    "404": "There is no such thing",
    "410": "It is no longer there: why",
}


def describe(app: FastAPI) -> None:
    """Makes the app's description say what the reading side answers; it is worked out when it is first asked for."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any]) -> None:
    paths = schema["paths"]
    models = [*WHOLE.values(), *PAGED.values(), Page]
    described, components = msgspec.json.schema_components(models, ref_template=REFERENCE)
    schema.setdefault("components", {}).setdefault("schemas", {}).update(components)
    for path, model in zip((*WHOLE, *PAGED), described, strict=False):
        _answer(paths[path], "application/json", _page_of(model) if path in PAGED else model)
    for path, media in _others(paths):
        _answer(paths[path], media, {"type": "string", "format": "binary"} if media == "application/zip" else {"type": "string"})


def _page_of(model: dict[str, Any]) -> dict[str, Any]:
    items = {"type": "object", "properties": {"items": {"type": "array", "items": model}}}
    return {"allOf": [{"$ref": REFERENCE.format(name="Page")}, items]}


def _others(paths: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for ending, media in MEDIA.items():
            if path.endswith(ending):
                yield path, media


def _answer(verbs: dict[str, Any], media: str, model: dict[str, Any]) -> None:
    answers = verbs["get"]["responses"]
    answers["200"] = {"description": "Found", "content": {media: {"schema": model}}}
    answers.pop("422", None)  # values are checked here, and refused with a reason
    for status, meaning in ERRORS.items():
        answers[status] = {"description": meaning, "content": {"application/json": {"schema": ERROR}}}
