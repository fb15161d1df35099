"""Universal Dependencies treebanks: documents of paragraphs of sentences, with the labels that the parser's heads learn.

Source: UD English EWT 2.15 (CC BY-SA 4.0) and GUM 2.16 without its non-commercial and no-derivatives genres, as CoNLL-U.
"""

from __future__ import annotations

import gzip
import json
import lzma
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.parse.lemmas import lemma_script

GUM_BRACKET = re.compile(r"\(([^()]+)(\))?|([^()]+)\)")
NO_NOUN = "O"


@dataclass
class Sentence:
    """A gold sentence. heads: 1-based, 0 the root.  noun: GUM's entity type at mention heads.  factuality: UDS score or None."""

    words: list[str]
    spaces: list[bool]
    lemmas: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    feats: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deprels: list[str] = field(default_factory=list)
    noun: list[str] | None = None
    factuality: list[float | None] | None = None
    id: str = ""

    @property
    def text(self) -> str:
        """The sentence as it was written, without the space after it."""
        return "".join(word + " " * space for word, space in zip(self.words, self.spaces, strict=True)).rstrip()

    @property
    def scripts(self) -> list[str]:
        """Per word, the edit script of its lemma."""
        return [lemma_script(form, lemma) for form, lemma in zip(self.words, self.lemmas, strict=True)]


@dataclass
class Paragraph:
    """Consecutive sentences that nothing separates but a space."""

    sentences: list[Sentence]
    document: str


def data_folder() -> Path:
    """Where the development data lie: ONRECORD_DATA, default ../shared/data."""
    return Path(os.environ.get("ONRECORD_DATA", "../shared/data"))


def read_records(name: str) -> list[dict[str, object]]:
    """The records of one ``*.jsonl.gz`` under the data folder."""
    with gzip.open(data_folder() / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_treebank(name: str) -> list[Paragraph]:
    """The paragraphs of ``ud/<name>.conllu.xz``."""
    with lzma.open(data_folder() / "ud" / f"{name}.conllu.xz", "rt", encoding="utf-8") as lines:
        return list(read_paragraphs(lines, entities=name.startswith("gum")))


def read_paragraphs(lines: Iterator[str], *, entities: bool = False) -> Iterator[Paragraph]:
    """Paragraphs out of CoNLL-U lines; a new document or ``# newpar`` starts one."""
    rows: list[list[str]] = []
    current: list[Sentence] = []
    document, name, breaks = "", "", False
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("#"):
            breaks = breaks or (line.startswith(("# newdoc", "# newpar")) and not line.startswith("# newpar_block"))
            if line.startswith("# sent_id"):
                name = line.split("=", 1)[1].strip()
            if line.startswith("# newdoc id"):
                if current:
                    yield Paragraph(current, document)
                    current = []
                document = line.split("=", 1)[1].strip()
        elif line:
            rows.append(line.split("\t"))
        elif rows:
            if breaks and current:
                yield Paragraph(current, document)
                current = []
            current.append(_sentence(rows, name, entities))
            rows, breaks = [], False
    if current:
        yield Paragraph(current, document)


def _sentence(rows: list[list[str]], name: str, entities: bool) -> Sentence:
    sentence = Sentence([], [], id=name)
    inside, space_after, surface = 0, True, ""
    marks: list[str] = []
    for row in rows:
        if "." in row[0]:
            continue
        if "-" in row[0]:
            inside = int(row[0].split("-")[1])
            space_after, surface = "SpaceAfter=No" not in row[9], row[1]
            continue
        number = int(row[0])
        form = row[1]
        if number <= inside:  # a word of a contraction: written without a space, with the casing of the surface form
            form, surface = surface[: len(form)], surface[len(form) :]
            space = space_after if number == inside else False
        else:
            space = "SpaceAfter=No" not in row[9]
        sentence.words.append(form)
        sentence.spaces.append(space)
        sentence.lemmas.append(row[2])
        sentence.upos.append(row[3])
        sentence.feats.append("" if row[5] == "_" else row[5])
        sentence.heads.append(int(row[6]))
        sentence.deprels.append(row[7])
        marks.append(row[9])
    if entities:
        sentence.noun = _noun_types(marks)
    return sentence


def _noun_types(marks: list[str]) -> list[str]:
    """GUM's entity types at mention heads; where mentions share a head the inner one wins."""
    types = [NO_NOUN] * len(marks)
    sizes = [len(marks) + 1] * len(marks)
    open_mentions: dict[str, list[tuple[int, list[str]]]] = {}
    for at, mark in enumerate(marks):
        entity = next((part[7:] for part in mark.split("|") if part.startswith("Entity=")), "")
        for opened, closed_at_once, closed in GUM_BRACKET.findall(entity):
            if opened and not closed_at_once:
                open_mentions.setdefault(opened.split("-")[0], []).append((at, opened.split("-")))
                continue
            if opened:
                start, parts = at, opened.split("-")
            elif open_mentions.get(closed.split("-")[0]):
                start, parts = open_mentions[closed.split("-")[0]].pop()
            else:
                continue
            _mark_head(types, sizes, start, at + 1, parts)
    return types


def _mark_head(types: list[str], sizes: list[int], start: int, end: int, parts: list[str]) -> None:
    heads = [int(digits) for digits in re.findall(r"\d+", parts[5])] if len(parts) > 5 else []
    head = start + heads[0] - 1 if heads else start
    if start <= head < end and end - start < sizes[head]:
        types[head], sizes[head] = parts[1], end - start


def add_factuality(paragraphs: list[Paragraph], name: str) -> tuple[int, int]:
    """Writes the UDS scores of ``factuality/<name>`` onto the sentences with the same id; returns (placed, not placed)."""
    by_id = {sentence.id: sentence for paragraph in paragraphs for sentence in paragraph.sentences}
    placed = missed = 0
    for record in read_records(f"factuality/{name}"):
        sentence = by_id.get(str(record["sent_id"]))
        start = record["pred"][0]  # type: ignore[index]
        at = _word_at(sentence, str(record["text"]), start) if sentence else None
        if sentence is None or at is None:
            missed += 1
            continue
        if sentence.factuality is None:
            sentence.factuality = [None] * len(sentence.words)
        sentence.factuality[at] = float(record["value"])  # type: ignore[arg-type]
        placed += 1
    return placed, missed


def _word_at(sentence: Sentence, text: str, start: int) -> int | None:
    """The index of the word that starts at an offset of ``text``, which may differ from ours in its white space."""
    wanted = len("".join(text[:start].split()))
    seen = 0
    for at, word in enumerate(sentence.words):
        if seen == wanted:
            return at
        seen += len("".join(word.split()))
    return None
