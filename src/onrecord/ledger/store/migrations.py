"""Brings a ledger's tables to the form that this program writes: ordered steps, each in a transaction with its record.

A step that was released is never edited; a change of ``tables.py`` comes with a new step at the end of ``STEPS``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from onrecord import __version__
from onrecord.errors import LedgerError
from onrecord.ledger.database import tables, team_tables
from onrecord.ledger.database.codec import unpack
from onrecord.ledger.database.engine import take_turn
from onrecord.ledger.database.settings import keep_setting
from onrecord.ledger.store.incidents import incident_row, next_change, party_rows
from onrecord.ledger.store.seals import seal_what_is_there
from onrecord.records import Incident


class Step(NamedTuple):
    number: int
    name: str
    apply: Callable[[Connection], None]


def create_tables(connection: Connection) -> None:
    """The first form of the ledger, with its full-text index, its views and the guards of what is only appended."""
    tables.metadata.create_all(connection)
    dialect = connection.dialect.name
    function = () if dialect == "sqlite" else (ONLY_APPENDED,)
    for statement in (*VIEWS, *function, *_guards(dialect, tables.APPEND_ONLY), *FULL_TEXT[dialect]):
        connection.exec_driver_sql(statement)
    # Mixed into incident ids, so that two ledgers never give the same id to different incidents.
    keep_setting(connection, "salt", secrets.token_hex(16))


def keep_history(connection: Connection) -> None:
    """Tables for revisions of incidents and who takes part in them, and the columns that the page filters by."""
    tables.metadata.create_all(connection, tables=[tables.party, tables.revision])
    table = tables.incident
    had = {column["name"] for column in sa.inspect(connection).get_columns("incident")}
    lacking = [column for column in (table.c.place_id, table.c.place_kind, table.c.admin1, table.c.changed) if column.name not in had]
    if not lacking:
        return
    for column in lacking:
        connection.exec_driver_sql(f"ALTER TABLE incident ADD COLUMN {column.name} {column.type.compile(connection.dialect)}")
    for index in (index for index in table.indexes if set(index.columns) <= set(lacking)):
        index.create(connection)
    connection.execute(table.update().values(changed=next_change(connection)))
    for id, record in list(connection.execute(sa.select(table.c.id, table.c.record).where(table.c.record.is_not(None)))):
        incident = unpack(record, Incident)
        row = incident_row(incident)
        places = {column.name: row[column.name] for column in lacking if column is not table.c.changed}
        connection.execute(table.update().where(table.c.id == id).values(places))
        if parties := party_rows(incident):
            connection.execute(tables.party.insert(), parties)


def create_team_tables(connection: Connection) -> None:
    """The tables of the people who review."""
    tables.metadata.create_all(connection, tables=team_tables.TEAM)


def index_links(connection: Connection) -> None:
    """From a document to the incidents that it tells of."""
    for index in tables.linked.indexes:
        index.create(connection, checkfirst=True)


def index_counts(connection: Connection) -> None:
    """What maps and timelines count, without the records."""
    tables.incident_counts.create(connection, checkfirst=True)


def begin_seals(connection: Connection) -> None:
    """The chain of what was coded; what is there already is sealed as it stands."""
    if sa.inspect(connection).has_table("seal"):
        return
    tables.metadata.create_all(connection, tables=[tables.seal])
    for statement in _guards(connection.dialect.name, ("seal",)):
        connection.exec_driver_sql(statement)
    seal_what_is_there(connection)


def keep_cells(connection: Connection) -> None:
    """The claims as columns; those of codings that came before are made whenever they are asked for."""
    tables.metadata.create_all(connection, tables=[tables.cells])


def index_what_lacks(connection: Connection) -> None:
    """Every index that the tables declare: ledgers of form 7 were made without four of them."""
    for table in tables.metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            index.create(connection, checkfirst=True)


STEPS: tuple[Step, ...] = (
    Step(1, "first tables", create_tables),
    Step(2, "history of incidents", keep_history),
    Step(3, "people who review", create_team_tables),
    Step(4, "index of links", index_links),
    Step(5, "index of counts", index_counts),
    Step(6, "seals of what was coded", begin_seals),
    Step(7, "claims as columns", keep_cells),
    Step(8, "indexes that were lacking", index_what_lacks),
)


def applied_steps(engine: Engine) -> tuple[int, ...]:
    """The numbers of the steps that the database records; () for one that holds no ledger."""
    with engine.connect().execution_options(onrecord_read=True) as connection:
        if not sa.inspect(connection).has_table("migration"):
            return ()
        return tuple(connection.scalars(sa.select(tables.migration.c.number).order_by(tables.migration.c.number)))


def migrate(engine: Engine, steps: Sequence[Step] = STEPS) -> tuple[str, ...]:
    """Applies the steps that the database lacks, each in one transaction, or all in one where there was no ledger; returns their names."""
    refuse_newer(engine, steps)
    parts = [[step] for step in steps] if applied_steps(engine) else [list(steps)]
    done = []
    for part in parts:
        with engine.begin() as connection:
            take_turn(connection, "migrate")
            done += [step.name for step in part if _apply(connection, step)]
    return tuple(done)


def _apply(connection: Connection, step: Step) -> bool:
    if step.number in _recorded(connection):
        return False  # another process was quicker
    step.apply(connection)
    connection.execute(tables.migration.insert(), {"number": step.number, "name": step.name, "program": __version__})
    return True


def _recorded(connection: Connection) -> set[int]:
    if not sa.inspect(connection).has_table("migration"):
        return set()
    return set(connection.scalars(sa.select(tables.migration.c.number)))


def refuse_newer(engine: Engine, steps: Sequence[Step] = STEPS) -> None:
    """Raises LedgerError when a newer program has written the ledger: an older one would spoil it."""
    newest = max(applied_steps(engine), default=0)
    if newest > steps[-1].number:
        raise LedgerError(
            f"this ledger has form {newest}, written by a newer onrecord; this program ({__version__}) knows {steps[-1].number}: "
            "update it (pip install -U onrecord), or restore the backup made before the update"
        )


def require_current(engine: Engine, steps: Sequence[Step] = STEPS) -> None:
    """Raises LedgerError unless the database holds a ledger in the form that this program writes."""
    refuse_newer(engine, steps)
    applied = applied_steps(engine)
    if not applied:
        raise LedgerError("there is no ledger here; create one with 'onrecord ledger init'")
    if max(applied) < steps[-1].number:
        raise LedgerError(f"this ledger has the older form {max(applied)}; run 'onrecord ledger migrate' (it keeps everything)")


# ── Beyond tables ─────────────────────────────────────────────────────────────────────────────────────────────────────

VIEWS = (
    """CREATE VIEW claims AS
    SELECT c.hash AS claim, g.document, c.kind, c.type, c.mode, c.who, c.whom, c.place, c.country, c.lat, c.lon, c.time_start, c.time_end,
           c.speaker, g.outlet, g.published, c.polarity, c.certainty, c.status, c.confidence, c.codable,
           substr(d.text, c.start + 1, c."end" - c.start) AS evidence, l.incident
    FROM claim c JOIN coding g ON g.seq = c.coding JOIN document d ON d.id = g.document LEFT JOIN linked l ON l.claim = c.hash
    WHERE g.current""",
    """CREATE VIEW figures AS
    SELECT f.claim, g.document, f.of, f.unit, f.who, f.low, f.best, f.high, f.exactness, f.scope, g.outlet, g.published
    FROM figure f JOIN coding g ON g.seq = f.coding WHERE g.current""",
    """CREATE VIEW incidents AS
    SELECT id, type, mode, time_start, time_end, place, country, lat, lon, who, whom, killed_low, killed_best, killed_high,
           injured_low, injured_best, injured_high, grade, voices, claims, denials, state
    FROM incident WHERE ended IS NULL""",
    """CREATE VIEW reports AS
    SELECT d.id AS document, a.outlet, a.title, a.published, a.url, a.path, a.notice, v.name AS voice, v.affiliation, d.text
    FROM document d JOIN appearance a ON a.document = d.id LEFT JOIN voice v ON v.document = d.id""",
)

ONLY_APPENDED = """CREATE FUNCTION only_appended() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '%% rows are only appended', TG_TABLE_NAME; END $$"""


def _guards(dialect: str, names: Sequence[str]) -> Iterator[str]:
    """What makes the database refuse to change or delete rows of those tables."""
    for table in names:
        if dialect == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                raising = f"SELECT RAISE(ABORT, '{table}s are only appended')"
                yield f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} BEGIN {raising}; END"
        else:
            yield f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION only_appended()"


FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE document_words USING fts5(text, content='document', content_rowid='rowid', tokenize='unicode61')",
        """CREATE TRIGGER document_words_new AFTER INSERT ON document WHEN new.text IS NOT NULL
        BEGIN INSERT INTO document_words(rowid, text) VALUES (new.rowid, new.text); END""",
        """CREATE TRIGGER document_words_gone AFTER UPDATE OF text ON document WHEN old.text IS NOT NULL
        BEGIN INSERT INTO document_words(document_words, rowid, text) VALUES ('delete', old.rowid, old.text);
        INSERT INTO document_words(rowid, text) SELECT new.rowid, new.text WHERE new.text IS NOT NULL; END""",
    ),
    "postgresql": ("CREATE INDEX document_words ON document USING gin (to_tsvector('simple', coalesce(text, '')))",),
}
