"""Every example of the documentation runs as it stands, and prints what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.doc_examples import (
    FROM_NOTHING,
    ROOT,
    RUN,
    SHOWN,
    agrees,
    commands_of,
    fences,
    make_ledger,
    pages,
    refreshed,
    run_page,
    transcript,
)

PAGES = [ROOT / "README.md", ROOT / "examples/README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_fence_says_what_it_is(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    unknown = [f"line {fence.line}: {fence.language or 'no language'}" for fence in fences(text) if fence.language not in (*RUN, *SHOWN)]
    if page.name != "results.md":  # which shows what scorers print
        assert unknown == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "cli.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_no_command_hides_in_an_indented_block(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    hidden = [line for before, line in zip(["", *lines], lines, strict=False) if not before.strip() and line.startswith("    onrecord")]
    assert hidden == []


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_ledger(tmp_path_factory.mktemp("first-steps") / "onrecord.db")


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run_as_they_stand(page: Path, ledger: Path, tmp_path: Path) -> None:
    problems, _ = run_page(page, tmp_path, None if page.name in FROM_NOTHING else ledger)
    assert problems == [], "python tools/doc_examples.py --write puts what is printed now into the page"


# ── The walker itself ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_that_is_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(
        "```console\n$ echo one\ntwo\n```\n\n```sh\nfalse\n```\n\n```python\n1 / 0\n```\n\n```sh\n# not run: no reason at all\nfalse\n```\n"
    )
    (tmp_path / "run").mkdir()
    problems, text = run_page(tmp_path / "page.md", tmp_path / "run", None)
    assert [problem.partition(":")[0] for problem in problems] == ["page.md"] * 3
    assert "ZeroDivisionError" in problems[2]
    assert "$ echo one\none\n" in text


def test_a_titled_fence_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text('```yaml title="a/b.yaml"\nkey: 1\n```\n\n```console\n$ cat a/b.yaml\nkey: 1\n```\n')
    (tmp_path / "run").mkdir()
    assert run_page(tmp_path / "page.md", tmp_path / "run", None)[0] == []


def test_ids_may_be_others_but_stay_the_same(tmp_path: Path) -> None:
    one, two = "inc-" + "0" * 20, "inc-" + "1" * 20
    (tmp_path / "page.md").write_text(
        f"```console\n$ printf 'inc-%020d' 2 | tr 2 b\n{one}\n$ echo {one}\n{one}\n$ echo {one}\n{two}\n```\n"
    )
    (tmp_path / "run").mkdir()
    problems, _ = run_page(tmp_path / "page.md", tmp_path / "run", None)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("printed", "found", "same"),
    [("a\nb", "a\nb", True), ("a", "a\nb", False), ("…\nb\n…", "a\nb\nc", True), ("b\n…\na", "a\nb\nc", False), ("…\nx\n…", "a\nb", False)],
)
def test_agrees(printed: str, found: str, same: bool) -> None:
    assert agrees(printed, found) is same


def test_refreshed_keeps_the_paragraphs_that_the_page_shows() -> None:
    assert refreshed("…\n\nhead\nold\n\n…", "first\n\nhead\nnew\nmore\n\nlast") == "…\n\nhead\nnew\nmore\n\n…"


def test_commands_and_transcripts_are_read() -> None:
    assert list(commands_of("a \\\n  b\n# no\n\nc\n")) == ["a b", "c"]
    assert list(transcript("$ a\none\n\ntwo\n$ b\n")) == [("a", "one\n\ntwo"), ("b", "")]
