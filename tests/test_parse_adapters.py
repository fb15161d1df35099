"""Other people's parsers, with small stand-ins that have the shape of the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from onrecord.errors import ModelError
from onrecord.parse import SpacyParser, StanzaParser, UdpipeParser
from onrecord.parse.adapters import _import
from onrecord.records import Block, BlockKind, Document, Parse, text_sha256

TEXT = "Army retreats\nIt didn't fire."
BLOCKS = (Block(span=(0, 13), kind=BlockKind.HEADLINE, paragraph=0), Block(span=(14, 29), kind=BlockKind.BODY, paragraph=1))
DOCUMENT = Document(id="doc-1", text=TEXT, sha256=text_sha256(TEXT), blocks=BLOCKS)
# form, lemma, UPOS, head, relation
ROWS = {
    "Army retreats": [("Army", "army", "NOUN", 2, "nsubj"), ("retreats", "retreat", "VERB", 0, "root")],
    "It didn't fire.": [
        ("It", "it", "PRON", 4, "nsubj"),
        ("did", "do", "AUX", 4, "aux"),
        ("n't", "not", "PART", 4, "advmod"),
        ("fire", "fire", "VERB", 0, "root"),
        (".", ".", "PUNCT", 4, "punct"),
    ],
}


def check(found: Parse, name: str) -> None:
    assert [token.text for token in found.tokens] == ["Army", "retreats", "It", "did", "n't", "fire", "."]
    assert all(found.text_of(token.span) == token.text for token in found.tokens)
    assert [token.head for token in found.tokens] == [1, -1, 5, 5, 5, -1, 5]
    assert [token.deprel for token in found.tokens][1] == "root"
    assert [sentence.kind for sentence in found.sentences] == [BlockKind.HEADLINE, BlockKind.BODY]
    assert (found.signals, found.parser) == (None, name)


def test_spacy_parser_reads_block_by_block() -> None:
    class Pipeline:
        def __init__(self) -> None:
            self.meta = {"lang": "en", "name": "tiny_ud"}

        def __call__(self, text: str) -> Any:
            rows = ROWS[text]
            tokens = [
                SimpleNamespace(i=at, text=form, lemma_=lemma, pos_=upos, tag_="", morph="", dep_="ROOT" if not head else relation)
                for at, (form, lemma, upos, head, relation) in enumerate(rows)
            ]
            for token, row in zip(tokens, rows, strict=True):
                token.head = tokens[row[3] - 1] if row[3] else token
            return SimpleNamespace(sents=[[*tokens, SimpleNamespace(i=99, text=" ")]])

    (found,) = SpacyParser(Pipeline()).parse([DOCUMENT])
    check(found, "spacy/en_tiny_ud")


def test_stanza_parser_splits_contractions() -> None:
    class Pipeline:
        lang = "en"

        def __call__(self, text: str) -> Any:
            words = [
                SimpleNamespace(text=form, lemma=lemma, upos=upos, xpos=None, feats=None, head=head, deprel=relation)
                for form, lemma, upos, head, relation in ROWS[text]
            ]
            return SimpleNamespace(sentences=[SimpleNamespace(tokens=list(self._tokens(words)))])

        def _tokens(self, words: list[Any]) -> Iterator[Any]:
            waiting = list(words)
            while waiting:
                size = 2 if waiting[0].text == "did" else 1
                part, waiting = waiting[:size], waiting[size:]
                yield SimpleNamespace(text="".join(word.text for word in part), words=part)

    (found,) = StanzaParser(Pipeline()).parse([DOCUMENT])
    check(found, "stanza/en")


def test_udpipe_parser_reads_conllu() -> None:
    class Pipeline:
        def process(self, text: str) -> str:
            lines = ["# newdoc", "# newpar"]
            for at, (form, lemma, upos, head, relation) in enumerate(ROWS[text], 1):
                if form == "did":
                    lines.append(f"{at}-{at + 1}\tdidn't" + "\t_" * 8)
                lines.append(f"{at}\t{form}\t{lemma}\t{upos}\t_\t_\t{head}\t{relation}\t_\t_")
            return "\n".join(lines) + "\n\n"

    (found,) = UdpipeParser(Pipeline()).parse([DOCUMENT])
    check(found, "udpipe/pipeline")


def test_missing_library_is_named_with_its_extra() -> None:
    with pytest.raises(ModelError, match=r"pip install 'onrecord\[stanza\]'"):
        _import("stanza_that_nobody_has", "stanza")
