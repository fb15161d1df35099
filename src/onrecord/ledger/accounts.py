"""Who may come in: accounts, sessions, tokens and the attempts to sign in. Secrets are kept as hashes only.

Passwords: Argon2id with the memory that OWASP names as the least (19 MiB, two passes), so that a small server can take several at once.
Source: OWASP Password Storage Cheat Sheet; OWASP ASVS 5.0 chapters 6 and 7.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.ledger.store import Ledger
from onrecord.ledger.tables import setting
from onrecord.ledger.team_tables import account, attempt, session, token
from onrecord.records import Record, content_id

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 256
SESSION_HOURS = 12
TOKEN_DAYS = 90
ATTEMPT_MINUTES = 15
MOST_PER_NAME, MOST_PER_ADDRESS = 5, 30
NAME = re.compile(r"[^\W\d_][\w.@ -]{0,60}")


class Role(StrEnum):
    """What a person may do; each may do what those before may."""

    READER = "reader"
    CODER = "coder"
    ADJUDICATOR = "adjudicator"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether this role may do what another may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(StrEnum):
    """What a token is for: reading, review, or adding reports."""

    READ = "read"
    REVIEW = "review"
    UPLOAD = "upload"


class Account(Record, frozen=True):
    """A person; ``removed`` is when they were shut out. The name stays: decisions carry it."""

    name: str
    role: Role
    created: str
    removed: str | None = None
    elsewhere: bool = False


class Bearer(Record, frozen=True):
    """Whose token it is, and what for."""

    name: str
    role: Role
    scopes: tuple[Scope, ...]


class Token(Record, frozen=True):
    """A token as it is listed: never the secret."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created: str
    expires: str


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _later(at: str, **time: float) -> str:
    return (datetime.fromisoformat(at) + timedelta(**time)).isoformat(timespec="seconds")


# ── Passwords ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash to compare with when there is no such account, so that it takes as long."""
    return _hasher().hash("nobody has this password")


def _matches(hashed: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(hashed, password)
    except VerificationError:
        return False


def check_password(password: str, name: str) -> None:
    """Raises UsageError for a password that is too short, too long or the name itself; there are no other rules."""
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"the password has {len(password)} characters; it needs {SHORTEST_PASSWORD} or more (a few words will do)")
    if len(password) > LONGEST_PASSWORD:
        raise UsageError(f"the password has more than {LONGEST_PASSWORD} characters")
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        raise UsageError("the password is easily guessed: leave your name out, and do not repeat few characters")


# ── Accounts ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def add_account(ledger: Ledger, name: str, role: Role, *, password: str | None, at: str, subject: str | None = None) -> Account:
    """Adds an account; one that was removed comes back. Raises UsageError where the name is taken or the password too weak.

    password: None for one that signs in elsewhere.  subject: issuer and subject of that, for an account made at the first sign-in.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}': a name begins with a letter and has letters, digits, spaces and . @ _ - (61 characters at most)")
    if password is not None:
        check_password(password, name)
    hashed = None if password is None else _hasher().hash(password)
    row = {"role": str(role), "password": hashed, "subject": subject, "created": at, "removed": None}
    with ledger.writing(durable=True) as connection:
        known = connection.execute(sa.select(account.c.removed).where(account.c.name == name)).first()
        if known is not None and known.removed is None:
            raise UsageError(f"there is an account '{name}' already; change it with 'onrecord user role' or 'onrecord user password'")
        if known is not None:
            connection.execute(account.update().where(account.c.name == name).values(row))
        else:
            connection.execute(account.insert(), {"name": name, **row})
    return Account(name=name, role=role, created=at, elsewhere=password is None)


def list_accounts(ledger: Ledger) -> tuple[Account, ...]:
    """All accounts, by name."""
    with ledger.reading() as connection:
        return tuple(_account(row) for row in connection.execute(sa.select(account).order_by(account.c.name)))


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(name=row.name, role=Role(row.role), created=row.created, removed=row.removed, elsewhere=row.password is None)


def find_account(ledger: Ledger, name: str) -> Account | None:
    """The account of that name that may come in; None if there is none."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.name == name, account.c.removed.is_(None))).first()
        return None if row is None else _account(row)


