"""The places of the incidents."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.statements import contains, day_of, letters
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.store import Ledger
from onrecord.records import Record


class PlaceRow(Record, frozen=True):
    """A place where incidents happened."""

    id: str
    name: str
    kind: str
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    incidents: int
    first: str | None
    last: str | None


def list_places(ledger: Ledger, filters: Filters = Filters()) -> tuple[PlaceRow, ...]:  # noqa: B008 - frozen
    """The places of current incidents that the gazetteer knows, those of most incidents first. ``words``: in the name."""
    table = tables.incident
    count, day = sa.func.count(), day_of(table.c.time_start)
    query = (
        sa.select(
            table.c.place_id.label("id"),
            sa.func.min(letters(table.c.place)).label("name"),
            sa.func.min(table.c.place_kind).label("kind"),
            sa.func.min(letters(table.c.admin1)).label("admin1"),
            sa.func.min(table.c.country).label("country"),
            sa.func.min(table.c.lat).label("lat"),
            sa.func.min(table.c.lon).label("lon"),
            count.label("incidents"),
            sa.func.min(day).label("first"),
            sa.func.max(day).label("last"),
        )
        .where(*_place_conditions(filters))
        .group_by(table.c.place_id)
        .order_by(count.desc(), letters(table.c.place_id))
    )
    with ledger.reading() as connection:
        rows = connection.execute(query.limit(filters.limit).offset(filters.offset))
        return tuple(PlaceRow(**row._mapping) for row in rows)


def count_places(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many places of current incidents the gazetteer knows."""
    query = sa.select(sa.func.count(sa.distinct(tables.incident.c.place_id))).where(*_place_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _place_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    table = tables.incident
    yield table.c.ended.is_(None)
    yield table.c.place_id.is_not(None)
    if filters.place_id:
        yield table.c.place_id == filters.place_id
    if filters.country:
        yield table.c.country == filters.country
    if filters.words:
        yield contains(table.c.place, filters.words)
