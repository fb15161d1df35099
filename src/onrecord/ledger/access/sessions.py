"""Signing in, and the sessions that it opens; secrets are kept as hashes only.

Source: OWASP ASVS 5.0 chapters 6 (attempts) and 7 (sessions).
"""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa

from onrecord.ledger.access.accounts import Account, account_from
from onrecord.ledger.access.passwords import password_matches
from onrecord.ledger.database.settings import keep_setting, read_setting
from onrecord.ledger.database.statements import later
from onrecord.ledger.database.team_tables import account, attempt, session
from onrecord.ledger.store import Ledger
from onrecord.records import Record

SESSION_HOURS = 12
ATTEMPT_MINUTES = 15
MOST_PER_NAME, MOST_PER_ADDRESS = 5, 30


def digest(secret: str) -> str:
    """What is kept of a secret that was drawn at random: no one can guess it, so that a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_blocked(ledger: Ledger, name: str, address: str, at: str) -> bool:
    """Whether there were too many failed attempts of late, for this name or from this address."""
    since = attempt.c.at > later(at, minutes=-ATTEMPT_MINUTES)
    with ledger.reading() as connection:
        counts = [
            connection.scalar(sa.select(sa.func.count()).select_from(attempt).where(since, own)) or 0
            for own in (attempt.c.name == name, attempt.c.address == address)
        ]
    return counts[0] >= MOST_PER_NAME or counts[1] >= MOST_PER_ADDRESS


def sign_in(ledger: Ledger, name: str, password: str, *, address: str, at: str) -> Account | None:
    """The account, if the password is right; a failed attempt is counted, one that succeeds clears those of its name."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.name == name, account.c.removed.is_(None))).first()
    right = password_matches(row.password if row is not None else None, password)
    with ledger.writing() as connection:
        connection.execute(attempt.delete().where(attempt.c.at < later(at, minutes=-ATTEMPT_MINUTES)))
        if not right:
            connection.execute(attempt.insert(), {"name": name[:100], "address": address, "at": at})
            return None
        connection.execute(attempt.delete().where(attempt.c.name == name))
    return None if row is None else account_from(row)


def open_session(ledger: Ledger, name: str, *, at: str) -> str:
    """Begins a session; the secret that is returned is kept nowhere else than with the person."""
    secret = secrets.token_urlsafe(32)
    with ledger.writing() as connection:
        connection.execute(session.delete().where(session.c.expires < later(at, days=-7)))
        row = {"digest": digest(secret), "name": name, "created": at, "expires": later(at, hours=SESSION_HOURS)}
        connection.execute(session.insert(), row)
    return secret


class Session(Record, frozen=True):
    """Whose session it is. ``expired``: it proves nothing any more, but tells whose draft it was."""

    account: Account
    expired: bool


def find_session(ledger: Ledger, secret: str, *, at: str) -> Session | None:
    """The session of a secret; None if there is none, or the account was removed."""
    query = sa.select(account, session.c.expires).join_from(session, account, session.c.name == account.c.name)
    with ledger.reading() as connection:
        row = connection.execute(query.where(session.c.digest == digest(secret), account.c.removed.is_(None))).first()
        return None if row is None else Session(account=account_from(row), expired=row.expires <= at)


def close_session(ledger: Ledger, secret: str) -> None:
    """Ends a session."""
    with ledger.writing() as connection:
        connection.execute(session.delete().where(session.c.digest == digest(secret)))


def form_secret(ledger: Ledger) -> str:
    """The secret that form tokens are signed with; it stays the same, so that a page outlives a restart of the server."""
    with ledger.reading() as connection:
        known = read_setting(connection, "form_secret")
    if known is not None:
        return known
    with ledger.writing(durable=True) as connection:
        known = read_setting(connection, "form_secret") or secrets.token_hex(32)
        keep_setting(connection, "form_secret", known)
    return known
