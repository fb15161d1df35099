"""What a report says of one person: name, age, sex, civilian or combatant, read from all the words that stand for them."""

from __future__ import annotations

import re
from typing import NamedTuple

from onrecord.claims.fillers import Fillers
from onrecord.claims.syntax import Syntax
from onrecord.lexicon.lists import word_row, word_set, word_sorts
from onrecord.lexicon.numbergrammar import OF_AN_AGE
from onrecord.records import EntityLabel, Mention, MentionKind, Sex, Span, VictimStatus

FEMALE = word_set("people.female")
MALE = word_set("people.male")
FIGHTERS = word_set("people.fighters")
PLAIN = word_set("people.civilians")
CIVIL_SECTORS = frozenset(("REF", "LAB", "EDU", "AGR", "REL", "SOC", "JRN", "NGO", "MED"))
ARMED_SECTORS = frozenset(("MIL", "REB", "PRM"))
KIN = word_set("people.kin")
KIN_PLURALS = word_sorts("people.kin_plurals")
TITLES = word_set("people.titles")

_ONES = word_row("counting.ones")
_TENS = word_row("counting.tens")
_NUMBERS = {word: value for value, word in enumerate(_ONES, 1)} | {word: value * 10 for value, word in enumerate(_TENS, 2)}
_NUMBER = rf"\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_ONES[:9])}))?|{'|'.join(sorted(_ONES, key=len, reverse=True))}"
_OLD = re.compile(rf"\b({_NUMBER})[- ](year|month|week|day)s?[- ]olds?\b", re.IGNORECASE)
_AGED = re.compile(rf"\baged?\s+({_NUMBER})\b(?!\s*(?:to|and|[-–])\s*\d)", re.IGNORECASE)
_AFTER = re.compile(r"^(?:\s*\((\d{1,3})\)|\s*,\s*(\d{1,3})(?=\s*[,.;)]|\s+(?:and|was|were|is|in|at|of|from)\b|\s*$))")
_OF_AGE = re.compile(r"^\s+of\s+(\d{1,2})\b")
_AGED_AFTER = re.compile(rf"^\s*,?\s*\(?(?:aged?|who was|was)\s+({_NUMBER})(?=\s*[,.;)]|\s*$|\s+and\b)", re.IGNORECASE)
OLDEST = 120


class Person(NamedTuple):
    """One person of a report. key: the same for all words that the report ties together.  span: of the name, else the description."""

    key: str
    span: Span
    name: str | None
    age: int | None
    sex: Sex | None
    status: VictimStatus


def person_at(index: int, syntax: Syntax, fillers: Fillers) -> Person | None:
    """The person that a word stands for; a pronoun stands for whom it refers to; None where nobody is named or described."""
    index = _meant(index, syntax, fillers)
    heads = _heads(index, syntax)
    mentions = [mention for head in heads if (mention := fillers.heads(head, MentionKind.ACTOR)) is not None]
    if not mentions or syntax.tokens[index].upos == "PRON":
        return None
    named = next((head for head in heads if syntax.tokens[head].upos == "PROPN"), None)
    name = _name(named, syntax) if named is not None else None
    span = _span(heads[0] if named is None else named, name, syntax, fillers)
    words = _words(heads, syntax)
    return Person(
        key=_key(heads, mentions, fillers),
        span=span,
        name=syntax.parse.text_of(name) if name is not None else None,
        age=_age(heads, syntax, fillers),
        sex=_sex(words, mentions, syntax, fillers),
        status=_status(words, mentions),
    )


def is_kin(index: int, syntax: Syntax) -> bool:
    """Whether a noun is somebody's kin ("his sons", "the mayor's wife"): such are described even when they are several."""
    possessed = any(syntax.tokens[child].deprel == "nmod:poss" for child in syntax.children[index])
    return possessed and _singular(syntax.lower[index]) in KIN


