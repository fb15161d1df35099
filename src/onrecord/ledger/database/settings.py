"""Settings that belong to one ledger: its salt, the rule for ranges, how far linking has come."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ledger.database.tables import setting


def read_setting(connection: Connection, key: str) -> str | None:
    """The value of a setting; None where there is none."""
    return connection.scalar(sa.select(setting.c.value).where(setting.c.key == key))


def keep_setting(connection: Connection, key: str, value: str) -> None:
    """Gives a setting a value, in place of any that it had."""
    connection.execute(setting.delete().where(setting.c.key == key))
    connection.execute(setting.insert(), {"key": key, "value": value})
