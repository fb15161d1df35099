"""The ledger: what is kept, once, and how it comes back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from evaluation.linking import read_gold
from evaluation.reports import report
from onrecord.errors import LedgerError, UsageError
from onrecord.ledger import Ledger, link_ledger, open_ledger, upkeep
from onrecord.ledger.database import tables
from onrecord.ledger.database.codec import WORDS_1, pack, unpack
from onrecord.ledger.database.engine import explain, file_system_of, refuse_network_file_system, shown
from onrecord.ledger.database.team_tables import review
from onrecord.ledger.decisions import redaction
from onrecord.ledger.decisions.chain import decide, list_queue
from onrecord.ledger.linking.voices import CANDIDATES
from onrecord.ledger.query.claims import list_claims
from onrecord.ledger.query.figures import list_tallies
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import find_incident, incident_fate, list_incidents
from onrecord.ledger.query.sources import list_voices
from onrecord.ledger.store import migrations
from onrecord.records import Capture, Claim, Coding, Decision, Incident

TOWN = {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}


def strike(name: str, text: str, *, day: str = "2021-05-03", killed: int = 3, **about: str | None) -> Coding:
    claim = {"type": "ASSAULT", "mode": ["aerial"], "whom": ["SYR CVL"], "where": TOWN, "when": day, "killed": killed}
    return report(name, text=text, claims=[claim], published="2021-05-04", **about)  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "l.db", create=True)


def capture_of(coding: Coding) -> Capture:
    return Capture(document=coding.document, raw=coding.document.text.encode(), encoding="utf-8", extractor="text.v1")


def test_append_gives_back_the_same_coding(ledger: Ledger) -> None:
    coding = strike("a", "Three people were killed in Ariha.", outlet="Coastal Times")
    added = ledger.append(coding, capture_of(coding))
    assert added.new
    kept = ledger.coding(coding.document.id)
    assert kept is not None
    without_path = msgspec.structs.replace(coding.document, path=None)
    assert msgspec.structs.replace(coding, document=without_path) == kept
    assert upkeep.check(ledger) == ()


def test_append_twice_changes_nothing(ledger: Ledger) -> None:
    coding = strike("a", "Three people were killed in Ariha.")
    ledger.append(coding)
    before = count_rows(ledger)
    assert not ledger.append(coding).new
    assert before == count_rows(ledger)


def count_rows(ledger: Ledger) -> dict[str, int]:
    with ledger.reading() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables.metadata.sorted_tables
        }


def test_a_document_has_one_current_coding_whoever_writes(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="Coastal Times"))
    with ledger.reading() as connection:
        row = connection.execute(sa.select(tables.coding)).mappings().one()
    second = tables.coding.insert().values({**row, "seq": row["seq"] + 1, "id": "another", "version": "9"})
    with ledger.engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(second)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (CANDIDATES.params(document="d"), "shingle_document"),
        (sa.select(tables.figure).where(tables.figure.c.scope == "cumulative", tables.figure.c.scope != "incident"), "figure_scope"),
        (sa.select(review.c.claim).order_by(review.c.state, review.c.priority, review.c.claim), "review_order"),
    ],
    ids=["copies of a report", "tallies", "what waits for review"],
)
def test_what_is_asked_often_is_found_by_an_index(ledger: Ledger, query: sa.Select[tuple[str]], index: str) -> None:
    text = query.compile(ledger.engine, compile_kwargs={"literal_binds": True})
    with ledger.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
    assert any(index in row.detail for row in plan), plan


def test_migrate_gives_a_ledger_the_indexes_that_it_lacks(ledger: Ledger) -> None:
    names = ("coding_current", "figure_scope", "review_order", "shingle_document")
    with ledger.engine.begin() as connection:
        for name in names:
            connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.execute(tables.migration.delete().where(tables.migration.c.number == 8))
    assert migrations.migrate(ledger.engine) == ("indexes that were lacking",)
    with ledger.reading() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'index'").scalars().all()
    assert set(names) <= set(found)


def test_append_same_text_at_another_address_is_one_document_with_two_appearances(ledger: Ledger) -> None:
    text = "Three people were killed in Ariha."
    ledger.append(strike("a", text, url="https://one.example/1"))
    ledger.append(strike("a", text, url="https://two.example/9"))
    counts = count_rows(ledger)
    assert (counts["document"], counts["appearance"]) == (1, 2)


def test_append_newer_version_lies_beside_the_old_and_is_current(ledger: Ledger) -> None:
    old, new = (strike("a", "Three people were killed in Ariha.", version=version) for version in ("0.9.0", "0.10.0"))
    ledger.append(new)
    ledger.append(old)
    kept = ledger.coding(old.document.id)
    assert kept is not None
    assert kept.document.version == "0.10.0"
    assert count_rows(ledger)["coding"] == 2


def test_append_keeps_raw_bytes_or_only_their_hash(ledger: Ledger) -> None:
    kept, dropped = strike("a", "Kept."), strike("b", "Dropped.")
    ledger.append(kept, capture_of(kept))
    ledger.append(dropped, capture_of(dropped), keep_raw=False)
    with ledger.reading() as connection:
        hashes = dict(connection.execute(sa.select(tables.appearance.c.document, tables.appearance.c.raw_sha256)).all())
    assert ledger.raw(hashes[kept.document.id]) == b"Kept."
    assert ledger.raw(hashes[dropped.document.id]) is None


def test_search_finds_documents_by_words(ledger: Ledger) -> None:
    coding = strike("a", 'A "bakery" was hit in Ariha.')
    ledger.append(coding)
    ledger.append(strike("b", "A school was hit in Saraqib."))
    assert ledger.search('"bakery" hit') == (coding.document.id,)
    assert ledger.search("bakery school") == ()


def test_coding_of_the_seed_report_round_trips(ledger: Ledger, data_folder: Path) -> None:
    coding = msgspec.json.decode((data_folder / "seed/gold.json").read_bytes(), type=Coding)
    ledger.append(coding)
    kept = ledger.coding(coding.document.id)
    assert kept is not None
    assert (coding.claims, coding.mentions, coding.relations) == (kept.claims, kept.mentions, kept.relations)


# ── Linking in the ledger ─────────────────────────────────────────────────────────────────────────────────────────────


def incidents_of(ledger: Ledger) -> set[frozenset[str]]:
    return {frozenset((*incident.claims, *incident.denials)) for incident in list_incidents(ledger)}


@pytest.mark.parametrize("batch", [1, 7])
def test_link_report_by_report_gives_what_linking_at_once_gives(tmp_path: Path, batch: int) -> None:
    codings = (*read_gold("dev").codings, *read_gold("held").codings)
    at_once, by_report = (open_ledger(tmp_path / name, create=True) for name in ("once.db", "steps.db"))
    for coding in codings:
        at_once.append(coding)
    link_ledger(at_once)
    for number, coding in enumerate(sorted(codings, key=lambda coding: coding.document.sha256), 1):
        by_report.append(coding)
        if number % batch == 0:
            link_ledger(by_report)
    link_ledger(by_report)
    assert incidents_of(at_once) == incidents_of(by_report)
    told = [
        {incident.claims: (incident.grade, incident.voices, incident.killed) for incident in list_incidents(one)}
        for one in (at_once, by_report)
    ]
    assert told[0] == told[1]
    assert upkeep.check(by_report) == ()


def test_link_again_changes_nothing(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    before = list_incidents(ledger)
    assert link_ledger(ledger).documents == 0
    link_ledger(ledger, everything=True)
    assert before == list_incidents(ledger)


def test_link_keeps_the_incident_id_when_reports_join(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    (first,) = list_incidents(ledger)
    ledger.append(strike("b", "An air raid on Ariha killed three, the mayor said.", outlet="Two"))
    link_ledger(ledger)
    (joined,) = list_incidents(ledger)
    assert first.id == joined.id
    assert joined.voices == 2


def test_same_salt_same_reports_same_ids(tmp_path: Path) -> None:
    def ids(name: str, salt: str | None) -> list[str]:
        with open_ledger(tmp_path / name, create=True, salt=salt) as opened:
            for coding in read_gold("held").codings:
                opened.append(coding)
            link_ledger(opened)
            return [incident.id for incident in list_incidents(opened)]

    assert ids("a.db", "demo") == ids("b.db", "demo")
    assert set(ids("c.db", None)).isdisjoint(ids("d.db", None))


def test_link_merging_two_incidents_leaves_a_tombstone_that_leads_on(ledger: Ledger) -> None:
    one, two = strike("a", "Three killed.", outlet="One"), strike("b", "Nine killed.", day="2021-05-09", outlet="Two")
    ledger.append(one)
    ledger.append(two)
    link_ledger(ledger)
    ids = {incident.id for incident in list_incidents(ledger)}
    decision = Decision(
        id="",
        by="R. Reviewer",
        at="2021-05-10T09:00",
        target=one.claims[0].hash,
        before=None,
        after={"same_as": two.claims[0].hash},
        reason="the date of the second was a slip",
    )
    decide(ledger, decision)
    link_ledger(ledger)
    (left,) = list_incidents(ledger)
    (gone,) = ids - {left.id}
    assert left.id in ids
    assert find_incident(ledger, gone) == left
    assert incident_fate(ledger, gone) == f"merged into {left.id}"


def test_link_splitting_again_never_reuses_an_id(ledger: Ledger) -> None:
    one, two = strike("a", "Three people died in Ariha.", outlet="One"), strike("b", "Three died, residents said.", outlet="Two")
    pair = (one.claims[0].hash, two.claims[0].hash)
    ledger.append(one)
    ledger.append(two)
    seen: set[str] = set()
    for number, key in enumerate(["same_as", "not_same_as", "same_as", "not_same_as"]):
        decision = Decision(
            id="", by="R", at=f"2021-05-10T09:0{number}", target=pair[0], before=None, after={key: pair[1]}, reason="looked again"
        )
        decide(ledger, decision)
        link_ledger(ledger)
        assert len(list_incidents(ledger)) == (1 if key == "same_as" else 2)
        with ledger.reading() as connection:
            ids = list(connection.scalars(sa.select(tables.incident.c.id)))
        assert len(ids) == len(set(ids))
        assert seen <= set(ids)
        seen = set(ids)


def test_link_a_correction_at_the_same_address_supersedes_the_old_report(ledger: Ledger) -> None:
    first = strike("a", "Twelve people were killed in Ariha.", killed=12, outlet="One", url="https://one.example/1")
    second = strike("a", "CORRECTION: three people were killed in Ariha.", killed=3, outlet="One", url="https://one.example/1")
    later = msgspec.structs.replace(second, document=msgspec.structs.replace(second.document, published="2021-05-05"))
    ledger.append(first)
    link_ledger(ledger)
    ledger.append(later)
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    assert incident.killed is not None
    assert incident.killed.best == 3
    assert ledger.coding(first.document.id) is not None


def test_link_a_retraction_withdraws_what_only_it_reported(ledger: Ledger) -> None:
    told = strike("a", "Twelve people were killed in Ariha.", outlet="One", url="https://one.example/1")
    ledger.append(told)
    retraction = report("r", text="RETRACTED: our report on Ariha.", outlet="One", url="https://one.example/1", published="2021-05-03")
    ledger.append(retraction)
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    assert incident.grade == "withdrawn"


def test_link_another_policy_is_kept_and_relinks(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    link_ledger(ledger, policy="airwars")
    (incident,) = list_incidents(ledger)
    assert incident.killed is not None
    assert incident.killed.policy == "airwars"
    with pytest.raises(UsageError, match="no rule for ranges"):
        link_ledger(ledger, policy="mean")


def test_cumulative_figures_are_tallies_and_in_no_incident(ledger: Ledger) -> None:
    for coding in read_gold("dev").codings:
        ledger.append(coding)
    link_ledger(ledger)
    (tally,) = list_tallies(ledger)
    assert tally.series[0].best == 212
    members = {claim for incident in list_incidents(ledger) for claim in incident.claims}
    assert tally.series[0].claim not in members


def test_lists_filter(ledger: Ledger) -> None:
    for coding in read_gold("dev").codings:
        ledger.append(coding)
    link_ledger(ledger)
    assert {incident.place.country for incident in list_incidents(ledger, Filters(country="SDN")) if incident.place} == {"SDN"}
    assert len(list_incidents(ledger, Filters(since="2024-06-02", until="2024-06-03"))) == 3
    assert len(list_incidents(ledger, Filters(limit=2))) == 2
    (incident,) = list_incidents(ledger, Filters(place="marib"))
    members = list_claims(ledger, Filters(incident=incident.id))
    assert {claim.claim.hash for claim in members} == set(incident.claims)
    assert any(voice.name == "Harbour Wire" and len(voice.members) > 5 for voice in list_voices(ledger))


@pytest.mark.parametrize("typed", ["Çobanbey", "ÇOBAN", "çoban"])
def test_names_are_found_whatever_letters_are_great(ledger: Ledger, typed: str) -> None:
    claim = {"type": "ASSAULT", "whom": ["SYR CVL"], "where": {**TOWN, "name": "Çobanbey"}, "when": "2021-05-03", "killed": 2}
    ledger.append(report("a", text="Two people died in Çobanbey.", claims=[claim], outlet="Öffentliche Stimme", published="2021-05-04"))
    link_ledger(ledger)
    assert len(list_incidents(ledger, Filters(place=typed))) == 1
    assert len(list_claims(ledger, Filters(outlet="öffent"))) == 1


def test_link_everything_in_an_empty_ledger(ledger: Ledger) -> None:
    link_ledger(ledger, everything=True)
    assert count_rows(ledger)["seen"] == 0


# ── Decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def accept(ledger: Ledger, target: str, at: str = "2021-05-10T09:00") -> Decision:
    decision = Decision(
        id="", by="R. Reviewer", at=at, target=target, before={"state": "proposed"}, after={"state": "accepted"}, reason="two site visits"
    )
    return decide(ledger, decision)


def test_decide_sets_the_state_that_survives_linking(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    accept(ledger, incident.id)
    link_ledger(ledger, everything=True)
    assert [incident.state for incident in list_incidents(ledger)] == ["accepted"]


def test_decide_refuses_what_means_nothing(ledger: Ledger) -> None:
    decision = Decision(id="", by="R", at="2021-05-10", target="inc-none", before=None, after={"state": "accepted"}, reason="r")
    with pytest.raises(LedgerError, match="nothing has that id"):
        decide(ledger, decision)
    with pytest.raises(UsageError, match="is not a state"):
        decide(ledger, msgspec.structs.replace(decision, after={"state": "fine"}))
    with pytest.raises(UsageError, match="who takes it and why"):
        decide(ledger, msgspec.structs.replace(decision, reason=""))


def test_decisions_cannot_be_changed_and_tampering_shows(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    (incident,) = list_incidents(ledger)
    accept(ledger, incident.id)
    accept(ledger, incident.id, at="2021-05-11T09:00")
    with pytest.raises(LedgerError, match="only appended"), ledger.writing() as connection:
        connection.execute(tables.decision.update().values(reason="other"))
    with pytest.raises(LedgerError, match="only appended"), ledger.writing() as connection:
        connection.execute(tables.decision.delete())
    ledger.close()
    raw = sqlite3.connect(tmp_path / "l.db")
    raw.execute("DROP TRIGGER decision_update")
    raw.execute("UPDATE decision SET reason = 'other' WHERE seq = 1")
    raw.commit()
    raw.close()
    assert any("was changed" in problem for problem in upkeep.check(open_ledger(tmp_path / "l.db")))


def told_in(version: str, *, whom: str = "SYR CVL", quote: str = "Three people were killed in Ariha.") -> Coding:
    text = "Three people were killed in Ariha. A house was burnt."
    claim = {"type": "ASSAULT", "whom": [whom], "where": TOWN, "when": "2021-05-03", "killed": 3, "quote": quote}
    coding = report("a", text=text, outlet="One", published="2021-05-04", claims=[claim], version=version)
    renamed = msgspec.structs.replace(coding.claims[0], hash=f"clm-{version}")
    return msgspec.structs.replace(coding, claims=(renamed,))


@pytest.mark.parametrize(
    ("newer", "queued"),
    [
        (told_in("0.2.0"), []),
        (told_in("0.2.0", whom="SYR MED"), ["the new coding differs in recipients"]),
        (told_in("0.2.0", quote="A house was burnt."), ["the new coding has no such claim"]),
    ],
    ids=["same", "differs", "gone"],
)
def test_decisions_are_carried_over_where_words_and_value_still_match(ledger: Ledger, newer: Coding, queued: list[str]) -> None:
    other = strike("b", "Three died, residents said.", outlet="Two")
    ledger.append(told_in("0.1.0"))
    ledger.append(other)
    after = {"not_same_as": other.claims[0].hash}
    decide(ledger, Decision(id="", by="R", at="2021-05-10", target="clm-0.1.0", before=None, after=after, reason="two houses"))
    link_ledger(ledger)
    assert len(list_incidents(ledger)) == 2
    ledger.append(newer)
    link_ledger(ledger)
    assert [reason for _, _, _, reason in list_queue(ledger)] == queued
    assert (len(list_incidents(ledger)) == 2) is (queued == [])


def test_redact_takes_the_words_out_and_keeps_hash_count_and_reason(ledger: Ledger, tmp_path: Path) -> None:
    coding = strike("a", "Three neighbours of Yusuf Testperson were killed in Ariha.", outlet="One")
    ledger.append(coding, capture_of(coding))
    link_ledger(ledger)
    redaction.redact(ledger, coding.document.id, by="R", at="2021-05-12", reason="asked for by the family")
    assert ledger.search("Testperson") == ()
    kept = ledger.coding(coding.document.id)
    assert kept is not None
    assert kept.document.sha256 == coding.document.sha256
    assert kept.claims[0].quantities[0].best == 3
    assert upkeep.check(ledger) == ()
    link_ledger(ledger, everything=True)
    assert not ledger.append(msgspec.structs.replace(coding, notes=("again",)), capture_of(coding)).new
    upkeep.vacuum(ledger)
    ledger.close()
    raw = sqlite3.connect(tmp_path / "l.db")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert b"Testperson" not in (tmp_path / "l.db").read_bytes()


# ── Looking after it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_finds_half_a_report_and_damage(ledger: Ledger) -> None:
    coding = strike("a", "Three people were killed in Ariha.")
    ledger.append(coding)
    with ledger.writing() as connection:
        connection.execute(tables.document.update().values(text="Thirteen people were killed in Ariha."))
        connection.execute(tables.claim.delete())
    found = "\n".join(upkeep.check(ledger))
    assert "has 0 of its 1 claims" in found
    assert "not the one that was coded" in found


def test_backup_is_a_whole_ledger_and_never_overwrites(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha."))
    copy = upkeep.backup(ledger, tmp_path / "copy.db")
    assert open_ledger(copy).document_ids() == ledger.document_ids()
    with pytest.raises(UsageError, match="never overwrites"):
        upkeep.backup(ledger, copy)
    upkeep.vacuum(ledger)
    assert upkeep.check(ledger) == ()


def test_diff_shows_gained_lost_and_changed(ledger: Ledger) -> None:
    text = "Three were killed in Ariha. A bridge was hit. Five fled."

    def told(version: str, *claims: dict[str, object]) -> Coding:
        return report("a", text=text, claims=[{**claim, "where": TOWN} for claim in claims], version=version)

    killed = {"type": "ASSAULT", "quote": "Three were killed in Ariha."}
    bridge, fled = {"type": "ASSAULT", "quote": "A bridge was hit."}, {"type": "RETREAT", "quote": "Five fled."}
    ledger.append(told("0.1.0", {**killed, "killed": 3}, bridge))
    ledger.append(told("0.2.0", {**killed, "killed": 3, "whom": ["SYR CVL"]}, fled))
    found = {(change.kind, change.text, change.fields) for change in upkeep.diff(ledger, "0.1.0", "0.2.0")}
    assert found == {
        ("changed", "Three were killed in Ariha.", ("recipients",)),
        ("lost", "A bridge was hit.", ()),
        ("gained", "Five fled.", ()),
    }
    with pytest.raises(UsageError, match=r"there are 0\.1\.0, 0\.2\.0"):
        list(upkeep.diff(ledger, "0.1.0", "0.3.0"))


def test_open_explains_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger here"):
        open_ledger(tmp_path / "none.db")
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, this is no database." * 50)
    with pytest.raises(LedgerError, match="not a ledger"):
        open_ledger(tmp_path / "letter.db")
    with pytest.raises(LedgerError, match="does the folder exist"):
        open_ledger(tmp_path / "no/such/folder/l.db", create=True)
    with pytest.raises(UsageError, match="file path or a postgresql"):
        open_ledger("mysql://here/there", create=True)


def test_open_refuses_a_ledger_of_a_newer_program(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.writing() as connection:
        connection.execute(tables.migration.insert(), {"number": 99, "name": "future", "program": "9.0"})
    with pytest.raises(LedgerError, match="written by a newer onrecord"):
        open_ledger(tmp_path / "l.db")


def test_migrate_applies_steps_in_order_each_once_and_whole(ledger: Ledger) -> None:
    def add(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE extra (x TEXT)")

    def fail(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (x TEXT)")
        connection.exec_driver_sql("SELECT * FROM nowhere")

    steps = (*migrations.STEPS, migrations.Step(91, "extra table", add), migrations.Step(92, "half", fail))
    with pytest.raises(sa.exc.OperationalError):
        migrations.migrate(ledger.engine, steps)
    assert migrations.applied_steps(ledger.engine) == (*range(1, len(migrations.STEPS) + 1), 91)
    assert not sa.inspect(ledger.engine).has_table("half")
    assert migrations.migrate(ledger.engine, steps[:-1]) == ()


def test_refuse_network_file_system(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/home {tmp_path}/far nfs4 rw 0 0\n")
    with pytest.raises(LedgerError, match="network file system"):
        refuse_network_file_system(tmp_path / "far/l.db", mounts)
    refuse_network_file_system(tmp_path / "near/l.db", mounts)
    assert file_system_of(Path("/srv/a b/l.db"), "x / ext4\ny /srv/a\\040b cifs") == "cifs"


def test_shown_hides_the_password() -> None:
    assert shown("postgresql://ana:secret@db.example/ledger") == "postgresql://…@db.example/ledger"


def test_views_are_there_for_people_who_know_sql(ledger: Ledger) -> None:
    ledger.append(strike("a", "Three people were killed in Ariha.", outlet="One"))
    link_ledger(ledger)
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("SELECT place, killed_best, grade FROM incidents").all() == [("Ariha", 3.0, "single_source")]
        assert connection.exec_driver_sql("SELECT evidence FROM claims").scalar() == "Three people were killed in Ariha."
        assert connection.exec_driver_sql("SELECT of, best FROM figures").all() == [("killed", 3.0)]


def test_pack_round_trips_and_says_what_is_wrong() -> None:
    claim = read_gold("dev").codings[0].claims[0]
    assert unpack(pack(claim), Claim) == claim
    with pytest.raises(LedgerError, match="damaged"):
        unpack(pack(claim)[:-9], Claim)
    with pytest.raises(LedgerError, match="damaged"):
        unpack(pack(claim)[:-9] + b"123456789", Claim)
    with pytest.raises(LedgerError, match="newer onrecord"):
        unpack(b"\x07" + pack(claim)[1:], Claim)
    with pytest.raises(LedgerError, match="cannot be read"):
        unpack(pack(claim), Incident)


def test_pack_words_are_never_edited() -> None:
    import hashlib

    assert hashlib.sha256(WORDS_1).hexdigest()[:16] == "a5a2878c653262b1"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("attempt to write a readonly database", "read-only; change its permissions"),
        ("database is locked", "another program is writing; nothing was lost"),
        ("database or disk is full", "the disk is full; the last report was not kept"),
        ('could not extend file "base/1": No space left on device', "the disk is full"),
        ("disk I/O error", "check the disk and run again"),
        ("database disk image is malformed", "restore a backup"),
        ('connection failed: FATAL:  password authentication failed for user "ana"', "the user name or password is wrong"),
        ('FATAL:  database "none" does not exist', "there is no such database or table"),
        ("server closed the connection unexpectedly", "does not answer; nothing half was kept"),
    ],
)
def test_explain_says_what_and_what_to_do_in_one_line(said: str, meant: str) -> None:
    error = sa.exc.OperationalError("INSERT …", {}, Exception(said + "\nmore lines"))
    line = explain(error, "l.db")
    assert line.startswith("l.db: ")
    assert meant in line
    assert "\n" not in line
