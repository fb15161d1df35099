"""Filters from the query string; one that cannot be meant is refused with what is allowed, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Query, Request
from msgspec.structs import replace

from onrecord.ledger.query.filters import Filters, read_country, read_day, read_name
from onrecord.ontology import load_ontology
from onrecord.records import Grade, IncidentState, Record

PAGE = 50
LARGEST_PAGE = 500
T = TypeVar("T")

Since = Annotated[str | None, Query(description="First day, as 2020-02-27, 2020-02 or 2020", examples=["2020-02"])]
Until = Annotated[str | None, Query(description="Day before which it ends, written like since", examples=["2020-03"])]
PlaceText = Annotated[str | None, Query(description="Part of the name of the place")]
PlaceId = Annotated[str | None, Query(description="Id of a place, as in /places")]
Country = Annotated[str | None, Query(description="ISO 3166-1 alpha-3 code of the country", examples=["SYR"])]
ActorKey = Annotated[str | None, Query(description="Id of an actor, as in /actors")]
Who = Annotated[str | None, Query(description="Part of the code of an actor on either side", examples=["TUR MIL"])]
Type = Annotated[str | None, Query(description="PLOVER type", examples=["ASSAULT"])]
GradeName = Annotated[str | None, Query(description="Grade: " + ", ".join(Grade))]
StatusName = Annotated[str | None, Query(description="State of review: " + ", ".join(IncidentState))]
Text = Annotated[str | None, Query(description="Words that all stand in the evidence of one claim")]
SourceId = Annotated[str | None, Query(description="Id of a source, as in /sources")]
Box = Annotated[str | None, Query(description="west,south,east,north in degrees", examples=["35.5,35,37.5,37"])]
PageNumber = Annotated[str | None, Query(description="Page, from 1")]
PageSize = Annotated[str | None, Query(description=f"Rows of a page, 1 to {LARGEST_PAGE}")]


class Asked(Record, frozen=True):
    """What a list was asked for: filters with the page's limit and offset, and the query as it was given, without the page."""

    filters: Filters
    given: tuple[tuple[str, str], ...]
    page: int = 1
    size: int = PAGE

    def link(self, path: str, **changes: object) -> str:
        """The address at a path with the same filters, or with others in their place; None takes one away. The page starts anew."""
        merged = {**dict(self.given), **changes}
        query = urlencode([(name, value) for name, value in merged.items() if value not in (None, "")])
        return f"{path}?{query}" if query else path

    def value(self, name: str) -> str:
        """What was given for a filter, or ""."""
        return dict(self.given).get(name, "")


def bad_filter(name: str, value: str, allowed: str) -> HTTPException:
    """The error that says which value it is and what is allowed."""
    return HTTPException(400, f"{name}={value[:80]}: not understood. {allowed}")


def incident_query(
    request: Request,
    since: Since = None,
    until: Until = None,
    place: PlaceText = None,
    place_id: PlaceId = None,
    country: Country = None,
    actor: ActorKey = None,
    who: Who = None,
    type: Type = None,
    grade: GradeName = None,
    status: StatusName = None,
    text: Text = None,
    source: SourceId = None,
    box: Box = None,
    page: PageNumber = None,
    size: PageSize = None,
) -> Asked:
    """The filters of incidents."""
    filters = Filters(
        since=_day("since", since),
        until=_day("until", until),
        place=place or None,
        place_id=place_id or None,
        country=_read("country", country, read_country),
        actor=actor or None,
        who=who or None,
        type=_one_of("type", type, event_types()),
        grade=_one_of("grade", grade, Grade),
        state=_one_of("status", status, IncidentState),
        words=text or None,
        source=source or None,
        box=_read("box", box, read_box),
    )
    names = "since until place place_id country actor who type grade status text source box page size"
    return _asked(request, filters, names, page, size)