def is_described(index: int, syntax: Syntax) -> bool:
    """Whether a common noun stands for one person, or for kin."""
    token = syntax.tokens[index]
    if token.upos not in ("NOUN", "ADJ"):
        return False
    counted = any(syntax.tokens[child].deprel == "nummod" and syntax.lower[child] not in ("one", "1") for child in syntax.children[index])
    return is_kin(index, syntax) or ("Number=Plur" not in token.feats and not counted)


def _singular(word: str) -> str:
    return KIN_PLURALS.get(word) or (word if word in KIN else word.removesuffix("s"))


# ── All the words for one person ──


def _meant(index: int, syntax: Syntax, fillers: Fillers) -> int:
    """The word that a pronoun or a later description goes back to, where that is a name."""
    mention = fillers.heads(index, MentionKind.ACTOR)
    root = _root(mention, fillers)
    token = syntax.parse.token_at(root.head[0]) if root is not None else None
    if root is None or root is mention or token is None or root.label is not EntityLabel.PERSON:
        return index
    while syntax.tokens[token].deprel.startswith("flat") and syntax.tokens[token].head >= 0:
        token = syntax.tokens[token].head
    return token if syntax.tokens[index].upos == "PRON" or syntax.tokens[token].upos == "PROPN" else index


def _root(mention: Mention | None, fillers: Fillers) -> Mention | None:
    """The first mention of the person; a name that shares no word with it is another person's, whatever was resolved."""
    root = fillers.by_id.get(fillers.root(mention) or "")
    if mention is None or root is None:
        return mention
    shared = set(mention.text.lower().split()) & set(root.text.lower().split())
    return root if shared or not (mention.named and root.named) else mention


def _heads(index: int, syntax: Syntax) -> list[int]:
    """The heads of all phrases for the person at a word: itself, its appositions, a name right after a noun, a noun right before a name."""
    found = [index]
    above = syntax.tokens[index]
    if above.deprel == "appos" and above.head >= 0 and _apposed(above.head, index, syntax):
        found.insert(0, above.head)
    for head in tuple(found):
        found += [
            child
            for child in syntax.children[head]
            if syntax.tokens[child].deprel == "appos" and syntax.tokens[child].upos in ("NOUN", "PROPN") and _apposed(head, child, syntax)
        ]
    after = index + 1
    if above.upos == "NOUN" and after < len(syntax.tokens) and syntax.tokens[after].upos == "PROPN":
        found.append(after)
    if above.upos == "PROPN" and index and syntax.tokens[index - 1].upos == "NOUN" and _is_person_noun(index - 1, syntax):
        found.append(index - 1)
    return sorted(set(found))


def _is_person_noun(index: int, syntax: Syntax) -> bool:
    word = _singular(syntax.lower[index])
    return word in KIN | PLAIN | FIGHTERS | FEMALE | MALE


def _apposed(head: int, child: int, syntax: Syntax) -> bool:
    """Whether an apposition is of its head, and not of another noun that stands nearer ("A, his brother B")."""
    if syntax.tokens[child].sentence != syntax.tokens[head].sentence:
        return False
    both_named = syntax.tokens[head].upos == "PROPN" and syntax.tokens[child].upos == "PROPN"
    nearer = any(
        syntax.tokens[at].deprel in ("conj", "appos") and at not in (head, child) and syntax.tokens[at].upos in ("NOUN", "PROPN")
        for at in range(min(head, child) + 1, max(head, child))
    )
    return not both_named and not nearer and not is_kin(child, syntax)


def _key(heads: list[int], mentions: list[Mention], fillers: Fillers) -> str:
    roots = sorted(root.id for mention in mentions if (root := _root(mention, fillers)) is not None)
    return roots[0] if roots else str(heads[0])


def _name(head: int, syntax: Syntax) -> Span:
    """The name at a word: its flat parts, titles left out."""
    parts = [head]
    for child in syntax.children[head]:
        token = syntax.tokens[child]
        if token.deprel.startswith("flat") or (token.deprel in ("compound", "nmod:desc") and token.upos == "PROPN"):
            parts += [child] if not _is_title(child, syntax) else []
    return syntax.tokens[min(parts)].span[0], syntax.tokens[max(parts)].span[1]


