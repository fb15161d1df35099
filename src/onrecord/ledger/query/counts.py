"""Counts over many incidents, made in the database: bins for a map, days for a timeline, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.statements import day_of, letters
from onrecord.ledger.query.filters import Filters, incident_conditions, narrowed
from onrecord.ledger.store import Ledger
from onrecord.records import PlaceKind, Record

AT_A_POINT = (PlaceKind.POINT, PlaceKind.POPULATED, PlaceKind.FACILITY)


class Sums(Record, frozen=True):
    """Incidents, and what is reported of those killed in them. ``told``: how many of them give a figure, ``open``: without an upper end."""

    incidents: int
    low: float
    high: float
    told: int
    open: int


class Bin(Record, frozen=True):
    """Incidents in one square of the map. lat, lon: the mean of their places.  west, south: its corner; its side is the asked size.

    exact: how many are at a point; the rest are somewhere in a province, a country, along a road. id: of the incident where it is one.
    name: of the place where it is one.
    """

    lat: float
    lon: float
    west: float
    south: float
    exact: int
    sums: Sums
    id: str | None
    name: str | None = None


class Day(Record, frozen=True):
    """The incidents that began on a day; ``key``: type or actor where it was asked for."""

    day: str
    sums: Sums
    key: str | None = None


class Extent(Record, frozen=True):
    """Where the filtered incidents lie and when they began; None where none has a place, or a time."""

    incidents: int
    box: tuple[float, float, float, float] | None
    first: str | None
    last: str | None
    placed: int
    timed: int


class Basis(Record, frozen=True):
    """What a count of incidents rests on. affiliations, languages: name ("" for none) and number of reports, most first.

    days: per day of publication, how many of the ledger's reports were printed, whatever they tell: where there are none, no incident
    says nothing.
    """

    reports: int
    voices: int
    affiliations: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    first: str | None
    last: str | None


def extent_of(ledger: Ledger, filters: Filters) -> Extent:
    """Where and when the filtered incidents are."""
    table = tables.incident
    query = sa.select(
        sa.func.count(),
        sa.func.min(table.c.lon),
        sa.func.min(table.c.lat),
        sa.func.max(table.c.lon),
        sa.func.max(table.c.lat),
        day_of(sa.func.min(table.c.time_start)),
        day_of(sa.func.max(table.c.time_start)),
        sa.func.count(table.c.lat),
        sa.func.count(table.c.time_start),
    ).where(*incident_conditions(ledger, filters))
    with ledger.reading() as connection:
        count, west, south, east, north, first, last, placed, timed = connection.execute(query).one()
    box = None if west is None else (west, south, east, north)
    return Extent(incidents=count, box=box, first=first, last=last, placed=placed, timed=timed)


def count_by(ledger: Ledger, column: str) -> dict[str, int]:
    """How many current incidents have each grade, state or type; ``column`` is its name."""
    table = tables.incident
    query = sa.select(table.c[column], sa.func.count()).where(table.c.ended.is_(None)).group_by(table.c[column])
    with ledger.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query) if row[0] is not None}


def bin_places(ledger: Ledger, filters: Filters, size: float) -> tuple[Bin, ...]:
    """The filtered incidents in squares of ``size`` degrees, those with most first."""
    table = tables.incident
    x, y = (sa.cast(sa.func.floor((column + half) / size), sa.Integer) for column, half in ((table.c.lon, 180), (table.c.lat, 90)))
    exact = sa.func.sum(sa.case((table.c.place_kind.in_(AT_A_POINT), 1), else_=0))
    name = sa.case((sa.func.min(table.c.place) == sa.func.max(table.c.place), sa.func.min(table.c.place)))
    query = (
        sa.select(x.label("x"), y.label("y"), sa.func.avg(table.c.lat).label("lat"), sa.func.avg(table.c.lon).label("lon"))
        .add_columns(exact.label("exact"), sa.func.min(table.c.id).label("id"), name.label("name"), *_sums())
        .where(*incident_conditions(ledger, filters), table.c.lat.is_not(None))
        .group_by("x", "y")
        .order_by(sa.func.count().desc(), "x", "y")
    )
    with ledger.reading() as connection:
        return tuple(
            Bin(
                lat=row.lat,
                lon=row.lon,
                west=row.x * size - 180,
                south=row.y * size - 90,
                exact=row.exact,
                sums=_sums_of(row),
                id=row.id if row.incidents == 1 else None,
                name=row.name,
            )
            for row in connection.execute(query)
        )


def count_days(ledger: Ledger, filters: Filters, by: str | None = None) -> tuple[Day, ...]:
    """Per day on which incidents began, their sums; ``by`` "type" or "actor" parts them. Incidents without a time are left out."""
    table, party = tables.incident, tables.party
    day = day_of(table.c.time_start)
    source: Any = table
    key: sa.ColumnElement[Any] = sa.null()
    if by == "type":
        key = table.c.type
    if by == "actor":
        source = table.join(party, sa.and_(party.c.incident == table.c.id, party.c.side == "by"))
        key = party.c.actor
    query = (
        sa.select(day.label("day"), key.label("part"), *_sums())
        .select_from(source)
        .where(*incident_conditions(ledger, filters), table.c.time_start.is_not(None))
        .group_by("day", "part")
        .order_by("day", letters(key))
    )
    with ledger.reading() as connection:
        return tuple(Day(day=row.day, sums=_sums_of(row), key=row.part) for row in connection.execute(query))


def count_published(ledger: Ledger, *, country: str | None = None, since: str | None = None, until: str | None = None) -> dict[str, int]:
    """Per day, how many reports were printed, whatever they tell, or that speak of a country: what tells silence from peace."""
    coding, claim = tables.coding, tables.claim
    day = day_of(coding.c.published)
    query = sa.select(day, sa.func.count()).where(coding.c.current, coding.c.published.is_not(None)).group_by(day)
    if country:
        query = query.where(coding.c.seq.in_(sa.select(claim.c.coding).where(claim.c.country == country)))
    if since:
        query = query.where(coding.c.published >= since)
    if until:
        query = query.where(coding.c.published < until)
    with ledger.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def basis_of(ledger: Ledger, filters: Filters) -> Basis:
    """What the filtered incidents rest on: the reports with a claim or a denial in one of them."""
    linked, voice, document, coding = tables.linked, tables.voice, tables.document, tables.coding
    tells: sa.ColumnElement[bool] = sa.exists().where(linked.c.document == coding.c.document, linked.c.incident.is_not(None))
    if narrowed(filters):
        ids = sa.select(tables.incident.c.id).where(*incident_conditions(ledger, filters))
        tells = coding.c.document.in_(sa.select(linked.c.document).distinct().where(linked.c.incident.in_(ids)))
    query = (
        sa.select(voice.c.voice, voice.c.affiliation, document.c.language, sa.func.count().label("reports"))
        .add_columns(sa.func.min(coding.c.published).label("first"), sa.func.max(coding.c.published).label("last"))
        .select_from(coding.join(document).outerjoin(voice, voice.c.document == coding.c.document))
        .where(coding.c.current, tells)
        .group_by(voice.c.voice, voice.c.affiliation, document.c.language)
    )
    with ledger.reading() as connection:
        rows = list(connection.execute(query))
    return Basis(
        reports=sum(row.reports for row in rows),
        voices=len({row.voice for row in rows}),
        affiliations=_ranked((row.affiliation or "", row.reports) for row in rows),
        languages=_ranked((row.language, row.reports) for row in rows),
        first=min((row.first for row in rows if row.first), default=None),
        last=max((row.last for row in rows if row.last), default=None),
    )


def _ranked(pairs: Iterator[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for name, count in pairs:
        found[name] = found.get(name, 0) + count
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _sums() -> tuple[sa.Label[Any], ...]:
    table = tables.incident
    low = sa.func.coalesce(table.c.killed_low, table.c.killed_best, 0)
    high = sa.func.coalesce(table.c.killed_high, table.c.killed_best, table.c.killed_low, 0)
    any_figure = sa.func.coalesce(table.c.killed_low, table.c.killed_best, table.c.killed_high).is_not(None)
    return (
        sa.func.count().label("incidents"),
        sa.func.sum(low).label("low"),
        sa.func.sum(high).label("high"),
        sa.func.sum(sa.case((any_figure, 1), else_=0)).label("told"),
        sa.func.sum(sa.case((sa.and_(any_figure, table.c.killed_high.is_(None)), 1), else_=0)).label("open"),
    )


def _sums_of(row: Any) -> Sums:
    return Sums(incidents=row.incidents, low=float(row.low or 0), high=float(row.high or 0), told=row.told or 0, open=row.open or 0)
