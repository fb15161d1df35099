"""The encoder: a BERT's embeddings and transformer layers, written out so that one graph can share its lower layers between heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.base import Sizes

MASKED = -1e4  # added to the attention score of padding


class Embeddings(nn.Module):
    """Pieces and positions to vectors [batch, pieces, width]."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        self.positions = nn.Embedding(sizes.positions, sizes.width)
        self.norm = nn.LayerNorm(sizes.width, eps=sizes.epsilon)

    def forward(self, ids: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1], device=ids.device)
        return self.norm(self.words(ids) + self.positions(places))


class Layer(nn.Module):
    """One transformer layer with post-normalisation, as in BERT; query, key and value are one matrix."""

    def __init__(self, sizes: Sizes, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = sizes.attention_heads
        self.mix = nn.Linear(sizes.width, 3 * sizes.width)
        self.out = nn.Linear(sizes.width, sizes.width)
        self.norm_mix = nn.LayerNorm(sizes.width, eps=sizes.epsilon)
        self.up = nn.Linear(sizes.width, sizes.feed_forward)
        self.down = nn.Linear(sizes.feed_forward, sizes.width)
        self.norm_feed = nn.LayerNorm(sizes.width, eps=sizes.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        batch, pieces, _ = hidden.shape
        each = self.out.in_features // self.heads
        mixed = self.mix(hidden).reshape(batch, pieces, 3, self.heads, each).permute(2, 0, 3, 1, 4)
        query, key, value = mixed[0], mixed[1], mixed[2]
        weights = torch.softmax(query @ key.transpose(2, 3) * each**-0.5 + bias, -1)
        seen = (weights @ value).transpose(1, 2).reshape(batch, pieces, self.out.in_features)
        hidden = self.norm_mix(hidden + self.dropout(self.out(seen)))
        return self.norm_feed(hidden + self.dropout(self.down(functional.gelu(self.up(hidden)))))


def attention_bias(mask: Tensor) -> Tensor:
    """What is added to attention scores [batch, 1, 1, pieces]: 0 for pieces, MASKED for padding."""
    return (1.0 - mask[:, None, None, :].float()) * MASKED


def load_embeddings(module: Embeddings, base: dict[str, Tensor]) -> None:
    """Fills the embeddings from base weights; the constant segment embedding is folded into the positions."""
    segment = base["embeddings.token_type_embeddings.weight"][0]
    module.words.weight.data.copy_(base["embeddings.word_embeddings.weight"])
    module.positions.weight.data.copy_(base["embeddings.position_embeddings.weight"] + segment)
    _copy(module.norm, base, "embeddings.LayerNorm")


def load_layer(module: Layer, base: dict[str, Tensor], number: int) -> None:
    """Fills one transformer layer from base layer ``number``."""
    name = f"encoder.layer.{number}"
    for kind in ("weight", "bias"):
        parts = [base[f"{name}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        getattr(module.mix, kind).data.copy_(torch.cat(parts))
    _copy(module.out, base, f"{name}.attention.output.dense")
    _copy(module.norm_mix, base, f"{name}.attention.output.LayerNorm")
    _copy(module.up, base, f"{name}.intermediate.dense")
    _copy(module.down, base, f"{name}.output.dense")
    _copy(module.norm_feed, base, f"{name}.output.LayerNorm")


def _copy(module: nn.Module, base: dict[str, Tensor], name: str) -> None:
    module.weight.data.copy_(base[f"{name}.weight"])  # type: ignore[union-attr,operator]
    module.bias.data.copy_(base[f"{name}.bias"])  # type: ignore[union-attr,operator]
