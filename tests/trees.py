"""Parses out of the hand-checked trees of ``cases/attribution.yaml`` and ``cases/mentions.yaml``, a sentence a line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from onrecord.records import Block, BlockKind, Document, Parse, ParsedSentence, Token, text_sha256

GLUED = re.compile(r"[,.;:)’”]|'s$")
SAYING = {"said": "say", "says": "say", "told": "tell"}


def parse_of(
    tree: str, *, kind: BlockKind = BlockKind.BODY, outlet: str | None = "Example Wire", lemmas: Mapping[str, str] = SAYING
) -> Parse:
    """A parse from lines of form/UPOS/head/relation[/features]; ¶ parts paragraphs, a bare feature is a Number."""
    text, paragraph = "", 0
    tokens: list[Token] = []
    sentences: list[ParsedSentence] = []
    for line in tree.strip().splitlines():
        if line.strip() == "¶":
            text, paragraph = text + "\n", paragraph + 1
            continue
        first = len(tokens)
        for columns in (word.split("/") for word in line.split()):
            glue = not text or text[-1] in "“(‘«\n" or GLUED.match(columns[0])
            text += ("" if glue else " ") + columns[0]
            tokens.append(_token(columns, lemmas, len(text), len(tokens), first, len(sentences)))
        span = (tokens[first].span[0], len(text))
        sentences.append(ParsedSentence(span=span, kind=kind, paragraph=paragraph, first=first, end=len(tokens)))
    blocks = tuple(Block(span=match.span(), kind=kind, paragraph=number) for number, match in enumerate(re.finditer(r"[^\n]+", text)))
    document = Document(id="doc-x", text=text, sha256=text_sha256(text), outlet=outlet, blocks=blocks)
    return Parse(document=document, sentences=tuple(sentences), tokens=tuple(tokens))


def _token(columns: list[str], lemmas: Mapping[str, str], end: int, index: int, first: int, sentence: int) -> Token:
    form, upos, head, deprel, *feats = columns
    return Token(
        index=index,
        span=(end - len(form), end),
        text=form,
        lemma=lemmas.get(form, form.lower()),
        upos=upos,
        head=first + int(head) - 1 if int(head) else -1,
        deprel=deprel,
        sentence=sentence,
        feats="".join(feats) if not feats or "=" in feats[0] else f"Number={feats[0]}",
    )
