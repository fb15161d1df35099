"""The audit of a ledger: whatever is done behind its back shows, with its place and what to do; what is done openly does not."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from evaluation.reports import report
from onrecord.cli import app
from onrecord.errors import UsageError
from onrecord.ledger import Ledger, decide, link_ledger, open_ledger, upkeep
from onrecord.ledger.audit import Checkpoint, audit, read_checkpoint, take_checkpoint, write_checkpoint
from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import open_engine
from onrecord.ledger.decisions.redaction import redact
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.store import migrations
from onrecord.records import Capture, Coding, Decision
from tests.pages import TOWN, fill_ledger

REPORTS = 4
WORDS = "Three people were killed in Ariha, the mayor said."
SEALED = ("seal", "decision", "claim", "figure", "coding", "appearance", "document")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four reports, linked, and two decisions."""
    with fill_ledger(tmp_path / "l.db", reports=REPORTS) as ledger:
        for number, state in enumerate(["accepted", "rejected"]):
            accept(ledger, list_incidents(ledger)[0].id, state=state, at=f"2021-05-1{number}T09:00")
        yield ledger


def accept(ledger: Ledger, target: str, *, state: str = "accepted", at: str = "2021-05-10T09:00") -> None:
    decide(ledger, Decision(id="", by="R", at=at, target=target, before=None, after={"state": state}, reason="read"))


def told(version: str = "0.1.0") -> Coding:
    claim = {
        "type": "ASSAULT",
        "whom": ["SYR CVL"],
        "where": TOWN,
        "when": "2021-05-03",
        "killed": 3,
        "injured": "5-9",
        "says": "SYR GOV=the mayor",
    }
    return report("told", text=WORDS, outlet="One", published="2021-05-04", claims=[claim], version=version)


def holds(ledger: Ledger, against: Checkpoint | None = None) -> bool:
    return audit(ledger, against).breaks == ()


def tamper(ledger: Ledger, *statements: str) -> Ledger:
    """What somebody does who can write to the file: the guards of the database are in no one's way there."""
    ledger.close()
    raw = sqlite3.connect(ledger.address)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert raw.execute(statement).rowcount != 0, statement
    raw.commit()
    raw.close()
    return open_ledger(ledger.address)


def first_break(ledger: Ledger, against: Checkpoint | None = None) -> str:
    one = audit(ledger, against).breaks[0]
    assert one.remedy
    return f"{one.chain}: {one.place}: {one.said}"


# ── What is done openly holds ─────────────────────────────────────────────────────────────────────────────────────────


def test_an_audit_of_an_untouched_ledger_holds(ledger: Ledger) -> None:
    found = audit(ledger)
    assert (found.breaks, found.codings) == ((), REPORTS)
    assert found.checkpoint.seals.count == 2 * REPORTS
    assert found.checkpoint.decisions.count == 2


def test_everything_that_is_done_openly_keeps_the_chain(ledger: Ledger, tmp_path: Path) -> None:
    """Newer codings, other places, links, backups, vacuum: the checkpoint of before is still that of the chain's beginning."""
    before = take_checkpoint(ledger)
    ledger.append(told())
    ledger.append(told())
    ledger.append(told(version="0.2.0"))
    elsewhere = msgspec.structs.replace(told().document, url="https://wire.example/2", outlet="Two")
    ledger.append(msgspec.structs.replace(told(), document=elsewhere))
    seen = msgspec.structs.replace(elsewhere, url="https://wire.example/3")
    ledger.note(Capture(document=seen, raw=b"raw", encoding="utf-8", extractor="text"))
    link_ledger(ledger)
    link_ledger(ledger, everything=True)
    accept(ledger, list_incidents(ledger)[1].id)
    upkeep.vacuum(ledger)
    assert holds(ledger, before)
    assert audit(ledger).checkpoint.seals.count > before.seals.count
    with open_ledger(upkeep.backup(ledger, tmp_path / "copy.db")) as copy:
        assert audit(copy) == audit(ledger)


def test_codings_with_everything_in_them_are_sealed(ledger: Ledger, data_folder: Path) -> None:
    path = data_folder / "seed.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    ledger.append(msgspec.json.decode(path.read_bytes(), type=Coding))
    assert holds(ledger)


def test_a_redaction_keeps_the_chain_and_leaves_the_hash_of_what_was_there(ledger: Ledger) -> None:
    ledger.append(told())
    before = take_checkpoint(ledger)
    redact(ledger, told().document.id, by="R", at="2021-05-12", reason="asked for by the family")
    assert holds(ledger, before)
    with ledger.reading() as connection:
        seals = connection.execute(sa.select(tables.seal).order_by(tables.seal.c.seq.desc()).limit(2)).all()
    assert {(row.kind, row.cause) for row in seals} == {("coding", "redacted"), ("appearance", "redacted")}


