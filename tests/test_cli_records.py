"""The commands over many reports, on a ledger that was filled by hand: no model is loaded."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evaluation.linking import read_gold
from onrecord.cli import app
from onrecord.cli.for_people import when
from onrecord.display import describe_range
from onrecord.errors import LedgerError, OnrecordError, UsageError
from onrecord.ledger import link_ledger, open_ledger
from onrecord.records import Incident, Range

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("cli") / "l.db"
    with open_ledger(path, create=True) as opened:
        for coding in read_gold("dev").codings:
            opened.append(coding)
        link_ledger(opened)
    return str(path)


def run(*arguments: str) -> str:
    result = RUNNER.invoke(app, list(arguments))
    if isinstance(result.exception, OnrecordError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_incidents_for_people_say_what_where_when_who_how_many_and_how_sure(ledger: str) -> None:
    said = run("incidents", "--ledger", ledger, "--place", "maarrat")
    assert "ASSAULT (aerial)  Maarrat al-Numan" in said
    assert "SYR MIL → SYR CVL" in said
    assert "19 to 23" in said
    assert "contested: denied by the state of SYR" in said
    assert max(len(line) for line in said.splitlines()) <= 80


@pytest.mark.parametrize("day", ["yesterday", "2020-02-31", "20200227"])
def test_a_day_that_cannot_be_meant_is_refused(ledger: str, day: str) -> None:
    result = RUNNER.invoke(app, ["incidents", "--ledger", ledger, "--since", day])
    assert result.exit_code == 2
    assert "Write a day as 2020-02-27" in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("option", "value", "remedy"),
    [
        ("--type", "assualt", "It may be ACCUSE, AGREE"),
        ("--grade", "sure", "party_claim, single_source"),
        ("--state", "done", "It may be proposed, accepted"),
        ("--country", "Syria", "ISO 3166-1 alpha-3 code"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_with_what_can(ledger: str, option: str, value: str, remedy: str) -> None:
    result = RUNNER.invoke(app, ["incidents", "--ledger", ledger, option, value], env={"COLUMNS": "300"})
    assert result.exit_code == 2
    assert remedy in result.output


def test_names_are_taken_in_any_letters(ledger: str) -> None:
    assert run("incidents", "--ledger", ledger, "--type", "assault", "--country", "syr") == run(
        "incidents", "--ledger", ledger, "--type", "ASSAULT", "--country", "SYR"
    )
    assert "single source: " in run("incidents", "--ledger", ledger, "--grade", "single source")


def test_claims_for_people_say_where_when_how_many_and_what_did_not_happen(ledger: str) -> None:
    said = run("claims", "--ledger", ledger)
    assert "killed: at least " in said
    assert "(did not happen, " in said
    assert max(len(line) for line in said.splitlines()) <= 80


def test_a_month_means_its_first_day(ledger: str) -> None:
    assert run("claims", "--ledger", ledger, "--since", "2020-02", "--json") == run(
        "claims", "--ledger", ledger, "--since", "2020-02-01", "--json"
    )


@pytest.mark.parametrize("command", ["incidents", "claims", "tallies", "violations", "sources"])
def test_every_list_is_written_for_people_as_json_and_as_csv(ledger: str, command: str) -> None:
    run(command, "--ledger", ledger)
    records = [json.loads(line) for line in run(command, "--ledger", ledger, "--json").splitlines()]
    rows = list(csv.DictReader(io.StringIO(run(command, "--ledger", ledger, "--csv"))))
    assert len(records) == len(rows)
    assert (len(rows) > 0) is (command != "violations")


def test_show_follows_every_kind_of_id(ledger: str) -> None:
    incident = json.loads(run("incidents", "--ledger", ledger, "--json", "--limit", "1"))
    shown = json.loads(run("show", incident["id"], "--ledger", ledger, "--json"))
    assert {claim["claim"]["hash"] for claim in shown["claims"]} == {*incident["claims"], *incident["denials"]}
    claim = shown["claims"][0]
    assert claim["text"] in run("show", claim["claim"]["hash"], "--ledger", ledger, "--json")
    assert json.loads(run("show", claim["document"], "--ledger", ledger, "--json"))["document"]["id"] == claim["document"]
    with pytest.raises(UsageError, match="an id begins with"):
        run("show", "what", "--ledger", ledger)
    with pytest.raises(UsageError, match="there is no such incident"):
        run("show", "inc-0", "--ledger", ledger)


def test_agreement_add_finds_violations_by_both_sides(tmp_path: Path) -> None:
    path = str(tmp_path / "l.db")
    with open_ledger(path, create=True) as opened:
        for coding in read_gold("dev").codings:
            opened.append(coding)
        link_ledger(opened)
    declared = tmp_path / "deal.yaml"
    declared.write_text(
        "id: agr-x\nname: A deal\nparties:\n- {name: Syria, codes: [SYR]}\n- {name: Turkiye, codes: [TUR]}\nsigned: 2021-01-01\n"
        "valid_from: 2021-01-01\nzone: Asia/Damascus\narea: {admin1: [Idlib]}\nsource: made up\n"
        "articles:\n- {number: '1', text: No attacks., prohibits: [ASSAULT]}\n"
    )
    run("agreement", "add", str(declared), "--by", "A. Monitor", "--at", "2021-02-01", "--ledger", path)
    assert "A deal  2021-01-01 to no end\n  Syria, Turkiye\n  agr-x" in run("agreement", "list", "--ledger", path)
    assert json.loads(run("agreement", "list", "--json", "--ledger", path))["id"] == "agr-x"
    assert "Asia/Damascus" in run("agreement", "show", "agr-x", "--ledger", path)
    found = [json.loads(line) for line in run("violations", "--ledger", path, "--json").splitlines()]
    assert {"SYR MIL", "TUR MIL"} <= {violation["by"]["code"] for violation in found if violation["by"]}
    first = found[0]["id"]
    run("agreement", "log", first, "It was they who began.", "--party", "Syria", "--by", "A. Monitor", "--ledger", path)
    run("agreement", "log", first, "We deny it.", "--party", "Turkiye", "--reply", "--by", "A. Monitor", "--ledger", path)
    shown = run("show", first, "--ledger", path)
    assert "complaint of Syria: It was they who began." in shown
    assert "reply of Turkiye: We deny it." in shown
    periods = run("violations", "--agreement", "agr-x", "--since", "2021-05-01", "--until", "2021-05-15", "--days", "7", "--ledger", path)
    assert "Syria: " in periods
    assert "Turkiye: " in periods
    assert max(len(line) for line in periods.splitlines()) <= 80
    listed = run("violations", "--ledger", path)
    assert f"  {first}  {found[0]['incident']}" in listed
    assert json.loads(run("show", "agr-x", "--ledger", path, "--json"))["zone"] == "Asia/Damascus"


def test_ledger_commands(ledger: str, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    run("ledger", "backup", copy, "--ledger", ledger)
    run("ledger", "check", "--ledger", copy)
    run("ledger", "vacuum", "--ledger", copy)
    run("ledger", "migrate", "--ledger", copy)
    run("ledger", "init", "--ledger", str(tmp_path / "new.db"))
    with pytest.raises(UsageError, match="no coding by version"):
        run("ledger", "diff", "0.1.0", "9.9.9", "--ledger", ledger)
    with pytest.raises(LedgerError, match="there is no ledger here"):
        run("incidents", "--ledger", str(tmp_path / "none.db"))


@pytest.mark.slow
def test_add_codes_once_and_links(tmp_path: Path) -> None:
    report = tmp_path / "a.txt"
    report.write_text(
        "Shelling hits market in Idlib\n\nTwo people were killed when government forces shelled a market in Idlib on Monday.\n"
    )
    path = str(tmp_path / "l.db")
    arguments = ("add", str(report), "--published", "2020-02-28", "--outlet", "Post", "--ledger", path)
    for expected in ("1 added, 0 there already", "0 added, 1 there already"):
        result = RUNNER.invoke(app, list(arguments))
        assert result.exit_code == 0, result.output
        assert expected in result.output
    assert json.loads(run("incidents", "--ledger", path, "--json").splitlines()[0])["type"] == "ASSAULT"
    assert RUNNER.invoke(app, [*arguments, "--again"]).exit_code == 0
    run("ledger", "check", "--ledger", path)


def test_ranges_in_words() -> None:
    def said(low: float | None, best: float | None, high: float | None) -> str:
        return describe_range(Range(low=low, best=best, high=high, policy="ucdp"), best=True)

    assert said(34, 34, 34) == "34"
    assert said(34, 34, None) == "at least 34"
    assert said(19, 21, 23) == "19 to 23, best 21"
    assert said(None, 3_700_000, None) == "about 3,700,000"
    assert said(None, None, 40) == "up to 40"
    assert said(None, None, None) == "an unknown number"


def test_when_in_words(ledger: str) -> None:
    incidents = [json.loads(line) for line in run("incidents", "--ledger", ledger, "--json").splitlines()]
    import msgspec

    times = {when(msgspec.convert(incident, Incident).time) for incident in incidents}
    assert "2021-05-10" in times
    assert any(" to " in time for time in times)


def test_csv_text_that_a_spreadsheet_would_run_is_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    from onrecord.cli.lists import write

    write([{"a": "=1+1", "b": -2.5}], lambda row: row, lambda rows: None, json=False, csv=True)
    assert capsys.readouterr().out == "a,b\n'=1+1,-2.5\n"


def test_where_outlets_report_from_is_written_into_a_lexicon_folder(ledger: str, tmp_path: Path) -> None:
    run("gazetteer", "learn", "--ledger", ledger, "--lexicon", str(tmp_path))
    run("lexicon", "check", str(tmp_path))
    assert (tmp_path / "beats" / "learned.yaml").is_file()


def test_a_report_is_redacted_from_the_command_line(ledger: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    run("ledger", "backup", str(copy), "--ledger", ledger)
    with open_ledger(copy) as opened:
        document = opened.document_ids()[0]
        text = next(opened.codings()).document.text
    run("ledger", "redact", document, "--by", "R", "--reason", "asked for", "--ledger", str(copy))
    assert text.encode() not in copy.read_bytes()
    with pytest.raises(UsageError, match="there is no report 'doc-none'"):
        run("ledger", "redact", "doc-none", "--by", "R", "--reason", "asked for", "--ledger", str(copy))
