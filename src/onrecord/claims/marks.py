"""What the language model marks as source, cue and content, set beside what the tagger marks.

Two learners that err differently: a cue stands if the tagger is sure or both see it, or if the model is sure alone; the edges of
sources and contents are the model's where it is sure. Without ``parse.signals`` the tagger's word stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from onrecord.claims.tagger import Context, Tagged
from onrecord.records import TokenSpan

# Probabilities, set on PolNeAR's development set: each may move by a tenth without a change that matters.
SURE = 0.6  # of a cue by the tagger alone
SUPPORT = 0.3  # of the model, for a cue that the tagger is not sure of
ALONE = 0.8  # of a cue by the model alone
SURE_SOURCE = 0.9
NEAR = 6  # words between a cue and a source that only the model marks


def settle(context: Context, tagged: Sequence[Tagged], likely: list[float]) -> tuple[list[Tagged], list[float]]:
    """The tagger's marks after the language model's have been heard; ``likely`` is lowered where the model sees no cue."""
    signals = context.grammar.parse.signals
    if signals is None or not signals.attribution:
        return list(tagged), likely
    marks = _Marks(context, signals.attribution)
    kept = [marks.adjust(one) for one in tagged if one.confidence >= SURE or marks.support(one.cue) >= SUPPORT]
    taken = {at for one in kept for at in one.cue}
    kept.extend(marks.alone(taken))
    settled = [value if marks.cue[at] >= SUPPORT else 0.0 for at, value in enumerate(likely)]
    return sorted(kept, key=lambda one: one.cue), settled


class _Marks:
    def __init__(self, context: Context, spans: Sequence[TokenSpan]) -> None:
        self._context = context
        words = [token.upos != "PUNCT" for token in context.tokens]
        worded = [span for span in spans if span.label == "cue" or any(words[span.first : span.end])]  # a dash can be a cue
        self._spans = {label: [span for span in worded if span.label == label] for label in ("source", "cue", "content")}
        self._at: dict[str, dict[int, list[TokenSpan]]] = {label: {} for label in self._spans}
        for label, listed in self._spans.items():
            for span in listed:
                for at in range(span.first, span.end):
                    self._at[label].setdefault(at, []).append(span)
        self._by_sentence: dict[tuple[str, int], list[TokenSpan]] = {}
        for label, listed in self._spans.items():
            for span in listed:
                self._by_sentence.setdefault((label, self._sentence(span.first)), []).append(span)
        self.cue = [0.0] * len(context.tokens)
        for at, listed in self._at["cue"].items():
            self.cue[at] = max(span.score for span in listed)

    def support(self, cue: Sequence[int]) -> float:
        """The model's highest probability of a cue that shares a word with this one."""
        return max(self.cue[at] for at in cue)

    def adjust(self, tagged: Tagged) -> Tagged:
        """A tagged cue with the edges of source and content that the model gives."""
        source = self._source(tagged) if tagged.source else self._missing_source(tagged)
        return msgspec.structs.replace(tagged, source=source, content=self._content(tagged))

    def alone(self, taken: set[int]) -> Iterator[Tagged]:
        """The cues that only the model marks, with the source and content of their sentence that stand nearest."""
        for cue in self._spans["cue"]:
            tokens = tuple(range(cue.first, cue.end))
            content = self._nearest("content", tokens) if cue.score >= ALONE and taken.isdisjoint(tokens) else None
            if content is not None:
                source = self._nearest("source", tokens)
                yield Tagged(tokens, _tokens(source), tuple(at for at in _tokens(content) if at not in tokens), cue.score)

    def _source(self, tagged: Tagged) -> tuple[int, ...]:
        best = self._overlapping("source", tagged.source, SURE_SOURCE)
        return _tokens(max(best, key=lambda span: (len({*tagged.source} & {*_tokens(span)}), span.score))) if best else tagged.source

    def _missing_source(self, tagged: Tagged) -> tuple[int, ...]:
        found = self._nearest("source", tagged.cue)
        inside = found is not None and not {*tagged.content}.isdisjoint(_tokens(found))
        return () if found is None or inside or found.score < SUPPORT else _tokens(found)

    def _content(self, tagged: Tagged) -> tuple[int, ...]:
        """The model's content, if it marks one only in the sentence where all of the tagged content stands."""
        best = self._overlapping("content", tagged.content, SUPPORT)
        if len(best) != 1 or len({self._sentence(at) for at in (*tagged.content, best[0].first)}) > 1:
            return tagged.content
        return tuple(at for at in _tokens(best[0]) if at not in tagged.cue)

    def _overlapping(self, label: str, tokens: Sequence[int], score: float) -> list[TokenSpan]:
        found = {(span.first, span.end): span for at in tokens for span in self._at[label].get(at, ()) if span.score >= score}
        return [found[key] for key in sorted(found)]

    def _nearest(self, label: str, cue: Sequence[int]) -> TokenSpan | None:
        """The marked span of the cue's sentence that stands nearest to it, within reach if it is a source."""
        near = [
            (min(abs(cue[0] - span.end), abs(span.first - cue[-1])), span.first, span)
            for span in self._by_sentence.get((label, self._sentence(cue[0])), ())
            if {*_tokens(span)}.isdisjoint(cue)
        ]
        if not near:
            return None
        distance, _, found = min(near, key=lambda item: item[:2])
        return found if label == "content" or distance <= NEAR else None

    def _sentence(self, at: int) -> int:
        return self._context.tokens[at].sentence


def _tokens(span: TokenSpan | None) -> tuple[int, ...]:
    return () if span is None else tuple(range(span.first, span.end))
