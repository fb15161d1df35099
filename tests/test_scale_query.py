"""SQL over an archive, its way into a ledger, and what is told of a run."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from onrecord.errors import UsageError
from onrecord.ledger import open_ledger
from onrecord.pipeline import code_documents
from onrecord.records import Coding, Failure
from onrecord.scale import Counts, News, Report
from onrecord.scale.progress import HELP, Metrics, Progress, Snapshot, in_words, prometheus
from onrecord.scale.query import VIEWS, query, select_codings
from onrecord.scale.storage import Store
from onrecord.scale.summary import write_summary
from onrecord.scale.tables import COLUMNS, schema_of
from tests.scale_runs import code, make_job

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ("05-wire-ambush.txt", "10-wire-airstrike.txt", "14-wire-truce.txt")
CALM = """Cake wins prize at county fair

The home team won the race for the best cake and got a record number of votes from visitors, the county fair said on its website. The baker,
who runs a small shop near the school, said she would see whether the bill for sugar and butter left any money to open a second shop.
"""


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inbox")
    for name in REPORTS:
        shutil.copy(ROOT / "examples" / name, folder / name)
    (folder / "calm.txt").write_text(CALM)
    (folder / "empty.txt").write_text("\n")
    return folder


@pytest.fixture(scope="module")
def archive(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = str(tmp_path_factory.mktemp("archive") / "out")
    code(make_job(out, prefilter=True), [str(inbox)])
    return out


pytestmark = pytest.mark.slow


def test_claims_of_an_archive_are_those_of_the_reports(archive: str, inbox: Path) -> None:
    from onrecord.ingest import read_documents

    codings = [one for one in code_documents(read_documents([str(inbox / name) for name in REPORTS])) if isinstance(one, Coding)]
    expected = sorted(claim.hash for coding in codings for claim in coding.claims)
    assert [row[0] for row in query(archive, "SELECT id FROM claims ORDER BY id").rows] == expected
    assert sorted(claim.hash for coding in select_codings(archive) for claim in coding.claims) == expected


def test_every_table_and_view_answers(archive: str) -> None:
    for name in (*COLUMNS, *VIEWS):
        assert query(archive, f"SELECT count(*) FROM {name}").columns == ("count_star()",)
    left_out = {(state, reason): number for state, reason, number in query(archive, "FROM left_out").rows}
    assert left_out == {("coded", None): 3, ("skipped", "trigger"): 1, ("failed", None): 1}


def test_files_hold_the_columns_that_are_documented(archive: str) -> None:
    store = Store(archive)
    for table in COLUMNS:
        for name in store.names(table):
            assert pq.read_schema(store.path(name)).names == schema_of(table).names


@pytest.mark.parametrize("sql", ["SELEC 1", "SELECT nothing FROM claims", "FROM nowhere"])
def test_a_query_that_makes_no_sense_is_refused(archive: str, sql: str) -> None:
    with pytest.raises(UsageError, match="cannot be answered"):
        query(archive, sql)


def test_a_folder_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no archive"):
        query(str(tmp_path), "SELECT 1")


def test_part_of_an_archive_goes_into_a_ledger(archive: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    command = [sys.executable, "-m", "onrecord", "ledger", "import", archive, "--where", "type = 'ASSAULT'", "--ledger", str(ledger)]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stderr for _ in range(2))
    assert first.startswith("2 added, 0 there already") or first.startswith("3 added, 0 there already")
    assert second.startswith("0 added")
    with open_ledger(ledger) as opened:
        kept = {coding.document.id: coding for coding in opened.codings()}
    wanted = {coding.document.id: coding for coding in select_codings(archive, "type = 'ASSAULT'")}
    assert kept.keys() == wanted.keys()
    assert all(kept[id].claims == wanted[id].claims for id in kept)


def test_the_command_line_writes_an_archive_and_says_what_failed(inbox: Path, tmp_path: Path) -> None:
    out, metrics = tmp_path / "out", tmp_path / "metrics"
    command = [sys.executable, "-m", "onrecord", "code", str(inbox), "--out", str(out), "--metrics", str(metrics), "--shard", "1/1"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 3
    assert "empty.txt: empty; nothing to code" in result.stderr
    assert "empty.txt" in (out / "summary.html").read_text()
    last = json.loads((metrics / "progress-1-of-1.jsonl").read_text().splitlines()[-1])
    assert (last["documents"], last["coded"], last["skipped"], last["failed"]) == (5, 3, 1, 1)
    assert "onrecord_documents 5\n" in (metrics / "onrecord-1-of-1.prom").read_text()
    assert 0 < last["memory_mb"] <= 700


@pytest.mark.parametrize("arguments", [["--wide"], ["--shard", "1/2"], ["--where", "outlet=X"], ["--engine", "ray"], ["--metrics", "m"]])
def test_options_of_archives_need_an_archive(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "onrecord", "code", "examples/05-wire-ambush.txt", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (result.returncode, "name one with --out DIR" in result.stderr) == (2, True)


def test_an_archive_fetches_no_pages(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "onrecord", "code", "examples/05-wire-ambush.txt", "--out", str(tmp_path / "out"), "--follow"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (result.returncode, "save the pages first" in result.stderr) == (2, True)


# ── Progress ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_progress_adds_up_what_is_done_and_under_way() -> None:
    clock = iter((0.0, 10.0, 20.0))
    progress = Progress(4, clock=lambda: next(clock))
    progress.hear(News(shard="a", counts=Counts(documents=10), memory_mb=300.0))
    progress.hear(News(shard="b", counts=Counts(documents=5, claims=2), memory_mb=200.0))
    assert (progress.snapshot().documents, progress.snapshot().eta_s) == (15, None)


def test_progress_knows_how_long_it_will_take() -> None:
    moments = iter((0.0, 30.0))
    progress = Progress(4, clock=lambda: next(moments))
    progress.hear(News(shard="a", counts=Counts(documents=10)))
    progress.hear(Report(shard="a", counts=Counts(documents=12, claims=3)))
    progress.hear(Report(shard="b", problem="b: no space"))
    snapshot = progress.snapshot()
    assert (snapshot.documents, snapshot.claims, snapshot.shards_done, snapshot.shards_lost) == (12, 3, 1, 1)
    assert (snapshot.documents_per_s, snapshot.eta_s) == (0.4, 30.0)
    assert "shards 1/4, 1 not done · reports 12" in in_words(snapshot)


def test_metrics_are_lines_and_a_textfile(tmp_path: Path) -> None:
    moments = iter((0.0, 0.0, 0.0, 0.5))
    metrics = Metrics(tmp_path / "m", clock=lambda: next(moments))
    snapshot = Progress(1, clock=lambda: 0.0).snapshot()
    metrics.write(snapshot)
    metrics.write(snapshot)
    assert len((tmp_path / "m/progress.jsonl").read_text().splitlines()) == 1
    assert set(HELP) == set(Snapshot.__struct_fields__)
    assert prometheus(snapshot).count("# TYPE") == sum(value is not None for value in msgspec.structs.astuple(snapshot))


def test_the_summary_escapes_what_failures_quote(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    bad = Failure(document=None, path="<script>.txt", stage="ingest", error="InputError", message="<img src=x onerror=alert(1)>")
    total = write_summary(store, (bad,))
    page = (tmp_path / "summary.html").read_text()
    assert total.examples == (bad,)
    assert "<script>" not in page
    assert "&lt;img" in page
