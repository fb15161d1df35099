"""What a person has entered and not sent."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from onrecord.ledger.database.team_tables import draft
from onrecord.ledger.store import Ledger


def keep_draft(ledger: Ledger, target: str, entries: Mapping[str, str], *, by: str, at: str) -> None:
    """Keeps what a person has entered and not sent, in place of what they had kept before."""
    with ledger.writing(durable=True) as connection:
        connection.execute(draft.delete().where(draft.c.by == by, draft.c.target == target))
        kept = msgspec.json.encode(dict(entries), order="sorted").decode()
        connection.execute(draft.insert(), {"by": by, "target": target, "at": at, "entries": kept})


def read_draft(ledger: Ledger, target: str, by: str) -> dict[str, str] | None:
    """What a person entered and has not sent; None if there is nothing."""
    with ledger.reading() as connection:
        kept = connection.scalar(sa.select(draft.c.entries).where(draft.c.by == by, draft.c.target == target))
        return None if kept is None else msgspec.json.decode(kept, type=dict[str, str])


def drop_draft(ledger: Ledger, target: str, by: str) -> None:
    """Throws a draft away."""
    with ledger.writing() as connection:
        connection.execute(draft.delete().where(draft.c.by == by, draft.c.target == target))


def list_drafts(ledger: Ledger, by: str) -> tuple[tuple[str, str], ...]:
    """A person's drafts: target and when it was kept, the newest first."""
    query = sa.select(draft.c.target, draft.c.at).where(draft.c.by == by).order_by(draft.c.at.desc(), draft.c.target)
    with ledger.reading() as connection:
        return tuple((row.target, row.at) for row in connection.execute(query))
