"""Whether a report withholds who speaks.

Withheld is who somebody is, not whom they work for: "Turkish officials" are as anonymous as "officials". A body that there is one of
("the army", "the ministry") speaks under its own name even where the report leaves that name out.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.lexicon.inflect import singular
from onrecord.lexicon.lists import word_set
from onrecord.records import EntityLabel, Mention, Parse, Token

PEOPLE = word_set("people.unnamed")
BODIES = word_set("bodies.one_of_a_kind")
ITS = word_set("determiners.one_of_a_kind")

NAMING = frozenset(["appos", "flat", "flat:name"])


def is_anonymous(parse: Parse, tokens: Sequence[Token], head: int, known: Sequence[Mention]) -> bool | None:
    """Whether it is withheld who the tokens of a source stand for; None of a pronoun of which nothing is known.

    head: the source's head token.  known: the mention of the source, then what that refers to, step by step.
    """
    if any(mention.label is EntityLabel.PERSON and _is_name(parse, mention) for mention in known):
        return False
    if parse.tokens[head].upos == "PRON":
        return _of_pronoun(parse, known)
    if _is_called(parse, head, PEOPLE):
        return not _has_name(parse, tokens, head)
    if any(mention.named for mention in known) or any(token.upos == "PROPN" for token in tokens):
        return False
    return not (_is_called(parse, head, BODIES) and any(token.text.lower() in ITS for token in tokens))


def _of_pronoun(parse: Parse, known: Sequence[Mention]) -> bool | None:
    """A pronoun is as anonymous as what it refers to."""
    for number, mention in enumerate(known):
        tokens = parse.tokens_in(mention.span)
        head = parse.token_at(mention.head[0])
        if head is not None and parse.tokens[head].upos != "PRON":
            return is_anonymous(parse, tokens, head, known[number:])
    return True if known else None


def _is_called(parse: Parse, head: int, nouns: frozenset[str]) -> bool:
    word = parse.tokens[head].text.lower()
    return parse.tokens[head].upos in ("NOUN", "ADJ") and (word in nouns or singular(word) in nouns)


def _has_name(parse: Parse, tokens: Sequence[Token], head: int) -> bool:
    """Whether a proper name stands beside a noun for people ("hospital director Irene Sosa", "a resident, Musa Bello")."""
    names = [token for token in tokens if token.upos == "PROPN"]
    return any(
        (token.head == head and token.deprel in NAMING) or (token.index > head and parse.tokens[token.index - 1].text == ",")
        for token in names
    )


def _is_name(parse: Parse, mention: Mention) -> bool:
    head = parse.token_at(mention.head[0])
    return mention.named and head is not None and parse.tokens[head].upos == "PROPN"
