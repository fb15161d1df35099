"""Whether a report may tell of conflict at all: by the words that frames are found by, before anything is parsed.

Every form of every word of the frames and of the classes that they name is looked for at once (Aho and Corasick 1975). Each has a weight,
learned by ``training/prefilter.py`` to tell reports of conflict from other news; a report whose words weigh too little is left out whole.
Its sentences are not chosen among: what a report says of times, places and people elsewhere is what its claims are resolved by.
"""

from __future__ import annotations

import re
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
    """Of word forms, in lower case. A report passes whose weight is not below the threshold."""

    threshold: float
    bias: float
    forms: dict[str, float]


class Prefilter:
    """Weighs texts. ``user``: the user's own lexicon, whose words always count; ``threshold`` in place of the learned one."""

    def __init__(self, user: Path | None = None, *, threshold: float | None = None) -> None:
        weights = load_weights()
        self.threshold = weights.threshold if threshold is None else threshold
        self._bias = weights.bias
        forms = {**weights.forms, **dict.fromkeys(_added_forms(user), OWN_WEIGHT)}
        self._weights = [weight for _, weight in sorted(forms.items())]
        self._automaton = _automaton(sorted(forms))

    def passes(self, text: str) -> bool:
        """Whether the report is worth parsing."""
        return self.weigh(text) >= self.threshold

    def weigh(self, text: str) -> float:
        """The log-odds that the report tells of conflict, from which forms it has; how often does not matter."""
        found = self._forms_in(text.lower())
        return self._bias + sum(self._weights[form] for form in sorted(found)) / sqrt(max(FEW_FORMS, len(found)))

    def _forms_in(self, lowered: str) -> set[int]:
        end_of_text = len(lowered)
        return {
            form
            for form, start, end in self._automaton.find_matches_as_indexes(lowered)
            if not (start and lowered[start - 1].isalnum()) and not (end < end_of_text and lowered[end].isalnum())
        }


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
