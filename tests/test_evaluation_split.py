"""The gold of whole reports: dealt out by hash, of the lengths that it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.split import FOLDER, main, pin, split_of, with_splits
from onrecord.evaluate import read_reports

SOURCE = "- id: one\n  split: test\n  text: |\n    b\n  claims: []\n- id: two\n  text: a\n  claims: []\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "gold.yaml"
    path.write_text(SOURCE)
    return path


def test_a_text_goes_where_its_hash_says(file: Path) -> None:
    assert [split_of(text) for text in ("b\n", "a")] == ["dev", "test"]  # 0263829989…, ca978112ca…
    main(file.parent)
    assert file.read_text() == SOURCE.replace("split: test", "split: dev").replace("two\n", "two\n  split: test\n")
    assert with_splits(file.read_text(), read_reports([file])) == file.read_text()


def test_the_pin_is_of_the_test_half_alone(file: Path) -> None:
    def pinned(old: str, new: str) -> tuple[str, list[str]]:
        file.write_text(SOURCE.replace(old, new))
        reports = read_reports([file])
        return pin(reports), [split_of(one.text) for one in reports]

    before = pinned("x", "x")
    assert before[1] == ["dev", "test"]
    assert pinned("    b\n", "    f\n") == before
    other = pinned("text: a\n", "text: g\n")
    assert other[1] == before[1]
    assert other[0] != before[0]


def test_the_gold_stands_in_its_halves() -> None:
    reports = read_reports([FOLDER])
    assert [one.id for one in reports if one.split != split_of(one.text)] == []
    assert [one.id for one in reports if not 300 <= len(one.text) <= 1500] == []
    assert len({one.id for one in reports}) == len(reports)
