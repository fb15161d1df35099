"""Links the ledger's claims into incidents; only where something changed since the last time.

What is linked follows from the documents, their current codings and the decisions of people alone: linking a ledger report by report
gives the same incidents as linking it at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.incidents import DEFAULT_POLICY, POLICIES, Known, Partition, find_neighbours, link_claims
from onrecord.incidents.facts import LONGEST_INCIDENT_DAYS
from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.settings import keep_setting, read_setting
from onrecord.ledger.database.statements import batches
from onrecord.ledger.linking.reading import pending_rulings, read_by_hash, read_claims, read_relations, read_ruling, states_of
from onrecord.ledger.linking.voices import read_voices, update_voices
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.incidents import end_incidents, next_change, write_incidents
from onrecord.ledger.store.violations import write_violations
from onrecord.lexicon import Lexicon
from onrecord.records import Record, ReportedClaim
from onrecord.sources import outlet_lookup


class Linked(Record, frozen=True):
    """What one run of linking did: documents that had changed, claims looked at, incidents now, and what became of ids."""

    documents: int
    claims: int
    incidents: int
    new: int
    merged: int
    ended: int


class Standing(NamedTuple):
    """Whether a document's claims count: "current", "superseded" by a later version at its address, or "retracted"."""

    document: str
    coding: int
    standing: str
    voice: str


def link_ledger(ledger: Ledger, lexicon: Lexicon | None = None, *, policy: str | None = None, everything: bool = False) -> Linked:
    """Brings the incidents up to date with the documents, in one transaction.

    policy: how figures become ranges; another one than last time is kept, and everything is linked again.
    everything: links all claims again, whatever was linked before (after a change of the rules).
    """
    with ledger.writing() as connection:
        take_turn(connection, "link")
        chosen, fresh = _choose_policy(connection, policy)
        everything = everything or fresh
        update_voices(connection, outlet_lookup(lexicon))
        standings = read_standings(connection)
        changed = changed_documents(connection, standings, everything=everything)
        if not changed and not everything:
            return Linked(documents=0, claims=0, incidents=_count(connection), new=0, merged=0, ended=0)
        return _relink(connection, standings, changed, policy=chosen, everything=everything)


def _choose_policy(connection: Connection, policy: str | None) -> tuple[str, bool]:
    """The rule for ranges, and whether it is another one than before."""
    before = read_setting(connection, "policy") or DEFAULT_POLICY
    if policy is None or policy == before:
        return before, False
    if policy not in POLICIES:
        raise UsageError(f"'{policy}' is no rule for ranges; there are {', '.join(POLICIES)}")
    keep_setting(connection, "policy", policy)
    return policy, True


def _count(connection: Connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(tables.incident).where(tables.incident.c.ended.is_(None))) or 0


# ── What changed ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read_standings(connection: Connection) -> dict[str, Standing]:
    """Per document, its current coding, whether it counts, and its voice."""
    # Codings first: whose coding is there has its appearance, even while others append.
    codings = list(connection.execute(sa.select(tables.coding.c.document, tables.coding.c.seq).where(tables.coding.c.current)))
    places: dict[str, list[tuple[str, int, str]]] = defaultdict(list)  # per address: (published, seq, document)
    seen_at: dict[str, set[str]] = defaultdict(set)
    retracted: set[str] = set()
    table = tables.appearance
    for row in connection.execute(sa.select(table.c.seq, table.c.document, table.c.url, table.c.published, table.c.notice)):
        address = row.url or f"document:{row.document}"
        places[address].append((row.published or "", row.seq, row.document))
        seen_at[row.document].add(address)
        if row.notice == "retraction":
            retracted.add(address)
    latest = {address: max(versions)[2] for address, versions in places.items()}
    voices = dict(connection.execute(sa.select(tables.voice.c.document, tables.voice.c.voice)).all())
    found = {}
    for document, coding in codings:
        addresses = seen_at[document]
        standing = "current" if any(latest[address] == document for address in addresses) else "superseded"
        if addresses and addresses <= retracted:
            standing = "retracted"
        found[document] = Standing(document, coding, standing, voices.get(document, document))
    return found


