"""Archives: a row for everything, each shard once, and what is poisonous is named and left alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from onrecord.errors import UsageError
from onrecord.pipeline import Options
from onrecord.scale import prepare, read_part, shards
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


def test_the_largest_shard_is_begun_first(tmp_path: Path, poison: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD_FILES", 1)
    folder = tmp_path / "in"
    folder.mkdir()
    for name, reports in (("a", 1), ("b", 9), ("c", 4)):
        (folder / f"{name}.jsonl").write_text('{"text": "Two died."}\n' * reports)
    planned = prepare(make_job(tmp_path / "out", poison), [str(folder)])
    assert [Path(one.path).stem for shard in planned.shards for one in shard.inputs] == ["b", "c", "a"]


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
