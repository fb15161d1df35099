"""The command line as a user meets it: output, exit codes, one line per bad input, bounds on time and memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from onrecord.schemas import SCHEMAS, json_schema

ROOT = Path(__file__).resolve().parent.parent
REPORT = """Shelling hits market in Idlib
Two people were killed and nine injured when government forces shelled a market in Idlib on Monday, a hospital official said.
"""
FRENCH = """Des tirs d'artillerie ont frappé un marché dans la ville lundi matin, selon des responsables de l'hôpital.
Au moins deux personnes ont été tuées et neuf autres blessées, ont-ils déclaré aux journalistes présents sur place.
"""

pytestmark = pytest.mark.slow


def onrecord(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def test_help_answers_at_once() -> None:
    times = []
    for _ in range(3):
        before = os.times()
        assert onrecord("--help").returncode == 0
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(times) < 0.4  # of the processor: the wall's depends on who else is at work


def test_one_report_is_one_json_object_valid_by_the_schema(write_report: Callable[..., Path]) -> None:
    result = onrecord("code", str(write_report(REPORT)), "--published", "2020-02-29", "--format", "json")
    assert result.returncode == 0, result.stderr
    coding = json.loads(result.stdout)
    jsonschema.validate(coding, json_schema("claims"))
    assert [claim["event"]["type"] for claim in coding["claims"] if claim["event"] and claim["event"]["codable"]]


def test_several_reports_are_a_list_and_jsonl_is_a_line_each(write_report: Callable[..., Path]) -> None:
    paths = [str(write_report(REPORT, name)) for name in ("a.txt", "b.txt")]
    listed = json.loads(onrecord("code", *paths, "--format", "json").stdout)
    lines = [json.loads(line) for line in onrecord("code", *paths, "--format", "jsonl").stdout.splitlines()]
    assert listed == lines
    assert [coding["document"]["path"] for coding in lines] == paths


def test_standard_input_is_a_dash() -> None:
    result = onrecord("code", "-", "--format", "json", stdin=REPORT)
    assert json.loads(result.stdout)["document"]["text"] == REPORT


def test_processes_do_not_change_the_bytes(write_report: Callable[..., Path]) -> None:
    paths = [str(write_report(REPORT.replace("Two", word), f"{word}.txt")) for word in ("Two", "Three", "Four", "Five")]
    one = onrecord("code", *paths, "--format", "jsonl", PYTHONHASHSEED="1")
    two = onrecord("code", *paths, "--format", "jsonl", "--jobs", "2", PYTHONHASHSEED="2")
    assert one.stdout == two.stdout != ""


def test_table_reads_at_80_columns_without_colour_in_a_pipe(write_report: Callable[..., Path]) -> None:
    result = onrecord("code", str(write_report(REPORT)), "--published", "2020-02-29", COLUMNS="80")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "\x1b" not in result.stdout
    assert "ASSAULT" in result.stdout
    assert "Idlib" in result.stdout


def test_no_color_is_honoured_on_a_terminal(write_report: Callable[..., Path]) -> None:
    path = str(write_report(REPORT))
    colours = {key: onrecord("code", path, FORCE_COLOR="1", **{key: "1"}).stdout for key in ("NO_COLOR", "ONRECORD_NOTHING")}
    assert re.search(r"\x1b\[[0-9;]*3[0-7]m", colours["ONRECORD_NOTHING"])
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", colours["NO_COLOR"])


BAD = [
    ("missing.txt", None, r"missing\.txt: no such file"),
    ("folder", "folder", r"folder.*(directory|folder)"),
    ("empty.txt", b"", r"empty\.txt.*(empty|nothing)"),
    ("image.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" * 40, r"image\.png: not plain text but an image"),
    ("french.txt", FRENCH.encode(), r"french\.txt.*French"),
]


@pytest.mark.parametrize(("name", "content", "message"), BAD, ids=[name for name, *_ in BAD])
def test_bad_input_gets_one_line_and_the_others_go_on(
    name: str, content: bytes | str | None, message: str, write_report: Callable[..., Path], tmp_path: Path
) -> None:
    bad = tmp_path / name
    if content == "folder":
        bad.mkdir()
    elif isinstance(content, bytes):
        bad.write_bytes(content)
    result = onrecord("code", str(bad), str(write_report(REPORT)), "--format", "jsonl")
    assert result.returncode == 3
    assert len(result.stdout.splitlines()) == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith("onrecord: ")]
    assert len(lines) == 1
    assert re.search(message, lines[0], re.IGNORECASE)
    assert "Traceback" not in result.stderr


def test_another_language_is_coded_when_forced(write_report: Callable[..., Path]) -> None:
    result = onrecord("code", str(write_report(FRENCH)), "--language", "en", "--format", "json")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("encoding", "assumed"), [("utf-8-sig", None), ("utf-16", None), ("utf-16-le", "UTF-16"), ("windows-1252", "Windows-1252")]
)
def test_other_encodings_are_read_and_what_was_assumed_is_said(
    encoding: str, assumed: str | None, write_report: Callable[..., Path]
) -> None:
    text = "Blast in the café district\n" + REPORT.splitlines()[1].replace("a hospital official", "“a café owner”")
    result = onrecord("code", str(write_report(text.encode(encoding))), "--published", "2020-02-29", "--format", "json")
    assert result.returncode == 0, result.stderr
    coding = json.loads(result.stdout)
    assert coding["document"]["text"] == text
    assert [assumed.lower() in note.lower() for note in coding["notes"]] == [True] if assumed else coding["notes"] == []


@pytest.mark.parametrize("date", ["2020-02-31", "yesterday", "29/02"])
def test_wrong_date_is_wrong_usage(date: str, write_report: Callable[..., Path]) -> None:
    result = onrecord("code", str(write_report(REPORT)), "--published", date)
    assert result.returncode == 2
    assert date in result.stderr
    assert "YYYY-MM-DD" in result.stderr


def test_a_parse_of_ones_own_takes_the_place_of_the_parser(write_report: Callable[..., Path], tmp_path: Path) -> None:
    words = ["Soldiers soldier NOUN 2 nsubj", "shelled shell VERB 0 root", "Saraqib Saraqib PROPN 2 obj", ". . PUNCT 2 punct"]
    rows = ["\t".join([str(n), *w.split()[:3], "_", "_", *w.split()[3:], "_", "_"]) for n, w in enumerate(words, 1)]
    parse = tmp_path / "report.conllu"
    parse.write_text("\n".join(rows) + "\n\n")
    right = onrecord("code", str(write_report("Soldiers shelled Saraqib.")), "--parse", str(parse), "--format", "json")
    assert [claim["event"]["type"] for claim in json.loads(right.stdout)["claims"]] == ["ASSAULT"], right.stderr
    other = onrecord("code", str(write_report("Nothing happened in the town.", "other.txt")), "--parse", str(parse))
    assert (other.returncode, len([line for line in other.stderr.splitlines() if line])) == (3, 1)
    missing = onrecord("code", str(write_report(REPORT)), "--parse", str(tmp_path / "none.conllu"))
    assert (missing.returncode, "none.conllu: no such file" in missing.stderr) == (2, True)


USAGE = [
    (["code"], 2),
    (["code", "x", "--format", "xml"], 2),
    (["nonsense"], 2),
    (["schema", "nonsense"], 2),
    (["--version"], 0),
]


@pytest.mark.parametrize(("arguments", "code"), USAGE)
def test_exit_code(arguments: list[str], code: int) -> None:
    assert onrecord(*arguments).returncode == code


def test_a_huge_text_is_refused_or_done_with_a_message(write_report: Callable[..., Path]) -> None:
    started = time.perf_counter()
    result = onrecord("code", str(write_report("A report about nothing. " * 2_200_000)))
    assert result.returncode == 3
    assert re.search(r"MB", result.stderr)
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_printed_and_valid(name: str) -> None:
    schema = json.loads(onrecord("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)


MEASURE = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run([sys.executable, "-m", "onrecord", "code", *sys.argv[1:], "--format", "json"], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def test_a_page_is_coded_from_cold_in_time_and_memory(data_folder: Path) -> None:
    report = str(data_folder / "seed/report.txt")
    runs = [subprocess.run([sys.executable, "-c", MEASURE, report], capture_output=True, text=True, cwd=ROOT, check=True) for _ in range(2)]
    seconds, megabytes = (min(values) for values in zip(*(map(float, run.stdout.split()) for run in runs), strict=True))
    assert seconds < 3.0
    assert megabytes < 600
