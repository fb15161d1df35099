"""Archives and bad input: what cannot be read or written is named in the table of failures and by the exit code, and the rest is done."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.pipeline import Options
from onrecord.scale import prepare, shards
from onrecord.scale.query import query
from onrecord.scale.shards import find_inputs, make_shards
from onrecord.scale.storage import Store
from tests.scale_runs import code, code_shards, contents, denied, make_job, poison, rows, write_reports

__all__ = ["denied", "poison"]

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
GOOD = ("05-wire-ambush.txt", "10-wire-airstrike.txt")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in GOOD:
        shutil.copy(ROOT / "examples" / name, folder / name)
    return folder


def run_onrecord(*arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onrecord", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, preexec_fn=before)


def states(out: Path) -> Counter[object]:
    return Counter(row["state"] for row in rows(out, "documents"))


# ── As a user meets it ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{in}/nowhere.txt", "no such file; check the name"),
        ("{in}/broken.pdf", "broken.pdf"),
        ("/proc/self/mem", "cannot be read (Input/output error); check the file and the disk"),
        ("s3://closed/in", "cannot be listed"),
    ],
    ids=["vanished", "broken", "unreadable", "denied"],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_done(denied: str, inbox: Path, tmp_path: Path, bad: str, why: str) -> None:
    (inbox / "broken.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    out, named = tmp_path / "out", bad.format_map({"in": inbox})
    result = run_onrecord("code", *(str(inbox / name) for name in GOOD), named, "--out", str(out))
    assert result.returncode == 3
    assert why in result.stderr
    assert list(query(str(out), "SELECT state, count(*) FROM documents GROUP BY ALL ORDER BY ALL").rows) == [("coded", 2), ("failed", 1)]
    ((path, message),) = query(str(out), "SELECT path, message FROM failures").rows
    assert path == named
    assert why in message
    assert why in (out / "summary.html").read_text().replace("&#39;", "'")


def test_where_no_more_can_be_written_the_run_says_so_and_the_next_makes_it_good(inbox: Path, tmp_path: Path) -> None:
    """Files of the process may grow to 8 kB only, which holds the plan and not the tables."""
    command = ["code", str(inbox), "--out", str(tmp_path / "out")]
    full = run_onrecord(*command, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)))
    assert full.returncode == 3
    assert "shards 0/1, 1 not done" in full.stderr
    assert "File too large; run again to try again" in full.stderr
    assert not (tmp_path / "out/done").exists()
    assert run_onrecord(*command).returncode == 0
    assert states(tmp_path / "out") == {"coded": 2}
    assert rows(tmp_path / "out", "failures") == []


def test_a_place_that_cannot_be_written_is_said_before_anything_is_read(inbox: Path) -> None:
    result = run_onrecord("code", str(inbox), "--out", "/proc/nowhere")
    assert result.returncode == 2
    assert result.stderr.startswith("onrecord: /proc/nowhere: cannot be written (No such file or directory); check --out")


# ── Inside ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_vanished_is_named(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 100)
    job = make_job(tmp_path / "out", poison)
    planned = prepare(job, [str(reports)])
    (reports / "reports-000050.jsonl").unlink()
    code_shards(job, planned.shards)
    assert states(tmp_path / "out") == {"coded": 50, "failed": 1}
    (failure,) = rows(tmp_path / "out", "failures")
    assert "reports-000050.jsonl: no such file" in str(failure["message"])


def test_an_input_that_never_was_is_named_and_looked_for_again(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 10)
    addresses = [str(reports), str(tmp_path / "later")]
    code(make_job(tmp_path / "out", poison), addresses)
    assert states(tmp_path / "out") == {"coded": 10, "failed": 1}
    write_reports(tmp_path / "later", 20)
    code(make_job(tmp_path / "out", poison), addresses)
    assert states(tmp_path / "out")["coded"] == 30


def test_an_unreadable_file_is_named(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 10)
    (reports / "broken.jsonl").write_bytes(b"\x1f\x8b" + os.urandom(200))
    code(make_job(tmp_path / "out", poison), [str(reports)])
    assert states(tmp_path / "out") == {"coded": 10, "failed": 1}
    assert "broken.jsonl" in str(rows(tmp_path / "out", "failures")[0]["message"])


def test_a_full_disk_loses_the_shard_names_it_and_is_made_good_later(
    tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two shards; the disk is full for one of them."""
    from onrecord.scale import local, run
    from onrecord.scale.attempt import attempt
    from onrecord.scale.shard import Report

    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", 100)
    job = make_job(tmp_path / "out", poison)
    planned = tuple(make_shards(find_inputs([str(reports)])))
    write = Store.write

    def full(self: Store, name: str, data: bytes) -> None:
        if planned[0].id in name and name.startswith("documents"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(self, name, data)

    def here(job: object, shards: object, processes: int) -> object:
        return (attempt(job, shard) for shard in shards)  # type: ignore[arg-type, attr-defined]

    monkeypatch.setattr(local, "run_local", here)
    monkeypatch.setattr(Store, "write", full)
    heard = [one for one in run(job, planned) if isinstance(one, Report)]
    assert [one.problem for one in heard] == [f"{planned[0].id}: No space left on device", None]
    (lost,) = rows(tmp_path / "out", "failures")
    assert "No space left on device; run again" in str(lost["message"])
    monkeypatch.setattr(Store, "write", write)
    code(make_job(tmp_path / "out", poison), [str(reports)])
    assert states(tmp_path / "out") == {"coded": 100}
    assert rows(tmp_path / "out", "failures") == []


def test_a_clock_that_goes_back_changes_nothing(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = write_reports(tmp_path / "in", 20)
    code(make_job(tmp_path / "straight", poison), [str(reports)])
    moments = iter(range(10_000_000, 0, -3600))
    monkeypatch.setattr(time, "time", lambda: float(next(moments)))
    for file in reports.iterdir():
        os.utime(file, (4_000_000_000, 4_000_000_000))
    code(make_job(tmp_path / "moved", poison), [str(reports)])
    assert contents(tmp_path / "straight") == contents(tmp_path / "moved")
