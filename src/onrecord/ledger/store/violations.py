"""The agreements in force, and the violations that incidents are of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from onrecord.ceasefire import Declaration, find_violations
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import pack
from onrecord.ledger.database.statements import batches
from onrecord.records import Incident


def read_declarations(connection: Connection) -> tuple[Declaration, ...]:
    """The agreements in force in the ledger: of several with one id, the last declared."""
    table = tables.agreement
    found = {row.id: row.record for row in connection.execute(sa.select(table.c.id, table.c.record).order_by(table.c.seq))}
    return tuple(msgspec.json.decode(record, type=Declaration) for _, record in sorted(found.items()))


def write_violations(connection: Connection, incidents: Sequence[Incident], replaced: Sequence[str]) -> None:
    """Puts the violations of the incidents in place of those of the ids given."""
    table = tables.violation
    for some in batches(sorted(set(replaced))):
        connection.execute(table.delete().where(table.c.incident.in_(some)))
    found = find_violations(incidents, read_declarations(connection))
    if found:
        connection.execute(
            table.insert(),
            [
                {
                    "id": violation.id,
                    "agreement": violation.agreement,
                    "incident": violation.incident,
                    "status": str(violation.status),
                    "local_time": violation.local_time,
                    "record": pack(violation),
                }
                for violation in found
            ],
        )
