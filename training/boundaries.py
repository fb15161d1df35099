"""Trains the sentence boundary model: ``python -m training.boundaries --out boundaries.npy``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from onrecord.parse.boundaries import BUCKETS, BoundaryModel, bucket, candidates, features, quotation_states
from training.ud import Paragraph, read_treebank

STRAIGHT, CURLY = '"', "“”"
Row = tuple[list[int], int]


def layout(paragraph: Paragraph) -> tuple[list[str], list[tuple[int, int]], set[int]]:
    """Words, spans and the indices of the words that end a sentence."""
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    ends: set[int] = set()
    at = 0
    for sentence in paragraph.sentences:
        for word, space in zip(sentence.words, sentence.spaces, strict=True):
            words.append(word)
            spans.append((at, at + len(word)))
            at += len(word) + space
        ends.add(len(words) - 1)
    return words, spans, ends


def rows(paragraphs: Iterable[Paragraph]) -> Iterator[Row]:
    """Per candidate the buckets of its features and whether a sentence ends there; quotations are shown with both kinds of marks."""
    for paragraph in paragraphs:
        words, spans, ends = layout(paragraph)
        versions = [words]
        if any(word in STRAIGHT + CURLY for word in words):
            versions = [straight_quotes(words), curly_quotes(words)]
        for version in versions:
            quoted = quotation_states(version)
            for candidate in candidates(version):
                names = features(version, spans, candidate, quoted[candidate.at])
                yield [bucket(name) for name in names], int(candidate.at in ends)


def straight_quotes(words: list[str]) -> list[str]:
    """The words with straight double quotation marks."""
    return ['"' if word in CURLY else word for word in words]


def curly_quotes(words: list[str]) -> list[str]:
    """The words with curly double quotation marks, opening and closing by turns."""
    changed, inside = [], False
    for word in words:
        if word == STRAIGHT:
            word = CURLY[inside]
            inside = not inside
        changed.append(word)
    return changed


def fit(examples: list[Row], *, epochs: int = 30, rate: float = 0.05, decay: float = 2e-5) -> np.ndarray:
    """Weights [BUCKETS + 1] of a logistic regression."""
    torch.manual_seed(1)
    table = torch.tensor([buckets for buckets, _ in examples])
    gold = torch.tensor([float(label) for _, label in examples])
    weights = torch.zeros(BUCKETS + 1, requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=rate)
    for epoch in range(epochs):
        order = torch.randperm(len(examples))
        for group in order.split(512):
            scores = weights[table[group]].sum(1) + weights[-1]
            loss = functional.binary_cross_entropy_with_logits(scores, gold[group]) + decay * weights.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        for groups in optimizer.param_groups:
            groups["lr"] = rate * (1 - (epoch + 1) / epochs)
    return weights.detach().numpy()


@cache
def boundary_model() -> BoundaryModel:
    """The boundary model, trained on the spot: it takes seconds, and the other tasks need its sentences."""
    examples = list(rows([*read_treebank("ewt_train"), *read_treebank("gum_train")]))
    return BoundaryModel(fit(examples).astype(np.float16).astype(np.float32))


def boundary_scores(model: BoundaryModel, paragraphs: Iterable[Paragraph]) -> dict[str, float]:
    """F1 of sentences and of boundaries inside paragraphs, gold words."""
    right = gold_count = found_count = right_inner = gold_inner = found_inner = 0
    for paragraph in paragraphs:
        words, spans, gold = layout(paragraph)
        found = set(model.sentence_ends(words, spans))
        gold_spans, found_spans = _between(gold), _between(found)
        right, gold_count, found_count = right + len(gold_spans & found_spans), gold_count + len(gold), found_count + len(found)
        right_inner += len(gold & found) - 1
        gold_inner, found_inner = gold_inner + len(gold) - 1, found_inner + len(found) - 1
    return {
        "sentence_f": 2 * right / max(1, gold_count + found_count),
        "boundary_f": 2 * right_inner / max(1, gold_inner + found_inner),
        "sentences": gold_count,
    }


def _between(ends: set[int]) -> set[tuple[int, int]]:
    ordered = sorted(ends)
    return set(zip([-1, *ordered], ordered, strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    examples = list(rows([*read_treebank("ewt_train"), *read_treebank("gum_train")]))
    weights = fit(examples).astype(np.float16)
    np.save(options.out, weights)
    model = BoundaryModel(weights.astype(np.float32))
    for name, paragraphs in development_sets().items():
        print(name, boundary_scores(model, paragraphs))


def development_sets() -> dict[str, list[Paragraph]]:
    """The sets that boundaries are measured on."""
    gum, ewt = read_treebank("gum_dev"), read_treebank("ewt_dev")
    return {
        "gum_news": [each for each in gum if "_news_" in each.document],
        "gum": gum,
        "weblog": [each for each in ewt if each.document.startswith("weblog")],
        "newsgroup": [each for each in ewt if each.document.startswith("newsgroup")],
    }


if __name__ == "__main__":
    main()
