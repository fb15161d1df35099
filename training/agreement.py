"""How far PolNeAR's annotators agree with each other: ``python -m training.agreement``.

Some sentences stand in several articles that were marked one by one. What two of them mark in the same words, scored as if one were the
gold of the other, is about the most that a network trained on these marks can reach.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from training.boundaries import boundary_model
from training.spans import ATTRIBUTION, TextSentence, bio_tags, read_attributions

FEWEST_WORDS = 8  # of a sentence: shorter ones are bylines and captions
RESAMPLES, SEED = 2000, 1

Pair = tuple[TextSentence, TextSentence]


def twice_marked(sentences: Iterable[TextSentence]) -> Iterator[Pair]:
    """The same sentence out of two articles, the first two that it stands in."""
    articles: dict[tuple[str, ...], dict[str, TextSentence]] = defaultdict(dict)
    for sentence in sentences:
        if len(sentence.spans) >= FEWEST_WORDS:
            articles[tuple(word.lower() for word in sentence.words)].setdefault(sentence.document, sentence)
    for same in articles.values():
        if len(same) > 1:
            one, other, *_ = same.values()
            yield one, other


def word_counts(pair: Pair, layer: str) -> tuple[int, int]:
    """Words that both mark, counted twice, and words that each marks, added up."""
    one, other = ({at for at, tag in enumerate(bio_tags(each, each.gold[layer])) if tag != "O"} for each in pair)
    return 2 * len(one & other), len(one) + len(other)


def interval(counts: list[tuple[int, int]]) -> tuple[float, float, float]:
    """F1 over all pairs, and the bounds within which 95 of 100 resamples of the pairs fall."""
    array = np.array(counts)
    drawn = np.random.default_rng(SEED).integers(0, len(array), (RESAMPLES, len(array)))
    sums = array[drawn].sum(1)
    low, high = np.quantile(sums[:, 0] / np.maximum(sums[:, 1], 1), [0.025, 0.975])
    return float(array[:, 0].sum() / array[:, 1].sum()), float(low), float(high)


def main() -> None:
    model = boundary_model()
    sentences = [each for part in ("train", "dev") for each in read_attributions(f"polnear_{part}", model)]
    pairs = list(twice_marked(sentences))
    for layer in ATTRIBUTION:
        counts = [word_counts(pair, layer) for pair in pairs]
        value, low, high = (round(each, 3) for each in interval(counts))
        row = {"layer": layer, "pairs": len(pairs), "marked": sum(total for _, total in counts), "f": value, "low": low, "high": high}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
