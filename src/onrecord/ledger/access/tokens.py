"""Tokens of programs that act for a person; secrets are kept as hashes only."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa

from onrecord.errors import UsageError
from onrecord.ledger.access.accounts import Role, find_account
from onrecord.ledger.access.sessions import digest
from onrecord.ledger.database.statements import later, letters
from onrecord.ledger.database.team_tables import account, token
from onrecord.ledger.store import Ledger
from onrecord.records import Record, content_id

TOKEN_DAYS = 90


class Scope(StrEnum):
    """What a token is for: reading, review, or adding reports."""

    READ = "read"
    REVIEW = "review"
    UPLOAD = "upload"


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


def make_token(ledger: Ledger, name: str, scopes: Sequence[Scope], *, at: str, days: int = TOKEN_DAYS) -> tuple[str, Token]:
    """A new token for programs that act for a person: the secret, shown once, and what is listed of it."""
    if find_account(ledger, name) is None:
        raise UsageError(f"there is no account '{name}'; see 'onrecord user list'")
    secret = f"onr_{secrets.token_urlsafe(32)}"
    made = Token(
        id=content_id("tok-", digest(secret)), name=name, scopes=tuple(dict.fromkeys(scopes)), created=at, expires=later(at, days=days)
    )
    row = {"digest": digest(secret), "id": made.id, "name": name, "scopes": " ".join(made.scopes), "created": at, "expires": made.expires}
    with ledger.writing(durable=True) as connection:
        connection.execute(token.insert(), row)
    return secret, made


def list_tokens(ledger: Ledger, name: str | None = None) -> tuple[Token, ...]:
    """The tokens of a person, or all, by name and date."""
    query = sa.select(token).order_by(letters(token.c.name), token.c.created, token.c.id)
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
        row = connection.execute(query.where(token.c.digest == digest(secret), token.c.expires > at, account.c.removed.is_(None))).first()
        if row is None:
            return None
        return Bearer(name=row.name, role=Role(row.role), scopes=tuple(map(Scope, row.scopes.split())))