def changed_documents(connection: Connection, standings: Mapping[str, Standing], *, everything: bool) -> tuple[str, ...]:
    """The documents that linking has not seen as they stand now, in order."""
    if everything:
        return tuple(sorted(standings))
    table = tables.seen
    before = {row.document: Standing(*row) for row in connection.execute(sa.select(table))}
    fresh = [document for document, standing in standings.items() if before.get(document) != standing]
    # A decision about a pair of claims changes what their documents are linked to.
    ruled = _documents_of(connection, pending_rulings(connection))
    return tuple(sorted({*fresh, *ruled}))


def _documents_of(connection: Connection, hashes: Collection[str]) -> set[str]:
    query = sa.select(tables.coding.c.document).join_from(tables.claim, tables.coding).where(tables.coding.c.current)
    return {document for some in batches(sorted(hashes)) for document in connection.scalars(query.where(tables.claim.c.hash.in_(some)))}


# ── Linking ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _relink(connection: Connection, standings: Mapping[str, Standing], changed: Sequence[str], *, policy: str, everything: bool) -> Linked:
    whole = everything or 5 * len(changed) >= len(standings)
    scope = None if whole else _scope(connection, standings, changed)
    known = _known(connection, changed, scope)
    documents: dict[str, str] = {}
    partition = link_claims(
        _noting(_claims_in_scope(connection, standings, changed, scope), documents),
        read_voices(connection),
        known,
        ruling=read_ruling(connection),
        policy=policy,
        retracted={document for document, standing in standings.items() if standing.standing == "retracted"},
    )
    _write(connection, partition, known, changed, standings, documents)
    return Linked(
        documents=len(changed),
        claims=len(documents),
        incidents=_count(connection),
        new=len({incident.id for incident in partition.incidents} - set(known.incidents.values())),
        merged=len(partition.merged),
        ended=len(partition.ended),
    )


def _noting(claims: Iterable[ReportedClaim], documents: dict[str, str]) -> Iterator[ReportedClaim]:
    """Passes claims on one by one, so that they need not all be in memory, and notes whose they are."""
    for claim in claims:
        documents[claim.claim.hash] = claim.document
        yield claim


def _counts(standings: Mapping[str, Standing], document: str) -> bool:
    return document in standings and standings[document].standing != "superseded"


def _claims_in_scope(
    connection: Connection, standings: Mapping[str, Standing], changed: Sequence[str], scope: frozenset[str] | None
) -> Iterator[ReportedClaim]:
    if scope is None:
        found = read_claims(connection, sa.true(), read_relations(connection))
        yield from (claim for claim in found if _counts(standings, claim.document))
        return
    yield from _claims_of(connection, standings, changed)
    own = set(changed)
    for some in batches(sorted(scope)):
        yield from (claim for claim in read_by_hash(connection, some) if claim.document not in own and _counts(standings, claim.document))


def _claims_of(connection: Connection, standings: Mapping[str, Standing], documents: Sequence[str]) -> Iterator[ReportedClaim]:
    wanted = [document for document in documents if _counts(standings, document)]
    relations = read_relations(connection, [standings[document].coding for document in wanted])
    for some in batches(wanted):
        yield from read_claims(connection, tables.coding.c.document.in_(some), relations)


def _scope(connection: Connection, standings: Mapping[str, Standing], changed: Sequence[str]) -> frozenset[str]:
    """The hashes of every claim whose linking the changed documents can touch."""
    table = tables.linked
    touched = {
        component
        for some in batches(changed)
        for component in connection.scalars(sa.select(table.c.component).where(table.c.document.in_(some)))
    }
    new = list(_claims_of(connection, standings, changed))
    near = find_neighbours(new, _in_window(connection, standings, new, set(changed)))
    for some in batches(sorted(near)):
        touched |= set(connection.scalars(sa.select(table.c.component).where(table.c.claim.in_(some))))
    return frozenset(
        claim
        for some in batches(sorted(touched))
        for claim in connection.scalars(sa.select(table.c.claim).where(table.c.component.in_(some)))
    )


def _in_window(
    connection: Connection, standings: Mapping[str, Standing], new: Sequence[ReportedClaim], changed: Collection[str]
) -> Iterator[ReportedClaim]:
    """Claims of other documents of the same types, at times that could meet those of the new ones."""
    windows: dict[str, tuple[datetime, datetime]] = {}
    for claim in new:
        span = _window(claim)
        if claim.claim.event is None or span is None:
            continue
        start, end = windows.get(claim.claim.event.type, span)
        windows[claim.claim.event.type] = (min(start, span[0]), max(end, span[1]))
    for type in sorted(windows):
        found = list(read_claims(connection, _condition(type, *windows[type]), {}))
        yield from (claim for claim in found if claim.document not in changed and _counts(standings, claim.document))


