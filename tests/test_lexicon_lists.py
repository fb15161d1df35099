"""The word lists of the stages: read and checked like the rest of the lexicon, all of them in use, and no others in the code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onrecord.cli import app
from onrecord.errors import DataError
from onrecord.lexicon import Lexicon, read_section
from onrecord.lexicon.frames import MODES, ROLES
from onrecord.lexicon.lists import word_row, word_set, word_sorts
from onrecord.lexicon.nouns import KNOWN

ROOT = Path(__file__).resolve().parent.parent
STAGES = [path for stage in ("claims", "mentions", "resolve") for path in sorted((ROOT / "src/onrecord" / stage).rglob("*.py"))]
MANY = 4  # so few words together are a rule, not a list


def test_a_list_gives_its_words_as_a_set_and_in_order() -> None:
    assert word_set("pronouns.feminine") == {"she", "her", "hers", "herself"}
    assert word_row("counting.ones")[:3] == ("one", "two", "three")


def test_a_sorted_list_gives_each_word_its_sort() -> None:
    assert word_sorts("people.kin_plurals")["children"] == "child"


def test_a_list_of_base_forms_gives_every_form() -> None:
    assert {"tell", "told", "telling"} <= word_set("speech.telling_somebody")


def test_an_unknown_list_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(DataError, match=r"no list 'pronouns\.femin'; did you mean 'pronouns\.feminine'"):
        word_set("pronouns.femin")


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("{id: kin, what: Relatives., words: 'son, daughter'}", "'kin' must be subject and name in small letters"),
        ("{id: people.kin, what: Relatives, words: 'son'}", "'what' must be a sentence"),
        ("{id: people.kin, what: Relatives.}", "needs either 'words' or 'sorts'"),
        ("{id: people.kin, what: Relatives., words: 'son, son'}", "'son' stands twice"),
        ("{id: people.kin, what: Relatives., sorts: {f: 'aunt', m: 'uncle, aunt'}}", "'aunt' stands twice"),
        ("{id: people.kin, what: Relatives., words: 'son,, daughter'}", "a comma too many"),
        ("{id: people.kin, what: Relatives., words: no}", "Expected `str`, got `bool`"),
        ("{id: people.kin, what: Relatives., word: son}", "did you mean 'words'"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_file_and_line(entry: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/people.yaml").write_text(f"# People.\n- {entry}\n")
    with pytest.raises(DataError, match=rf"lists/people\.yaml:2: .*{re.escape(problem)}"):
        read_section(tmp_path, "lists")


def test_two_lists_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/people.yaml").write_text("- {id: people.kin, what: Relatives., words: son}\n" * 2)
    with pytest.raises(DataError, match=r"people\.yaml:2: 'people\.kin' is there already, at lists/people\.yaml:1"):
        read_section(tmp_path, "lists")


def test_a_users_folder_with_word_lists_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    with pytest.raises(DataError, match="word lists belong to the language"):
        Lexicon(tmp_path)


def test_show_finds_the_lists_that_have_a_word() -> None:
    shown = CliRunner().invoke(app, ["lexicon", "show", "nephew", "--json"])
    assert "people.kin" in [json.loads(line)["id"] for line in shown.output.splitlines() if json.loads(line)["section"] == "lists"]


def test_every_list_is_asked_for_and_stands_in_the_file_of_its_subject() -> None:
    asked = {
        name
        for path in (ROOT / "src/onrecord").rglob("*.py")
        for name in re.findall(r'word_(?:set|row|sorts)\("([^"]+)"\)', path.read_text())
    }
    sourced = read_section(ROOT / "lexicon", "lists")
    assert sorted(entry.entry.id for entry in sourced if entry.entry.id not in asked) == []
    assert [entry.where for entry in sourced if not entry.where.startswith(f"lists/{entry.entry.id.partition('.')[0]}.yaml:")] == []


# No words of a language: labels of Universal Dependencies, and what the lexicon calls roles, places and classes.
RELATIONS = frozenset(
    "acl advcl advmod amod appos aux case cc ccomp compound conj cop csubj dep det discourse dislocated expl fixed flat goeswith iobj list "
    "mark nmod nsubj nummod obj obl orphan parataxis punct reparandum root vocative xcomp".split()
)
OWN = ROLES | KNOWN | {mode for modes in MODES.values() for mode in modes}
OWN |= {sourced.entry.id.removeprefix("class.") for sourced in read_section(ROOT / "lexicon", "nouns") if sourced.entry.members}
OWN |= {"subject", "object", "iobject", "possessor", "compound", "that", "to_do", "reciprocal", "source", "cue", "content"}
# Lists that stay in the code: why.
STAYING = {
    "resolve/places/candidates.py": "names of what the place resolver weighs",
    "resolve/places/making.py": "the same names, and reasons shown to people",
    "resolve/places/ranking.py": "names of what the place resolver weighs",
}


@pytest.mark.parametrize("path", STAGES, ids=lambda path: str(path.relative_to(ROOT / "src/onrecord")))
def test_no_word_list_of_a_language_is_written_in_a_stage(path: Path) -> None:
    name = str(path.relative_to(ROOT / "src/onrecord"))
    found = [] if name in STAYING else [f"{name}:{line}: {' '.join(words)}" for line, words in _lists(ast.parse(path.read_text()))]
    assert found == [], "word lists belong into lexicon/lists: docs/decisions/0015-word-lists.md"


def _lists(tree: ast.Module) -> Iterator[tuple[int, list[str]]]:
    """Collections, and strings that are split, with so many words of a language; with their line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.Set | ast.List):
            texts = [item.value for item in node.elts if isinstance(item, ast.Constant)]
        elif isinstance(node, ast.Dict):
            texts = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
            texts = str(node.func.value.value).split() if isinstance(node.func.value, ast.Constant) else []
        else:
            continue
        words = [text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z'’ -]*[a-z][a-z'’ -]*", text)]
        words = [word for word in words if word not in RELATIONS and word not in OWN]
        if len(words) >= MANY:
            yield node.lineno, words
