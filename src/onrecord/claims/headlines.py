"""Headlines and labels name their source in short: "Army: …", "…: officials", "… - state media", "…, says monitor"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from onrecord.claims.grammar import Draft, Grammar
from onrecord.lexicon.cues import CuePos, Entry
from onrecord.lexicon.lists import word_set
from onrecord.records import BlockKind, CueClass, Form

if TYPE_CHECKING:
    from onrecord.lexicon.outlets import Index as Outlets

MARKS = frozenset([":", "-", "–", "—", "―", "|"])
SAY = word_set("speech.headline_say")
LABEL = frozenset(["NOUN", "PROPN", "ADJ", "DET"])
MAX_WORDS = 6  # of a source; longer ones are clauses
CUE = Entry(word=":", pos=CuePos.PHRASE, cue_class=CueClass.NEUTRAL)


def headline_drafts(grammar: Grammar, outlets: Outlets) -> Iterator[Draft]:
    """The attributions that headlines and labels make by a mark alone, or headlines by "says" at their end."""
    for sentence in grammar.parse.sentences:
        titled = sentence.kind in (BlockKind.HEADLINE, BlockKind.SUMMARY)
        draft = (_by_mark if titled else _by_label)(grammar, outlets, sentence.first, sentence.end)
        if draft is not None:
            yield draft


def _by_mark(grammar: Grammar, outlets: Outlets, first: int, end: int) -> Draft | None:
    for mark in range(first + 1, end - 1):
        if grammar.words[mark] not in MARKS and not (grammar.words[mark] in SAY and grammar.words[mark - 1] == ","):
            continue
        before, after = tuple(range(first, mark)), grammar.trim(range(mark + 1, end))
        if _names_source(grammar, outlets, after):
            return Draft(mark, (mark,), CUE, after, grammar.trim(before), Form.INDIRECT, 0.7, "headline")
        if grammar.words[mark] == ":" and _names_source(grammar, outlets, before):
            return Draft(mark, (mark,), CUE, before, after, Form.INDIRECT, 0.7, "headline")
    return None


def _by_label(grammar: Grammar, outlets: Outlets, first: int, end: int) -> Draft | None:
    """ "Army spokesman Ali Hassan: troops killed …" in the text itself: a speaker by name or office, then a clause."""
    mark = next((at for at in range(first + 1, min(first + MAX_WORDS + 1, end - 1)) if grammar.words[at] == ":"), None)
    if mark is None or not any(grammar.is_finite(at) and grammar.tokens[at].upos == "VERB" for at in range(mark + 1, end)):
        return None
    before = tuple(range(first, mark))
    named = all(grammar.tokens[at].upos in LABEL for at in before)
    speaks = next((at for at in reversed(before) if grammar.index.speaker(grammar.words[at]) is not None), None)
    titled = speaks is not None and all(grammar.tokens[at].upos == "PROPN" for at in range(speaks + 1, mark))
    if not named or not (titled or _names_source(grammar, outlets, before)):
        return None
    return Draft(mark, (mark,), CUE, before, grammar.trim(range(mark + 1, end)), Form.INDIRECT, 0.7, "headline")


def _names_source(grammar: Grammar, outlets: Outlets, words: tuple[int, ...]) -> bool:
    """Whether words are an outlet or end in a noun for people or bodies that speak ("health ministry"); a place is none."""
    if not words or len(words) > MAX_WORDS or any(grammar.tokens[x].upos == "AUX" for x in words):
        return False
    start, end = grammar.tokens[words[0]].span[0], grammar.tokens[words[-1]].span[1]
    if outlets.find(grammar.parse.document.text[start:end]) is not None:
        return True
    last = words[-1]
    pair = " ".join(grammar.words[x] for x in words[-2:])
    return grammar.index.speaker(grammar.words[last]) is not None or grammar.index.speaker(pair) is not None
