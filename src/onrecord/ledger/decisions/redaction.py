"""Takes a report's words out of the ledger and leaves what was counted."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import pack, unpack
from onrecord.ledger.decisions.chain import append_decision
from onrecord.ledger.store import Ledger
from onrecord.ledger.store.seals import seal_redacted, take_seal_turn
from onrecord.records import Claim, Coding, Decision


def redact(ledger: Ledger, document: str, *, by: str, at: str, reason: str) -> Decision:
    """Takes the words of a report out of the ledger, its index and its stored bytes; hashes, codes, figures and a decision stay.

    Copies made before (backups, exports) keep the words: they must be erased where they are.
    """
    decision = Decision(id="", by=by, at=at, target=document, before=None, after={"redacted": True}, reason=reason)
    with ledger.writing(durable=True) as connection:
        done = append_decision(connection, decision)
        take_seal_turn(connection)
        _erase_words(connection, document, reason)
        seal_redacted(connection, document)
        return done


def _erase_words(connection: Connection, document: str, reason: str) -> None:
    """Erases the text, the bytes that only this document was read from, and every quotation in what was coded from it."""
    own = tables.document.c.id == document
    connection.execute(tables.document.update().where(own).values(text=None, redacted=reason))
    appearance = tables.appearance
    connection.execute(appearance.update().where(appearance.c.document == document).values(title=None))
    hashes = sa.select(appearance.c.raw_sha256).where(appearance.c.document == document, appearance.c.raw_sha256.is_not(None))
    connection.execute(tables.blob.update().where(tables.blob.c.sha256.in_(hashes)).values(content=None))
    connection.execute(tables.shingle.delete().where(tables.shingle.c.document == document))
    for seq in list(connection.scalars(sa.select(tables.coding.c.seq).where(tables.coding.c.document == document))):
        _erase_coding(connection, seq)


def _erase_coding(connection: Connection, seq: int) -> None:
    connection.execute(tables.cells.delete().where(tables.cells.c.coding == seq))
    connection.execute(tables.mention.delete().where(tables.mention.c.coding == seq))
    connection.execute(tables.attribution.update().where(tables.attribution.c.coding == seq).values(source=None, cue=None))
    record = connection.scalar(sa.select(tables.coding.c.record).where(tables.coding.c.seq == seq))
    coding = unpack(record or b"", Coding)
    bare = msgspec.structs.replace(coding.document, title=None)
    kept = msgspec.structs.replace(coding, document=bare, mentions=(), events=(), victims=(), wording=(), agreements=())
    connection.execute(tables.coding.update().where(tables.coding.c.seq == seq).values(record=pack(kept)))
    claim = tables.claim
    for position, blob in list(connection.execute(sa.select(claim.c.position, claim.c.record).where(claim.c.coding == seq))):
        silent = msgspec.convert(_without_text(msgspec.to_builtins(unpack(blob, Claim))), Claim)
        row = claim.update().where(claim.c.coding == seq, claim.c.position == position)
        connection.execute(row.values(record=pack(silent), speaker=None))


def _without_text(value: Any) -> Any:
    """The same data with every quotation empty; names that the lexicon gave stay, names from the text go."""
    if isinstance(value, list):
        return [_without_text(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _without_text(item) for key, item in value.items()}
    if "text" in found:
        found["text"] = "" if isinstance(value["text"], str) else None
    if "code" in found and found.get("id") is None:
        found["name"] = found["code"]
    return found
