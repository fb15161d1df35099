"""Whose words a quotation is: the cue beside it, or the speaker that the quotation before had."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from onrecord.claims.grammar import Draft, Grammar
from onrecord.lexicon.cues import CueKind, CuePos, Entry
from onrecord.lexicon.inflect import singular
from onrecord.lexicon.lists import word_set
from onrecord.records import CueClass, Form, Parse
from onrecord.records.quotations import Quotation

PEOPLE = word_set("people.unnamed")
LABEL = Entry(word=":", pos=CuePos.PHRASE, cue_class=CueClass.NEUTRAL)
SPEAKING = (CueKind.SPEECH, CueKind.BELIEF)
SCARE_WORDS = 5  # marks around so few words may only set them apart


class Quoted:
    """The quotations of a report as ranges of tokens.

    outer: per quotation of speech that no other holds, its half-open token range, marks included, in text order.
    """

    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        starts = [token.span[0] for token in parse.tokens]
        self.inside = bytearray(len(parse.tokens))
        self.outer: list[tuple[int, int]] = []
        self.continues: list[int | None] = []
        places: dict[int, int] = {}
        for number, quotation in enumerate(parse.quotations):
            first, end = bisect_left(starts, quotation.span[0]), bisect_left(starts, quotation.span[1])
            if quotation.depth or first >= end:
                continue
            self.inside[first:end] = b"\1" * (end - first)
            if quotation.continues is not None or not _is_scare(parse, quotation):
                places[number] = len(self.outer)
                self.outer.append((first, end))
                self.continues.append(None if quotation.continues is None else places.get(quotation.continues))

    def form(self, content: Sequence[int]) -> Form:
        """Direct when all words of a content are quoted, mixed when some are, else indirect."""
        words = [x for x in content if self.parse.tokens[x].upos != "PUNCT"]
        count = sum(self.inside[x] for x in words)
        if not count:
            return Form.INDIRECT
        return Form.DIRECT if count == len(words) else Form.MIXED


def _is_scare(parse: Parse, quotation: Quotation) -> bool:
    """Whether the marks only set a word apart ("so-called", "heavy bombardment"): a few words, no clause, no end of a sentence."""
    inside = parse.tokens_in(quotation.inner)
    words = [token for token in inside if token.upos != "PUNCT"]
    if len(words) > SCARE_WORDS or (inside and inside[-1].text in (".", "!", "?", ",")):
        return False
    heads = {token.index for token in inside}
    return not any(token.head not in heads and token.upos in ("VERB", "AUX") and "VerbForm=Fin" in token.feats for token in inside)


def labelled_drafts(grammar: Grammar, quoted: Quoted, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Whoever is named before a colon says the quotation behind it, without a verb ("A priest from Axum, reached by phone: “…”")."""
    cued = {draft.head for draft in drafts if draft.entry.kind in SPEAKING}
    for first, _ in quoted.outer:
        colon = first - 1
        if colon < 1 or grammar.words[colon] != ":":
            continue
        before = range(grammar.parse.sentences[grammar.tokens[colon].sentence].first, colon)
        head = next((x for x in before if grammar.tokens[x].head not in before and grammar.tokens[x].upos != "PUNCT"), None)
        if head is not None and grammar.tokens[head].upos == "VERB" and grammar.words[head - 1] == ",":  # "…, reached by telephone: "
            head = grammar.child(head, "nsubj", "nsubj:pass")
        if head is not None and head < colon and cued.isdisjoint(before) and _is_somebody(grammar, head):
            comma = next((x for x in range(head, colon) if grammar.words[x] == ","), colon)
            yield Draft(colon, (colon,), LABEL, tuple(range(before[0], comma)), (), Form.DIRECT, 0.8, "label")


def _is_somebody(grammar: Grammar, head: int) -> bool:
    """Whether a word without a verb or copula of its own names or describes people who speak."""
    if grammar.child(head, "cop", "nsubj", "case") is not None:
        return False
    word = grammar.words[head]
    described = word in PEOPLE or singular(word) in PEOPLE or grammar.index.speaker(word) is not None
    return grammar.tokens[head].upos == "PROPN" or (grammar.tokens[head].upos == "NOUN" and described)


