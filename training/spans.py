"""Texts with marked spans: re3d entities, PolNeAR attributions, CAMEO roles and classes, as encoded sentences."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from onrecord.parse.boundaries import BoundaryModel, quotation_states
from onrecord.parse.pieces import Encoded, PieceTable
from onrecord.parse.words import split_words
from training.batches import Item, make_item, set_labels
from training.ud import read_records

Span = tuple[int, int]
Marked = tuple[str, int, int]  # label, start, end in characters

ENTITY_LABELS = {
    "Organisation": "ORG",
    "Location": "LOC",
    "Person": "PERSON",
    "Nationality": "NORP",
    "MilitaryPlatform": "VEHICLE",
    "Vehicle": "VEHICLE",
    "Weapon": "WEAPON",
    "Temporal": "DATE",
    "Quantity": "NUMBER",
    "Money": "MONEY",
}
ENTITY_ORDER = list(dict.fromkeys(ENTITY_LABELS.values()))
ATTRIBUTION = ("source", "cue", "content")
ROLE_LABELS = {"SOURCE": "actor", "TARGET": "recipient", "RECIPROCAL": "reciprocal"}
HELD_OUT_DOCUMENTS, HELD_OUT_SENTENCES = 6, 8  # every sixth document of re3d, every eighth sentence of the CAMEO sets


@dataclass
class TextSentence:
    """A sentence of a raw text. spans: of its words, in the text.  quoted: per word.  gold: marked spans per layer, in characters."""

    document: str
    text: str
    spans: list[Span]
    quoted: list[bool]
    gold: dict[str, list[Marked]] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        return [self.text[start:end] for start, end in self.spans]


def text_sentences(document: str, text: str, model: BoundaryModel | None) -> list[TextSentence]:
    """The sentences of a text, line by line; the whole text is one sentence without a boundary model."""
    sentences: list[TextSentence] = []
    for start, end in _lines(text) if model else [(0, len(text))]:
        spans = split_words(text, start, end)
        words = [text[one:other] for one, other in spans]
        quoted = quotation_states(words)
        first = 0
        for last in model.sentence_ends(words, spans) if model else [len(words) - 1]:
            sentences.append(TextSentence(document, text, spans[first : last + 1], quoted[first : last + 1]))
            first = last + 1
    return [sentence for sentence in sentences if sentence.spans]


def _lines(text: str) -> Iterable[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def bio_tags(sentence: TextSentence, marked: Iterable[Marked]) -> list[str]:
    """BIO tags over words; a word belongs to a span if they overlap, and the first span to claim it keeps it."""
    tags = ["O"] * len(sentence.spans)
    for label, start, end in marked:
        inside = [at for at, (one, other) in enumerate(sentence.spans) if one < end and start < other]
        if inside and all(tags[at] == "O" for at in inside):
            for at in inside:
                tags[at] = f"{'B' if at == inside[0] else 'I'}-{label}"
    return tags


def make_items(table: PieceTable, sentences: Iterable[TextSentence], layers: dict[str, dict[str, int]]) -> list[Item]:
    """Items with BIO labels. layers: per head, the index of its tags."""
    items = []
    for sentence in sentences:
        item = make_item(table, sentence.words, sentence)
        item.quotes = piece_flags(item.encoded, sentence.quoted)
        for head, index in layers.items():
            set_labels(item, head, bio_tags(sentence, sentence.gold.get(head, ())), index)
        items.append(item)
    return items


def piece_flags(encoded: Encoded, quoted: Sequence[bool]) -> list[int]:
    """Per piece, 1 if its word stands inside quotation marks."""
    flags = [0] * len(encoded.ids)
    for at, inside in enumerate(quoted, 1):
        if inside:
            for piece in range(encoded.first[at], encoded.last[at] + 1):
                flags[piece] = 1
    return flags


def bio_labels(names: Iterable[str]) -> list[str]:
    """The tags of a layer."""
    return ["O", *(f"{mark}-{name}" for name in names for mark in "BI")]


def read_entities(model: BoundaryModel) -> tuple[list[TextSentence], list[TextSentence]]:
    """re3d in (train, held-out) sentences; layer ``entity`` has the outermost spans, ``nested`` those inside them."""
    records: list[Any] = sorted(read_records("entities/re3d_train_dev"), key=lambda each: (str(each["collection"]), str(each["doc_id"])))
    train, held_out = [], []
    for number, record in enumerate(records):
        marked = {(ENTITY_LABELS[each["type"]], *each["span"]) for each in record["entities"] if each["type"] in ENTITY_LABELS}
        outer, nested = split_nested(marked)
        sentences = text_sentences(record["doc_id"], record["text"], model)
        for sentence in sentences:
            low, high = sentence.spans[0][0], sentence.spans[-1][1]
            sentence.gold["entity"] = [each for each in outer if low <= each[1] and each[2] <= high]
            sentence.gold["nested"] = [each for each in nested if low <= each[1] and each[2] <= high]
        (held_out if number % HELD_OUT_DOCUMENTS == 0 else train).extend(sentences)
    return train, held_out


def split_nested(marked: Iterable[Marked]) -> tuple[list[Marked], list[Marked]]:
    """Marked spans that lie in no other one, and the others; of equal spans one is outer and one nested."""
    outer: list[Marked] = []
    nested: list[Marked] = []
    for each in sorted(marked, key=lambda one: (one[1] - one[2], one[1], ENTITY_ORDER.index(one[0]))):
        inside = any(each[1] < other[2] and other[1] < each[2] for other in outer)
        (nested if inside else outer).append(each)
    return outer, nested


def read_attributions(name: str, model: BoundaryModel) -> list[TextSentence]:
    """PolNeAR sentences with layers ``source``, ``cue`` and ``content``; spans are cut at sentence boundaries."""
    sentences = []
    for record in read_records(f"attribution/{name}"):
        found: Any = record
        for sentence in text_sentences(found["doc_id"], found["text"], model):
            low, high = sentence.spans[0][0], sentence.spans[-1][1]
            for layer in ("source", "cue", "content"):
                spans = [span for attribution in found["attributions"] for span in attribution[layer]]
                sentence.gold[layer] = [(layer, max(low, start), min(high, end)) for start, end in spans if start < high and low < end]
            sentences.append(sentence)
    return sentences


def read_roles() -> tuple[list[TextSentence], list[TextSentence]]:
    """CAMEO role sentences, (train, held-out), with layer ``role``."""
    train, held_out = [], []
    for record in read_records("events/cameo_roles_train"):
        found: Any = record
        for sentence in text_sentences(found["id"], found["text"], None):
            sentence.gold["role"] = [(ROLE_LABELS[each["role"]], each["start"], each["end"]) for each in found["spans"]]
            (held_out if is_held_out(found["text"]) else train).append(sentence)
    return train, held_out


def read_role_texts() -> list[tuple[str, set[Marked]]]:
    """Held-out CAMEO role sentences as texts with their marked spans."""
    records: list[Any] = [each for each in read_records("events/cameo_roles_train") if is_held_out(str(each["text"]))]
    return [(each["text"], {(ROLE_LABELS[span["role"]], span["start"], span["end"]) for span in each["spans"]}) for each in records]


def read_classes(table: PieceTable) -> tuple[list[Item], list[Item]]:
    """CAMEO class sentences, (train, held-out), with the label ``class`` from 0 to 4."""
    train, held_out = [], []
    for record in read_records("events/cameo_class_train"):
        found: Any = record
        for sentence in text_sentences(found["id"], found["text"], None):
            (item,) = make_items(table, [sentence], {})
            item.labels["class"] = [int(found["label"])]
            (held_out if is_held_out(found["text"]) else train).append(item)
    return train, held_out


def is_held_out(text: str) -> bool:
    """Whether a CAMEO sentence is kept from training: by its letters, so that both sets hold out the same sentences."""
    letters = "".join(filter(str.isalnum, text)).lower()
    return zlib.crc32(letters.encode()) % HELD_OUT_SENTENCES == 0
