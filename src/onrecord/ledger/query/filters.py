"""What to list, and what rows must fulfil for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec
import sqlalchemy as sa

from onrecord.ledger.database import tables
from onrecord.ledger.database.search import claims_with
from onrecord.ledger.database.statements import contains, one_of
from onrecord.ledger.store import Ledger
from onrecord.records import Record

DAY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
COUNTRY = re.compile(r"[A-Z]{3}")


class Filters(Record, frozen=True):
    """What to list; every part that is set must hold. ``since`` and ``until`` are days, the second exclusive.

    who: part of a code.  actor, place_id, source: keys of an actor, a place, a voice.  words: all stand in the words of one claim.
    box: west, south, east, north in degrees.  among: only these incidents.
    """

    since: str | None = None
    until: str | None = None
    country: str | None = None
    place: str | None = None
    who: str | None = None
    type: str | None = None
    grade: str | None = None
    state: str | None = None
    document: str | None = None
    incident: str | None = None
    claim: str | None = None
    outlet: str | None = None
    words: str | None = None
    actor: str | None = None
    place_id: str | None = None
    source: str | None = None
    language: str | None = None
    box: tuple[float, float, float, float] | None = None
    among: tuple[str, ...] | None = None
    limit: int | None = None
    offset: int = 0


def read_day(text: str) -> str:
    """The day that a filter means: a day as it is, of a month or a year the first. Raises ValueError for anything else.

    >>> read_day("2020-02"), read_day("2020")
    ('2020-02-01', '2020-01-01')
    """
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text + "-01" * (2 - text.count("-"))).isoformat()
    except ValueError:
        pass
    raise ValueError("Write a day as 2020-02-27, a month as 2020-02, a year as 2020.")


def read_country(text: str) -> str:
    """The code of a country in capitals. Raises ValueError for what is none."""
    if not COUNTRY.fullmatch(text.upper()):
        raise ValueError("Write the country's ISO 3166-1 alpha-3 code: SYR, UKR, SDN.")
    return text.upper()


def read_name(text: str, known: Iterable[str]) -> str:
    """Which of the known names is meant, in whatever letters, words apart or not. Raises ValueError where none is.

    >>> read_name("Party claim", ["contested", "party_claim"])
    'party_claim'
    """
    names = {str(name).casefold(): str(name) for name in known}
    try:
        return names[text.strip().casefold().replace(" ", "_")]
    except KeyError:
        raise ValueError(f"It may be {', '.join(names.values())}.") from None


def incident_conditions(ledger: Ledger, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of the incident table must fulfil: that they are current, and the filters."""
    table, linked = tables.incident, tables.linked
    yield table.c.ended.is_(None)
    yield from _what_happened(table, filters)
    if filters.grade:
        yield table.c.grade == filters.grade
    if filters.state:
        yield table.c.state == filters.state
    if filters.document:
        yield table.c.id.in_(sa.select(linked.c.incident).where(linked.c.document == filters.document))
    if filters.actor:
        yield table.c.id.in_(sa.select(tables.party.c.incident).where(tables.party.c.actor == filters.actor))
    if filters.source:
        told = linked.join(tables.voice, tables.voice.c.document == linked.c.document)
        yield table.c.id.in_(sa.select(linked.c.incident).select_from(told).where(tables.voice.c.voice == filters.source))
    if filters.box:
        west, south, east, north = filters.box
        yield sa.and_(table.c.lon.between(west, east), table.c.lat.between(south, north))
    if filters.words:
        saying = claims_with(filters.words, ledger.engine.dialect.name)
        yield table.c.id.in_(sa.select(linked.c.incident).where(linked.c.claim.in_(saying)))
    if filters.among is not None:
        yield one_of(table.c.id, filters.among, ledger.engine.dialect.name)


def claim_conditions(ledger: Ledger, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """What rows of the claim table, joined with their codings, must fulfil."""
    claim, coding = tables.claim, tables.coding
    yield from _what_happened(claim, filters)
    if filters.document:
        yield coding.c.document == filters.document
    if filters.outlet:
        yield contains(coding.c.outlet, filters.outlet)
    if filters.claim:
        yield claim.c.hash == filters.claim
    if filters.source:
        yield coding.c.document.in_(sa.select(tables.voice.c.document).where(tables.voice.c.voice == filters.source))
    if filters.words:
        yield claim.c.hash.in_(claims_with(filters.words, ledger.engine.dialect.name))
    if filters.incident:
        # As a list of ids, SQLite starts from the incident; as a join condition it walks through all claims.
        yield claim.c.hash.in_(sa.select(tables.linked.c.claim).where(tables.linked.c.incident == filters.incident))


def _what_happened(table: sa.Table, filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """What incidents and claims are filtered by alike: both tables call it the same."""
    if filters.since:
        yield table.c.time_end > filters.since
    if filters.until:
        yield table.c.time_start < filters.until
    if filters.country:
        yield table.c.country == filters.country
    if filters.place:
        yield contains(table.c.place, filters.place)
    if filters.place_id:
        yield table.c.place_id == filters.place_id
    if filters.who:
        yield sa.or_(contains(table.c.who, filters.who), contains(table.c.whom, filters.who))
    if filters.type:
        yield table.c.type == filters.type


def settle_words(ledger: Ledger, filters: Filters) -> Filters:
    """The filters with the incidents that the words lead to in place of the words: looked up once, for several questions."""
    if not filters.words:
        return filters
    saying = claims_with(filters.words, ledger.engine.dialect.name)
    query = sa.select(tables.linked.c.incident).distinct().where(tables.linked.c.incident.is_not(None), tables.linked.c.claim.in_(saying))
    with ledger.reading() as connection:
        return msgspec.structs.replace(filters, words=None, among=tuple(sorted(connection.scalars(query))))


def narrowed(filters: Filters) -> bool:
    """Whether any filter but the page is set."""
    return any(getattr(filters, name) is not None for name in filters.__struct_fields__ if name not in ("limit", "offset"))
