"""Agreements: those that reports propose, violations of those declared, per period, with the reports that speak of their area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from onrecord.ceasefire import Area, PeriodRow, period_table, propose
from onrecord.errors import UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.statements import letters
from onrecord.ledger.decisions.agreements import list_declarations
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.store import Ledger
from onrecord.records import Violation


def list_violations(ledger: Ledger, filters: Filters = Filters(), *, agreement: str | None = None) -> tuple[Violation, ...]:  # noqa: B008
    """The violations of declared agreements, by agreement and time. ``filters.state`` is the violation's status."""
    table = tables.violation
    query = sa.select(table.c.record).order_by(letters(table.c.agreement), table.c.local_time.is_(None), table.c.local_time, table.c.id)
    if agreement:
        query = query.where(table.c.agreement == agreement)
    if filters.state:
        query = query.where(table.c.status == filters.state)
    if filters.since:
        query = query.where(table.c.local_time >= filters.since)
    if filters.until:
        query = query.where(table.c.local_time < filters.until)
    if filters.incident:
        query = query.where(table.c.incident == filters.incident)
    with ledger.reading() as connection:
        found = connection.scalars(query.limit(filters.limit).offset(filters.offset))
        return tuple(unpack(record, Violation) for record in found)


def coverage(ledger: Ledger, area: Area) -> dict[str, int]:
    """Per day, how many reports printed that day speak of an area: what tells silence of the sources from peace."""
    claim, coding = tables.claim, tables.coding
    query = (
        sa.select(coding.c.published, sa.func.count(sa.distinct(coding.c.document)))
        .join_from(claim, coding)
        .where(coding.c.current, coding.c.published.is_not(None), sa.or_(sa.false(), *_area_conditions(area)))
        .group_by(coding.c.published)
    )
    found: dict[str, int] = {}
    with ledger.reading() as connection:
        for published, count in connection.execute(query):
            found[published[:10]] = found.get(published[:10], 0) + count
    return found


def _area_conditions(area: Area) -> Iterator[sa.ColumnElement[bool]]:
    claim = tables.claim
    yield claim.c.place_id.in_(area.place_ids)
    yield claim.c.place.in_(area.names)
    yield claim.c.admin1.in_(area.admin1)
    yield claim.c.country.in_(area.countries)
    if area.polygon:
        east, north = zip(*area.polygon, strict=True)
        yield sa.and_(claim.c.lon.between(min(east), max(east)), claim.c.lat.between(min(north), max(north)))


def proposals(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """A draft declaration per agreement that a report mentions, each once; nothing is held against them until a person declares."""
    seen = set()
    for coding in ledger.codings():
        for agreement in coding.agreements:
            draft = propose(agreement)
            if draft["id"] not in seen:
                seen.add(draft["id"])
                yield draft


def report_periods(ledger: Ledger, agreement: str, *, since: str, until: str, days: int) -> tuple[PeriodRow, ...]:
    """Violations of one agreement per period and party, with how many reports spoke of its area; raises UsageError if unknown."""
    declared = {declaration.id: declaration for declaration in list_declarations(ledger)}
    if agreement not in declared:
        raise UsageError(f"{agreement}: no such agreement is declared; list them with 'onrecord agreement list'")
    declaration = declared[agreement]
    spoken = coverage(ledger, declaration.area)
    found = list_violations(ledger, agreement=agreement)
    return period_table(found, declaration, start=date.fromisoformat(since), end=date.fromisoformat(until), days=days, coverage=spoken)
