"""Exports that come back, bundles that can be checked, and figures."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evaluation.linking import read_gold
from onrecord.cli import app
from onrecord.cli.evidence import BROWSERS, print_page
from onrecord.errors import DataError, OnrecordError, UsageError
from onrecord.export.archive import SUMS, verify_bundle, write_bundle
from onrecord.export.plots import KINDS, draw
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.query.incidents import list_incidents
from onrecord.records import PlaceKind
from tests.export_records import account, claim, place, range_of

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("evidence") / "l.db"
    with open_ledger(path, create=True, salt="salt") as opened:
        for coding in read_gold("dev").codings:
            opened.append(coding)
        link_ledger(opened)
    return str(path)


def run(*arguments: str, code: int = 0) -> Any:
    result = RUNNER.invoke(app, list(arguments))
    if isinstance(result.exception, OnrecordError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


# ── There and back ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_our_own_exports_come_back_without_loss(ledger: str, tmp_path: Path, format: str) -> None:
    run("export", format, "--table", "reports", "-o", str(tmp_path / "reports"), "--ledger", ledger)
    again = str(tmp_path / "again.db")
    run("ledger", "init", "--ledger", again, "--salt", "salt")
    run("ledger", "import", str(tmp_path / "reports"), "--ledger", again)
    with open_ledger(ledger) as one, open_ledger(again) as other:
        assert list(one.codings()) == list(other.codings())
        assert list_incidents(one) == list_incidents(other)
    for table in ("incidents", "claims", "reports"):
        written = [run("export", "jsonl", "--table", table, "-o", "-", "--ledger", address).stdout for address in (ledger, again)]
        assert written[0] == written[1]
    assert "0 added" in run("ledger", "import", str(tmp_path / "reports"), "--ledger", again).stderr


def test_a_file_that_is_no_export_of_reports_is_refused_by_line(ledger: str, tmp_path: Path) -> None:
    path, target = tmp_path / "x", str(tmp_path / "t.db")
    run("export", "jsonl", "--table", "claims", "-o", str(path), "--ledger", ledger)
    with pytest.raises(DataError, match="x:1: is no report"):
        run("ledger", "import", str(path), "--ledger", target)
    run("export", "jsonl", "--table", "reports", "-o", str(path), "--ledger", ledger)
    first = json.loads(path.read_text().splitlines()[0])
    first["document"]["text"] += " More."
    path.write_text(json.dumps(first) + "\n")
    with pytest.raises(DataError, match=r"x:1: the text of doc-.* has been changed"):
        run("ledger", "import", str(path), "--ledger", target)
    with pytest.raises(UsageError, match="--where"):
        run("ledger", "import", str(path), "--where", "true", "--ledger", target)


@pytest.mark.parametrize("content", [b"PAR1 and nothing more", b"\xff\xfe", b"{}", b'{"document": 1}'])
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(DataError, match=str(path)):
        run("ledger", "import", str(path), "--ledger", str(tmp_path / "t.db"))


def test_parquet_without_codings_says_which_table_has_them(ledger: str, tmp_path: Path) -> None:
    run("export", "parquet", "-o", str(tmp_path / "i.parquet"), "--ledger", ledger)
    with pytest.raises(DataError, match="--table reports"):
        run("ledger", "import", str(tmp_path / "i.parquet"), "--ledger", str(tmp_path / "t.db"))


# ── Bundles ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bundle_from_the_command_line_verifies(ledger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.cli.evidence.BROWSERS", ())
    with open_ledger(ledger) as opened:
        id = list_incidents(opened)[0].id
    for name in ("a.zip", "b.zip"):
        said = run("export", "bundle", "--incident", id, "-o", str(tmp_path / name), "--ledger", ledger).stderr
        assert "no PDF in the bundle" in said
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert "all 9 files" in run("verify", str(tmp_path / "a.zip")).stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        sources = [json.loads(line) for line in archive.read("reports.jsonl").splitlines()]
        assert all({"raw_sha256", "text_sha256", "retrieved"} <= set(source) for source in sources)
        assert b"acled" in archive.read("codebook.csv")
        page = archive.read("incident.html").decode()
        assert "<style>" in page
        assert 'src="' not in page


def test_the_page_prints_as_the_same_pdf_each_time() -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("needs a browser")
    page = b"<!doctype html><meta charset=utf-8><title>x</title><p>Saraqib</p>"
    first, second = (print_page(page, browser) for _ in range(2))
    assert first == second
    assert first is not None
    assert first.startswith(b"%PDF")


def test_bundle_of_no_incident_is_refused(ledger: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such incident"):
        run("export", "bundle", "--incident", "inc-none", "-o", str(tmp_path / "b.zip"), "--ledger", ledger)
    with pytest.raises(UsageError, match="give --incident"):
        run("export", "bundle", "-o", str(tmp_path / "b.zip"), "--ledger", ledger)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        write_bundle(archive, {"a.txt": b"one", "b.txt": b"two" * 100})
    return path


def rewritten(bundle: Path, change: Any) -> list[tuple[str, str]]:
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return [(one.name, one.problem) for one in verify_bundle(bundle) if one.problem]


def test_verify_says_which_file_fails_and_how(bundle: Path) -> None:
    assert [one.problem for one in verify_bundle(bundle)] == [None, None]
    assert rewritten(bundle, lambda files: files.update({"a.txt": b"other"})) == [("a.txt", "has been changed: its SHA-256 is another")]
    assert rewritten(bundle, lambda files: files.pop("b.txt"))[1] == ("b.txt", "is missing")
    assert rewritten(bundle, lambda files: files.update({"c.txt": b""}))[-1] == ("c.txt", f"is not in {SUMS}: it was added later")
    assert run("verify", str(bundle), code=1).stdout.splitlines()[0].startswith("a.txt: has been changed")


def test_verify_refuses_what_is_no_bundle(tmp_path: Path, bundle: Path) -> None:
    for content in (b"", b"PK\x03\x04 and nothing", bundle.read_bytes()[:80]):
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(UsageError, match="cannot be read as a bundle"):
            list(verify_bundle(tmp_path / "x.zip"))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(UsageError, match=f"has no {SUMS}"):
        list(verify_bundle(tmp_path / "x.zip"))
    with pytest.raises(UsageError, match="cannot be read"):
        list(verify_bundle(tmp_path / "missing.zip"))


def test_damaged_bytes_inside_a_bundle_are_found(bundle: Path) -> None:
    data = bytearray(bundle.read_bytes())
    at = data.index(b"b.txt") + len("b.txt") + 1
    data[at] ^= 0xFF
    bundle.write_bytes(data)
    assert [one.name for one in verify_bundle(bundle) if one.problem] == ["b.txt"]


# ── Figures ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_figures_are_the_same_each_time(tmp_path: Path, kind: str, suffix: str) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib, of the extra plots")
    told = [account(claim()), account(id="inc-2", killed=range_of(24, None, None)), account(id="inc-3", place=place(PlaceKind.ADMIN1))]
    for name in ("a", "b"):
        draw(kind, told, tmp_path / f"{name}.{suffix}")
    assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a.{suffix}", f"b.{suffix}"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_draw_is_said(tmp_path: Path, kind: str) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib, of the extra plots")
    with pytest.raises(UsageError, match="to draw"):
        draw(kind, [], tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_figure_says_what_it_can_be_and_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"one of \.svg"):
        draw("map", [account()], tmp_path / "x.gif")
    with pytest.raises(UsageError, match="cannot be written"):
        draw("map", [account()], tmp_path / "none" / "x.svg")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r"pip install 'onrecord\[plots\]'"):
        draw("map", [account()], tmp_path / "x.svg")


def test_plot_from_the_command_line(ledger: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs matplotlib, of the extra plots")
    run("plot", "timeline", "-o", str(tmp_path / "t.svg"), "--ledger", ledger)
    assert (tmp_path / "t.svg").read_text().startswith("<?xml")
