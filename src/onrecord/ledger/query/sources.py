"""The voices behind the reports, with what they have said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.statements import batches, contains, letters
from onrecord.ledger.linking.voices import read_voices
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.store import Ledger
from onrecord.records import Record, Voice


class SourceRow(Record, frozen=True):
    """A voice with what it has said. ``outlets``: who printed it.  first, last: days of publication."""

    id: str
    name: str
    affiliation: str | None
    reports: int
    claims: int
    incidents: int
    languages: tuple[str, ...]
    outlets: tuple[str, ...]
    first: str | None
    last: str | None


def list_sources(ledger: Ledger, filters: Filters = Filters()) -> tuple[SourceRow, ...]:  # noqa: B008 - frozen
    """Every voice with what it has said, those with most reports first. ``filters.source``: only that one; ``words``: in its name."""
    voice, coding = tables.voice, tables.coding
    printed = voice.join(coding, sa.and_(coding.c.document == voice.c.document, coding.c.current))
    query = (
        sa.select(
            voice.c.voice,
            sa.func.min(letters(voice.c.name)).label("name"),
            sa.func.min(letters(voice.c.affiliation)).label("affiliation"),
            sa.func.count().label("reports"),
            sa.func.sum(coding.c.claims).label("claims"),
            sa.func.min(coding.c.published).label("first"),
            sa.func.max(coding.c.published).label("last"),
        )
        .select_from(printed)
        .where(*_source_conditions(filters))
        .group_by(voice.c.voice)
        .order_by(sa.func.count().desc(), sa.func.min(letters(voice.c.name)), voice.c.voice)
    )
    with ledger.reading() as connection:
        rows = list(connection.execute(query.limit(filters.limit).offset(filters.offset)))
        voices = [row.voice for row in rows]
        told = _told_by(connection, voices)
        languages = _texts_by(connection, voices, tables.document.c.language)
        outlets = _texts_by(connection, voices, coding.c.outlet)
    return tuple(
        SourceRow(
            id=row.voice,
            name=row.name,
            affiliation=row.affiliation,
            reports=row.reports,
            claims=row.claims or 0,
            incidents=told.get(row.voice, 0),
            languages=languages.get(row.voice, ()),
            outlets=outlets.get(row.voice, ()),
            first=row.first,
            last=row.last,
        )
        for row in rows
    )


def _told_by(connection: Connection, voices: Sequence[str]) -> dict[str, int]:
    """Per voice, of how many incidents its reports tell."""
    voice, linked = tables.voice, tables.linked
    query = sa.select(voice.c.voice, sa.func.count(sa.distinct(linked.c.incident))).join_from(
        voice, linked, linked.c.document == voice.c.document
    )
    return {
        row[0]: row[1]
        for some in batches(voices)
        for row in connection.execute(query.where(voice.c.voice.in_(some)).group_by(voice.c.voice))
    }


def _texts_by(connection: Connection, voices: Sequence[str], column: sa.Column[Any]) -> dict[str, tuple[str, ...]]:
    """Per voice, the values that a column of its codings or documents has, in order."""
    voice, coding, document = tables.voice, tables.coding, tables.document
    joined = voice.join(coding, coding.c.document == voice.c.document).join(document, document.c.id == voice.c.document)
    query = sa.select(voice.c.voice, column).distinct().select_from(joined).where(coding.c.current, column.is_not(None))
    found: dict[str, list[str]] = {}
    for some in batches(voices):
        for id, value in connection.execute(query.where(voice.c.voice.in_(some))):
            found.setdefault(id, []).append(value)
    return {id: tuple(sorted(values)) for id, values in found.items()}


def voice_names(ledger: Ledger) -> dict[str, str]:
    """What each voice is called."""
    query = sa.select(tables.voice.c.voice, sa.func.min(letters(tables.voice.c.name))).group_by(tables.voice.c.voice)
    with ledger.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def count_sources(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many voices there are."""
    query = sa.select(sa.func.count(sa.distinct(tables.voice.c.voice))).where(*_source_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _source_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.source:
        yield tables.voice.c.voice == filters.source
    if filters.words:
        yield contains(tables.voice.c.name, filters.words)


def list_voices(ledger: Ledger) -> tuple[Voice, ...]:
    """Every voice with the documents that go back to it, those with most first."""
    with ledger.reading() as connection:
        voices = read_voices(connection)
    members: dict[str, list[str]] = {}
    for document, voice in sorted(voices.items()):
        members.setdefault(voice.id, []).append(document)
    by_id = {voice.id: voice for _, voice in sorted(voices.items())}
    ranked = sorted(members, key=lambda id: (-len(members[id]), by_id[id].name, id))
    return tuple(msgspec.structs.replace(by_id[id], members=tuple(members[id])) for id in ranked)
