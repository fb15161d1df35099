"""Texts in capitals are read with the letters that they would have in print; what is kept of them has their own."""

from __future__ import annotations

import pytest

from onrecord.parse import OnnxParser
from onrecord.parse.casing import in_small_letters, with_capitals
from onrecord.parse.model import MODEL_DIR
from onrecord.records import Document, text_sha256
from tests.claim_trees import tree

TEXT = "rebels of the northern front (rnf) shelled norland. u.s. envoys left."
WORDS = """
rebels rebel NOUN 9 nsubj
of of ADP 5 case
the the DET 5 det
northern northern PROPN 5 amod
front front PROPN 1 nmod
( ( PUNCT 7 punct
rnf rnf PROPN 5 appos
) ) PUNCT 7 punct
shelled shell VERB 0 root
norland Norland PROPN 9 obj
. . PUNCT 9 punct
#
u.s. U.S. PROPN 2 compound
envoys envoy NOUN 3 nsubj
left leave VERB 0 root
. . PUNCT 3 punct
"""
CAPITALS = (
    "TWO REBELS OF THE NORTHERN FRONT (RNF) KILLED MAYOR CARLOS MENDOZA IN NORTHERN COLOMBIA ON TUESDAY.  "
    "THE POLICE SAID THAT THE MAYOR HAD BEEN THREATENED BY THE REBELS BEFORE."
)


def test_with_capitals_raises_names_first_words_and_abbreviations() -> None:
    found = with_capitals(tree(TEXT, WORDS))
    assert found.text == "Rebels of the Northern Front (RNF) shelled Norland. U.S. envoys left."


@pytest.mark.parametrize("text", ["ÄRZTE UND ΣΟΦΟΣ", "İSTANBUL", "ﬃ ß ŉ", ""])
def test_in_small_letters_keeps_every_offset(text: str) -> None:
    small = in_small_letters(Document(id="doc-1", text=text, sha256=text_sha256(text)))
    assert len(small.text) == len(text)


@pytest.mark.skipif(not (MODEL_DIR / "MANIFEST.json").exists(), reason="the language model is not built")
def test_a_text_in_capitals_is_read_as_in_print() -> None:
    document = Document(id="doc-1", text=CAPITALS, sha256=text_sha256(CAPITALS))
    alone = next(iter(OnnxParser().parse([document])))
    words = [token.text for token in alone.tokens]
    assert alone.document.text == CAPITALS
    assert all(token.text.upper() == alone.text_of(token.span) for token in alone.tokens)
    assert {"Carlos", "Mendoza", "RNF", "Colombia"} <= set(words)
    assert {"rebels", "killed", "police", "threatened"} <= set(words)


@pytest.mark.skipif(not (MODEL_DIR / "MANIFEST.json").exists(), reason="the language model is not built")
def test_a_text_in_capitals_changes_nothing_beside_it() -> None:
    texts = ["The mayor left.", CAPITALS, "Rebels fled."]
    documents = [Document(id=f"doc-{number}", text=text, sha256=text_sha256(text)) for number, text in enumerate(texts)]
    parser = OnnxParser()
    together = list(parser.parse(documents))
    assert together == [next(iter(parser.parse([document]))) for document in documents]
