"""Archives: a row for everything, each shard once, and what is poisonous is named and left alone."""

from __future__ import annotations

import errno
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from onrecord.errors import UsageError
from onrecord.pipeline import Options
from onrecord.scale import prepare, read_part, shards
from onrecord.scale.shards import find_inputs, make_shards
from onrecord.scale.storage import Store
from tests.scale_runs import code, code_shards, contents, die, make_job, poison, rows, write_reports

__all__ = ["poison"]

pytestmark = pytest.mark.slow


def states(out: Path) -> Counter[object]:
    return Counter(row["state"] for row in rows(out, "documents"))


def test_every_input_has_one_row(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 120)
    (done,) = code(make_job(tmp_path / "out", poison), [str(reports)])
    assert done.counts.documents == done.counts.coded == 120
    found = rows(tmp_path / "out", "documents")
    assert sorted(int(str(row["position"])) for row in found) == list(range(120))
    assert len(rows(tmp_path / "out", "attributions")) == 120
    assert {name.split("/")[1] for name in contents(tmp_path / "out")} == {"year=2020", "year=2021"}


def test_a_second_run_finds_all_done_and_changes_nothing(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 30)
    job = make_job(tmp_path / "out", poison)
    code(job, [str(reports)])
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in contents(tmp_path / "out")}
    assert code(make_job(tmp_path / "out", poison), [str(reports)]) == []
    assert {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in contents(tmp_path / "out")} == before


def test_files_that_come_later_are_added_and_nothing_is_coded_twice(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 50)
    code(make_job(tmp_path / "out", poison), [str(reports)])
    write_reports(tmp_path / "in", 90)
    code(make_job(tmp_path / "out", poison), [str(reports)])
    assert len({row["url"] for row in rows(tmp_path / "out", "documents")}) == len(rows(tmp_path / "out", "documents")) == 90


def test_an_archive_inside_its_inputs_does_not_read_itself(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 10)
    code(make_job(reports / "out", poison), [str(reports)])
    assert code(make_job(reports / "out", poison), [str(reports)]) == []
    assert states(reports / "out") == {"coded": 10}


def test_processes_and_parts_change_no_byte(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    reports = write_reports(tmp_path / "in", 200)
    code(make_job(tmp_path / "one", poison), [str(reports)])
    code(make_job(tmp_path / "two", poison), [str(reports)], processes=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    for number in (3, 1, 2):
        job = make_job(tmp_path / "parts", poison)
        code_shards(job, prepare(job, [str(reports)], part=read_part(f"{number}/3")).shards)
    assert contents(tmp_path / "one") == contents(tmp_path / "parts")


def test_poison_is_named_and_the_rest_is_done(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_FILES", 2)
    reports = write_reports(tmp_path / "in", 200, poison={17: "RAISES", 133: "KILLS", 150: "HANGS"})
    code(make_job(tmp_path / "out", poison, seconds=2.0), [str(reports)], processes=2)
    assert states(tmp_path / "out") == {"coded": 197, "failed": 1, "quarantined": 1, "out_of_time": 1}
    failures = {str(row["state"]): str(row["message"]) for row in rows(tmp_path / "out", "failures")}
    assert "poison" in failures["failed"]
    assert "killed its process twice" in failures["quarantined"]
    assert "not coded within 2 s" in failures["out_of_time"]
    assert not list((tmp_path / "out/.journal").iterdir())


def test_native_code_that_never_returns_is_cut_off(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 5, poison={2: "SPINS"})
    code(make_job(tmp_path / "out", poison, seconds=2.0), [str(reports)])
    assert states(tmp_path / "out") == {"coded": 4, "quarantined": 1}


def test_a_large_shard_is_written_in_several_files(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    from onrecord.scale import tables
    from onrecord.scale.attempt import attempt

    reports = write_reports(tmp_path / "in", 300)
    code(make_job(tmp_path / "whole", poison), [str(reports)])
    monkeypatch.setattr(tables, "FILE_BYTES", 10_000)
    monkeypatch.setattr(tables, "ROWS_AT_ONCE", 50)
    job = make_job(tmp_path / "parts", poison)
    (shard,) = prepare(job, [str(reports)]).shards
    report = attempt(job, shard)
    assert len(report.files) > len(contents(tmp_path / "whole"))
    assert set(report.files) == set(contents(tmp_path / "parts"))
    assert rows(tmp_path / "parts", "documents") == rows(tmp_path / "whole", "documents")


def test_a_shard_over_which_every_process_dies_is_given_up(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    from onrecord.scale import local

    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    monkeypatch.setattr(local, "attempt", die)
    monkeypatch.setattr(local, "DEATHS", 2)
    found = code(make_job(tmp_path / "out", poison), [str(write_reports(tmp_path / "in", 100))])
    assert [str(one.problem).partition(": ")[2] for one in found] == ["its process died 2 times; is there memory enough?"] * 2
    assert len(rows(tmp_path / "out", "failures")) == 2


def test_an_archive_holds_the_work_of_one_setting(tmp_path: Path, poison: Options) -> None:
    reports = write_reports(tmp_path / "in", 3)
    code(make_job(tmp_path / "out", poison), [str(reports)])
    with pytest.raises(UsageError, match="with other settings; repeat those, or choose another folder"):
        code(make_job(tmp_path / "out", poison, where=("outlet=X",)), [str(reports)])


@pytest.mark.parametrize("written", ["0/3", "4/3", "x/3", "3", "1/0", ""])
def test_a_part_that_makes_no_sense_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match="NUMBER/OF"):
        read_part(written)


# ── Bad input ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