def claim_query(
    request: Request,
    since: Since = None,
    until: Until = None,
    place: PlaceText = None,
    place_id: PlaceId = None,
    country: Country = None,
    who: Who = None,
    type: Type = None,
    text: Text = None,
    source: SourceId = None,
    incident: Annotated[str | None, Query(description="Id of an incident")] = None,
    document: Annotated[str | None, Query(description="Id of a report")] = None,
    page: PageNumber = None,
    size: PageSize = None,
) -> Asked:
    """The filters of claims."""
    filters = Filters(
        since=_day("since", since),
        until=_day("until", until),
        place=place or None,
        place_id=place_id or None,
        country=_read("country", country, read_country),
        who=who or None,
        type=_one_of("type", type, event_types()),
        words=text or None,
        source=source or None,
        incident=incident or None,
        document=document or None,
    )
    return _asked(request, filters, "since until place place_id country who type text source incident document page size", page, size)


def report_query(
    request: Request,
    since: Since = None,
    until: Until = None,
    outlet: Annotated[str | None, Query(description="Part of the name of who printed it")] = None,
    language: Annotated[str | None, Query(description="Language, as ISO 639-1 code", examples=["en"])] = None,
    text: Annotated[str | None, Query(description="Words that all stand in the report")] = None,
    source: SourceId = None,
    page: PageNumber = None,
    size: PageSize = None,
) -> Asked:
    """The filters of reports; since and until are days of publication."""
    filters = Filters(
        since=_day("since", since),
        until=_day("until", until),
        outlet=outlet or None,
        language=language or None,
        words=text or None,
        source=source or None,
    )
    return _asked(request, filters, "since until outlet language text source page size", page, size)


def name_query(request: Request, text: Text = None, country: Country = None, page: PageNumber = None, size: PageSize = None) -> Asked:
    """The filters of lists of names: part of the name, and the country of places."""
    return _asked(
        request, Filters(words=text or None, country=_read("country", country, read_country)), "text country page size", page, size
    )


IncidentsAsked = Annotated[Asked, Depends(incident_query)]
ClaimsAsked = Annotated[Asked, Depends(claim_query)]
ReportsAsked = Annotated[Asked, Depends(report_query)]
NamesAsked = Annotated[Asked, Depends(name_query)]


def _asked(request: Request, filters: Filters, names: str, page: str | None, size: str | None) -> Asked:
    allowed = names.split()
    for name in request.query_params:
        if name not in allowed:
            raise bad_filter(name, request.query_params[name], f"There is no filter {name[:40]}; there are {', '.join(allowed)}.")
    rows = _number("size", size, 1, LARGEST_PAGE) or PAGE
    at = _number("page", page, 1, 1_000_000) or 1
    given = tuple((name, request.query_params[name]) for name in allowed if name != "page" and request.query_params.get(name))
    return Asked(filters=replace(filters, limit=rows, offset=(at - 1) * rows), given=given, page=at, size=rows)


def _read(name: str, value: str | None, read: Callable[[str], T]) -> T | None:
    """What was given for a filter, or None; what cannot be read is a bad filter."""
    if not value:
        return None
    try:
        return read(value)
    except ValueError as error:
        raise bad_filter(name, value, str(error)) from error


def _day(name: str, value: str | None) -> str | None:
    return _read(name, value, read_day)


def _one_of(name: str, value: str | None, known: Iterable[str]) -> str | None:
    return _read(name, value, lambda given: read_name(given, known))


@lru_cache
def event_types() -> tuple[str, ...]:
    """The names of the PLOVER types."""
    return tuple(load_ontology().types)


def read_box(text: str) -> tuple[float, float, float, float]:
    """West, south, east and north in degrees. Raises ValueError for what is no such box."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError("Write west,south,east,north in degrees: 35.5,35,37.5,37.") from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValueError("West must lie before east and south before north, within -180 to 180 and -90 to 90.")
    return west, south, east, north


def _number(name: str, value: str | None, low: int, high: int) -> int | None:
    def read(given: str) -> int:
        if not given.isascii() or not given.isdigit() or not low <= int(given[:12]) <= high:
            raise ValueError(f"Write a whole number from {low} to {high:,}.")
        return int(given)

    return _read(name, value, read)
