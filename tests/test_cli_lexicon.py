"""``onrecord lexicon`` as a researcher sees it: entries that read at 80 columns, counts, a folder that wins, and cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import UsageError
from onrecord.lexicon import Lexicon

RUNNER = CliRunner(env={"COLUMNS": "80"})
FRAME = """\
- id: assault.drone_slang
  words: drone, drone [@building|@place]
  event: ASSAULT
  mode: [drone]
  roles: {actor: subject, recipient: object}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "verbs").mkdir()
    (tmp_path / "verbs" / "drones.yaml").write_text(FRAME)
    return tmp_path


def test_show_reads_at_eighty_columns_with_the_word_first() -> None:
    shown = RUNNER.invoke(app, ["lexicon", "show", "shell"]).output
    assert max(map(len, shown.splitlines())) <= 80
    assert "verbs  assault.shell" in shown
    assert "  words   shell, " in shown
    assert "actor: subject" in shown


def test_show_as_json_has_the_whole_entry() -> None:
    lines = RUNNER.invoke(app, ["lexicon", "show", "shell", "--json"]).output.splitlines()
    (frame,) = [row for row in map(json.loads, lines) if row["id"] == "assault.shell"]
    assert (frame["section"], frame["event"]) == ("verbs", "ASSAULT")


def test_show_finds_entries_of_ones_own(own: Path) -> None:
    assert "assault.drone_slang" in RUNNER.invoke(app, ["lexicon", "show", "drone", "--lexicon", str(own)]).output
    assert "assault.drone_slang" not in RUNNER.invoke(app, ["lexicon", "show", "drone"]).output


def test_show_of_an_unknown_word_says_what_to_do() -> None:
    with pytest.raises(UsageError, match="look for the base form"):
        RUNNER.invoke(app, ["lexicon", "show", "foobarx"], catch_exceptions=False)


def test_check_counts_entries_and_patterns(own: Path) -> None:
    assert "verbs           1 entry, 2 patterns (2 of events)" in RUNNER.invoke(app, ["lexicon", "check", str(own)]).output


def test_the_package_has_the_senses_and_nominal_triggers_that_were_asked_for() -> None:
    lexicon = Lexicon()
    patterns = {name: sum(len(e.words.split(",")) for e in getattr(lexicon, name).entries if e.event) for name in ("verbs", "nouns")}
    assert patterns["verbs"] >= 900
    assert patterns["nouns"] >= 500


@pytest.mark.slow
def test_cases_run_with_and_without_ones_own_frames(own: Path) -> None:
    cases = own / "cases.yaml"
    cases.write_text("- text: Rebels droned an army base near Aleppo on Monday.\n  claims: [{type: ASSAULT, mode: drone}]\n  why: slang\n")
    without = RUNNER.invoke(app, ["lexicon", "test", str(cases)])
    assert (without.exit_code, "(slang)" in without.output) == (1, True)
    assert RUNNER.invoke(app, ["lexicon", "test", str(cases), "--lexicon", str(own)]).output == "1 right, 0 wrong\n"
