"""Signals out of the networks' probabilities: labelled spans, sentence classes and factuality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.parse.model import Reading
from onrecord.parse.spans import span_score, tag_runs
from onrecord.records import EntityLabel, Signals, TokenSpan

DIGITS = 4  # of scores: more would differ between processors
ENTITY_LABELS = {"MONEY": EntityLabel.NUMBER}
LAYERS = {"entities": ("entity", "nested"), "attribution": ("source", "cue", "content"), "roles": ("role",)}

Array = NDArray[Any]


class SignalsBuilder:
    """Gathers a document's signals window by window. labels: the label lists of the model."""

    def __init__(self, labels: Mapping[str, Sequence[str]]) -> None:
        self._labels = labels
        self._spans: dict[str, list[TokenSpan]] = {kind: [] for kind in LAYERS}
        self._classes: list[tuple[float, ...]] = []
        self._factuality: list[float | None] = []

    def add_words(self, offset: int, reading: Reading) -> None:
        """Adds the words of a window. offset: the index of its first token in the document."""
        for kind, layers in LAYERS.items():
            for layer in layers:
                if layer in reading.tags:
                    self._spans[kind] += self._token_spans(layer, reading, offset)
        if "event" in reading.outputs:
            self._factuality += _factuality(reading.outputs["event"])

    def _token_spans(self, layer: str, reading: Reading, offset: int) -> Iterator[TokenSpan]:
        probabilities, tags = reading.outputs[layer], reading.tags[layer]
        for label, first, end in tag_runs(tags, self._labels[layer]):
            score = round(span_score(probabilities, tags, first, end), DIGITS)
            yield TokenSpan(label=ENTITY_LABELS.get(label, label), first=offset + first, end=offset + end, score=score)

    def end_sentence(self, parts: Sequence[Reading]) -> None:
        """Adds the sentence's class: the mean over its windows, weighted by their words."""
        if parts and "class" in parts[0].outputs:
            weights = [len(part.heads) for part in parts]
            mean = np.average([part.outputs["class"] for part in parts], axis=0, weights=weights)
            self._classes.append(tuple(round(float(value), DIGITS) for value in mean))

    def build(self) -> Signals:
        """The signals of the whole document, spans in text order, longer ones first."""
        ordered = {kind: tuple(sorted(spans, key=lambda each: (each.first, -each.end, each.label))) for kind, spans in self._spans.items()}
        return Signals(**ordered, sentence_class=tuple(self._classes), factuality=tuple(self._factuality))


def _factuality(events: Array) -> Iterator[float | None]:
    """Per word the score, or None where the second number, the logit of being an event, is not positive."""
    for value, logit in events.tolist():
        yield round(max(-3.0, min(3.0, value)), 2) if logit > 0 else None
