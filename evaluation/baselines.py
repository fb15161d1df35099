"""What anybody could do without the program, scored in the same run: bags of words, the most populous place of a name.

The floor under a figure: what ours is worth is the distance to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from evaluation.readout import fit
from onrecord.gazetteer import Gazetteer, Toponym

WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+|\b\d+(?:\.\d+)?\b")
DENIALS = frozenset("not no never nobody none without neither nor t cannot".split())
LIKELY = 0.5
FOLDS = 5


def bag(text: str) -> tuple[str, ...]:
    """The words of a text and its pairs of neighbours, once each, in small letters."""
    words = [word.casefold() for word in WORD.findall(text)]
    return tuple(sorted({*words, *(f"{one} {other}" for one, other in pairwise(words))}))


def labels_by_words(
    texts: Sequence[str], gold: Sequence[set[int]], asked: Sequence[str], *, labels: int, one: bool = False
) -> list[set[int]]:
    """Labels of texts by logistic regression over bags of words. one: the likeliest alone, for sets with one label a text."""
    wanted = [[int(label in known) for label in range(labels)] for known in gold]
    readout = fit([str(label) for label in range(labels)], [(*bag(text), "·") for text in texts], wanted)
    scores = [readout.scores((*bag(text), "·")) for text in asked]
    if one:
        return [{int(np.argmax(row))} for row in scores]
    return [{label for label in range(labels) if row[label] >= LIKELY} for row in scores]


def labels_by_words_elsewhere(texts: Sequence[str], gold: Sequence[set[int]], *, labels: int, one: bool = False) -> list[set[int]]:
    """As ``labels_by_words``, for sets of which nothing is kept apart: every fifth text is asked of what the other four teach."""
    made: list[set[int]] = [set() for _ in texts]
    for fold in range(FOLDS):
        known = [k for k in range(len(texts)) if k % FOLDS != fold]
        asked = range(fold, len(texts), FOLDS)
        learnt = labels_by_words([texts[k] for k in known], [gold[k] for k in known], [texts[k] for k in asked], labels=labels, one=one)
        for k, found in zip(asked, learnt, strict=True):
            made[k] = found
    return made


def largest_number(text: str) -> float | None:
    """The largest number written in figures."""
    return max((float(number.replace(",", "")) for number in NUMBER.findall(text)), default=None)


def denied(text: str, at: int) -> bool:
    """Whether one of the five words before a place is a word of denial."""
    return bool(DENIALS & {word.casefold() for word in WORD.findall(text[:at])[-5:]})


def most_populous(gazetteer: Gazetteer, name: str) -> Toponym | None:
    """Of the places of that name the one with the most people; between equals the one with the smaller id."""
    return max(gazetteer.lookup(name), key=lambda place: (place.population, place.id), default=None)
