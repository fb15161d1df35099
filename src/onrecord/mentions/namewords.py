"""What the words of a name say about its bearer: "Marsh Front", "Example Agency", "Negro River", "Gen. Said"."""

from __future__ import annotations

from onrecord.lexicon.lists import word_set
from onrecord.mentions import vocabulary as words
from onrecord.records import EntityLabel, MentionKind, Token

Verdict = tuple[MentionKind, EntityLabel] | None
# The verdict on names that are neither actors nor places ("Operation Spring").
NOTHING = (MentionKind.OTHER, EntityLabel.OTHER)
JOINTS = word_set("names.joints") | {"-", "&"}


def by_name_words(lowered: list[str]) -> Verdict:
    """What the words of a name say: its last word, a word before "of", a title."""
    before_of = lowered[: lowered.index("of")] if "of" in lowered else lowered
    while len(before_of) > 1 and (before_of[-1][0].isdigit() or before_of[-1] in words.NUMERALS):  # "Mobile Unit Two", "Resolution 2254"
        before_of = before_of[:-1]
    last = before_of[-1] if before_of else ""
    if lowered[0] == "the":
        lowered = lowered[1:]
    if not lowered:
        return NOTHING
    if last in words.NO_ENTITY_WORDS or (lowered[0] in words.NO_ENTITY_WORDS):
        return NOTHING
    if last in words.FORCE_WORDS:
        return MentionKind.ACTOR, EntityLabel.FORCE
    if last in words.ORG_WORDS:
        return MentionKind.ACTOR, EntityLabel.ORG
    if (last in words.PLACE_WORDS or lowered[0] in words.PLACE_FIRST_WORDS) and len(lowered) > 1:
        built = last in words.FACILITY_NOUNS
        return MentionKind.PLACE, EntityLabel.FAC if built else EntityLabel.LOC
    if any(word.rstrip(".") in words.TITLES for word in lowered[:-1]):
        return MentionKind.ACTOR, EntityLabel.PERSON
    return None


def fits_a_name(token: Token) -> bool:
    """Whether a word may stand inside a name."""
    return token.upos in ("PROPN", "NOUN", "ADJ", "NUM") or token.text.lower() in JOINTS