def test_a_ledger_of_before_the_chain_gets_one(ledger: Ledger) -> None:
    older = tamper(ledger, "DELETE FROM migration WHERE number = 6")
    with older.writing() as connection:
        connection.exec_driver_sql("DROP TABLE seal")
    older.close()
    assert migrations.migrate(open_engine(ledger.address)) == ("seals of what was coded",)
    with open_ledger(ledger.address) as opened:
        assert holds(opened)
        opened.append(told())
        assert holds(opened)
        with opened.reading() as connection:
            causes = list(connection.scalars(sa.select(tables.seal.c.cause).order_by(tables.seal.c.seq)))
    assert causes == ["found"] * 2 * REPORTS + ["added"] * 2


# ── What is done behind its back shows ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE claim SET who = 'TUR MIL' WHERE coding = 2", "seals: coding cod-"),
        ("UPDATE claim SET record = CAST(record || x'00' AS BLOB) WHERE coding = 2", "seals: coding cod-"),
        ("UPDATE claim SET record = record || 'text' WHERE coding = 2", "it is not what the program writes"),
        ("UPDATE claim SET codable = 'perhaps' WHERE coding = 2", "seals: coding cod-"),
        ("UPDATE figure SET best = best + 1 WHERE coding = 2", "seals: coding cod-"),
        ("UPDATE coding SET published = '2021-05-05' WHERE seq = 2", "seals: coding cod-"),
        ("DELETE FROM claim WHERE coding = 2", "seals: coding cod-"),
        ("INSERT INTO relation VALUES (2, 0, 'a', 'b', 'same_event')", "seals: coding cod-"),
        ("UPDATE appearance SET outlet = 'Another Times' WHERE seq = 2", "seals: appearance app-"),
        ("DELETE FROM appearance WHERE seq = 2", "the appearance is gone"),
        ("UPDATE document SET text = replace(text, 'air strike', 'earthquake') WHERE rowid = 2", "its text is not the one that was coded"),
        ("UPDATE document SET text = NULL WHERE rowid = 2", "its text is gone without a redaction"),
        ("UPDATE seal SET content = digest WHERE seq = 3", "seal 3 of appearance app-"),
        ("UPDATE seal SET cause = 'redacted' WHERE seq = 3", "it was changed after it was set"),
        ("DELETE FROM seal WHERE seq = 3", "seals 3 to 3 before it are missing"),
        ("DELETE FROM seal WHERE seq = 1", "seals 1 to 1 before it are missing"),
        ("UPDATE seal SET seq = -seq", "it does not follow the seal before it"),
        ("UPDATE decision SET reason = 'other' WHERE seq = 1", "decisions: decision dec-"),
        ("DELETE FROM decision WHERE seq = 1", "decision 1 is missing"),
    ],
)
def test_what_was_changed_is_named_with_its_place(ledger: Ledger, statement: str, said: str) -> None:
    with tamper(ledger, statement) as changed:
        found = [f"{one.chain}: {one.place}: {one.said}" for one in audit(changed).breaks]
    assert any(said in line for line in found), found


def test_seals_in_another_order_show(ledger: Ledger) -> None:
    swap = ("UPDATE seal SET seq = 99 WHERE seq = 2", "UPDATE seal SET seq = 2 WHERE seq = 4", "UPDATE seal SET seq = 4 WHERE seq = 99")
    with tamper(ledger, *swap) as changed:
        assert "seal 2" in first_break(changed)


def test_a_whole_report_put_in_beside_the_chain_shows(ledger: Ledger) -> None:
    columns = "document, version, rank, outlet, published, claims, record, current"
    copied = (
        f"INSERT INTO coding (id, {columns}) SELECT 'cod-x', document, 'x', rank, outlet, published, 0, record, 0 FROM coding WHERE seq = 2"
    )
    with tamper(ledger, copied) as changed:
        assert "coding cod-x: it was put in beside the chain" in first_break(changed)


def test_words_that_nobody_decided_to_take_out_show(ledger: Ledger) -> None:
    """Somebody who knows the program redacts a report and takes the decision away again, with the chain of decisions made anew."""
    document = ledger.document_ids()[0]
    redact(ledger, document, by="R", at="2021-05-12", reason="x")
    with tamper(ledger, "DELETE FROM decision WHERE seq = 3") as changed:
        assert f"nobody decided to take words out of {document}" in first_break(changed)


def test_a_cut_off_end_shows_only_against_a_checkpoint(ledger: Ledger) -> None:
    ledger.append(told())
    kept = take_checkpoint(ledger)
    cut = ["DELETE FROM seal WHERE seq > 8"]
    cut += [f"DELETE FROM {table} WHERE coding = 5" for table in ("claim", "figure")]
    cut += [f"DELETE FROM {table} WHERE document = '{told().document.id}'" for table in ("coding", "appearance")]
    with tamper(ledger, *cut, "DELETE FROM decision WHERE seq = 2") as changed:
        assert audit(changed).breaks == ()
        assert "its end was cut off: 8 of the 10 links that the checkpoint knows are left" in first_break(changed, kept)
        assert {one.chain for one in audit(changed, kept).breaks} == {"seals", "decisions"}


def test_a_chain_made_anew_shows_only_against_a_checkpoint(ledger: Ledger) -> None:
    kept = take_checkpoint(ledger)
    with tamper(ledger, "UPDATE claim SET who = 'TUR MIL'", "DELETE FROM seal") as changed:
        with changed.writing() as connection:
            migrations.seal_what_is_there(connection)
        assert audit(changed).breaks == ()
        assert "it is another chain than the checkpoint's" in first_break(changed, kept)


