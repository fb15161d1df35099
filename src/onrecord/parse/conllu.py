"""Parses out of CoNLL-U files, laid over the text of their documents.

Source: the CoNLL-U format of Universal Dependencies (universaldependencies.org/format.html).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.errors import InputError
from onrecord.parse.segments import document_blocks
from onrecord.records import Block, BlockKind, Document, Parse, ParsedSentence, Token

WHITE = re.compile(r"\s*")


@dataclass
class Word:
    """One syntactic word of a file: line number, columns, and the surface form that it begins or continues."""

    line: int
    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    surface: str | None = None  # of the multiword token that this word begins
    rest: bool = False  # further words of the same multiword token


@dataclass
class Section:
    """The sentences of one ``# newdoc``, or of a whole file without one."""

    id: str | None = None
    sentences: list[list[Word]] = field(default_factory=list)


class ConlluParser:
    """Gives each document the parse in a file: by ``# newdoc id`` (the document's id, or its file name without suffix), else in order.

    Raises: InputError naming file and line where the words are not those of the document, or for columns that are not CoNLL-U.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @property
    def name(self) -> str:
        """The file's name."""
        return f"conllu/{self.path.name}"

    def parse(self, documents: Iterable[Document]) -> Iterator[Parse]:
        """One parse per document, in order, without signals."""
        sections = list(read_sections(self.path.read_text(encoding="utf-8"), where=str(self.path)))
        by_id = {section.id: section for section in sections if section.id}
        unnamed = iter(sections)
        for document in documents:
            stem = Path(document.path).stem if document.path else document.id
            section = by_id.get(document.id) or by_id.get(stem) or next(unnamed, None)
            if section is None:
                raise InputError(f"{self.path}: no sentences for document {document.id}; add '# newdoc id = {document.id}'")
            aligner = Aligner(document, where=str(self.path))
            for words in section.sentences:
                aligner.add(words)
            yield aligner.parse(self.name)


def read_sections(text: str, *, where: str) -> Iterator[Section]:
    """The sections of a CoNLL-U text. where: its name, for complaints."""
    section = Section()
    words: list[Word] = []
    surface, inside = None, 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.startswith("# newdoc"):
            if section.sentences:
                yield section
            section = Section(line.split("=", 1)[1].strip() if "=" in line else None)
        elif not line.strip():
            if words:
                section.sentences.append(words)
            words, inside = [], 0
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) != 10:
                raise InputError(f"{where}:{number}: {len(columns)} columns, CoNLL-U has 10, split by tabs")
            if "-" in columns[0]:
                surface, inside = columns[1], int(columns[0].split("-")[1])
            elif "." not in columns[0]:
                words.append(_word(columns, number, surface, inside, where=where))
                surface = None
    if section.sentences:
        yield section


def _word(columns: list[str], line: int, surface: str | None, inside: int, *, where: str) -> Word:
    blank = ["" if column == "_" else column for column in columns]
    try:
        index, head = int(columns[0]), int(columns[6])
    except ValueError:
        raise InputError(f"{where}:{line}: word and head must be numbers, not '{columns[0]}' and '{columns[6]}'") from None
    lemma = columns[2] if columns[2] != "_" or columns[1] == "_" else columns[1]
    rest = surface is None and index <= inside
    return Word(line, columns[1], lemma, columns[3], blank[4], blank[5], head, columns[7], surface, rest)


class Aligner:
    """Lays sentences over a document's text, one after the other. where: what to name in complaints."""

    def __init__(self, document: Document, *, where: str) -> None:
        self._document, self._where = document, where
        self._blocks = document_blocks(document)
        self._tokens: list[Token] = []
        self._sentences: list[ParsedSentence] = []
        self._at = 0

    def move_to(self, offset: int) -> None:
        """Goes on at an offset of the text."""
        self._at = offset

    def add(self, words: list[Word]) -> None:
        """Adds a sentence; raises InputError where its words are not those of the text."""
        text, first = self._document.text, len(self._tokens)
        spans, self._at = _place(words, text, self._at, self._where)
        for word, span in zip(words, spans, strict=True):
            if not 0 <= word.head <= len(words):
                raise InputError(f"{self._where}:{word.line}: head {word.head} is not a word of a sentence of {len(words)}")
            self._tokens.append(
                Token(
                    index=len(self._tokens), span=span, text=text[span[0] : span[1]], lemma=word.lemma, upos=word.upos, feats=word.feats,
                    xpos=word.xpos, head=first + word.head - 1 if word.head else -1, deprel=word.deprel, sentence=len(self._sentences),
                )
            )  # fmt: skip
        block, whole = _block_at(self._blocks, spans[0][0]), (spans[0][0], spans[-1][1])
        sentence = ParsedSentence(span=whole, kind=block.kind, paragraph=block.paragraph, first=first, end=len(self._tokens))
        self._sentences.append(sentence)

    def parse(self, parser: str) -> Parse:
        """The parse so far, without signals."""
        return Parse(document=self._document, sentences=tuple(self._sentences), tokens=tuple(self._tokens), signals=None, parser=parser)


def _place(words: list[Word], text: str, at: int, where: str) -> tuple[list[tuple[int, int]], int]:
    spans: list[tuple[int, int]] = []
    limit = at
    for number, word in enumerate(words):
        if not word.rest:
            shown = word.surface or word.form
            match = WHITE.match(text, at)
            at = match.end() if match else at
            if not text.startswith(shown, at):
                found = text[at : at + 20]
                raise InputError(f"{where}:{word.line}: '{shown}' does not stand at character {at} of the document, '{found}' does")
            limit = at + len(shown)
        last = number + 1 == len(words) or not words[number + 1].rest
        end = limit if last else min(limit, at + len(word.form))
        spans.append((at, end))
        at = end
    return spans, at


def _block_at(blocks: tuple[Block, ...], offset: int) -> Block:
    """The block that an offset lies in, or the last one before it."""
    at = bisect_right(blocks, offset, key=lambda block: block.span[0]) - 1
    return blocks[at] if at >= 0 else Block(span=(0, 0), kind=BlockKind.BODY, paragraph=0)
