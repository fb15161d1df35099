"""Figures set against one another in one sentence: "The army put the toll at 12, the rebels at 30", "…, while aid groups say 30".

The second source has a figure and no clause of its own; what the figure counts is said in the first clause. Parsers have no good
tree for what is left out, so these rules read the order of the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.claims.cues import NEGATIONS
from onrecord.claims.grammar import PASSIVE_SUBJECTS, SUBJECTS, Draft, Grammar
from onrecord.lexicon.cues import CueKind, CuePos
from onrecord.lexicon.lists import word_set
from onrecord.records import Form

PARTING = word_set("conjunctions.parting") | {",", ";", "–", "—"}
HEDGES = word_set("counting.hedges")
INSIDE = frozenset(["DET", "ADJ", "NOUN", "PROPN", "PART", "PRON"])
JOINING = word_set("prepositions.joining")
COUNTED = word_set("people.counted")
ENDS = PARTING | {".", ")", "!", "”", '"'}
MAX_SOURCE = 7  # words of a second source
RULE = "gap"


def bare_figure(grammar: Grammar, first: int, sentence_end: int, *, loose: bool = False) -> tuple[int, ...]:
    """The words of a figure that begins at a word and fills what is left of its clause ("at least nine", "30 people"), or none.

    loose: something may follow it.
    """
    at = first
    while at < sentence_end and grammar.words[at] in HEDGES and grammar.tokens[at].upos != "NUM":
        at += 1
    numbers = at
    while at < sentence_end and grammar.tokens[at].upos == "NUM":
        at += 1
    if at == numbers:
        return ()
    if at < sentence_end and grammar.words[at] in COUNTED:
        at += 1
    return tuple(range(first, at)) if loose or at >= sentence_end or grammar.words[at] in ENDS else ()


def gapped_drafts(grammar: Grammar, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """For every saying with a figure, one draft for each source behind it that has but a figure: the same cue, the figure as content."""
    for draft in drafts:
        if draft.entry.kind is not CueKind.SPEECH or draft.entry.pos is not CuePos.VERB or not draft.source or not draft.content:
            continue
        end = grammar.parse.sentences[grammar.tokens[draft.head].sentence].end
        at = _first_figure(grammar, draft, end)
        while at is not None:
            found = _next_gap(grammar, at, end)
            if found is None:
                break
            source, figure = found
            yield Draft(figure[-1], draft.cue, draft.entry, source, figure, Form.INDIRECT, 0.7, RULE)
            at = figure[-1]


def narrow_phrases(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Gives the second "according to" of a sentence its own figure ("…; according to residents, 30", "…, and 30 according to Y")."""
    before: set[int] = set()
    for draft in sorted((draft for draft in drafts if draft.rule == "phrase"), key=lambda draft: draft.head):
        sentence = grammar.tokens[draft.head].sentence
        figure = (_figure_behind(grammar, draft) or _figure_ahead(grammar, draft)) if sentence in before else ()
        before.add(sentence)
        if figure:
            draft.source = grammar.trim([at for at in draft.source if at not in figure])
            draft.content, draft.rule = figure, "phrase.figure"


def _figure_behind(grammar: Grammar, draft: Draft) -> tuple[int, ...]:
    end = grammar.parse.sentences[grammar.tokens[draft.head].sentence].end
    comma = next((at for at in range(draft.cue[-1] + 1, end) if grammar.words[at] == ","), end)
    return bare_figure(grammar, comma + 1, end)


def _figure_ahead(grammar: Grammar, draft: Draft) -> tuple[int, ...]:
    last, first = draft.cue[0], draft.cue[0]
    sentence = grammar.parse.sentences[grammar.tokens[draft.head].sentence].first
    while first > sentence and grammar.words[first - 1] not in PARTING and last - first < MAX_SOURCE:
        first -= 1
    figure = bare_figure(grammar, first, last) if first > sentence else ()
    return figure if figure and figure[-1] + 1 == last else ()


def set_apart(grammar: Grammar, drafts: Sequence[Draft]) -> None:
    """Takes what second sources say, and who they are, out of what the first is said to say; linear in drafts and their words."""
    owner = {at: draft for draft in drafts if draft.rule in (RULE, "verb.figure") for at in (*draft.source, *draft.content)}
    owner |= {at: draft for draft in drafts if draft.rule == "phrase.figure" for at in (*draft.source, *draft.cue, *draft.content)}
    for draft in drafts:
        if any(at in owner and owner[at] is not draft for at in draft.content):
            kept = [at for at in draft.content if owner.get(at, draft) is draft]
            while kept and grammar.words[kept[-1]] in PARTING:
                kept.pop()
            draft.content = tuple(kept)


def _first_figure(grammar: Grammar, draft: Draft, end: int) -> int | None:
    """The last word of the first clause with its figure, where the figure is what is said: its object, or the subject of what is said."""
    content = set(draft.content)
    number = next((at for at in draft.content if at < end and grammar.tokens[at].upos == "NUM"), None)
    if number is None or number < draft.head:
        return None
    for above in (number, *grammar.parse.ancestors(number)):
        relation = grammar.tokens[above].deprel
        if relation in SUBJECTS or relation in PASSIVE_SUBJECTS:
            return number if grammar.tokens[above].head in content else None
        if grammar.tokens[above].head == draft.head or relation in ("obj", "obl", "ccomp", "root"):
            return number if grammar.tokens[above].head == draft.head or draft.rule == "verb.figure" else None
    return None


def _next_gap(grammar: Grammar, number: int, end: int) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The next source and figure behind a figure, with nothing between them."""
    for mark in range(number + 1, end - 1):
        if grammar.words[mark] not in PARTING:
            continue
        first = mark + 1
        while first < end and grammar.words[first] in PARTING:
            first += 1
        last = first
        while last < end and last - first < MAX_SOURCE and _names(grammar, first, last):
            last += 1
        figure = bare_figure(grammar, last, end)
        source = tuple(range(first, last))
        if figure and source and _speaks(grammar, source):
            return source, figure
    return None


def _names(grammar: Grammar, first: int, at: int) -> bool:
    word, upos = grammar.words[at], grammar.tokens[at].upos
    if word in NEGATIONS or word in PARTING or (word in HEDGES and upos != "DET"):
        return False
    return upos in INSIDE or (word in JOINING and at > first)


def _speaks(grammar: Grammar, source: tuple[int, ...]) -> bool:
    """Whether a row of words names somebody who can say something."""
    for at in source:
        if grammar.words[at] in ("of", "in", "for") or grammar.tokens[at].upos == "PRON":
            break
        pair = f"{grammar.words[at - 1]} {grammar.words[at]}"
        if grammar.tokens[at].upos == "PROPN" or grammar.index.speaker(grammar.words[at]) or grammar.index.speaker(pair):
            return True
    return False
