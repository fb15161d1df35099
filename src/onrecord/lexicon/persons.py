"""Where a number, an article or an age counts one person: "one of them", "killing a soldier", "Hassan Nur (41)"."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.lexicon.numbers import NumberWords
from onrecord.lexicon.numerals import lower_at
from onrecord.lexicon.words import Word

PARTITIVE = frozenset(["them", "whom", "those", "these", "us", "you", "which"])
POSSESSIVE = frozenset(["his", "her", "their", "its", "our", "my"])
STOPS = frozenset('.;:!?()[]—“”"')
ONE_OF_NAMED = frozenset([
    "another", "thing", "day", "way", "side", "point", "time", "such", "hand", "family's", "could", "can", "should", "must", "may",
    "who", "that", "cannot", "needs"
])  # fmt: skip
ONE_AFTER = frozenset([
    "killed", "dead", "injured", "wounded", "missing", "died", "more", "other", "was", "were", "in", "arrested", "hurt", "captured",
    "fatally", "critically", "seriously", "survivor", "death", "fatality", "injury"
])  # fmt: skip
ONE_BEFORE = frozenset([
    "killing", "killed", "kills", "kill", "wounding", "wounded", "wounds", "injuring", "injured", "injures", "left", "leaving",
    "leaves", "arrested", "arresting", "captured", "capturing", "and"
])  # fmt: skip
BEFORE_NO_COUNT = frozenset(["of", "no", "this", "that", "which", "every", "each", "any", "the", "only"])
ARTICLE_REACH, FATE_REACH, LIST_REACH = 6, 7, 9  # words from an article to its person, from there to a fate, and back over a list
AFTER_LISTED = frozenset([
    ".", ",", ";", "in", "at", "near", "on", "when", "during", "and", "were", "was", "as", "after", "outside", "inside", "from", "dead",
    ""
])  # fmt: skip
NOT_LISTED = frozenset(["said", "says", "was", "were", "is", "are", "that", "which", "who", "when", "after", "while", "but", "by", "has"])
NOT_IN_PHRASE = frozenset([
    "of", "and", "in", "was", "who", "the", "to", "for", "said", "says", "told", "that", "which", "is", "has", "had"
])  # fmt: skip
PLURAL_PEOPLE = frozenset([
    "people", "men", "women", "children", "police", "troops", "personnel", "staff", "crew", "infantry", "policemen", "gunmen"
])  # fmt: skip
LEAVING = frozenset(["left", "leaving", "leaves"])
BRACKET_REACH = 8  # words within which a bracket of ages closes
PLACE_PREPOSITIONS = frozenset(["in", "at", "near", "from", "of", "around", "outside", "across", ":"])
REACH = 4  # words after a vague number in which the counted noun must stand


def counts_one(known: NumberWords, words: Sequence[Word], at: int) -> bool:
    """ "one" counts only where something says so: "one soldier", "one of them", "killing one", "one dead"."""
    before, after = lower_at(words, at - 1), lower_at(words, at + 1)
    if after in ONE_AFTER and before not in ("no", "this", "that", "which", "the"):
        return True
    if before in BEFORE_NO_COUNT or after in ONE_OF_NAMED or after == "'":
        return False
    if after == "of":
        return lower_at(words, at + 2) in PARTITIVE | POSSESSIVE or (
            known.counted.match(words, at + 3) is not None or lower_at(words, at + 3) in ("injured", "wounded", "dead", "victims")
        )
    if after in ONE_AFTER or before == "least":
        return True
    if before in ONE_BEFORE and (at + 1 >= len(words) or not words[at + 1].text[0].isalpha()):
        return True
    for index in range(at + 1, min(at + REACH, len(words))):
        if not words[index].text[0].isalpha() and words[index].text != "-":
            return False
        if known.counted.match(words, index):
            return True
    return False


def counts_article(known: NumberWords, words: Sequence[Word], at: int) -> bool:
    """ "killing a soldier", "a 9-year-old girl was wounded", "two guards and a driver": one person whose fate is told nearby."""
    noun = _person_after(known, words, at)
    if noun is None:
        return False
    before, after = lower_at(words, at - 1), lower_at(words, noun + 1)
    if before in known.fates or (before in LEAVING and (after == "dead" or after in known.fates)):
        return True
    if before in ("and", ",") and _fate_before(known, words, at - 1):
        return after in AFTER_LISTED
    aged = after == "(" and gives_ages(known, words, noun + 1)
    return _fate_after(known, words, bracket_end(words, noun + 1) if aged else noun + 1)


def gives_ages(known: NumberWords, words: Sequence[Word], bracket: int) -> bool:
    """ "A man (55)", "Hassan Nur (41)", "two boys (9 and 11)"; not "civilians (12)" nor "in Khan Younis (9)"."""
    end = bracket_end(words, bracket)
    inside = words[bracket + 1 : end - 1]
    ages = [word for word in inside if word.digits and len(word.text) <= 2]
    if bracket == 0 or not ages or any(word not in ages and word.lower not in (",", "and", "aged") for word in inside):
        return False
    before = words[bracket - 1].lower
    described = any((match := known.counted.match(words, at)) is not None and match[0] and match[1] == bracket
                    for at in (bracket - 2, bracket - 1) if at >= 0)  # fmt: skip
    if described:
        return not _is_plural(before) or len(ages) > 1
    return len(ages) == 1 and _names_somebody(words, bracket)


def _person_after(known: NumberWords, words: Sequence[Word], at: int) -> int | None:
    """The index of the word for a person that an article belongs to, at most five words on."""
    for index in range(at + 1, min(at + 1 + ARTICLE_REACH, len(words))):
        word = words[index]
        if not (word.text[0].isalnum() or word.text == "-") or word.lower in NOT_IN_PHRASE:
            return None
        match = known.counted.match(words, index)
        if match is None or not match[0] or _is_plural(word.lower) or _goes_on(known, words, match[1]):
            continue
        if lower_at(words, match[1]) not in ("-", "'", "s"):
            return match[1] - 1
    return None


def _goes_on(known: NumberWords, words: Sequence[Word], at: int) -> bool:
    """Whether another word for a person follows ("a police officer")."""
    return known.counted.match(words, at) is not None


def _fate_before(known: NumberWords, words: Sequence[Word], at: int) -> bool:
    """A verb of fate within the list before, with nothing but a list between."""
    for index in range(at - 1, max(-1, at - 1 - LIST_REACH), -1):
        if words[index].lower in known.fates:
            return True
        if words[index].text in STOPS or words[index].lower in NOT_LISTED:
            return False
    return False


def _fate_after(known: NumberWords, words: Sequence[Word], at: int) -> bool:
    """ "was killed", "had been badly wounded", "died" after a person, past a short phrase ("from Gaza", "aged 9")."""
    passive = False
    for index in range(at, min(at + FATE_REACH, len(words))):
        word = words[index].lower
        if words[index].text in STOPS or word in ("and", "that", "said", "who", "which", "by"):
            return False
        passive = passive or word in ("was", "were", "been", "being", "is")
        if word == "died" or (passive and (word == "dead" or word in known.fates)):
            return True
    return False


def bracket_end(words: Sequence[Word], bracket: int) -> int:
    """The index after the bracket that closes one, or ``bracket + 1`` if none does within a few words."""
    near = range(bracket + 1, min(bracket + BRACKET_REACH, len(words)))
    return next((at + 1 for at in near if words[at].text == ")"), bracket + 1)


def _names_somebody(words: Sequence[Word], bracket: int) -> bool:
    """Whether two capitalised words or more end before a bracket and no preposition or list of places leads to them."""
    first = bracket
    while first > 0 and words[first - 1].text[0].isupper() and words[first - 1].text[0].isalpha():
        first -= 1
    if bracket - first < 2:
        return False
    if lower_at(words, first - 1) in (",", "and") and lower_at(words, first - 2) == ")":
        opening = next((at for at in range(first - 3, max(-1, first - 3 - BRACKET_REACH), -1) if words[at].text == "("), None)
        return opening is not None and _names_somebody(words, opening)
    return lower_at(words, first - 1) not in PLACE_PREPOSITIONS


def _is_plural(noun: str) -> bool:
    return noun in PLURAL_PEOPLE or noun.endswith(("s", "men"))
