"""Ledgers of earlier forms, each written by the program of its time: brought to the form of today, and back from a backup, nothing is lost.

``tests/cases/ledgers/form-N.json`` says what that program saw in ``form-N.db.gz`` when it wrote it: five of the hand-made reports of
``evaluation/gold/linking``, linked, one incident accepted, one report's words taken out, a sixth report added.
A new step asks for a new pair, written before it is changed again: ``python -m tests.test_ledger_forms``.
"""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from evaluation.linking import read_gold
from onrecord.errors import LedgerError
from onrecord.export import Account, write_export
from onrecord.ledger import Ledger, decide, link_ledger, list_incidents, open_ledger, upkeep
from onrecord.ledger.audit import Checkpoint, audit, take_checkpoint
from onrecord.ledger.database import tables
from onrecord.ledger.database.engine import open_engine
from onrecord.ledger.decisions.chain import list_decisions
from onrecord.ledger.decisions.redaction import redact
from onrecord.ledger.query import bulk
from onrecord.ledger.store import migrations
from onrecord.records import Decision

KEPT = Path(__file__).parent / "cases/ledgers"
FORMS = sorted(int(found[1]) for path in KEPT.iterdir() if (found := re.fullmatch(r"form-(\d+)\.json", path.name)))


def test_the_form_of_today_is_among_them() -> None:
    assert FORMS[-1] == migrations.STEPS[-1].number


@pytest.mark.parametrize("form", FORMS)
def test_a_ledger_of_an_earlier_form_keeps_everything(form: int, tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    path.write_bytes(gzip.decompress((KEPT / f"form-{form}.db.gz").read_bytes()))
    told = json.loads((KEPT / f"form-{form}.json").read_text(encoding="utf-8"))
    if form < FORMS[-1]:
        with pytest.raises(LedgerError, match=f"older form {form}; run 'onrecord ledger migrate'"):
            open_ledger(path)
        migrations.migrate(open_engine(str(path)))
    with open_ledger(path) as ledger:
        checkpoint = told.pop("checkpoint")
        assert seen(ledger) == told
        assert upkeep.check(ledger) == ()
        assert audit(ledger, checkpoint and msgspec.convert(checkpoint, Checkpoint)).breaks == ()
        assert link_ledger(ledger).documents == 0
        with open_ledger(upkeep.backup(ledger, tmp_path / "copy.db")) as copy:
            assert exports(copy, tmp_path) == exports(ledger, tmp_path)
            assert audit(copy).checkpoint == audit(ledger).checkpoint


def seen(ledger: Ledger) -> dict[str, Any]:
    with ledger.reading() as connection:
        claims = list(connection.scalars(sa.select(tables.claim.c.hash).order_by(tables.claim.c.coding, tables.claim.c.position)))
    return {
        "documents": list(ledger.document_ids()),
        "incidents": {incident.id: [str(incident.state), list(incident.claims)] for incident in list_incidents(ledger)},
        "decisions": [decision.id for decision in list_decisions(ledger)],
        "claims": claims,
    }


def exports(ledger: Ledger, folder: Path) -> list[bytes]:
    accounts = (Account(incident, claims) for incident, claims in bulk.stream_incidents(ledger))
    written = []
    for table, records in (("incidents", accounts), ("claims", bulk.stream_claims(ledger)), ("reports", bulk.stream_codings(ledger))):
        write_export(records, folder / "out", format="jsonl", table=table, policy="all")
        written.append((folder / "out").read_bytes())
    assert all(written)
    return written


def write_form() -> None:
    """Writes the pair of the form of today."""
    codings = read_gold("dev").codings[:6]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "l.db"
        with open_ledger(path, create=True, salt="forms") as ledger:
            for coding in codings[:5]:
                ledger.append(coding)
            link_ledger(ledger)
            first = min(incident.id for incident in list_incidents(ledger))
            state = {"state": "accepted"}
            decide(ledger, Decision(id="", by="amina", at="2021-06-01", target=first, before=None, after=state, reason="two site visits"))
            redact(ledger, codings[1].document.id, by="amina", at="2021-06-02", reason="asked for")
            ledger.append(codings[5])
            link_ledger(ledger)
            told = {**seen(ledger), "checkpoint": msgspec.to_builtins(take_checkpoint(ledger))}
            whole = upkeep.backup(ledger, Path(folder) / "copy.db").read_bytes()
    name = f"form-{migrations.STEPS[-1].number}"
    (KEPT / f"{name}.db.gz").write_bytes(gzip.compress(whole, 9, mtime=0))
    (KEPT / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_form()
