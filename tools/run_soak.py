"""Runs the long campaigns and writes what they came to into evaluation/SOAK.md: a row each, with the day and the commit of the program.

usage: python tools/run_soak.py [--date 2026-11-23] [PYTEST ARGUMENT…]     (make soak)
Day and commit are those of the last commit, unless a day is given; rows of campaigns that were not run stay. Exit code: pytest's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from defusedxml import ElementTree

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "evaluation/SOAK.md"
HEAD = """# The last soak

Written by `make soak`; do not edit. A campaign is a test marked `soak`; what it measured is what it printed.

| campaign | outcome | measured | day | commit |
|---|---|---|---|---|
"""


class Row(NamedTuple):
    """What one campaign came to. day, commit: of the program that was tested."""

    campaign: str
    outcome: str
    measured: str
    day: str
    commit: str


def main(arguments: list[str]) -> int:
    day, commit = _git("%cs"), _git("%h")
    if arguments[:1] == ["--date"]:
        day, arguments = arguments[1], arguments[2:]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "soak.xml"
        asked = ["-m", "pytest", "-m", "soak", f"--junitxml={report}", "-o", "junit_logging=system-out", *arguments]
        code = subprocess.run([sys.executable, *asked], cwd=ROOT, check=False).returncode
        found = read_report(report.read_text(encoding="utf-8"), day, commit) if report.exists() else []
    TARGET.write_text(write_rows([*read_rows(TARGET), *found]), encoding="utf-8")
    return code


def _git(form: str) -> str:
    done = subprocess.run(["git", "log", "-1", f"--format={form}"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def read_report(xml: str, day: str, commit: str) -> list[Row]:
    """The campaigns of a JUnit report of pytest."""
    rows = []
    for case in ElementTree.fromstring(xml).iter("testcase"):
        bad = next((name for name in ("failure", "error", "skipped") if case.find(name) is not None), None)
        outcome = {None: "held", "failure": "FAILED", "error": "FAILED", "skipped": "skipped"}[bad]
        said = [line for line in (case.findtext("system-out") or "").splitlines() if _is_said(line)]
        rows.append(Row(f"{case.get('classname')}.{case.get('name')}", outcome, "; ".join(said), day, commit))
    return rows


def _is_said(line: str) -> bool:
    """Whether the campaign itself printed the line: clusters print in colour and indented, pytest its rules."""
    return bool(line[:1].strip()) and "---" not in line and "#x1B" not in line


def read_rows(path: Path) -> list[Row]:
    """The rows of an earlier report; none where there is none."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [Row(*(cell.strip() for cell in line.strip("|").split(" | "))) for line in lines if line.startswith("| tests.")]


def write_rows(rows: Iterable[Row]) -> str:
    """The page: of several rows of one campaign the last; by name."""
    last = {row.campaign: row for row in rows}
    return HEAD + "".join(f"| {' | '.join(cell.replace('|', '/') for cell in last[name])} |\n" for name in sorted(last))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
