"""The report of the long campaigns: a row each, rows of campaigns that were not run stay, the same results give the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from run_soak import TARGET, Row, read_report, read_rows, write_rows  # noqa: E402 - a script, no package

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_b" name="test_two[a|b]"><system-out>--- Captured Out ---
7 kills: nothing lost</system-out></testcase>
<testcase classname="tests.test_a" name="test_one"><failure message="x"/></testcase>
<testcase classname="tests.test_c" name="test_three"><skipped message="x"/></testcase></testsuite></testsuites>"""


def test_a_report_becomes_rows_that_are_read_back(tmp_path: Path) -> None:
    rows = read_report(REPORT, "2026-11-23", "abc1234")
    assert [row.outcome for row in rows] == ["held", "FAILED", "skipped"]
    assert rows[0].measured == "7 kills: nothing lost"
    path = tmp_path / "SOAK.md"
    path.write_text(write_rows(rows))
    kept = read_rows(path)
    assert [row.campaign for row in kept] == ["tests.test_a.test_one", "tests.test_b.test_two[a/b]", "tests.test_c.test_three"]
    assert write_rows(kept) == path.read_text()


def test_a_campaign_that_was_run_again_takes_the_place_of_its_row() -> None:
    old, other = Row("tests.a", "FAILED", "", "2026-11-01", "a"), Row("tests.b", "held", "x", "2026-11-01", "a")
    page = write_rows([old, other, Row("tests.a", "held", "y", "2026-11-23", "b")])
    assert "| tests.a | held | y | 2026-11-23 | b |" in page
    assert "2026-11-01 | a" in page
    assert "FAILED" not in page


def test_the_last_report_is_kept_and_has_no_failure() -> None:
    rows = read_rows(TARGET)
    assert rows
    assert [row for row in rows if row.outcome == "FAILED"] == []
