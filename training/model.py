"""The two networks: the parser (clean data) and the signals model (PolNeAR, cameo), both on the base's embeddings and lowest layers.

The shared part, the trunk, is never trained, so the two networks can be trained apart and still run as one at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from onrecord.parse.pieces import SHAPES
from training.base import Sizes, base_weights
from training.encoder import Embeddings, Layer, attention_bias, load_embeddings, load_layer

CASE_WIDTH = 16  # of the casing features beside the encoder's vectors


@dataclass(frozen=True)
class Shape:
    """How large a network is. layers counts the frozen ones.  arc, relation: widths of the biaffine scores.  labels: per head.

    encoder: sizes of the base that it stands on.
    """

    layers: int = 6
    frozen: int = 2
    arc: int = 256
    relation: int = 64
    quotes: bool = False
    labels: dict[str, list[str]] = field(default_factory=dict)
    encoder: Sizes = field(default_factory=Sizes)

    @property
    def word_width(self) -> int:
        """Of the vectors of words: the encoder's and the casing's."""
        return self.encoder.width + CASE_WIDTH


@dataclass
class Batch:
    """Padded sentences. ids, shapes, quotes, mask: [batch, pieces].  first, last: [batch, words + 1], root at 0.  words: [batch, words]."""

    ids: Tensor
    shapes: Tensor
    quotes: Tensor
    mask: Tensor
    first: Tensor
    last: Tensor
    words: Tensor
    gold: dict[str, Tensor]
    items: list[object]


class Trunk(nn.Module):
    """Embeddings and the lowest layers as the base has them; frozen."""

    def __init__(self, shape: Shape, base: dict[str, Tensor]) -> None:
        super().__init__()
        self.embeddings = Embeddings(shape.encoder)
        load_embeddings(self.embeddings, base)
        self.layers = nn.ModuleList(Layer(shape.encoder, 0.0) for _ in range(shape.frozen))
        for number, layer in enumerate(self.layers):
            load_layer(layer, base, number)  # type: ignore[arg-type]
        self.requires_grad_(False)

    def forward(self, ids: Tensor, bias: Tensor) -> Tensor:
        hidden: Tensor = self.embeddings(ids)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


class Branch(nn.Module):
    """The trained layers above the trunk, with casing (and quotation state) added below them; one vector per word and one for the root."""

    def __init__(self, shape: Shape, base: dict[str, Tensor]) -> None:
        super().__init__()
        width = shape.encoder.width
        self.case_below = nn.Embedding(SHAPES, width)
        self.case_above = nn.Embedding(SHAPES, CASE_WIDTH)
        nn.init.zeros_(self.case_below.weight)
        self.quote = nn.Embedding(2, width) if shape.quotes else None
        if self.quote is not None:
            nn.init.zeros_(self.quote.weight)
        self.layers = nn.ModuleList(Layer(shape.encoder) for _ in range(shape.frozen, shape.layers))
        for number, layer in enumerate(self.layers, shape.frozen):
            load_layer(layer, base, number)  # type: ignore[arg-type]
        self.dropout = nn.Dropout(0.2)

    def forward(self, hidden: Tensor, bias: Tensor, shapes: Tensor, quotes: Tensor) -> Tensor:
        hidden = hidden + self.case_below(shapes)
        if self.quote is not None:
            hidden = hidden + self.quote(quotes)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden

    def words(self, hidden: Tensor, shapes: Tensor, first: Tensor, last: Tensor) -> Tensor:
        """[batch, words + 1, word_width]: the mean of a word's first and last piece, and its casing."""
        ends = (_pick(hidden, first) + _pick(hidden, last)) * 0.5
        return self.dropout(torch.cat([ends, self.case_above(shapes.gather(1, first))], -1))


def _pick(hidden: Tensor, places: Tensor) -> Tensor:
    return hidden.gather(1, places.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))


def _with_one(vectors: Tensor) -> Tensor:
    return torch.cat([vectors, torch.ones_like(vectors[..., :1])], -1)


class Projection(nn.Module):
    """A linear map, a leaky rectifier and dropout, before the biaffine scores."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(words, width)
        self.dropout = nn.Dropout(0.33)

    def forward(self, words: Tensor) -> Tensor:
        activated: Tensor = self.dropout(functional.leaky_relu(self.linear(words), 0.1))
        return activated


class Biaffine(nn.Module):
    """Arc and relation scores. Source: Dozat and Manning (2017)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        words = shape.word_width
        self.arc_dependent, self.arc_head = Projection(words, shape.arc), Projection(words, shape.arc)
        self.relation_dependent, self.relation_head = Projection(words, shape.relation), Projection(words, shape.relation)
        self.arc = nn.Parameter(torch.empty(shape.arc + 1, shape.arc))
        nn.init.xavier_uniform_(self.arc)
        labels = len(shape.labels["deprel"])
        self.relation = nn.Parameter(torch.randn(labels, shape.relation + 1, shape.relation + 1) * 0.02)

    def arcs(self, words: Tensor) -> Tensor:
        """[batch, words, words + 1]: the score of every head (0: the root) for every word."""
        return _with_one(self.arc_dependent(words[:, 1:])) @ self.arc @ self.arc_head(words).transpose(1, 2)

    def relation_vectors(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Dependent vectors [batch, words, relation + 1] and head vectors [batch, words + 1, relation + 1]."""
        return _with_one(self.relation_dependent(words[:, 1:])), _with_one(self.relation_head(words))

    def relations(self, dependent: Tensor, head: Tensor, heads: Tensor) -> Tensor:
        """[batch, words, labels]: label scores of the arcs to the given heads [batch, words]."""
        labels, width, _ = self.relation.shape
        chosen = _pick(head, heads)
        halves = (dependent @ self.relation.permute(1, 0, 2).reshape(width, labels * width)).reshape(*dependent.shape[:2], labels, width)
        return torch.einsum("bwlk,bwk->bwl", halves, chosen)


class Network(nn.Module):
    """Trunk, branch and heads. Heads are linear over words, but for ``deprel`` (biaffine) and ``class`` (over sentences).

    ``event`` gives two numbers per word: the factuality and the logit of being an event at all.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        base = base_weights()
        self.shape = shape
        self.trunk = Trunk(shape, base)
        self.branch = Branch(shape, base)
        sizes = {name: len(labels) for name, labels in shape.labels.items()}
        self.biaffine = Biaffine(shape) if sizes.pop("deprel", 0) else None
        self.sentence = nn.Linear(shape.encoder.width, sizes.pop("class")) if "class" in sizes else None
        self.tags = nn.ModuleDict({name: nn.Linear(shape.word_width, size) for name, size in sizes.items()})

    def hidden(self, batch: Batch) -> Tensor:
        bias = attention_bias(batch.mask)
        with torch.no_grad():
            trunk = self.trunk(batch.ids, bias)
        hidden: Tensor = self.branch(trunk, bias, batch.shapes, batch.quotes)
        return hidden

    def words(self, hidden: Tensor, batch: Batch) -> Tensor:
        return self.branch.words(hidden, batch.shapes, batch.first, batch.last)

    def sentence_scores(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """[batch, classes]: scores over the mean of the pieces."""
        if self.sentence is None:
            raise ValueError("this network has no sentence classes")
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1)
        scores: Tensor = self.sentence(self.branch.dropout(mean))
        return scores
