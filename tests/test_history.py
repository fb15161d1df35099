"""What an incident said before it changed, and the feed of changes with its tombstones."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from evaluation.reports import report
from onrecord.ledger import Ledger, link_ledger, open_ledger
from onrecord.ledger.database import tables
from onrecord.ledger.decisions.chain import decide
from onrecord.ledger.query.history import last_change, list_changes, list_revisions
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.store import migrations
from onrecord.records import Coding, Decision, Incident

TOWN = {"name": "Ariha", "id": "gn:172481", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}


def strike(name: str, *, killed: int = 3, day: str = "2021-05-03") -> Coding:
    claim = {"type": "ASSAULT", "mode": ["aerial"], "who": ["SYR MIL"], "whom": ["SYR CVL"], "where": TOWN, "when": day, "killed": killed}
    return report(name, text=f"{name}: {killed} people were killed in Ariha.", claims=[claim], published="2021-05-04", outlet=name)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "l.db", create=True)


def only(ledger: Ledger) -> Incident:
    (incident,) = list_incidents(ledger)
    return incident


def test_list_revisions_keeps_what_stood_before(ledger: Ledger) -> None:
    ledger.append(strike("One"))
    link_ledger(ledger)
    first = only(ledger)
    ledger.append(strike("Two", killed=5))
    link_ledger(ledger)
    assert decide(
        ledger, Decision(id="", by="R", at="2021-05-10", target=first.id, before=None, after={"state": "accepted"}, reason="site visit")
    )
    found = list_revisions(ledger, first.id)
    assert [revision.number for revision in found] == [1, 2, 3]
    assert found[0].incident == first
    assert found[2].incident == only(ledger)
    assert found[0].replaced == "its claims were linked again"
    assert (found[1].replaced or "").endswith("site visit")
    assert found[2].replaced is None


def test_list_revisions_of_an_incident_that_nothing_changed_is_one(ledger: Ledger) -> None:
    ledger.append(strike("One"))
    link_ledger(ledger)
    change = last_change(ledger)
    link_ledger(ledger, everything=True)
    assert [revision.number for revision in list_revisions(ledger, only(ledger).id)] == [1]
    assert last_change(ledger) == change


def test_list_revisions_of_what_never_was_is_empty(ledger: Ledger) -> None:
    assert list_revisions(ledger, "inc-none") == ()


def test_list_changes_follows_a_ledger_with_its_tombstones(ledger: Ledger) -> None:
    copy: dict[str, Incident] = {}
    seen = 0
    one, two = strike("One"), strike("Two", day="2021-05-09", killed=9)
    slip = Decision(
        id="", by="R", at="2021-05-10", target=one.claims[0].hash, before=None, after={"same_as": two.claims[0].hash}, reason="misprint"
    )
    for step in (lambda: ledger.append(one), lambda: ledger.append(two), lambda: decide(ledger, slip)):
        step()
        link_ledger(ledger)
        while changes := list_changes(ledger, seen, limit=1):
            for change in changes:
                seen = change.change
                copy.pop(change.id, None)
                if change.incident is not None:
                    copy[change.id] = change.incident
    assert tuple(copy.values()) == list_incidents(ledger)
    gone = [change for change in list_changes(ledger, 0) if change.incident is None]
    assert [(change.ended, change.merged_into) for change in gone] == [(f"merged into {only(ledger).id}", only(ledger).id)]


def test_migrate_gives_an_older_ledger_its_parties_and_a_first_change(tmp_path: Path, ledger: Ledger) -> None:
    ledger.append(strike("One"))
    link_ledger(ledger)
    with ledger.writing() as connection:
        wanted = [tuple(row) for row in connection.execute(sa.select(tables.party).order_by(tables.party.c.side))]
        place = connection.scalar(sa.select(tables.incident.c.place_id))
        for index in ("ix_incident_place_id", "ix_incident_changed", "incident_counts"):
            connection.exec_driver_sql(f"DROP INDEX {index}")
        for column in ("place_id", "place_kind", "admin1", "changed"):
            connection.exec_driver_sql(f"ALTER TABLE incident DROP COLUMN {column}")
        connection.exec_driver_sql("DROP TABLE party")
        connection.exec_driver_sql("DROP TABLE revision")
        connection.execute(tables.migration.delete().where(tables.migration.c.number > 1))
        connection.execute(tables.setting.delete().where(tables.setting.c.key == "change"))
    ledger.close()
    engine = open_ledger_engine(tmp_path / "l.db")
    assert "history of incidents" in migrations.migrate(engine)
    again = open_ledger(tmp_path / "l.db")
    with again.reading() as connection:
        assert [tuple(row) for row in connection.execute(sa.select(tables.party).order_by(tables.party.c.side))] == wanted
        assert connection.scalar(sa.select(tables.incident.c.place_id)) == place == "gn:172481"
    assert [change.id for change in list_changes(again, 0)] == [only(again).id]


def open_ledger_engine(path: Path) -> sa.Engine:
    from onrecord.ledger.database.engine import open_engine

    return open_engine(str(path))
