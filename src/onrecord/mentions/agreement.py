"""What two mentions of one entity must share: number, gender, and being a person, a body or a place."""

from __future__ import annotations

from onrecord.lexicon.lists import word_set
from onrecord.mentions.drafts import Draft
from onrecord.mentions.kinds import is_plural_noun
from onrecord.mentions.vocabulary import FEMALE_WORDS, MALE_WORDS
from onrecord.records import EntityLabel, MentionKind, Parse

BODIES = frozenset([EntityLabel.ORG, EntityLabel.FORCE, EntityLabel.GPE])
PLURALS = word_set("pronouns.plural")
UNCOUNTED = word_set("determiners.nobody_certain")


def is_plural(parse: Parse, draft: Draft) -> bool:
    """Whether a mention is plural by form."""
    token = parse.tokens[draft.head]
    if draft.pronoun:
        return token.text.lower() in PLURALS
    people = draft.label is EntityLabel.NORP and token.upos != "ADJ"
    return people or is_plural_noun(token)


def is_person(draft: Draft) -> bool:
    """Whether a mention is of people one by one."""
    return draft.label is EntityLabel.PERSON


def is_body(draft: Draft) -> bool:
    """Whether a mention is of a body that one can call "it" as well as "they"."""
    return draft.label in BODIES


def gender(parse: Parse, draft: Draft) -> str | None:
    """ "f" or "m" where the words of a mention say so, else None."""
    lowered = {parse.tokens[index].text.lower().rstrip(".") for index in range(draft.first, draft.end)}
    if lowered & FEMALE_WORDS:
        return "f"
    return "m" if lowered & MALE_WORDS else None


def may_be_they(parse: Parse, draft: Draft) -> bool:
    """Whether "they" may stand for a mention: several, or a body that acts."""
    if draft.kind is MentionKind.PLACE:
        return False
    return is_plural(parse, draft) or (is_body(draft) and draft.kind is MentionKind.ACTOR)


def may_be_it(parse: Parse, draft: Draft) -> bool:
    """Whether "it" may stand for a mention: one, and neither a person nor a people."""
    return not is_plural(parse, draft) and not is_person(draft) and draft.label is not EntityLabel.NORP


def may_be_person(parse: Parse, draft: Draft, wanted: str | None) -> bool:
    """Whether "he" or "she" may stand for a mention; ``wanted`` is the pronoun's gender."""
    if not is_person(draft) or is_plural(parse, draft) or _is_nobody(parse, draft):
        return False
    found = gender(parse, draft)
    return wanted is None or found is None or found == wanted


def _is_nobody(parse: Parse, draft: Draft) -> bool:
    """ "No fighter" is nobody who could be spoken of later."""
    dependents = (parse.tokens[child] for child in parse.children[draft.head])
    return any(token.deprel == "det" and token.text.lower() in UNCOUNTED for token in dependents)
