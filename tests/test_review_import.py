"""Corrections that coders made in a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evaluation.linking import read_gold
from onrecord.cli import app
from onrecord.errors import InputError, OnrecordError, UsageError
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.query.claims import list_claims
from onrecord.ledger.review.report import list_reviewed
from onrecord.records import Claim

RUNNER = CliRunner()


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "l.db"
    with open_ledger(path, create=True) as opened:
        for coding in read_gold("dev").codings[:4]:
            opened.append(coding)
        link_ledger(opened)
    return str(path)


def told_claims(ledger: str) -> list[Claim]:
    with open_ledger(ledger) as opened:
        return [found.claim for found in list_claims(opened) if found.claim.event and found.claim.event.codable]


def run(ledger: str, path: Path, rows: list[dict[str, str]], *, code: int = 0) -> Any:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig")
    return invoke(ledger, path, code=code)


def invoke(ledger: str, path: Path, *, code: int = 0) -> Any:
    result = RUNNER.invoke(app, ["review", "import", str(path), "--by", "ana", "--at", "2026-01-02T03:04:05+00:00", "--ledger", ledger])
    if isinstance(result.exception, OnrecordError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_rows_become_decisions_once(ledger: str, tmp_path: Path) -> None:
    one, two, three, *_ = told_claims(ledger)
    counted = {"claim": one.hash, "reason": "counted again", "killed_low": "7", "killed_best": "7", "killed_high": "7"}
    assert "1 applied, 0 repeated, 0 refused" in run(ledger, tmp_path / "a.csv", [counted]).stderr
    with open_ledger(ledger) as opened:
        (first,) = [reviewed for reviewed in list_reviewed(opened) if reviewed.claim == one.hash]
        assert (first.state, first.final and first.final["killed_best"]) == ("corrected", 7)
    verdicts = [
        {"claim": two.hash, "verdict": "reject", "reason": "not an event"},
        {"claim": three.hash, "verdict": "accept", "reason": ""},
    ]
    assert "2 applied" in run(ledger, tmp_path / "b.csv", verdicts).stderr
    assert "0 applied, 2 repeated" in invoke(ledger, tmp_path / "b.csv").stderr
    with open_ledger(ledger) as opened:
        states = {reviewed.claim: reviewed.state for reviewed in list_reviewed(opened)}
    assert states == {one.hash: "corrected", two.hash: "rejected", three.hash: "accepted"}


def test_bad_rows_are_told_by_line_and_the_others_done(ledger: str, tmp_path: Path) -> None:
    one, two, *_ = told_claims(ledger)
    rows = [
        {"claim": "clm-none", "verdict": "accept", "reason": "", "polarity": "positive"},
        {"claim": one.hash, "verdict": "maybe", "reason": "", "polarity": str(one.factuality.polarity)},
        {"claim": one.hash, "verdict": "", "reason": "", "polarity": "perhaps"},
        {"claim": one.hash, "verdict": "", "reason": "", "polarity": "unclear"},
        {"claim": two.hash, "verdict": "", "reason": "", "polarity": str(two.factuality.polarity)},
        {"claim": two.hash, "verdict": "accept", "reason": "", "polarity": str(two.factuality.polarity)},
    ]
    said = run(ledger, tmp_path / "a.csv", rows, code=3)
    lines = said.stdout.splitlines()
    assert [line.split("a.csv:")[1].split(":")[0] for line in lines] == ["2", "3", "4", "5"]
    for line, words in zip(lines, ("no such claim", "is no verdict", "polarity", "say why"), strict=True):
        assert words in line
    assert "1 applied, 0 repeated, 4 refused, 1 unchanged" in said.stderr


def test_tables_without_claims_or_anything_to_decide_are_refused(ledger: str, tmp_path: Path) -> None:
    for text, words in (("a,b\n1,2\n", "no column 'claim'"), ("claim,note\nclm-1,x\n", "nothing to decide"), ("", "no column 'claim'")):
        (tmp_path / "x.csv").write_text(text)
        with pytest.raises(UsageError, match=words):
            invoke(ledger, tmp_path / "x.csv")
    (tmp_path / "x.csv").write_bytes(b"claim,verdict\n\xff,accept\n")
    with pytest.raises(InputError, match="UTF-8"):
        invoke(ledger, tmp_path / "x.csv")


def test_what_review_export_wrote_comes_back_as_nothing_new(ledger: str, tmp_path: Path) -> None:
    one, *_ = told_claims(ledger)
    run(ledger, tmp_path / "a.csv", [{"claim": one.hash, "verdict": "accept", "reason": ""}])
    written = RUNNER.invoke(app, ["review", "export", "--csv", "--ledger", ledger]).stdout
    (tmp_path / "b.csv").write_text(written)
    assert "0 applied, 0 repeated, 0 refused, 1 unchanged" in invoke(ledger, tmp_path / "b.csv").stderr
