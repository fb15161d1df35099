"""A mention in the making, and the questions about words that several parts of the stage ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from onrecord.records import EntityLabel, MentionKind, Parse, Span, Token


@dataclass(eq=False)
class Draft:
    """A mention before it has an id.

    first, end: token range of the extent.  head: token index.  head_span: where the head is no token (a number phrase).
    name: its words without article and possessive, for comparing names.  countries: codes of the countries that it names.
    antecedent: the draft that it refers to.  dropped: found to be none after all.
    """

    kind: MentionKind
    label: EntityLabel
    span: Span
    first: int
    end: int
    head: int
    named: bool = False
    name: str = ""
    pronoun: bool = False
    nested: bool = False
    head_span: Span | None = None
    countries: frozenset[str] = field(default_factory=frozenset)
    antecedent: Draft | None = None
    dropped: bool = False


def feature(token: Token, name: str) -> str:
    """The value of a UD feature ("Number" gives "Plur"), or ""."""
    start = f"{name}="
    return next((part.removeprefix(start) for part in token.feats.split("|") if part.startswith(start)), "")


@cache
def base(deprel: str) -> str:
    """A UD relation without its subtype."""
    return deprel.partition(":")[0]


def case_words(parse: Parse, index: int) -> tuple[str, ...]:
    """The lower-case prepositions and possessive marks of a nominal, in text order; of a later conjunct, those of the first one."""
    token = parse.tokens[index]
    words = tuple(parse.tokens[child].text.lower() for child in parse.children[index] if base(parse.tokens[child].deprel) == "case")
    if not words and base(token.deprel) in ("conj", "appos") and token.head >= 0:
        return case_words(parse, token.head)
    return words


def governor(parse: Parse, index: int) -> tuple[str, Token | None]:
    """The relation that a nominal really has, and to which word: conjuncts and appositions take that of the first."""
    token = parse.tokens[index]
    while base(token.deprel) in ("conj", "appos", "flat") and token.head >= 0:
        token = parse.tokens[token.head]
    return token.deprel, parse.tokens[token.head] if token.head >= 0 else None


def span_of(parse: Parse, first: int, end: int) -> Span:
    """The characters from the first token up to the end of the last one."""
    return parse.tokens[first].span[0], parse.tokens[end - 1].span[1]
