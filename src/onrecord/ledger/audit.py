"""Whether a ledger still says what was appended to it: the chains of codings and decisions, against their rows and a checkpoint.

The chains show what was changed, taken out, put in between or put in another order. What was cut off at the end of a chain, or a chain
that was made anew from its beginning, shows only against a checkpoint that was kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.ledger.database import tables
from onrecord.ledger.decisions.chain import broken_links
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.seals import BEGINNING, Cause, Kind, Sealed, digest_of, read_appearances, read_codings
from onrecord.records import Record, text_sha256

FORMAT = "onrecord-checkpoint-1"
MOST_BREAKS = 50
RESTORE = "restore a backup that passes the audit against your last checkpoint, and add later reports again"
COMPARE = "ask who may write to the ledger; compare it with a backup or an export of an earlier day"
LINK = "the end of a chain can be cut off unseen: keep checkpoints elsewhere and compare with --against"


class Head(Record, frozen=True):
    """How long a chain is, and the hash of its last link."""

    count: int
    digest: str


class Checkpoint(Record, frozen=True):
    """What a ledger held at one moment, in three hashes. digest: of the rest, so that a damaged checkpoint shows."""

    format: str
    seals: Head
    decisions: Head
    agreements: Head
    digest: str


class Break(Record, frozen=True):
    """Where something does not hold. chain: "seals", "decisions" or "agreements".  place: what it is about.  said: what is wrong."""

    chain: str
    place: str
    said: str
    remedy: str


class Audit(Record, frozen=True):
    """What an audit read, and what did not hold, the first break first. against: how many seals the checkpoint knew."""

    checkpoint: Checkpoint
    codings: int
    breaks: tuple[Break, ...]
    against: int | None = None


def take_checkpoint(ledger: Ledger) -> Checkpoint:
    """The heads of the ledger's chains as of now. Nothing is read but them: that they hold is what ``audit`` finds out."""
    with ledger.reading() as connection:
        return _checkpoint(connection)


def audit(ledger: Ledger, against: Checkpoint | None = None) -> Audit:
    """Reads the whole ledger and says what does not hold; the first ``MOST_BREAKS``."""
    with ledger.reading() as connection:
        breaks = tuple(islice(_readable(_breaks(connection, against)), MOST_BREAKS))
        codings = connection.scalar(sa.select(sa.func.count()).select_from(tables.coding)) or 0
        return Audit(
            checkpoint=_checkpoint(connection), codings=codings, breaks=breaks, against=None if against is None else against.seals.count
        )


def _readable(breaks: Iterator[Break]) -> Iterator[Break]:
    """The breaks, and as the last one what keeps the audit from reading on: a value of another kind than its column has."""
    try:
        yield from breaks
    except (sa.exc.SQLAlchemyError, msgspec.MsgspecError, ValueError, TypeError) as error:
        said = f"it is not what the program writes ({str(error).splitlines()[0]})"
        yield Break(chain="seals", place="a row of the tables", said=said, remedy=RESTORE)


def _breaks(connection: Connection, against: Checkpoint | None) -> Iterator[Break]:
    if against is not None:
        yield from _against(connection, against)
    yield from _chain_of_seals(connection)
    yield from _texts(connection)
    for kind, now in ((Kind.CODING, read_codings(connection)), (Kind.APPEARANCE, read_appearances(connection))):
        yield from _contents(connection, kind, now)
    yield from _redactions(connection)
    for said in broken_links(connection):
        yield Break(chain="decisions", place=said.split(" was ")[0].removesuffix(" is missing"), said=said, remedy=RESTORE)


# ── The chain itself ──────────────────────────────────────────────────────────────────────────────────────────────────


def _chain_of_seals(connection: Connection) -> Iterator[Break]:
    previous, number = BEGINNING, 0
    for row in connection.execute(sa.select(tables.seal).order_by(tables.seal.c.seq)).mappings():
        number += 1
        place = f"seal {row['seq']} of {row['kind']} {row['target']}"
        if row["seq"] != number:
            yield Break(chain="seals", place=place, said=f"seals {number} to {row['seq'] - 1} before it are missing", remedy=RESTORE)
            number = row["seq"]
        if row["previous"] != previous:
            yield Break(chain="seals", place=place, said="it does not follow the seal before it", remedy=RESTORE)
        elif digest_of(dict(row)) != row["digest"]:
            yield Break(chain="seals", place=place, said="it was changed after it was set", remedy=RESTORE)
        previous = row["digest"]


# ── What it seals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _texts(connection: Connection) -> Iterator[Break]:
    table = tables.document
    for row in connection.execute(sa.select(table.c.id, table.c.sha256, table.c.text, table.c.redacted).order_by(table.c.id)):
        if row.text is None and row.redacted is None:
            yield Break(chain="seals", place=f"document {row.id}", said="its text is gone without a redaction", remedy=RESTORE)
        elif row.text is not None and text_sha256(row.text) != row.sha256:
            yield Break(chain="seals", place=f"document {row.id}", said="its text is not the one that was coded", remedy=RESTORE)


