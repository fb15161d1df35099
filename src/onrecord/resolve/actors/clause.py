"""What the clause around a mention tells about its actor: who moves whom, who reports whose losses, who fled."""

from __future__ import annotations

from onrecord.lexicon.lists import word_set
from onrecord.records import Parse, Token

_MOVING_OWN = word_set("acts.moving_own")
_SAYING = word_set("speech.telling_verbs")
_FLEEING = word_set("acts.fleeing")
_TAKING_IN = word_set("acts.taking_in")
_ABROAD = word_set("places.abroad")
_MAX_CLIMB = 6


def moves_own_forces(parse: Parse, head: Token) -> bool:
    """Whether a noun is the object of a verb by which one moves one's own forces ("sent troops")."""
    if head.head < 0 or head.deprel.split(":")[0] not in ("obj", "iobj", "nsubj"):
        return False
    if head.deprel.startswith("nsubj") and head.deprel != "nsubj:pass":
        return False
    return parse.tokens[head.head].lemma.casefold() in _MOVING_OWN


def speaker_of(parse: Parse, head: Token) -> int | None:
    """The subject of the verb of saying whose content holds the noun, as token index, or None."""
    index = head.index
    for _ in range(_MAX_CLIMB):
        token = parse.tokens[index]
        if token.head < 0:
            break
        index = token.head
        verb = parse.tokens[index]
        if verb.lemma.casefold() in _SAYING and verb.upos == "VERB" and token.deprel in ("ccomp", "parataxis"):
            return _subject(parse, index)
    for child in parse.children[index]:
        verb = parse.tokens[child]
        if verb.deprel == "parataxis" and verb.lemma.casefold() in _SAYING:
            return _subject(parse, child)
    return None


def _subject(parse: Parse, index: int) -> int | None:
    return next((child for child in parse.children[index] if parse.tokens[child].deprel == "nsubj"), None)


def have_fled(parse: Parse, head: Token) -> bool:
    """Whether a relative clause says of people that they fled: "villagers who have escaped to the border"."""
    clauses = (parse.tokens[child] for child in parse.children[head.index] if parse.tokens[child].deprel == "acl:relcl")
    return any(verb.lemma.casefold() in _FLEEING for verb in clauses)


def displacement(parse: Parse, head: Token) -> str:
    """Whether people fled by the clause they stand in: "abroad", "home" (inside their country, or not said), or ""."""
    for child in parse.children[head.index]:
        token = parse.tokens[child]
        if token.deprel in ("acl:relcl", "acl") and token.lemma.casefold() in _FLEEING:
            return "abroad" if _leaves_country(parse, child) else "home"
    verb = parse.tokens[head.head] if head.head >= 0 else None
    if verb is None:
        return ""
    lemma = verb.lemma.casefold()
    relation = head.deprel
    if relation == "obj" and (lemma in _TAKING_IN or (lemma == "take" and _has_particle(parse, verb.index, "in"))):
        return "abroad"
    if (relation == "nsubj" and lemma in _FLEEING) or (relation in ("obj", "nsubj:pass") and lemma in ("displace", "uproot", "evacuate")):
        return "home"
    if relation == "nsubj" and lemma == "move" and any(parse.tokens[child].deprel == "nummod" for child in parse.children[head.index]):
        return "home"
    return ""


def _leaves_country(parse: Parse, verb: int) -> bool:
    return any(
        parse.tokens[child].lemma.casefold() in _ABROAD and parse.tokens[child].deprel in ("obj", "obl") for child in parse.children[verb]
    )


def _has_particle(parse: Parse, verb: int, particle: str) -> bool:
    return any(
        parse.tokens[child].text.casefold() == particle and parse.tokens[child].deprel in ("compound:prt", "advmod", "case")
        for child in parse.children[verb]
    )
