"""The actors of the incidents, with what they are said to have done and suffered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.statements import batches, contains, day_of, letters
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.store import Ledger
from onrecord.records import Record


class PartyRow(Record, frozen=True):
    """An actor with how many incidents it is said to have done and suffered. first, last: their days."""

    id: str
    name: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    did: int
    suffered: int
    first: str | None
    last: str | None


def list_parties(ledger: Ledger, filters: Filters = Filters()) -> tuple[PartyRow, ...]:  # noqa: B008 - frozen
    """The actors of current incidents, those of most first. ``filters.actor``: only that one; ``words``: in its name or code."""
    party, incident = tables.party, tables.incident
    count, day = sa.func.count(), day_of(incident.c.time_start)
    query = (
        sa.select(
            party.c.actor,
            sa.func.min(letters(party.c.name)).label("name"),
            sa.func.sum(sa.case((party.c.side == "by", 1), else_=0)).label("did"),
            sa.func.sum(sa.case((party.c.side == "to", 1), else_=0)).label("suffered"),
            sa.func.min(day).label("first"),
            sa.func.max(day).label("last"),
        )
        .select_from(party.join(incident, incident.c.id == party.c.incident))
        .where(*_party_conditions(filters))
        .group_by(party.c.actor)
        .order_by(count.desc(), letters(party.c.actor))
    )
    with ledger.reading() as connection:
        rows = list(connection.execute(query.limit(filters.limit).offset(filters.offset)))
        called = _names(connection, [row.actor for row in rows])
    return tuple(
        PartyRow(
            id=row.actor,
            name=row.name if row.actor.startswith("act-") else row.actor,
            codes=called[row.actor][0],
            names=called[row.actor][1],
            did=row.did,
            suffered=row.suffered,
            first=row.first,
            last=row.last,
        )
        for row in rows
    )


def count_parties(ledger: Ledger, filters: Filters = Filters()) -> int:  # noqa: B008 - frozen
    """How many actors take part in current incidents."""
    query = sa.select(sa.func.count(sa.distinct(tables.party.c.actor))).where(*_party_conditions(filters))
    with ledger.reading() as connection:
        return connection.scalar(query) or 0


def _party_conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    party = tables.party
    if filters.actor:
        yield party.c.actor == filters.actor
    if filters.words:
        yield sa.or_(contains(party.c.name, filters.words), contains(party.c.code, filters.words))


def names_of(ledger: Ledger, actors: Sequence[str]) -> dict[str, str]:
    """What to call each actor: the commonest name of a known one, the code of any other."""
    with ledger.reading() as connection:
        return {
            actor: names[0] if actor.startswith("act-") and names else actor for actor, (_, names) in _names(connection, actors).items()
        }


def _names(connection: Connection, actors: Sequence[str]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Per actor its codes and its names, the commonest name first."""
    party = tables.party
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {actor: ({}, {}) for actor in actors}
    query = sa.select(party.c.actor, party.c.name, party.c.code, sa.func.count().label("number"))
    for some in batches(actors):
        grouped = query.where(party.c.actor.in_(some)).group_by(party.c.actor, party.c.name, party.c.code)
        for row in connection.execute(grouped.order_by(sa.func.count().desc(), letters(party.c.name), letters(party.c.code))):
            codes, names = found[row.actor]
            codes[row.code] = names[row.name] = None
    return {actor: (tuple(codes), tuple(names)) for actor, (codes, names) in found.items()}