def _contents(connection: Connection, kind: Kind, now: Iterator[Sealed]) -> Iterator[Break]:
    """Rows that are not what their last seal says, or have none; seals whose rows are gone."""
    table = tables.seal
    while some := list(islice(now, 200)):
        query = sa.select(table.c.target, table.c.content).where(
            table.c.kind == str(kind), table.c.target.in_([one.target for one in some])
        )
        kept = dict(connection.execute(query.order_by(table.c.seq)).all())
        for one in some:
            if one.target not in kept:
                said, remedy = "it was put in beside the chain: nothing seals it", COMPARE
            elif kept[one.target] != one.content:
                said, remedy = "it, or one of its rows, was changed or taken out after it was sealed", RESTORE
            else:
                continue
            yield Break(chain="seals", place=f"{kind} {one.target}", said=said, remedy=remedy)
    rows = tables.coding if kind is Kind.CODING else tables.appearance
    gone = sa.select(table.c.seq, table.c.target).where(table.c.kind == str(kind), ~sa.exists().where(rows.c.id == table.c.target))
    for seq, target in connection.execute(gone.order_by(table.c.seq)):
        yield Break(chain="seals", place=f"seal {seq} of {kind} {target}", said=f"the {kind} is gone", remedy=RESTORE)


def _redactions(connection: Connection) -> Iterator[Break]:
    """Seals in place of others without a decision to take out words, and second seals that say to be first ones."""
    table, decision = tables.seal, tables.decision
    first = table.c.cause != str(Cause.REDACTED)
    twice = sa.select(table.c.kind, table.c.target).where(first).group_by(table.c.kind, table.c.target).having(sa.func.count() > 1)
    for kind, target in connection.execute(twice.order_by(table.c.target)):
        yield Break(chain="seals", place=f"{kind} {target}", said="it was sealed twice as new", remedy=COMPARE)
    decided = {
        target
        for target, after in connection.execute(sa.select(decision.c.target, decision.c.after).where(decision.c.after.is_not(None)))
        if "redacted" in msgspec.json.decode(after)
    }
    for kind, rows in ((Kind.CODING, tables.coding), (Kind.APPEARANCE, tables.appearance)):
        redone = sa.select(table.c.seq, table.c.target, rows.c.document).join(rows, rows.c.id == table.c.target)
        redone = redone.where(table.c.kind == str(kind), table.c.cause == str(Cause.REDACTED)).order_by(table.c.seq)
        for seq, target, document in connection.execute(redone):
            if document not in decided:
                said = f"it replaces another, and nobody decided to take words out of {document}"
                yield Break(chain="seals", place=f"seal {seq} of {kind} {target}", said=said, remedy=COMPARE)


# ── Checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _checkpoint(connection: Connection) -> Checkpoint:
    heads = {name: _head(connection, name) for name in ("seals", "decisions", "agreements")}
    return Checkpoint(format=FORMAT, **heads, digest=_digest(heads))


def _digest(heads: Mapping[str, Head]) -> str:
    return hashlib.sha256(msgspec.json.encode([FORMAT, *(heads[name] for name in ("seals", "decisions", "agreements"))])).hexdigest()


def _head(connection: Connection, chain: str, count: int | None = None) -> Head:
    """The head of a chain, or what it was when the chain had so many links; a shorter one has the head that it has."""
    if chain == "agreements":
        return _head_of_agreements(connection, count)
    table = tables.seal if chain == "seals" else tables.decision
    length = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    wanted = length if count is None else min(count, length)
    if wanted == 0:
        return Head(count=0, digest=BEGINNING)
    digest = connection.scalar(sa.select(table.c.digest).order_by(table.c.seq).offset(wanted - 1).limit(1))
    return Head(count=wanted, digest=str(digest))


def _head_of_agreements(connection: Connection, count: int | None) -> Head:
    table = tables.agreement
    query = sa.select(table.c.id, table.c.by, table.c.at, table.c.record).order_by(table.c.seq)
    digest, number = BEGINNING, 0
    for row in connection.execute(query if count is None else query.limit(count)):
        digest, number = hashlib.sha256(msgspec.json.encode([digest, *row])).hexdigest(), number + 1
    return Head(count=number, digest=digest)


def _against(connection: Connection, against: Checkpoint) -> Iterator[Break]:
    for chain in ("seals", "decisions", "agreements"):
        then: Head = getattr(against, chain)
        now = _head(connection, chain, then.count)
        if now.count < then.count:
            said = f"its end was cut off: {now.count} of the {then.count} links that the checkpoint knows are left"
        elif now.digest != then.digest:
            said = f"it is another chain than the checkpoint's: one of the first {then.count} links was changed, and all after it made anew"
        else:
            continue
        yield Break(chain=chain, place=f"the chain of {chain}", said=said, remedy=RESTORE)


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """The checkpoint as a small JSON file."""
    return msgspec.json.format(msgspec.json.encode(checkpoint), indent=2).decode() + "\n"


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file, or in the ``datapackage.json`` of an export. Raises UsageError for what is none or is damaged."""
    try:
        loaded = msgspec.json.decode(path.read_bytes())
        found = msgspec.convert(_part(loaded), Checkpoint)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise UsageError(f"{path}: is no checkpoint ({error}); 'onrecord ledger checkpoint -o FILE' writes one") from error
    if found.format != FORMAT:
        raise UsageError(f"{path}: a checkpoint of another form ({found.format}); update the program")
    if found.digest != _digest({"seals": found.seals, "decisions": found.decisions, "agreements": found.agreements}):
        raise UsageError(f"{path}: the checkpoint is damaged or was changed; take another copy of it")
    return found


def _part(loaded: Any) -> Any:
    """What may be a checkpoint: of a package of exports, the last that any of its files was made from."""
    if not isinstance(loaded, dict) or "resources" not in loaded:
        return loaded
    found: Sequence[Any] = [one["checkpoint"] for one in loaded["resources"] if isinstance(one, dict) and "checkpoint" in one]
    return max(found, key=lambda one: one["seals"]["count"], default=None)
