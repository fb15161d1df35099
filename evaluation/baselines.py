"""What anybody could do without the program, scored in the same run: bags of words, the most populous place of a name, verbs of saying.

The floor under a figure: what ours is worth is the distance to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from evaluation.readout import fit
from onrecord.gazetteer import Gazetteer, Toponym
from onrecord.records import Parse, Span

CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+|\b\d+(?:\.\d+)?\b")
DENIALS = frozenset("not no never nobody none without neither nor t cannot".split())
QUOTES = frozenset("“ ” \" '' `` « »".split())
LIKELY = 0.5
FOLDS = 5


def by_word(words: Mapping[str, str]) -> dict[str, str]:
    """Word → kind, from the words of each kind."""
    return {word: kind for kind, text in words.items() for word in text.split()}


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


def populous_places(gazetteer: Gazetteer, text: str) -> Iterator[tuple[Span, Toponym]]:
    """The most populous place of each name among words with capitals: of a run of them its longest stretches that the gazetteer knows."""
    for run in CAPITALISED.finditer(text):
        words = [(run.start() + word.start(), run.start() + word.end()) for word in re.finditer(r"\S+", run.group())]
        while words:
            stretches = ((words[0][0], words[end - 1][1]) for end in range(len(words), 0, -1))
            found = next(((span, place) for span in stretches if (place := most_populous(gazetteer, text[slice(*span)]))), None)
            end = found[0][1] if found is not None else words[0][1]
            words = [word for word in words if word[0] >= end]
            if found is not None:
                yield found


def verbs_of_saying(parse: Parse, verbs: frozenset[str]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]]:
    """Tokens of source, cue and content at each of the verbs: its subject, itself, and its clause or else what the sentence quotes."""
    for token in parse.tokens:
        if token.lemma.lower() not in verbs or token.upos != "VERB":
            continue
        below = {parse.tokens[child].deprel.partition(":")[0]: child for child in parse.children[token.index]}
        content = next((_tree(parse, below[name]) for name in ("ccomp", "parataxis") if name in below), _quoted(parse, token.sentence))
        if content:
            yield _tree(parse, below["nsubj"]) if "nsubj" in below else (), (token.index,), content


def _tree(parse: Parse, top: int) -> tuple[int, ...]:
    """The tokens from the first to the last of those below one."""
    return tuple(range(*parse.extent(top)))


def _quoted(parse: Parse, sentence: int) -> tuple[int, ...]:
    """The tokens of a sentence between its first and its last quotation mark; none without two marks."""
    inside = parse.sentences[sentence]
    marks = [at for at in range(inside.first, inside.end) if parse.tokens[at].text in QUOTES]
    return tuple(range(marks[0] + 1, marks[-1])) if len(marks) > 1 else ()


def root_sides(parse: Parse) -> dict[str, list[tuple[int, int]]]:
    """Spans of who acts and on whom by the main verb of each sentence: its subject, and its object or the first phrase behind it."""
    found: dict[str, list[tuple[int, int]]] = {"SOURCE": [], "TARGET": []}
    for root in (token for token in parse.tokens if token.head < 0):
        below = [parse.tokens[child] for child in parse.children[root.index]]
        subject = next((t for t in below if t.deprel.startswith("nsubj")), None)
        other = next((t for t in below if t.deprel == "obj"), None) or next((t for t in below if t.deprel.startswith("obl")), None)
        sides = (
            (("TARGET", subject), ("SOURCE", other)) if subject and "pass" in subject.deprel else (("SOURCE", subject), ("TARGET", other))
        )
        for role, side in sides:
            if side is not None:
                first, end = parse.extent(side.index)
                while first < end - 1 and parse.tokens[first].deprel == "case":
                    first += 1
                found[role].append((parse.tokens[first].span[0], parse.tokens[end - 1].span[1]))
    return found
