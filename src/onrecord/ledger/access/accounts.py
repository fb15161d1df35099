"""Who may come in: accounts, and what each may do."""

from __future__ import annotations

import re
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.errors import UsageError
from onrecord.ledger.access.passwords import check_password, hash_password
from onrecord.ledger.database.statements import letters
from onrecord.ledger.database.team_tables import account, session, token
from onrecord.ledger.store import Ledger
from onrecord.records import Record

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


class Account(Record, frozen=True):
    """A person; ``removed`` is when they were shut out. The name stays: decisions carry it."""

    name: str
    role: Role
    created: str
    removed: str | None = None
    elsewhere: bool = False


def add_account(ledger: Ledger, name: str, role: Role, *, password: str | None, at: str, subject: str | None = None) -> Account:
    """Adds an account; one that was removed comes back. Raises UsageError where the name is taken or the password too weak.

    password: None for one that signs in elsewhere.  subject: issuer and subject of that, for an account made at the first sign-in.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name}': a name begins with a letter and has letters, digits, spaces and . @ _ - (61 characters at most)")
    if password is not None:
        check_password(password, name)
    hashed = None if password is None else hash_password(password)
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
        return tuple(account_from(row) for row in connection.execute(sa.select(account).order_by(letters(account.c.name))))


def account_from(row: sa.Row[tuple[object, ...]]) -> Account:
    """The account that a row of its table tells of."""
    return Account(name=row.name, role=Role(row.role), created=row.created, removed=row.removed, elsewhere=row.password is None)


def find_account(ledger: Ledger, name: str) -> Account | None:
    """The account of that name that may come in; None if there is none."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.name == name, account.c.removed.is_(None))).first()
        return None if row is None else account_from(row)


def find_subject(ledger: Ledger, subject: str) -> Account | None:
    """The account that signs in elsewhere as this subject; None if there is none, or it was removed."""
    with ledger.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.subject == subject, account.c.removed.is_(None))).first()
        return None if row is None else account_from(row)


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
        connection.execute(account.update().where(account.c.name == name).values(password=hash_password(password)))
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
