"""Cues in their places: the words of the lexicon that report speech, thought or evidence, with the words that belong to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from onrecord.lexicon.cues import CuePos, Entry, Takes
from onrecord.lexicon.lists import word_set
from onrecord.records import Parse

if TYPE_CHECKING:
    from onrecord.lexicon.cues import Index

PARTS_OF_SPEECH = {
    "VERB": CuePos.VERB,
    "AUX": CuePos.VERB,
    "NOUN": CuePos.NOUN,
    "PROPN": CuePos.NOUN,
    "ADJ": CuePos.ADJECTIVE,
    "ADV": CuePos.ADVERB,
}
PARTICLE_REACH = 3  # words between a verb and its particle ("point the finger", "hold it responsible")
BOUND = frozenset(["aux", "aux:pass", "compound:prt"])
NEGATIONS = word_set("modality.cue_negations")


class CueMatch(msgspec.Struct, frozen=True):
    """A cue of the text. head: its main token.  tokens: all of it, auxiliaries and particles included, in text order."""

    head: int
    tokens: tuple[int, ...]
    entry: Entry


def find_cues(parse: Parse, index: Index, words: Sequence[str]) -> Iterator[CueMatch]:
    """Every word or phrase that may be a cue, in text order; a word inside a longer cue is not given again."""
    taken = -1
    for at in range(len(words)):
        if at <= taken:
            continue
        match = _phrase(parse, index, words, at) or cue_at(parse, index, words, at)
        if match is not None:
            if match.entry.pos is CuePos.PHRASE:
                taken = match.tokens[-1]
            yield match


def _phrase(parse: Parse, index: Index, words: Sequence[str], at: int) -> CueMatch | None:
    for entry in index.phrases(words[at]):
        parts = entry.word.split()
        if list(words[at : at + len(parts)]) == parts and parse.tokens[at].sentence == parse.tokens[at + len(parts) - 1].sentence:
            return CueMatch(at, tuple(range(at, at + len(parts))), entry)
    return None


def cue_at(parse: Parse, index: Index, words: Sequence[str], at: int) -> CueMatch | None:
    """The cue that a word is the head of, by its form, part of speech and particles, or None."""
    token = parse.tokens[at]
    pos = PARTS_OF_SPEECH.get(token.upos)
    if pos is None:
        return None
    for entry in index.cues(pos, words[at]):
        particles = _particles(parse, words, at, entry.word.split()[1:])
        if particles is not None:
            return CueMatch(at, cue_tokens(parse, words, at, particles), entry)
    return None


def _particles(parse: Parse, words: Sequence[str], at: int, wanted: Sequence[str]) -> tuple[int, ...] | None:
    found: list[int] = []
    reach = at
    for particle in wanted:
        limit = min(reach + PARTICLE_REACH, len(words) - 1)
        place = next(
            (x for x in range(reach + 1, limit + 1) if words[x] == particle and parse.tokens[x].sentence == parse.tokens[at].sentence), None
        )
        if place is None:
            return None
        found.append(place)
        reach = place
    return tuple(found)


def cue_tokens(parse: Parse, words: Sequence[str], head: int, particles: Sequence[int] = ()) -> tuple[int, ...]:
    """A cue's head with its auxiliaries, negation and particles, as far as they stand next to one another."""
    bound = {head, *particles}
    bound |= {x for x in parse.children[head] if parse.tokens[x].deprel in BOUND or words[x] in NEGATIONS}
    if parse.tokens[head].upos not in ("VERB", "AUX"):
        return tuple(sorted({head, *particles}))
    first, last = min(bound), max(bound)
    kept = [x for x in range(first, last + 1) if x in bound or parse.tokens[x].upos == "ADV"]
    return tuple(x for x in kept if head - 4 <= x <= head + 4)


def is_negated(parse: Parse, words: Sequence[str], head: int) -> bool:
    """Whether a cue is negated ("did not say"): then nobody has said it."""
    return any(words[child] in NEGATIONS for child in parse.children[head])


def takes(entry: Entry, *kinds: Takes) -> bool:
    """Whether a cue takes any of these contents."""
    return any(kind in entry.takes for kind in kinds)
