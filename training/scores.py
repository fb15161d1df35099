"""Scores of a network on encoded sentences with gold words: what training watches. Raw-text scores are in ``training.evaluate``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch.nn import functional

from onrecord.parse.lemmas import apply_script
from onrecord.parse.trees import best_tree, is_tree
from training.batches import IGNORED, Item, collate, make_batches
from training.model import Network

Scores = dict[str, float]
LabelledSpan = tuple[str, int, int]


def precision_recall(gold: Iterable[set[Any]], found: Iterable[set[Any]]) -> Scores:
    """Micro precision, recall and F1 over pairs of sets."""
    hits = golds = founds = 0
    for one, other in zip(gold, found, strict=True):
        hits, golds, founds = hits + len(one & other), golds + len(one), founds + len(other)
    precision, recall = hits / max(1, founds), hits / max(1, golds)
    return {"p": precision, "r": recall, "f": 2 * hits / max(1, golds + founds), "n": golds}


def bio_spans(tags: Sequence[str]) -> set[LabelledSpan]:
    """Spans (label, first, end) out of BIO tags; an I without a B before it opens one."""
    spans: set[LabelledSpan] = set()
    start, label = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        if label and (tag == "O" or tag[0] == "B" or tag[2:] != label):
            spans.add((label, start, at))
            label = ""
        if tag != "O" and not label:
            start, label = at, tag[2:]
    return spans


@torch.no_grad()
def tree_scores(network: Network, items: Sequence[Item]) -> Scores:
    """UAS, LAS (universal relations), UPOS, FEATS and lemma accuracy in per cent, over gold words and sentences."""
    network.eval()
    counts: Counter[str] = Counter()
    labels = network.shape.labels
    assert network.biaffine is not None
    for group in make_batches(items, 4000, seed=None):
        batch = collate(group)
        words = network.words(network.hidden(batch), batch)
        arcs = network.biaffine.arcs(words).masked_fill(~functional.pad(batch.words, (1, 0), value=True).unsqueeze(1), -1e9)
        width = arcs.shape[1]
        arcs[:, torch.arange(width), torch.arange(width) + 1] = -1e9
        heads = arcs.argmax(-1)
        for row, item in enumerate(group):
            size = len(item.words)
            if not is_tree(heads[row, :size].tolist()):
                heads[row, :size] = torch.tensor(best_tree(arcs[row, :size, : size + 1].numpy()))
        relations = network.biaffine.relations(*network.biaffine.relation_vectors(words), heads).argmax(-1)
        tags = {name: layer(words[:, 1:]).argmax(-1) for name, layer in network.tags.items()}
        for row, item in enumerate(group):
            gold: Any = item.source
            for at, form in enumerate(item.words):
                arc = heads[row, at].item() == gold.heads[at]
                relation = labels["deprel"][relations[row, at]]
                counts["n"] += 1
                counts["uas"] += arc
                counts["las"] += arc and relation.split(":")[0] == gold.deprels[at].split(":")[0]
                counts["upos"] += labels["upos"][tags["upos"][row, at]] == gold.upos[at]
                counts["feats"] += labels["feats"][tags["feats"][row, at]] == gold.feats[at]
                counts["lemma"] += apply_script(form, labels["script"][tags["script"][row, at]]) == gold.lemmas[at]
    return {name: 100 * counts[name] / counts["n"] for name in ("uas", "las", "upos", "feats", "lemma")}


@torch.no_grad()
def tag_scores(network: Network, items: Sequence[Item], head: str) -> Scores:
    """Accuracy over words and exact-span F1 of a tagging head."""
    network.eval()
    labels = network.shape.labels[head]
    gold_spans, found_spans = [], []
    same = count = gold_in = found_in = both_in = 0
    for group in make_batches(items, 4000, seed=None):
        batch = collate(group)
        tags = network.tags[head](network.words(network.hidden(batch), batch)[:, 1:]).argmax(-1)
        for row, item in enumerate(group):
            found = [labels[tag] for tag in tags[row, : len(item.words)].tolist()]
            gold = [labels[max(tag, 0)] for tag in item.labels[head]]
            for one, other in zip(gold, found, strict=True):
                same, count = same + (one == other), count + 1
                gold_in, found_in = gold_in + (one != "O"), found_in + (other != "O")
                both_in += one != "O" and other != "O"
            gold_spans.append(bio_spans(gold))
            found_spans.append(bio_spans(found))
    words = {"accuracy": same / max(1, count), "token_f": 2 * both_in / max(1, gold_in + found_in)}
    return precision_recall(gold_spans, found_spans) | words


@torch.no_grad()
def layered_scores(network: Network, items: Sequence[Item], heads: Sequence[str]) -> Scores:
    """Span F1 over character spans of all layers together, against all gold spans, those that no word sequence can match included."""
    network.eval()
    gold, found = [], []
    for group in make_batches(items, 4000, seed=None):
        batch = collate(group)
        words = network.words(network.hidden(batch), batch)[:, 1:]
        tags = {head: network.tags[head](words).argmax(-1) for head in heads}
        for row, item in enumerate(group):
            source: Any = item.source
            here: set[LabelledSpan] = set()
            for head in heads:
                names = [network.shape.labels[head][tag] for tag in tags[head][row, : len(item.words)].tolist()]
                here |= {(label, source.spans[first][0], source.spans[end - 1][1]) for label, first, end in bio_spans(names)}
            gold.append({tuple(each) for head in heads for each in source.gold[head]})
            found.append(here)
    return precision_recall(gold, found)


@torch.no_grad()
def event_scores(network: Network, items: Sequence[Item]) -> Scores:
    """Mean absolute error and Pearson r of factuality at gold predicates, and F1 of finding predicates."""
    network.eval()
    pairs: list[tuple[float, float]] = []
    gold, found = [], []
    for number, group in enumerate(make_batches([item for item in items if item.scores is not None], 4000, seed=None)):
        batch = collate(group)
        output = network.tags["event"](network.words(network.hidden(batch), batch)[:, 1:])
        for row, item in enumerate(group):
            assert item.scores is not None
            gold.append({(number, row, at) for at, score in enumerate(item.scores) if score is not None})
            found.append({(number, row, at) for at in range(len(item.words)) if output[row, at, 1] > 0})
            pairs += [(score, output[row, at, 0].item()) for at, score in enumerate(item.scores) if score is not None]
    return event_pairs_scores(pairs) | {"event_f": precision_recall(gold, found)["f"]}


def event_pairs_scores(pairs: Sequence[tuple[float, float]]) -> Scores:
    """Mean absolute error, Pearson r and sign accuracy of (gold, found) factuality."""
    clipped = [(gold, max(-3.0, min(3.0, found))) for gold, found in pairs]
    error = sum(abs(gold - found) for gold, found in clipped) / max(1, len(pairs))
    signs = sum((gold > 0) == (found > 0) for gold, found in clipped) / max(1, len(pairs))
    return {"mae": error, "r": _pearson(clipped), "sign": signs, "n": len(pairs)}


@torch.no_grad()
def class_scores(network: Network, items: Sequence[Item]) -> Scores:
    """Accuracy and macro-F1 of the sentence class."""
    network.eval()
    pairs: Counter[tuple[int, int]] = Counter()
    for group in make_batches(items, 4000, seed=None):
        batch = collate(group)
        found = network.sentence_scores(network.hidden(batch), batch.mask).argmax(-1).tolist()
        pairs.update((item.labels["class"][0], label) for item, label in zip(group, found, strict=True))
    return macro_f1(pairs)


def macro_f1(pairs: Counter[tuple[int, int]]) -> Scores:
    """Accuracy and macro-F1 of (gold, found) counts."""
    classes = sorted({gold for gold, _ in pairs})
    each = []
    for label in classes:
        gold = sum(count for (one, _), count in pairs.items() if one == label)
        found = sum(count for (_, other), count in pairs.items() if other == label)
        each.append(2 * pairs[label, label] / max(1, gold + found))
    total = sum(pairs.values())
    return {"accuracy": sum(pairs[label, label] for label in classes) / max(1, total), "macro_f": sum(each) / max(1, len(each)), "n": total}


def _pearson(pairs: Sequence[tuple[float, float]]) -> float:
    if len(pairs) < 2:
        return 0.0
    one, other = zip(*pairs, strict=True)
    mean_one, mean_other = sum(one) / len(one), sum(other) / len(other)
    covariance = sum((a - mean_one) * (b - mean_other) for a, b in pairs)
    spread = math.sqrt(sum((a - mean_one) ** 2 for a in one) * sum((b - mean_other) ** 2 for b in other))
    return covariance / spread if spread else 0.0


__all__ = ["IGNORED", "bio_spans", "class_scores", "event_scores", "macro_f1", "precision_recall", "tag_scores", "tree_scores"]
