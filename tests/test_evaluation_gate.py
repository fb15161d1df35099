"""The gate: committed results hold the floors, and the gold is as it was announced."""

from __future__ import annotations

from pathlib import Path

from evaluation.gate import changed, hashes, problems


def test_committed_results_hold_every_floor_and_the_gold_is_as_announced() -> None:
    assert problems() == []


def test_changed_gold_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("one")
    (tmp_path / "README.md").write_text("not gold")
    pinned = hashes(tmp_path)
    assert list(pinned) == ["a.jsonl"]
    (tmp_path / "a.jsonl").write_text("two")
    (tmp_path / "b.jsonl").write_text("new")
    assert [line.partition(" ")[0] for line in changed(hashes(tmp_path), pinned)] == ["gold/a.jsonl", "gold/b.jsonl"]
