"""Whether a report may tell of conflict at all: by the words that frames are found by, before anything is parsed.

Every form of every word of the frames and of the classes that they name is looked for at once (Aho and Corasick 1975). Each has a weight,
learned by ``training/prefilter.py`` to tell reports of conflict from other news by which words they have, and a worth, how many claims of
conflict one occurrence is good for. A report that weighs too little and where such claims cannot stand densely is left out whole.
Its sentences are not chosen among: what a report says of times, places and people elsewhere is what its claims are resolved by.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module, resources
from math import sqrt
from pathlib import Path
from typing import Any

import msgspec

from onrecord.errors import UsageError
from onrecord.lexicon import Lexicon
from onrecord.records import Record

MIN_LETTERS = 3
FEW_FORMS = 4  # a text with fewer is weighed as if it had so many
OWN_WEIGHT = 100.0  # of a word that the user's own frames add: it decides
SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s")


class Weights(Record, frozen=True):
    """Of word forms, in lower case, weight and worth. A report passes whose weight or density is not below the threshold for it.

    A density of 1 is that of general news: worth is in claims of conflict, each type by its rarity, for each word of the report.
    """

    threshold: float
    density: float
    wide_density: float
    bias: float
    forms: dict[str, tuple[float, float]]


class Prefilter:
    """Weighs texts. ``user``: the user's own lexicon, whose words always count.  wide: whether to let through what is less dense, too."""

    def __init__(self, user: Path | None = None, *, wide: bool = False) -> None:
        weights = load_weights()
        self._threshold, self._bias = weights.threshold, weights.bias
        self._density = weights.wide_density if wide else weights.density
        forms = {**weights.forms, **dict.fromkeys(_added_forms(user), (OWN_WEIGHT, 0.0))}
        self._forms = [forms[form] for form in sorted(forms)]
        self._automaton = _automaton(sorted(forms))

    def passes(self, text: str) -> bool:
        """Whether the report is worth parsing."""
        found = self._count_forms(text.lower())
        return self._weigh(found) >= self._threshold or self._worth(found) >= self._density * len(text.split())

    def weigh(self, text: str) -> float:
        """The log-odds that the report tells of conflict, from which forms it has; how often does not matter."""
        return self._weigh(self._count_forms(text.lower()))

    def _weigh(self, found: Mapping[int, int]) -> float:
        return self._bias + sum(self._forms[form][0] for form in sorted(found)) / sqrt(max(FEW_FORMS, len(found)))

    def _worth(self, found: Mapping[int, int]) -> float:
        return sum(self._forms[form][1] * times for form, times in sorted(found.items()))

    def _count_forms(self, lowered: str) -> Counter[int]:
        end_of_text = len(lowered)
        return Counter(
            form
            for form, start, end in self._automaton.find_matches_as_indexes(lowered)
            if not (start and lowered[start - 1].isalnum()) and not (end < end_of_text and lowered[end].isalnum())
        )


def frame_forms(lexicon: Lexicon) -> frozenset[str]:
    """Every form of a word that the frames of a lexicon are found by, or that belongs to a class that they name."""
    forms = lexicon.verbs.forms | lexicon.nouns.forms | lexicon.nouns.class_forms
    return frozenset(form for form in forms if len(form) >= MIN_LETTERS)


def count_sentences(text: str) -> int:
    """About how many sentences a text has."""
    return len(SENTENCE_END.findall(text)) + 1


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The learned weights."""
    return msgspec.json.decode(resources.files("onrecord.data").joinpath("prefilter.json").read_bytes(), type=Weights)


def _added_forms(user: Path | None) -> frozenset[str]:
    return frame_forms(Lexicon(user)) - frame_forms(Lexicon()) if user is not None else frozenset()


def _automaton(forms: list[str]) -> Any:
    try:
        library = import_module("ahocorasick_rs")
    except ImportError as error:
        raise UsageError("the prefilter needs ahocorasick-rs: pip install 'onrecord[archives]', or run with --no-prefilter") from error
    return library.AhoCorasick(forms, matchkind=library.MatchKind.LeftmostLongest)