def _is_title(index: int, syntax: Syntax) -> bool:
    token = syntax.tokens[index]
    return token.deprel == "nmod:desc" or syntax.lower[index] in TITLES


def _span(head: int, name: Span | None, syntax: Syntax, fillers: Fillers) -> Span:
    """Where the person is written: the mention of the name, else the description with the number before it."""
    mention = fillers.heads(head, MentionKind.ACTOR)
    span = mention.span if mention is not None else name or syntax.tokens[head].span
    above = syntax.tokens[head]
    if (
        name is None
        and above.deprel == "nmod"
        and above.head >= 0
        and syntax.tokens[above.head].upos == "NUM"
        and syntax.case(head) == "of"
    ):
        return syntax.tokens[above.head].span[0], span[1]
    return span


def _words(heads: list[int], syntax: Syntax) -> frozenset[str]:
    """The words that describe the person: heads, adjectives, compounds and titles, without those of a possessor."""
    found: set[str] = set()
    for head in heads:
        found.add(syntax.lower[head])
        for child in syntax.children[head]:
            if syntax.tokens[child].deprel.partition(":")[0] in ("amod", "compound", "flat") or syntax.tokens[child].deprel == "nmod:desc":
                found.add(syntax.lower[child])
    return frozenset(word.rstrip(".") for word in found)


# ── What they say ──


def _age(heads: list[int], syntax: Syntax, fillers: Fillers) -> int | None:
    """The age in years that a phrase holds or that follows it; under a year 0; None where it is more than anybody's."""
    text = syntax.parse.document.text
    for head in heads:
        mention = fillers.heads(head, MentionKind.ACTOR)
        start, end = mention.span if mention is not None else syntax.tokens[head].span
        end = max(end, _name(head, syntax)[1])
        inside = _OLD.search(text[start:end]) or _AGED.search(text[start:end])
        if inside is None:
            inside = _AFTER.match(text[end : end + 12]) or _AGED_AFTER.match(text[end : end + 40])
        if inside is None and syntax.lower[head] in OF_AN_AGE:
            inside = _OF_AGE.match(text[end : end + 8])
        if inside is None:
            continue
        years = _value(next(group for group in inside.groups() if group))
        if inside.re is _OLD and inside[2].lower() != "year":
            years = years // 12 if inside[2].lower() == "month" else 0
        return years if years <= OLDEST else None
    return None


def _value(written: str) -> int:
    if written.isdigit():
        return int(written)
    return sum(_NUMBERS[word] for word in re.split(r"[- ]", written.lower()))


def _sex(words: frozenset[str], mentions: list[Mention], syntax: Syntax, fillers: Fillers) -> Sex | None:
    """By the words of the phrase, else by the pronouns that refer to it; None where they disagree or say nothing."""
    for told in (words, _pronouns(mentions, fillers)):
        if bool(told & FEMALE) != bool(told & MALE):
            return Sex.FEMALE if told & FEMALE else Sex.MALE
    return None


def _pronouns(mentions: list[Mention], fillers: Fillers) -> frozenset[str]:
    ids = {mention.id for mention in mentions}
    return frozenset(one.text.lower() for one in fillers.mentions if one.refers_to in ids and one.text.lower() in FEMALE | MALE)


def _status(words: frozenset[str], mentions: list[Mention]) -> VictimStatus:
    """Civilian or combatant as the words say, or the sectors of an actor that they name; a man of whom nothing is said is unknown."""
    singular = {word.removesuffix("s") for word in words} | words
    sectors = {sector for mention in mentions if mention.actor is not None for sector in mention.actor.sectors}
    if singular & FIGHTERS or sectors & ARMED_SECTORS:
        return VictimStatus.COMBATANT
    if singular & PLAIN or sectors & CIVIL_SECTORS:
        return VictimStatus.CIVILIAN
    return VictimStatus.UNKNOWN
