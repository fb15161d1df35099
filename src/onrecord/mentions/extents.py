"""How far a nominal reaches: from its article to its head, with the parts of its name and the complements that say whose it is."""

from __future__ import annotations

from onrecord.lexicon.lists import word_set
from onrecord.mentions.drafts import base, feature
from onrecord.mentions.names import Names
from onrecord.mentions.vocabulary import TITLES
from onrecord.records import Parse

# Dependents to the left of the head that belong to the phrase.
LEFT = frozenset(["det", "amod", "compound", "nummod", "nmod", "flat", "advmod", "punct", "conj", "cc", "obl"])
POSSESSIVE_MARKS = frozenset(["'s", "’s", "'", "’"])
MAX_DEPTH = 8
OPENING = frozenset("“\"‘'([—–-,:;")
NAME_PARTS = frozenset(["flat", "compound"])
NAME_PREPOSITIONS = word_set("names.prepositions")
SKIPPED = word_set("names.articles") | {"’", "'"}


def phrase_extent(parse: Parse, head: int, names: Names) -> tuple[int, int]:
    """The token range ``[first, end)`` of the phrase around a nominal head, without prepositions and relative clauses.

    "the Iran-backed Hezbollah militias", "University of Aleppo", "Gen. Ali Said", "members of the Marsh Front".
    """
    first = _left(parse, head)
    end = _right(parse, head, names)
    titled = any(token.text.lower().rstrip(".") in TITLES for token in parse.tokens[first:head])
    return first, _whole_name(parse, head, end, titled=titled)


def _left(parse: Parse, head: int) -> int:
    first = head
    start = parse.sentences[parse.tokens[head].sentence].first
    while first > start and _belongs(parse, first - 1, head):
        first -= 1
    return _trim(parse, first, head)


def _belongs(parse: Parse, index: int, head: int) -> bool:
    """Whether a word before the head hangs below it by relations of one phrase; a possessor brings all its words."""
    token = parse.tokens[index]
    for _ in range(MAX_DEPTH):
        relation = base(token.deprel)
        if token.deprel == "nmod:poss":
            token = parse.tokens[token.head]
            if token.index == head:
                return True
            continue
        if relation not in LEFT and not (relation == "case" and token.text in POSSESSIVE_MARKS):
            return False
        if relation in ("nmod", "obl") and _has_preposition(parse, token.index):
            return False
        if token.head < 0:
            return False
        token = parse.tokens[token.head]
        if token.index == head:
            return True
    return False


def _has_preposition(parse: Parse, index: int) -> bool:
    return any(parse.tokens[child].deprel == "case" and parse.tokens[child].text not in POSSESSIVE_MARKS for child in parse.children[index])


def _trim(parse: Parse, first: int, head: int) -> int:
    """Leaves out what stands before the phrase proper: punctuation, "also", a conjunct that is no modifier ("Assad and Russian forces")."""
    for index in range(first, head):
        if parse.tokens[index].upos == "CCONJ" and any(parse.tokens[at].upos == "PROPN" for at in range(first, index)):
            first = index + 1
    while first < head and (parse.tokens[first].upos in ("PUNCT", "ADV", "CCONJ", "PART") or parse.tokens[first].text in OPENING):
        if parse.tokens[first].upos == "ADV" and parse.tokens[parse.tokens[first].head].upos == "ADJ":
            break
        first += 1
    return first


def _right(parse: Parse, head: int, names: Names) -> int:
    end = head + 1
    for child in parse.children[head]:
        token = parse.tokens[child]
        if child < end:
            continue
        relation = base(token.deprel)
        low, high = parse.extent(child)
        if relation in NAME_PARTS and low == end and token.upos in ("PROPN", "NUM", "NOUN", "ADJ"):
            end = _name_end(parse, child)
        elif relation == "nmod" and low == end and _is_complement(parse, head, child, names):
            end = _complement_end(parse, child, names, high)
        elif relation not in ("punct", "case"):
            break
    return end


def _whole_name(parse: Parse, head: int, end: int, *, titled: bool) -> int:
    """The end of a name that a parser took apart: names right behind it that hang on it or beside it, or follow a title."""
    if parse.tokens[head].upos != "PROPN" or (end != head + 1 and not titled):
        return end
    while end < parse.sentences[parse.tokens[head].sentence].end:
        token = parse.tokens[end]
        beside = token.head == head or token.head == parse.tokens[head].head
        follows = beside and base(token.deprel) in ("appos", "flat", "nmod", "dep", "compound")
        if token.upos != "PROPN" or not (follows or titled) or token.text.lower().rstrip(".") in TITLES:
            break
        end += 1
    return end


def _name_end(parse: Parse, index: int) -> int:
    """The end of a later part of a name, its own later parts included."""
    end = index + 1
    for child in parse.children[index]:
        if child == end and base(parse.tokens[child].deprel) in NAME_PARTS:
            end = _name_end(parse, child)
    return end


def _is_complement(parse: Parse, head: int, child: int, names: Names) -> bool:
    """Whether "X of Y" is one name ("University of Aleppo") or says whose people they are ("members of the militia")."""
    cases = {parse.tokens[at].text.lower() for at in parse.children[child] if base(parse.tokens[at].deprel) == "case"}
    if not cases & NAME_PREPOSITIONS:
        return False
    proper = parse.tokens[child].upos == "PROPN"
    if parse.tokens[head].upos == "PROPN":
        return proper and (cases == {"of"} or "for" in cases) and names.known(head) is None
    if cases != {"of"}:
        return False
    agent = names.agent(head) is not None
    return agent and (proper or names.agent(child) is not None or names.known(child) is not None)


def _complement_end(parse: Parse, child: int, names: Names, limit: int) -> int:
    """Where the complement's own phrase ends: later clauses and further prepositions are left out, parts of a name are not."""
    end = max(child + 1, _right(parse, child, names))
    for at in parse.children[child]:
        if at == end + 1 and base(parse.tokens[at].deprel) == "conj" and parse.tokens[at].upos == parse.tokens[child].upos == "PROPN":
            break
    return min(end, limit)


def head_of_name(parse: Parse, first: int, end: int) -> int:
    """The token of a range that no other token of it governs; the last one where there are several."""
    inside = range(first, end)
    tops = [index for index in inside if parse.tokens[index].head not in inside]
    return tops[-1] if tops else end - 1


def name_words(parse: Parse, first: int, end: int) -> str:
    """The words of a range as a name: without article, possessive mark and punctuation, lower case."""
    words = [token.text for token in parse.tokens[first:end] if token.upos != "PUNCT" and token.text.lower() not in SKIPPED]
    return " ".join(words).casefold()


def is_plural(parse: Parse, index: int) -> bool:
    """Whether a nominal is plural by its features or by its conjuncts."""
    token = parse.tokens[index]
    return feature(token, "Number") == "Plur" or any(base(parse.tokens[child].deprel) == "conj" for child in parse.children[index])