def _window(claim: ReportedClaim) -> tuple[datetime, datetime] | None:
    time = claim.claim.time
    if time is not None and time.start and time.end:
        return datetime.fromisoformat(time.start) - timedelta(days=1), datetime.fromisoformat(time.end) + timedelta(days=1)
    if claim.published is None:
        return None
    day = datetime.fromisoformat(claim.published[:10])
    return day - timedelta(days=6), day + timedelta(days=2)


def _condition(type: str, start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    claim, coding = tables.claim, tables.coding
    earliest = start - timedelta(days=LONGEST_INCIDENT_DAYS + 1)
    timed = sa.and_(
        claim.c.time_start >= earliest.isoformat(timespec="minutes"),
        claim.c.time_start <= end.isoformat(timespec="minutes"),
        claim.c.time_end >= start.isoformat(timespec="minutes"),
    )
    printed = coding.c.published.between((start - timedelta(days=2)).date().isoformat(), (end + timedelta(days=6)).date().isoformat())
    return sa.and_(claim.c.type == type, sa.or_(timed, sa.and_(claim.c.time_start.is_(None), printed)))


def _known(connection: Connection, changed: Sequence[str], scope: frozenset[str] | None) -> Known:
    table = tables.linked
    query = sa.select(table.c.claim, table.c.incident).where(table.c.incident.is_not(None), ~table.c.denies)
    before: dict[str, str] = {}
    if scope is None:
        before = {row.claim: row.incident for row in connection.execute(query)}
    else:
        for some in batches(sorted(scope)):
            before |= {row.claim: row.incident for row in connection.execute(query.where(table.c.claim.in_(some)))}
        for some in batches(changed):
            before |= {row.claim: row.incident for row in connection.execute(query.where(table.c.document.in_(some)))}
    salt = read_setting(connection, "salt") or ""
    return Known(incidents=before, used=frozenset(connection.scalars(sa.select(tables.incident.c.id))), salt=salt)


# ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write(
    connection: Connection,
    partition: Partition,
    known: Known,
    changed: Sequence[str],
    standings: Mapping[str, Standing],
    documents: Mapping[str, str],
) -> None:
    next_change(connection)  # voices and links may be others even where no incident is
    _write_incidents(connection, partition, known)
    _write_links(connection, partition, known, changed, documents)
    for some in batches(changed):
        connection.execute(tables.seen.delete().where(tables.seen.c.document.in_(some)))
        connection.execute(tables.seen.insert(), [standings[document]._asdict() for document in some])
    last = connection.scalar(sa.select(sa.func.max(tables.decision.c.seq))) or 0
    keep_setting(connection, "linked_decision", str(last))


def _write_links(connection: Connection, partition: Partition, known: Known, changed: Sequence[str], documents: Mapping[str, str]) -> None:
    table = tables.linked
    for some in batches(changed):
        connection.execute(table.delete().where(table.c.document.in_(some)))
    for some in batches(sorted({*known.incidents, *partition.components})):
        connection.execute(table.delete().where(table.c.claim.in_(some)))
    home = {claim: (incident.id, False) for incident in partition.incidents for claim in incident.claims}
    home |= {claim: (incident.id, True) for incident in partition.incidents for claim in incident.denials}
    found = []
    for claim, component in sorted(partition.components.items()):
        incident, denies = home.get(claim, (None, False))
        found.append({"claim": claim, "document": documents[claim], "component": component, "incident": incident, "denies": denies})
    if found:
        connection.execute(table.insert(), found)


def _write_incidents(connection: Connection, partition: Partition, known: Known) -> None:
    end_incidents(connection, {**dict.fromkeys(partition.ended), **dict(partition.merged)})
    states = states_of(connection)
    incidents = [msgspec.structs.replace(incident, state=states.get(incident.id, incident.state)) for incident in partition.incidents]
    write_incidents(connection, incidents, why="its claims were linked again")
    write_violations(connection, incidents, [*known.incidents.values(), *(incident.id for incident in incidents)])