def find_subject(ledger: Ledger, subject: str) -> Account | None:
    """The account that signs in elsewhere as this subject; None if there is none, or it was removed."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.subject == subject, account.c.removed.is_(None))).first()
        return None if row is None else _account(row)


def was_removed(ledger: Ledger, name: str, subject: str) -> bool:
    """Whether an account of that name, or of who signs in elsewhere as that subject, was shut out: only a person lets it in again."""
    own = sa.or_(account.c.name == name, account.c.subject == subject)
    with ledger.reading() as connection:
        return connection.scalar(sa.select(sa.true()).where(own, account.c.removed.is_not(None)).limit(1)) is not None


def bind_subject(ledger: Ledger, name: str, subject: str) -> Account | None:
    """Ties an account without a password to who signs in elsewhere, once; None where it has a password or is tied already."""
    free = (account.c.name == name, account.c.password.is_(None), account.c.subject.is_(None), account.c.removed.is_(None))
    with ledger.writing(durable=True) as connection:
        if not connection.execute(account.update().where(*free).values(subject=subject)).rowcount:
            return None
    return find_account(ledger, name)


def change_role(ledger: Ledger, name: str, role: Role) -> None:
    """Gives an account another role; raises UsageError where there is none, or nobody would be left to administer."""
    with ledger.writing(durable=True) as connection:
        _require(connection, name)
        if role is not Role.ADMIN:
            _keep_an_admin(connection, name)
        connection.execute(account.update().where(account.c.name == name).values(role=str(role)))


def change_password(ledger: Ledger, name: str, password: str) -> None:
    """Gives an account another password and ends its sessions."""
    check_password(password, name)
    with ledger.writing(durable=True) as connection:
        _require(connection, name)
        connection.execute(account.update().where(account.c.name == name).values(password=_hasher().hash(password)))
        connection.execute(session.delete().where(session.c.name == name))


def remove_account(ledger: Ledger, name: str, *, at: str) -> None:
    """Shuts an account out: its sessions and tokens end, its decisions and its name stay."""
    with ledger.writing(durable=True) as connection:
        _require(connection, name)
        _keep_an_admin(connection, name)
        connection.execute(account.update().where(account.c.name == name).values(removed=at, password=None))
        connection.execute(session.delete().where(session.c.name == name))
        connection.execute(token.delete().where(token.c.name == name))


def _require(connection: Connection, name: str) -> None:
    row = connection.execute(sa.select(account.c.removed).where(account.c.name == name)).first()
    if row is None or row.removed is not None:
        raise UsageError(f"there is no account '{name}'; see 'onrecord user list'")


def _keep_an_admin(connection: Connection, name: str) -> None:
    admins = set(connection.scalars(sa.select(account.c.name).where(account.c.role == str(Role.ADMIN), account.c.removed.is_(None))))
    if admins == {name}:
        raise UsageError(f"'{name}' is the only admin; make another one first")


# ── Signing in ────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_blocked(ledger: Ledger, name: str, address: str, at: str) -> bool:
    """Whether there were too many failed attempts of late, for this name or from this address."""
    since = attempt.c.at > _later(at, minutes=-ATTEMPT_MINUTES)
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
    hashed = row.password if row is not None and row.password else _nobody()
    right = _matches(hashed, password[:LONGEST_PASSWORD]) and row is not None and bool(row.password)
    with ledger.writing() as connection:
        connection.execute(attempt.delete().where(attempt.c.at < _later(at, minutes=-ATTEMPT_MINUTES)))
        if not right:
            connection.execute(attempt.insert(), {"name": name[:100], "address": address, "at": at})
            return None
        connection.execute(attempt.delete().where(attempt.c.name == name))
    return _account(row) if row is not None else None


def open_session(ledger: Ledger, name: str, *, at: str) -> str:
    """Begins a session; the secret that is returned is kept nowhere else than with the person."""
    secret = secrets.token_urlsafe(32)
    with ledger.writing() as connection:
        connection.execute(session.delete().where(session.c.expires < _later(at, days=-7)))
        row = {"digest": _digest(secret), "name": name, "created": at, "expires": _later(at, hours=SESSION_HOURS)}
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
        row = connection.execute(query.where(session.c.digest == _digest(secret), account.c.removed.is_(None))).first()
        return None if row is None else Session(account=_account(row), expired=row.expires <= at)


def close_session(ledger: Ledger, secret: str) -> None:
    """Ends a session."""
    with ledger.writing() as connection:
        connection.execute(session.delete().where(session.c.digest == _digest(secret)))


# ── Tokens ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_token(ledger: Ledger, name: str, scopes: Sequence[Scope], *, at: str, days: int = TOKEN_DAYS) -> tuple[str, Token]:
    """A new token for programs that act for a person: the secret, shown once, and what is listed of it."""
    if find_account(ledger, name) is None:
        raise UsageError(f"there is no account '{name}'; see 'onrecord user list'")
    secret = f"onr_{secrets.token_urlsafe(32)}"
    made = Token(
        id=content_id("tok-", _digest(secret)), name=name, scopes=tuple(dict.fromkeys(scopes)), created=at, expires=_later(at, days=days)
    )
    row = {"digest": _digest(secret), "id": made.id, "name": name, "scopes": " ".join(made.scopes), "created": at, "expires": made.expires}
    with ledger.writing(durable=True) as connection:
        connection.execute(token.insert(), row)
    return secret, made


def list_tokens(ledger: Ledger, name: str | None = None) -> tuple[Token, ...]:
    """The tokens of a person, or all, by name and date."""
    query = sa.select(token).order_by(token.c.name, token.c.created, token.c.id)
    with ledger.reading() as connection:
        rows = connection.execute(query if name is None else query.where(token.c.name == name))
        return tuple(
            Token(id=row.id, name=row.name, scopes=tuple(map(Scope, row.scopes.split())), created=row.created, expires=row.expires)
            for row in rows
        )


def drop_token(ledger: Ledger, id: str) -> bool:
    """Ends a token; returns whether there was one."""
    with ledger.writing(durable=True) as connection:
        return bool(connection.execute(token.delete().where(token.c.id == id)).rowcount)


def find_bearer(ledger: Ledger, secret: str, *, at: str) -> Bearer | None:
    """Whose token a secret is; None if it is none, has expired, or its account was removed."""
    query = sa.select(account.c.name, account.c.role, token.c.scopes).join_from(token, account, token.c.name == account.c.name)
    with ledger.reading() as connection:
        row = connection.execute(query.where(token.c.digest == _digest(secret), token.c.expires > at, account.c.removed.is_(None))).first()
        if row is None:
            return None
        return Bearer(name=row.name, role=Role(row.role), scopes=tuple(map(Scope, row.scopes.split())))


def form_secret(ledger: Ledger) -> str:
    """The secret that form tokens are signed with; it stays the same, so that a page outlives a restart of the server."""
    with ledger.reading() as connection:
        known = connection.scalar(sa.select(setting.c.value).where(setting.c.key == "form_secret"))
    if known is not None:
        return str(known)
    with ledger.writing(durable=True) as connection:
        known = connection.scalar(sa.select(setting.c.value).where(setting.c.key == "form_secret"))
        if known is None:
            known = secrets.token_hex(32)
            connection.execute(setting.insert(), {"key": "form_secret", "value": known})
    return str(known)
