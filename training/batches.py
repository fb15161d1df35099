"""Sentences as tensors: encoding, gold labels, and batches of like length."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from onrecord.parse.pieces import PAD, Encoded, PieceTable
from training.model import Batch

IGNORED = -100
MAX_TRAINING_PIECES = 128


@dataclass
class Item:
    """An encoded sentence. labels: per head, one integer per word (or one in all for ``class``); scores: factuality or None per word."""

    encoded: Encoded
    words: list[str]
    source: object = None
    quotes: list[int] | None = None
    labels: dict[str, list[int]] = field(default_factory=dict)
    scores: list[float | None] | None = None

    @property
    def size(self) -> int:
        """Pieces, the marks included."""
        return len(self.encoded.ids)


def label_index(values: Iterable[str], *, least: int = 1) -> list[str]:
    """Labels seen at least that often, the commonest first, ties in alphabetical order."""
    counts = Counter(values)
    return sorted((label for label, count in counts.items() if count >= least), key=lambda label: (-counts[label], label))


def make_item(table: PieceTable, words: list[str], source: object = None) -> Item:
    """An item without labels."""
    return Item(Encoded(table, words), words, source)


def set_labels(item: Item, head: str, values: Sequence[str], index: dict[str, int]) -> None:
    """Writes labels of one head; a label that training does not know is ignored."""
    item.labels[head] = [index.get(value, IGNORED) for value in values]


def make_batches(items: Sequence[Item], pieces: int, *, seed: int | None) -> list[list[Item]]:
    """Items of like length in batches of at most ``pieces`` padded pieces; shuffled when a seed is given."""
    rng = random.Random(seed)
    keyed = sorted(items, key=lambda item: item.size + (rng.random() * 3 if seed is not None else 0))
    batches: list[list[Item]] = []
    current: list[Item] = []
    widest = 0
    for item in keyed:
        if current and (len(current) + 1) * max(item.size, widest) > pieces:
            batches.append(current)
            current, widest = [], 0
        current.append(item)
        widest = max(widest, item.size)
    if current:
        batches.append(current)
    if seed is not None:
        rng.shuffle(batches)
    return batches


def _padded(rows: Iterable[Sequence[float]], fill: float, dtype: torch.dtype = torch.long) -> Tensor:
    listed = [list(row) for row in rows]
    width = max(map(len, listed))
    return torch.tensor([row + [fill] * (width - len(row)) for row in listed], dtype=dtype)


def collate(items: Sequence[Item]) -> Batch:
    """One batch; gold labels of heads that only some items have are padded with IGNORED, factuality with NaN."""
    gold: dict[str, Tensor] = {}
    for head in sorted({head for item in items for head in item.labels}):
        if head == "class":
            gold[head] = torch.tensor([item.labels[head][0] for item in items])
            continue
        gold[head] = _padded((item.labels.get(head, [IGNORED] * len(item.words)) for item in items), IGNORED)
    if any(item.scores is not None for item in items):
        gold["events"] = _padded((_events(item) for item in items), IGNORED)
        gold["factuality"] = _padded((_scores(item) for item in items), float("nan"), torch.float32)
    return Batch(
        ids=_padded((item.encoded.ids for item in items), PAD),
        shapes=_padded((item.encoded.shapes for item in items), 0),
        quotes=_padded((item.quotes or [0] * item.size for item in items), 0),
        mask=_padded(([1] * item.size for item in items), 0),
        first=_padded((item.encoded.first for item in items), 0),
        last=_padded((item.encoded.last for item in items), 0),
        words=_padded(([1] * len(item.words) for item in items), 0).bool(),
        gold=gold,
        items=list(items),
    )


def _events(item: Item) -> list[int]:
    if item.scores is None:
        return [IGNORED] * len(item.words)
    return [int(score is not None) for score in item.scores]


def _scores(item: Item) -> list[float]:
    nan = float("nan")
    return [nan] * len(item.words) if item.scores is None else [nan if score is None else score for score in item.scores]


Reader = Callable[[PieceTable], dict[str, list[Item]]]
