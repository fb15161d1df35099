"""Exported files: read back by others' readers, the same each time, and described by the package beside them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from evaluation.linking import read_gold
from onrecord import __version__
from onrecord.cli import app
from onrecord.errors import OnrecordError, UsageError
from onrecord.export import FORMATS, Account, write_export
from onrecord.export.cells import restore
from onrecord.export.tables import CLAIM_COLUMNS, CLAIMS, INCIDENT_COLUMNS
from onrecord.export.writing import cells_of, csv_lines
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.database import tables
from onrecord.ledger.query.bulk import claim_parts, stream_claims, stream_codings, stream_incidents
from onrecord.ledger.query.claims import claims_of, list_claims
from onrecord.ledger.query.filters import Filters
from onrecord.ledger.query.incidents import list_incidents
from onrecord.records import ClaimInContext, Incident, Polarity
from tests.export_records import account, claim

RUNNER = CliRunner()
NASTY = '=HYPERLINK("http://evil.example","x"),\n"quoted"; ＝1 \u202e ’'


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text())
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: restore(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


# ── Round trips ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_csv_read_back_is_what_went_in(tmp_path: Path) -> None:
    told = [claim(text=NASTY, outlet="-1 FM"), claim(hash="clm-2", text="'=already")]
    write_export(told, tmp_path / "claims.csv", format="csv", table="claims")
    found = rows(tmp_path / "claims.csv")
    assert [row["evidence"] for row in found] == [NASTY, "'=already"]
    assert found[0]["outlet"] == "-1 FM"
    assert found[0]["longitude"] == "36.80583"
    for row, record in zip(found, told, strict=True):
        expected = CLAIMS.row(record)
        assert isinstance(expected, dict)
        same = {name: "" if value is None else str(value) for name, value in expected.items() if not isinstance(value, bool | float)}
        assert {name: row[name] for name in same} == same


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12), min_size=1, max_size=5))
def test_any_text_survives_csv(texts: list[str]) -> None:
    records = [claim(text=text) for text in texts]
    lines = "".join(csv_lines(CLAIMS.columns, cells_of(CLAIMS, records, Counter())))
    found = csv.DictReader(io.StringIO(lines, newline=""))
    assert [restore(row["evidence"]) for row in found] == texts


def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path: Path) -> None:
    hostile = account(claim(outlet="@cmd", title="=1+1", speaker="+972"), grade_reason="-x")
    for format in ("csv", "acled_like", "ucdp_like"):
        write_export([hostile], tmp_path / f"{format}.csv", format=format)
        with (tmp_path / f"{format}.csv").open(newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


def test_json_lines_hold_the_records_whole(tmp_path: Path) -> None:
    told = account(claim(text=NASTY))
    write_export([told], tmp_path / "incidents.jsonl", format="jsonl")
    assert msgspec.json.decode((tmp_path / "incidents.jsonl").read_bytes(), type=Incident) == told.incident
    write_export(told.claims, tmp_path / "claims.jsonl", format="jsonl", table="claims")
    assert msgspec.json.decode((tmp_path / "claims.jsonl").read_bytes(), type=ClaimInContext) == told.claims[0]


def test_geojson_both_ways_holds_the_same_features(tmp_path: Path) -> None:
    told = [account(), account(place=None, id="inc-1")]
    write_export(told, tmp_path / "i.geojson", format="geojson")
    write_export(told, tmp_path / "i.geojsonl", format="geojsonseq")
    collection = json.loads((tmp_path / "i.geojson").read_text())
    assert collection["type"] == "FeatureCollection"
    assert collection["features"] == [json.loads(line) for line in (tmp_path / "i.geojsonl").read_text().splitlines()]
    assert [feature["geometry"] is None for feature in collection["features"]] == [False, True]
    write_export([], tmp_path / "none.geojson", format="geojson")
    assert json.loads((tmp_path / "none.geojson").read_text())["features"] == []


def test_parquet_is_typed_and_holds_what_csv_holds(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    told = [claim(hash=f"clm-{number}", text=NASTY) for number in range(3)]
    write_export(told, tmp_path / "claims.parquet", format="parquet", table="claims")
    table = parquet.read_table(tmp_path / "claims.parquet")
    assert table.column_names == [column.name for column in CLAIM_COLUMNS]
    assert str(table.schema.field("latitude").type) == "double"
    assert str(table.schema.field("denies").type) == "bool"
    assert table.to_pylist() == [CLAIMS.row(record) for record in told], "text as it is: nothing to neutralise"
    write_export([], tmp_path / "incidents.parquet", format="parquet")
    empty = parquet.read_table(tmp_path / "incidents.parquet")
    assert (empty.num_rows, empty.column_names) == (0, [column.name for column in INCIDENT_COLUMNS])


def test_without_pyarrow_parquet_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'onrecord\[parquet\]'"):
        write_export([account()], tmp_path / "i.parquet", format="parquet")
    assert list(tmp_path.iterdir()) == []


def records_of(table: str) -> list[Any]:
    told = account(claim(), claim(outlet="B"))
    return {"incidents": [told], "claims": list(told.claims)}.get(table) or list(read_gold("dev").codings[:3])


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_records_give_the_same_bytes(tmp_path: Path, format: str) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for table in FORMATS[format].tables:
            write_export(records_of(table), tmp_path / folder / table, format=format, table=table)
    for name in (*FORMATS[format].tables, "datapackage.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_to_export_is_still_a_whole_file(tmp_path: Path, format: str) -> None:
    for table in FORMATS[format].tables:
        done = write_export([], tmp_path / f"{table}.out", format=format, table=table)
        assert (done.rows, (tmp_path / f"{table}.out").exists()) == (0, True)


def test_rows_are_written_while_records_are_read(tmp_path: Path) -> None:
    alive, most = 0, 0

    class Counted(Account):
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def many() -> Iterator[Account]:
        nonlocal alive, most
        for _ in range(500):
            alive += 1
            most = max(most, alive)
            yield Counted(*account())

    assert write_export(many(), tmp_path / "i.csv", format="csv").rows == 500
    assert most < 10


# ── The package ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_package_says_what_the_file_is_and_what_it_is_not(tmp_path: Path) -> None:
    told = [account(), account(claim(polarity=Polarity.NEGATIVE)), account(time=None)]
    done = write_export(told, tmp_path / "a.csv", format="acled_like", filters={"country": "SYR"}, licence="ODbL-1.0")
    assert done.package == tmp_path / "datapackage.json"
    found = package(tmp_path)
    resource = found["resources"][0]
    assert found["disclaimer"] == resource["disclaimer"] == "not ACLED/UCDP data"
    assert (found["version"], found["created_by"]) == (__version__, f"onrecord {__version__}")
    assert resource["policy"]["name"] == "occurred"
    assert (resource["format"], resource["export_format"], resource["table"]) == ("csv", "acled_like", "incidents")
    assert resource["range_policies"] == ["ucdp"]
    assert resource["filters"] == {"country": "SYR"}
    assert [licence["name"] for licence in resource["licenses"]] == ["ODbL-1.0", "CC-BY-4.0"]
    assert (resource["rows"], resource["left_out"]) == (1, {"no claim says that it happened": 1, "no first day": 1})
    assert resource["hash"] == "sha256:" + hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert [field["name"] for field in resource["schema"]["fields"]] == (tmp_path / "a.csv").read_text().splitlines()[0].split(",")


def test_files_in_one_folder_share_a_package(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "b.csv"):
        write_export([account()], tmp_path / name, format="csv")
    assert [one["path"] for one in package(tmp_path)["resources"]] == ["a.csv", "b.csv"]
    (tmp_path / "a.csv").unlink()
    write_export([account()], tmp_path / "c.csv", format="csv")
    assert [one["path"] for one in package(tmp_path)["resources"]] == ["b.csv", "c.csv"]


@pytest.mark.parametrize("content", ['{"name": "census", "resources": []}', "[]", "no json", ""])
def test_a_package_of_somebody_else_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "datapackage.json").write_text(content)
    with pytest.raises(UsageError, match="other data"):
        write_export([account()], tmp_path / "a.csv", format="csv")
    assert (tmp_path / "datapackage.json").read_text() == content
    assert not (tmp_path / "a.csv").exists()


def test_a_failure_half_way_leaves_the_old_file_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")

    def failing() -> Iterator[Account]:
        yield account()
        raise UsageError("gone")

    with pytest.raises(UsageError, match="gone"):
        write_export(failing(), tmp_path / "a.csv", format="csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.csv", "old")]


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("a.csv", {"format": "xls"}, "no export format"),
        ("a.csv", {"format": "geojson", "table": "claims"}, "has no table 'claims'"),
        ("a.csv", {"format": "csv", "policy": "best"}, "no export policy"),
        ("a.csv", {"format": "acled_like", "policy": "all"}, "did not happen"),
        ("none/a.csv", {"format": "csv"}, "no folder"),
        (".", {"format": "csv"}, "is a folder"),
        ("datapackage.json", {"format": "csv"}, "kept for the description"),
        ("-", {"format": "parquet"}, "(not for standard output|needs pyarrow)"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(
    tmp_path: Path, path: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write_export([account()], path if path == "-" else tmp_path / path, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("export") / "l.db"
    with open_ledger(path, create=True) as opened:
        for coding in read_gold("dev").codings:
            opened.append(coding)
        link_ledger(opened)
    return str(path)


def run(*arguments: str) -> Any:
    result = RUNNER.invoke(app, ["export", *arguments])
    if isinstance(result.exception, OnrecordError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_comes_from_the_command_line(ledger: str, tmp_path: Path, format: str) -> None:
    path = tmp_path / "out"
    run(format, "--ledger", ledger, "-o", str(path))
    described = package(tmp_path)["resources"][0]
    assert described["export_format"] == format
    assert described["rows"] + sum(described["left_out"].values()) > 0
    if FORMATS[format].lines is None:
        with pytest.raises(UsageError, match="not for standard output"):
            run(format, "--ledger", ledger, "-o", "-")
    else:
        assert run(format, "--ledger", ledger, "-o", "-").stdout == path.read_text()


def test_filters_reach_the_ledger_and_the_package(ledger: str, tmp_path: Path) -> None:
    path = tmp_path / "i.csv"
    run("csv", "--ledger", ledger, "-o", str(path), "--place", "maarrat", "--limit", "1")
    assert {row["place"] for row in rows(path)} == {"Maarrat al-Numan"}
    assert package(tmp_path)["resources"][0]["filters"] == {"place": "maarrat", "limit": 1}


def test_a_filter_of_the_other_table_is_refused(ledger: str, tmp_path: Path) -> None:
    for arguments in (["--outlet", "x"], ["--table", "claims", "--grade", "confirmed"]):
        with pytest.raises(UsageError, match="no filter of"):
            run("csv", "--ledger", ledger, "-o", str(tmp_path / "x"), *arguments)


def test_claims_come_part_by_part_and_all_of_them(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("csv", "--table", "claims", "--policy", "all", "--ledger", ledger, "-o", "-").stdout
    monkeypatch.setattr("onrecord.ledger.query.bulk.CLAIMS_AT_ONCE", 7)
    with open_ledger(ledger) as opened:
        assert len(claim_parts(opened)) > 3
    assert run("csv", "--table", "claims", "--policy", "all", "--ledger", ledger, "-o", "-").stdout == whole
    first = run("csv", "--table", "claims", "--policy", "all", "--ledger", ledger, "-o", "-", "--limit", "10").stdout
    assert list(csv.reader(io.StringIO(first))) == list(csv.reader(io.StringIO(whole)))[:11]


def test_parts_hold_what_lists_hold(ledger: str) -> None:
    with open_ledger(ledger) as opened:
        assert tuple(stream_claims(opened)) == list_claims(opened)
        assert tuple(stream_claims(opened, Filters(limit=5, offset=3))) == list_claims(opened, Filters(limit=5, offset=3))
        assert [incident for incident, _ in stream_incidents(opened)] == list(list_incidents(opened))
        assert all(claims == claims_of(opened, incident) for incident, claims in stream_incidents(opened))
        assert list(stream_codings(opened)) == list(opened.codings())


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_several_processes_write_the_same_bytes(ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr("onrecord.ledger.query.bulk.CLAIMS_AT_ONCE", 7)
    for processes in ("1", "2"):
        (tmp_path / processes).mkdir()
        run(format, "--table", "claims", "--ledger", ledger, "-o", str(tmp_path / processes / "claims"), "--processes", processes)
    for name in ("claims", "datapackage.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


@pytest.mark.parametrize("policy", ["occurred", "all"])
@pytest.mark.parametrize("chosen", [[], ["--country", "SYR"], ["--type", "ASSAULT", "--who", "MIL"], ["--country", "XXX"]])
def test_columns_hold_what_records_hold(ledger: str, tmp_path: Path, policy: str, chosen: list[str]) -> None:
    """Standard output gets claims record by record, files column by column: from cells that the ledger kept, or from its claims."""
    shutil.copy(ledger, tmp_path / "l.db")
    asked = ["csv", "--table", "claims", "--policy", policy, *chosen, "--ledger", str(tmp_path / "l.db"), "-o"]
    records = run(*asked, "-").stdout
    run(*asked, str(tmp_path / "kept.csv"))
    with open_ledger(tmp_path / "l.db") as opened, opened.writing() as connection:
        assert connection.execute(tables.cells.delete().where(tables.cells.c.coding % 2 == 0)).rowcount
        connection.execute(tables.cells.update().where(tables.cells.c.coding % 3 == 0).values(form=0))
    run(*asked, str(tmp_path / "made.csv"))
    assert (tmp_path / "kept.csv").read_text() == (tmp_path / "made.csv").read_text() == records


def test_denied_claims_leave_only_under_all(ledger: str) -> None:
    def polarities(policy: str) -> set[str]:
        found = run("csv", "--table", "claims", "--policy", policy, "--ledger", ledger, "-o", "-").stdout
        return {row["polarity"] for row in csv.DictReader(io.StringIO(found))}

    assert polarities("occurred") == {"positive"}
    assert "negative" in polarities("all")


# ── What cannot be written ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_leaves_the_older_file_and_nothing_else(tmp_path: Path, format: str) -> None:
    path, table = tmp_path / "x.out", FORMATS[format].tables[0]
    path.write_text("older")

    def told() -> Iterator[Any]:
        yield from records_of(table)
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="cannot be written: No space left on device"):
        write_export(told(), path, format=format, table=table)
    assert (path.read_text(), [one.name for one in tmp_path.iterdir()]) == ("older", ["x.out"])


def test_a_folder_that_may_not_be_written_to_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        target = Path("/proc/onrecord.csv")  # not even root writes here
    else:
        tmp_path.chmod(0o500)
        target = tmp_path / "x.csv"
    with pytest.raises(UsageError, match="cannot be written"):
        write_export([account()], target, format="csv")
