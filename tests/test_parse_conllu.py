"""The CoNLL-U reader: places, heads, blocks and complaints."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.errors import InputError
from onrecord.parse import ConlluParser
from onrecord.records import Block, BlockKind, Document, text_sha256

FILE = Path(__file__).parent / "ud" / "shelling.conllu"


def document(text: str, **more: object) -> Document:
    return Document(id="doc-1", text=text, sha256=text_sha256(text), **more)  # type: ignore[arg-type]


def test_parse_places_words_in_the_text() -> None:
    (parse,) = ConlluParser(FILE).parse([document("  The army didn't\nshell Maraq.  Nine died.")])
    assert [token.text for token in parse.tokens] == ["The", "army", "did", "n't", "shell", "Maraq", ".", "Nine", "died", "."]
    assert all(parse.text_of(token.span) == token.text for token in parse.tokens)
    assert [token.head for token in parse.tokens] == [1, 4, 4, 4, -1, 4, 4, 8, -1, 8]
    assert [(sentence.first, sentence.end) for sentence in parse.sentences] == [(0, 7), (7, 10)]
    assert parse.signals is None
    assert parse.parser == "conllu/shelling.conllu"


def test_parse_takes_kind_and_paragraph_from_the_block() -> None:
    text = "The army didn't shell Maraq.\nNine died."
    blocks = (Block(span=(0, 28), kind=BlockKind.HEADLINE, paragraph=0), Block(span=(29, 39), kind=BlockKind.BODY, paragraph=1))
    (parse,) = ConlluParser(FILE).parse([document(text, blocks=blocks)])
    assert [(sentence.kind, sentence.paragraph) for sentence in parse.sentences] == [(BlockKind.HEADLINE, 0), (BlockKind.BODY, 1)]


def test_parse_names_the_line_that_does_not_fit() -> None:
    with pytest.raises(InputError, match=r"shelling\.conllu:7: 'didn't' does not stand at character 9"):
        list(ConlluParser(FILE).parse([document("The army never shelled Maraq.")]))


def test_parse_complains_of_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "bad.conllu"
    path.write_text("1\tThe\tthe\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.conllu:1: 3 columns"):
        list(ConlluParser(path).parse([document("The")]))


def test_parse_complains_of_too_many_documents() -> None:
    good = document("The army didn't shell Maraq. Nine died.")
    with pytest.raises(InputError, match="no sentences for document doc-1"):
        list(ConlluParser(FILE).parse([good, good]))
