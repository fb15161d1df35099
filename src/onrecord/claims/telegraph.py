"""Telegraphic sentences put right before anything is read from them: headlines of nouns only, list items of the form "place, day: clause".

Parsers take "Shells hit market" for one long compound. But a plural noun does not modify the noun behind it, so in a headline without any
verb a plural followed by one bare word and the head noun is subject, verb and object; the lexicon then says whether that word tells of an
event. In "Riverton, 7 June: two people died" the place stands before the clause and is no part of it.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec

from onrecord.lexicon.lists import word_row
from onrecord.records import BlockKind, Parse, ParsedSentence, Token

HEADLINES = frozenset((BlockKind.HEADLINE, BlockKind.SUMMARY))
SINGULAR_ENDINGS = word_row("names.singular_endings")
LEADING = 12


def expand(parse: Parse) -> Parse:
    """The parse with such sentences given the tree that they stand for; the same object when there are none."""
    changed: dict[int, Token] = {}
    for sentence in parse.sentences:
        changed.update(_headline(parse, sentence) if sentence.kind in HEADLINES else _item(parse, sentence))
    if not changed:
        return parse
    return msgspec.structs.replace(parse, tokens=tuple(changed.get(token.index, token) for token in parse.tokens))


def _headline(parse: Parse, sentence: ParsedSentence) -> dict[int, Token]:
    row = parse.tokens[sentence.first : sentence.end]
    if any("VerbForm=Fin" in token.feats or token.upos == "AUX" for token in row):
        return {}
    for subject, verb in pairwise(row):
        if verb.deprel != "compound" or verb.head < 0 or not _is_plural(subject) or subject.head not in (verb.head, verb.index):
            continue
        head = parse.tokens[verb.head]
        if head.upos in ("NOUN", "PROPN") and verb.upos in ("NOUN", "VERB") and not _is_plural(verb) and head.index > verb.index:
            return _clause(parse, subject, verb, head)
    return {}


def _is_plural(token: Token) -> bool:
    word = token.text.lower()
    return token.upos in ("NOUN", "PROPN") and token.deprel == "compound" and word.endswith("s") and not word.endswith(SINGULAR_ENDINGS)


def _clause(parse: Parse, subject: Token, verb: Token, head: Token) -> dict[int, Token]:
    replace = msgspec.structs.replace
    made = {
        subject.index: replace(subject, head=verb.index, deprel="nsubj"),
        verb.index: replace(verb, head=head.head, deprel=head.deprel, upos="VERB", feats="Mood=Ind|Tense=Pres|VerbForm=Fin"),
        head.index: replace(head, head=verb.index, deprel="obj"),
    }
    for child in parse.children[head.index]:
        token = parse.tokens[child]
        if child < subject.index:
            made[child] = replace(token, head=subject.index)
        elif child > head.index and token.deprel in ("punct", "parataxis"):
            made[child] = replace(token, head=verb.index)
    return made


def _item(parse: Parse, sentence: ParsedSentence) -> dict[int, Token]:
    row = parse.tokens[sentence.first : min(sentence.end, sentence.first + LEADING)]
    colon = next((token.index for token in row if token.text == ":"), None)
    if colon is None:
        return {}
    place = next((t for t in row if t.index < colon and t.upos == "PROPN" and t.head > colon), None)
    if place is None or parse.tokens[place.head].upos != "VERB" or any(t.upos in ("VERB", "AUX") for t in row if t.index < colon):
        return {}
    replace = msgspec.structs.replace
    made = {place.index: replace(place, deprel="dislocated")}
    for child in parse.children[place.index]:
        token = parse.tokens[child]
        if child > colon and token.deprel in ("appos", "parataxis", "dep") and place.deprel.startswith("nsubj"):
            made[child] = replace(token, head=place.head, deprel=place.deprel)
            break
    return made
