"""Everything in a MUC-4 report that could fill a role: the strings of its noun phrases, with what codings and parses say of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from sys import intern

from evaluation.muc4_features import Clues, clues_of, form_features, is_under
from evaluation.readout import Features
from onrecord.records import Coding, Parse, Token

ARTICLES = re.compile(
    r"^(?:(?:a|an|the|some|several|two|three|four|five|six|seven|eight|nine|ten|\d[\d,.]*|at least|about|unidentified|alleged|presumed|"
    r"suspected) )+"
)
NOUNS = frozenset(("NOUN", "PROPN", "X"))
NO_NOUNS = frozenset(("VERB", "AUX", "ADV"))
NOT_FIRST = frozenset(("DET", "PUNCT", "ADP", "CCONJ", "SCONJ", "PART", "PRON", "SYM"))
NOT_WITHIN = frozenset(("ADP", "PUNCT", "VERB", "AUX", "CCONJ", "SCONJ"))
BEHIND = frozenset(("nmod", "acl", "appos", "obl"))
LONGEST_BEFORE, LONGEST_BEHIND, LONGEST_TEXT = 8, 9, 90  # words before and behind a head; letters


@dataclass
class Entity:
    """A string of a report, with the heads that it has there and what is known of them."""

    text: str
    heads: set[int] = field(default_factory=set)
    features: set[str] = field(default_factory=set)


def normal(text: str) -> str:
    """A string without case, articles, numbers and hedges, which the gold leaves out."""
    return ARTICLES.sub("", " ".join(text.lower().split()))


def shown(text: str) -> str:
    """A string as the gold would write it; empty for one without letters and for a whole clause."""
    short = normal(text).strip(" '")
    short = short.replace('"', "").strip() if short.count('"') % 2 else short  # half of a pair
    return short if len(short) <= LONGEST_TEXT and any(map(str.isalpha, short)) else ""


def entities(coding: Coding, parse: Parse) -> list[Entity]:
    """The candidates of a report, in order of their heads in the text."""
    found: dict[str, Entity] = {}
    clues = Clues(coding, parse)
    for token in parse.tokens:
        if token.upos in NO_NOUNS or (token.upos not in NOUNS and token.index not in clues.parts):
            continue
        shared = clues_of(token, parse, clues)
        for first, end, behind in phrases(parse, token):
            name = shown(parse.document.text[parse.tokens[first].span[0] : parse.tokens[end - 1].span[1]])
            if name:
                entity = found.setdefault(name, Entity(name))
                entity.heads.add(token.index)
                entity.features.update(shared, form_features(name, token, first, end, behind, parse, clues))
    for entity in found.values():
        entity.features.add(f"seen={min(len(entity.heads), 4)}")
        entity.features |= {f"{name}&attacks={clues.attacks}" for name in entity.features if name.startswith("label=")}
    return list(found.values())


def features_of(entity: Entity) -> Features:
    """The features in a fixed order; equal strings are one object, for there are millions of them."""
    return ("always", *map(intern, sorted(entity.features)))


def phrases(parse: Parse, token: Token) -> Iterator[tuple[int, int, str]]:
    """Half-open token ranges with that head: cut at each word before it, with and without what hangs on it behind (the third item)."""
    end = _name_end(parse, token)
    starts = [at for at in range(_low(parse, token), token.index + 1) if parse.tokens[at].upos not in NOT_FIRST]
    starts = [at for at in starts if not parse.tokens[at].text.startswith("'")]
    ends = [(end, "")] + ([(token.index + 1, "short")] if end > token.index + 1 else []) + list(_longer(parse, token, end))
    for last, behind in ends:
        for start in starts:
            if behind in ("", "short") or start in (starts[0], token.index) or parse.tokens[start].upos in ("NOUN", "PROPN"):
                yield start, last, behind


def best_apart(scored: list[tuple[float, Entity]]) -> list[tuple[float, Entity]]:
    """Of strings that share a head or contain one another the best alone, best first; equals in order of the text."""
    kept: list[tuple[float, Entity]] = []
    heads: set[int] = set()
    for score, entity in sorted(scored, key=lambda row: -row[0]):
        if not heads & entity.heads and not any(_contain(entity.text, other.text) for _, other in kept):
            kept.append((score, entity))
            heads |= entity.heads
    return kept


def _contain(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def _name_end(parse: Parse, token: Token) -> int:
    """Behind the name that the head begins."""
    end = token.index + 1
    while end < len(parse.tokens) and (after := parse.tokens[end]).sentence == token.sentence:
        in_name = after.deprel in ("flat", "goeswith") and after.upos != "PUNCT" and token.index <= after.head < end
        if not in_name and not after.upos == parse.tokens[end - 1].upos == "PROPN":
            break
        end += 1
    return end


def _low(parse: Parse, token: Token) -> int:
    """The first word of the phrase; a quotation mark or a hyphen is stepped over once."""
    low = _run_before(parse, token, token.index, NOT_WITHIN)
    if low > 1 and parse.tokens[low - 1].text in ('"', "-") and is_under(parse, low - 1, token.index):
        low = _run_before(parse, token, low - 1, NOT_WITHIN)
    return low


def _run_before(parse: Parse, token: Token, low: int, stops: Set[str]) -> int:
    while low > 0 and token.index - low < LONGEST_BEFORE:
        before = parse.tokens[low - 1]
        if before.sentence != token.sentence or before.upos in stops or not is_under(parse, low - 1, token.index):
            break
        low -= 1
    return low


def _longer(parse: Parse, token: Token, end: int) -> Iterator[tuple[int, str]]:
    """Where the phrase ends with a modifier behind it, and the modifier's preposition or relation."""
    for child in parse.children[token.index]:
        relation = parse.tokens[child].deprel.split(":")[0]
        if not end <= child < token.index + 6 or relation not in BEHIND:
            continue
        first, last = parse.extent(child)
        if first in (end, end + 1) and last - token.index <= LONGEST_BEHIND:
            while last > end and parse.tokens[last - 1].upos == "PUNCT":
                last -= 1
            yield last, parse.tokens[first].text if relation == "nmod" else parse.tokens[child].deprel
