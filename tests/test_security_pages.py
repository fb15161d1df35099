"""What the pages on security name as evidence is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`((?:src|tests|docs|tools)/[\w./-]+|Makefile)(?:::(\w+))?`")


@pytest.mark.parametrize("page", ["asvs.md", "threat-model.md"])
def test_evidence_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / "docs/method" / page).read_text(encoding="utf-8"))
    assert len(named) > 15
    missing = [
        (path, test) for path, test in named if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]
    assert missing == []


def test_every_line_of_the_asvs_page_has_a_state() -> None:
    rows = [line.split("|") for line in (ROOT / "docs/method/asvs.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    states = [row[2].strip() for row in rows if row[1].strip() != "requirement"]
    assert len(states) > 50
    assert [state for state in states if not state.startswith(("held", "open", "n/a", "counted"))] == []
