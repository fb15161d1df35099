"""Reading YAML that people edit: typed entries, and errors with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.errors import DataError
from onrecord.lexicon import SECTIONS, Lexicon, read_section
from onrecord.lexicon.source import did_you_mean, read_entries, read_file
from onrecord.records import Record

ROOT = Path(__file__).resolve().parent.parent


class Word(Record, frozen=True, forbid_unknown_fields=True):
    id: str
    sectors: tuple[str, ...] = ()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "words").mkdir()
    return tmp_path / "words"


def test_read_entries_gives_entries_in_order_of_file_and_line_with_their_place(folder: Path) -> None:
    (folder / "b.yaml").write_text("- id: three\n")
    (folder / "a.yaml").write_text("heading:\n- id: one\n- id: two\n  sectors: [MIL]\n")
    found = read_entries(folder, Word)
    assert [(sourced.entry.id, sourced.where) for sourced in found] == [
        ("one", "words/a.yaml:2"),
        ("two", "words/a.yaml:3"),
        ("three", "words/b.yaml:1"),
    ]


def test_read_entries_names_every_wrong_entry_with_line_and_remedy(folder: Path) -> None:
    (folder / "a.yaml").write_text("- id: one\n  sector: [MIL]\n- id: 7\n")
    with pytest.raises(DataError) as error:
        read_entries(folder, Word)
    first, second = str(error.value).splitlines()
    assert first.startswith("words/a.yaml:1:")
    assert "did you mean 'sectors'?" in first
    assert second.startswith("words/a.yaml:3:")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- id: [one\n", 2, "not valid YAML"),
        ("just words\n", 1, "is a list of entries"),
        ("heading: word\n", 1, "'heading' must hold a list"),
    ],
)
def test_read_entries_says_where_a_file_is_no_lexicon_file(folder: Path, text: str, line: int, message: str) -> None:
    (folder / "a.yaml").write_text(text)
    with pytest.raises(DataError, match=rf"words/a\.yaml:{line}:.*{message}"):
        read_entries(folder, Word)


def test_an_empty_file_has_no_entries(folder: Path) -> None:
    (folder / "a.yaml").write_text("# nothing yet\n")
    assert read_entries(folder, Word) == []


def test_read_file_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.yaml: no such file"):
        read_file(tmp_path / "none.yaml", Word)


@pytest.mark.parametrize(("word", "hint"), [("SYRREBB", "; did you mean 'REB'?"), ("xyzzy", "")])
def test_did_you_mean(word: str, hint: str) -> None:
    assert did_you_mean(word, ["MIL", "REB", "COP"]) == hint


OURS = [name for name in SECTIONS if name != "beats"]  # learned by users


@pytest.mark.parametrize("name", OURS)
def test_every_section_of_ours_reads_and_checks(name: str) -> None:
    assert read_section(ROOT / "lexicon", name)


def test_user_entries_come_last(tmp_path: Path) -> None:
    user = tmp_path / "mine"
    (user / "wording").mkdir(parents=True)
    source = next(iter(sorted((ROOT / "lexicon/wording").rglob("*.yaml"))))
    (user / "wording/own.yaml").write_text(source.read_text())
    assert len(Lexicon(user).wording.entries) > len(Lexicon().wording.entries)


def test_a_missing_user_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such lexicon folder"):
        Lexicon(tmp_path / "none")
