"""Makes pages from templates; everything that a report says is escaped."""

from __future__ import annotations

from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from onrecord.display import (
    describe_chain,
    describe_factuality,
    describe_participant,
    describe_place,
    describe_quantity,
    describe_range,
    describe_time,
    many,
)
from onrecord.ledger.store.incidents import actor_key
from onrecord.web.readings import (
    day,
    figure_reading,
    grade_sign,
    grade_words,
    incident_heading,
    link_reading,
    period,
    place_reading,
    plain,
    relation_words,
    time_reading,
)

NAVIGATION = (
    ("Incidents", "/incidents"),
    ("Reports", "/articles"),
    ("Claims", "/claims"),
    ("Sources", "/sources"),
    ("Actors", "/actors"),
    ("Places", "/places"),
    ("Figures", "/tallies"),
    ("Agreements", "/agreements"),
    ("Review", "/review"),
    ("Add", "/upload"),
)
THANKS = ("Places: GeoNames (CC BY 4.0)", "outlines: Natural Earth")
HEADINGS = {
    400: "That cannot be answered",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    409: "Something changed meanwhile",
    410: "No longer there",
    413: "Too large",
    422: "That cannot be right",
}


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page that a template makes. Templates also get ``here`` (the path) and ``user`` (``request.state.user``, or None)."""
    known = {"root": "", "here": request.url.path, "user": getattr(request.state, "user", None)}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(**known, **values), status_code=status)


def message(request: Request, status: int, text: str) -> HTMLResponse:
    """A page that says what is wrong and what to do."""
    return page(request, "message.html", status=status, heading=HEADINGS.get(status, "Something is wrong"), text=text)


def has_leaflet() -> bool:
    """Whether the browser libraries were brought here; maps are drawn without them, too."""
    return resources.files("onrecord.web").joinpath("static", "vendor", "leaflet.js").is_file()


def number(value: float | None) -> str:
    """The number with thousands parted, or that none was given."""
    return "not given" if value is None else f"{value:,.10g}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("onrecord.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"navigation": NAVIGATION, "thanks": THANKS}
    environment.filters |= {
        "day": day,
        "figure_reading": figure_reading,
        "grade_words": grade_words,
        "heading": incident_heading,
        "key": actor_key,
        "link_reading": link_reading,
        "place_reading": place_reading,
        "period": period,
        "plain": plain,
        "range": describe_range,
        "relation": relation_words,
        "reading": time_reading,
        "sign": grade_sign,
        "chain": describe_chain,
        "factuality": describe_factuality,
        "figure": describe_quantity,
        "many": many,
        "number": number,
        "participant": describe_participant,
        "when": describe_time,
        "where": describe_place,
    }
    return environment


_ENVIRONMENT = _environment()