def test_an_agreement_that_was_changed_shows_against_a_checkpoint(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        connection.execute(tables.agreement.insert(), {"id": "a", "by": "b", "at": "c", "record": "{}"})
    kept = take_checkpoint(ledger)
    with tamper(ledger, "UPDATE agreement SET record = '[]'") as changed:
        assert "agreements: the chain of agreements: it is another chain" in first_break(changed, kept)


def random_changes(path: Path, count: int, seed: int) -> None:
    """Changes one value of one row, or takes one row out, so many times, each in a copy of the ledger; all must show."""
    chance = random.Random(seed)
    source = sqlite3.connect(path)
    for _ in range(count):
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        source.backup(raw)
        done = _change(raw, chance)
        raw.commit()
        copy = path.with_name("changed.db")
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
        target = sqlite3.connect(copy)
        raw.backup(target)
        target.close()
        raw.close()
        with open_ledger(copy) as changed:
            assert audit(changed).breaks != (), done
    source.close()


def _change(raw: sqlite3.Connection, chance: random.Random) -> str:
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    table = chance.choice(SEALED)
    rows = [row[0] for row in raw.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
    row = chance.choice(rows)
    if chance.random() < 0.2 and not (table in ("seal", "decision") and row == rows[-1]):
        raw.execute(f"DELETE FROM {table} WHERE rowid = {row}")
        return f"{table}: row {row} taken out"
    # What the program itself changes, or can make again, is in no seal.
    free = {"document": ("shingles", "redacted"), "coding": ("current",), "appearance": ("seq",)}.get(table, ())
    names = [about[1] for about in raw.execute(f"PRAGMA table_info({table})") if about[1] not in free]
    name = chance.choice(names)
    (old,) = raw.execute(f'SELECT "{name}" FROM {table} WHERE rowid = {row}').fetchone()
    new = _other(old, chance)
    raw.execute(f'UPDATE {table} SET "{name}" = ? WHERE rowid = {row}', (new,))
    return f"{table}.{name} of row {row}: {old!r} to {new!r}"


def _other(value: object, chance: random.Random) -> object:
    if isinstance(value, bytes):
        at = chance.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        return value[:at] + chr((ord(value[at]) ^ 1) or 33) + value[at + 1 :]
    if isinstance(value, int | float):
        return 1 - value if value in (0, 1) else value + 1000
    return "x"


@pytest.mark.slow
def test_random_changes_all_show(ledger: Ledger, tmp_path: Path) -> None:
    upkeep.backup(ledger, tmp_path / "copy.db")
    random_changes(tmp_path / "copy.db", 150, seed=1)


@pytest.mark.soak
def test_ten_thousand_random_changes_all_show(ledger: Ledger, tmp_path: Path) -> None:
    upkeep.backup(ledger, tmp_path / "copy.db")
    random_changes(tmp_path / "copy.db", 10_000, seed=2)
    print("10,000 random changes: all of them show")


# ── Checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_checkpoint_is_read_back_and_a_damaged_one_refused(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.json"
    path.write_text(write_checkpoint(take_checkpoint(ledger)))
    assert read_checkpoint(path) == take_checkpoint(ledger)
    for text, said in [
        (path.read_text().replace('"count": 8', '"count": 7'), "damaged or was changed"),
        ("{}", "is no checkpoint"),
        ("no json", "is no checkpoint"),
        (path.read_text().replace("checkpoint-1", "checkpoint-9"), "another form"),
        ('{"resources": []}', "is no checkpoint"),
    ]:
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(UsageError, match=said):
            read_checkpoint(tmp_path / "bad.json")
    with pytest.raises(UsageError, match="cannot be read"):
        read_checkpoint(tmp_path / "none.json")


def test_exports_carry_a_checkpoint_that_the_ledger_is_held_against(ledger: Ledger, tmp_path: Path) -> None:
    run = CliRunner().invoke
    (tmp_path / "out").mkdir()
    assert run(app, ["export", "csv", "-o", str(tmp_path / "out/a.csv"), "--ledger", ledger.address]).exit_code == 0
    assert run(app, ["ledger", "checkpoint", "-o", str(tmp_path / "c.json"), "--ledger", ledger.address]).exit_code == 0
    package = tmp_path / "out/datapackage.json"
    assert read_checkpoint(package) == read_checkpoint(tmp_path / "c.json") == take_checkpoint(ledger)
    assert run(app, ["ledger", "audit", "--against", str(package), "--ledger", ledger.address]).exit_code == 0
    with tamper(ledger, "UPDATE claim SET who = 'TUR MIL' WHERE coding = 2"):
        done = run(app, ["ledger", "audit", "--ledger", ledger.address])
        assert (done.exit_code, "changed or taken out after it was sealed; restore a backup" in done.stdout) == (1, True)
        listed = json.loads(run(app, ["ledger", "audit", "--json", "--ledger", ledger.address]).stdout)
        assert listed["breaks"][0]["chain"] == "seals"