def attach_quotations(grammar: Grammar, quoted: Quoted, drafts: Sequence[Draft]) -> None:
    """Gives every quotation of speech to the draft that reports it, as far as one does; linear in quotations and drafts."""
    by_sentence: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.entry.kind in SPEAKING and draft.head >= 0:
            by_sentence.setdefault(grammar.tokens[draft.head].sentence, []).append(draft)
    speakers: list[Draft | None] = []
    for number, span in enumerate(quoted.outer):
        beside = _cue_beside(grammar, quoted, span, by_sentence)
        speakers.append(beside or _carried(grammar, quoted, number, speakers, by_sentence))
    for number in reversed(range(len(speakers))):  # a cue at the end of the last paragraph speaks for the ones before
        before = quoted.continues[number]
        if before is not None and speakers[before] is None:
            speakers[before] = speakers[number]
        if before is not None and speakers[number] is None:
            speakers[number] = speakers[before]
    for span, speaker in zip(quoted.outer, speakers, strict=True):
        if speaker is not None:
            own = {*speaker.cue, *speaker.source}
            speaker.content = tuple(sorted({*speaker.content, *(x for x in range(*span) if x not in own)}))
            speaker.confidence = max(speaker.confidence, 0.8)


def _cue_beside(grammar: Grammar, quoted: Quoted, span: tuple[int, int], by_sentence: dict[int, list[Draft]]) -> Draft | None:
    """The draft in the first or last sentence of a quotation, its cue outside, that holds most of it or stands nearest to it."""
    first, last = grammar.tokens[span[0]].sentence, grammar.tokens[span[1] - 1].sentence
    near = [draft for number in sorted({first, last}) for draft in by_sentence.get(number, ()) if not span[0] <= draft.head < span[1]]
    near = [draft for draft in near if not quoted.inside[draft.head]]
    if not near:
        return None
    return max(near, key=lambda draft: (_held(draft, span), not draft.content, -_distance(draft, span)))


def _held(draft: Draft, span: tuple[int, int]) -> bool:
    return any(span[0] <= x < span[1] for x in draft.content)


def _distance(draft: Draft, span: tuple[int, int]) -> int:
    return span[0] - draft.head if draft.head < span[0] else draft.head - span[1] + 1


def _carried(
    grammar: Grammar, quoted: Quoted, number: int, speakers: Sequence[Draft | None], by_sentence: dict[int, list[Draft]]
) -> Draft | None:
    """The speaker of the quotation before, when this one follows it directly; or of a sentence before that ends in a colon."""
    first, _ = quoted.outer[number]
    if first == 0:
        return None
    previous = grammar.tokens[first - 1]
    if previous.text == ":":
        return next(iter(reversed(by_sentence.get(previous.sentence, []))), None)
    if number == 0 or speakers[number - 1] is None or not _opens_sentence(grammar, first):
        return None
    speaker = speakers[number - 1]
    end = quoted.outer[number - 1][1]
    sentence = grammar.tokens[first].sentence
    passed = max(grammar.tokens[end - 1].sentence, grammar.tokens[speaker.head].sentence if speaker else 0)
    return speaker if sentence - passed <= 1 and _fills_paragraph(grammar, quoted, number, passed) else None


def _opens_sentence(grammar: Grammar, first: int) -> bool:
    return grammar.parse.sentences[grammar.tokens[first].sentence].first == first


def _fills_paragraph(grammar: Grammar, quoted: Quoted, number: int, passed: int) -> bool:
    """Within a paragraph any quotation goes on; a new paragraph goes on only if it is a quotation from its first word to its last."""
    first, end = quoted.outer[number]
    sentences = grammar.parse.sentences
    here = sentences[grammar.tokens[first].sentence].paragraph
    if sentences[passed].paragraph == here:
        return True
    last = grammar.tokens[end - 1].sentence
    alone = last + 1 >= len(sentences) or sentences[last + 1].paragraph != here
    return alone and all(grammar.tokens[x].upos == "PUNCT" for x in range(end, sentences[last].end))
