"""The losses of all heads over one batch."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from training.batches import IGNORED
from training.model import Batch, Biaffine, Network

WEIGHTS = {"upos": 0.5, "feats": 0.5, "script": 0.5, "noun": 0.3, "events": 0.2, "factuality": 0.3}


def batch_losses(network: Network, batch: Batch) -> dict[str, Tensor]:
    """The loss of every head that this batch has gold for, unweighted."""
    hidden = network.hidden(batch)
    words = network.words(hidden, batch)
    losses: dict[str, Tensor] = {}
    if network.biaffine is not None and "head" in batch.gold:
        losses |= _tree_losses(network.biaffine, words, batch)
    for name, layer in network.tags.items():
        if name in batch.gold:
            losses[name] = _cross_entropy(layer(words[:, 1:]), batch.gold[name])
    if "factuality" in batch.gold and "event" in network.tags:
        losses |= _event_losses(network.tags["event"](words[:, 1:]).float(), batch)
    if "class" in batch.gold:
        scores = network.sentence_scores(hidden, batch.mask).float()
        losses["class"] = functional.cross_entropy(scores, batch.gold["class"], label_smoothing=0.05)
    return losses


def weighted_sum(losses: dict[str, Tensor]) -> Tensor:
    """One number to go down: trees count 1, the rest as in WEIGHTS."""
    return torch.stack([WEIGHTS.get(name, 1.0) * loss for name, loss in losses.items()]).sum()


def _tree_losses(biaffine: Biaffine, words: Tensor, batch: Batch) -> dict[str, Tensor]:
    allowed = functional.pad(batch.words, (1, 0), value=True).unsqueeze(1)
    arcs = biaffine.arcs(words).float().masked_fill(~allowed, -1e4)
    dependent, head = biaffine.relation_vectors(words)
    relations = biaffine.relations(dependent, head, batch.gold["head"].clamp(min=0))
    return {"arc": _cross_entropy(arcs, batch.gold["head"]), "relation": _cross_entropy(relations, batch.gold["deprel"])}


def _event_losses(output: Tensor, batch: Batch) -> dict[str, Tensor]:
    known = batch.gold["events"] != IGNORED
    scored = ~batch.gold["factuality"].isnan()
    return {
        "events": functional.binary_cross_entropy_with_logits(output[..., 1][known], batch.gold["events"][known].float()),
        "factuality": functional.smooth_l1_loss(output[..., 0][scored], batch.gold["factuality"][scored]),
    }


def _cross_entropy(scores: Tensor, gold: Tensor) -> Tensor:
    return functional.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORED)
