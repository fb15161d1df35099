"""Names and descriptions that take up an entity again: acronyms, surnames, "the militants", "the region", "their country"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from onrecord.lexicon.lists import word_set
from onrecord.mentions import vocabulary as words
from onrecord.mentions.agreement import is_body, is_person, is_plural
from onrecord.mentions.drafts import Draft
from onrecord.records import BlockKind, EntityLabel, MentionKind, Parse

DEFINITE = word_set("determiners.definite")
POSSESSIVE = word_set("pronouns.possessive_third")
JOINTS = word_set("names.small")
MEMBERS = word_set("people.members")
ANYBODY = word_set("people.anybody")
FIGHTERS = word_set("people.armed_again")
# Sentences back to which a noun that fits many things reaches.
REACH = 12
PER_REPEAT = 1.0
MAX_REPEATS = 4
PER_SENTENCE = 0.4
# Names or nouns of one kind that are gone back through: enough for any report, and a bound for long ones.
MAX_LOOKED_AT = 200


class History:
    """What was mentioned so far, found again by word, noun and position without going through all of it."""

    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        self.drafts: list[Draft] = []
        self.repeats: Counter[str] = Counter()
        self._by_head: dict[int, Draft] = {}
        self._by_noun: defaultdict[str, list[Draft]] = defaultdict(list)
        self._by_word: defaultdict[str, list[Draft]] = defaultdict(list)
        self._countries: list[Draft] = []

    def add(self, draft: Draft) -> None:
        """Adds a mention; they come in the order of their heads."""
        self.drafts.append(draft)
        self._by_head[draft.head] = draft
        if draft.pronoun:
            return
        self._by_noun[_singular(self.parse.tokens[draft.head].text)].append(draft)
        if draft.countries and draft.label is EntityLabel.GPE:
            self._countries.append(draft)
        if draft.named:
            in_headline = self.parse.sentences[self.parse.tokens[draft.head].sentence].kind is BlockKind.HEADLINE
            self.repeats[draft.name] += 2 if in_headline else 1  # what the headline names the report is about
            for word in {*_bare(draft.name), *_initials(draft.name)}:
                self._by_word[word].append(draft)

    def at_head(self, index: int) -> Draft | None:
        """The mention whose head a token is."""
        return self._by_head.get(index)

    def named_with(self, names: Iterable[str]) -> list[Draft]:
        """Names that share a word or initials with these, the nearest first."""
        found = {id(draft): draft for name in names for draft in self._by_word.get(name, ())[-MAX_LOOKED_AT:]}
        return sorted(found.values(), key=lambda draft: -draft.head)

    def with_noun(self, *nouns: str) -> list[Draft]:
        """Mentions with one of these head nouns (singular), the nearest first."""
        found = {id(draft): draft for noun in nouns for draft in self._by_noun.get(noun, ())[-MAX_LOOKED_AT:]}
        return sorted(found.values(), key=lambda draft: -draft.head)

    def countries(self) -> Sequence[Draft]:
        """States, in text order."""
        return self._countries[-MAX_LOOKED_AT:]


def find_antecedent(parse: Parse, draft: Draft, history: History) -> Draft | None:
    """The earlier mention that a name or description takes up, or None."""
    if draft.named and parse.tokens[draft.head].upos == "PROPN":
        return _alias_of(parse, draft, history)
    if not _is_definite(parse, draft) or _modifiers(parse, draft) & words.DISTINCT_WORDS:
        return None
    if draft.kind is MentionKind.PLACE and not _modifiers(parse, draft):
        return _other_noun(parse, draft, history) or _same_noun(parse, draft, history)
    return _same_noun(parse, draft, history) or _other_noun(parse, draft, history)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _alias_of(parse: Parse, draft: Draft, history: History) -> Draft | None:
    """The longer name that this one shortens: "the MF" of "the Marsh Front", "Said" of "Gen. Ali Said", "the Observatory"."""
    short = _bare(draft.name)
    for other in [*_in_brackets(parse, draft, history), *history.named_with(short)]:
        if other.kind is not draft.kind or parse.tokens[other.head].upos == "ADJ" or other is draft:
            continue
        long = _bare(other.name)
        if long == short:
            fuller = draft.kind is MentionKind.PLACE and other.end - other.first > draft.end - draft.first  # "Idlib" after "Idlib, Syria"
            shortened = other.antecedent is not None or (other.name != draft.name and not other.nested)
            return _named_root(other) if shortened or fuller else None
        if _is_acronym_of(parse, draft, other) or _shortens(draft, short, long, other):
            return _named_root(other)
    return None


def _named_root(draft: Draft) -> Draft:
    """The full name behind a name; the name itself where it takes up a mere description."""
    return draft.antecedent if draft.antecedent is not None and draft.antecedent.named else draft


def _in_brackets(parse: Parse, draft: Draft, history: History) -> Iterator[Draft]:
    """The name right before the bracket that this one opens."""
    if draft.first >= 2 and parse.tokens[draft.first - 1].text in ("(", "["):
        yield from (other for other in history.drafts[-4:] if other.named and other.end == draft.first - 1)


def _initials(name: str) -> tuple[str, str]:
    """The first letters of a name's words, without and with the small words."""
    parts = [word for word in name.replace("-", " ").split() if word]
    if len(parts) < 2:
        return "", ""
    return "".join(word[0] for word in parts if word not in JOINTS), "".join(word[0] for word in parts)


def _bare(name: str) -> tuple[str, ...]:
    """The words of a name without titles and dots."""
    return tuple(word.rstrip(".") for word in name.split() if word.rstrip(".") not in words.TITLES or len(name.split()) == 1)


def _shortens(draft: Draft, short: tuple[str, ...], long: tuple[str, ...], other: Draft) -> bool:
    if len(long) == 1 < len(short) and is_person(draft) and is_person(other):
        return short[-1] == long[0]
    if len(short) >= len(long):
        return False
    if is_person(draft) and is_person(other):
        return short[-1] == long[-1] or (len(short) == 1 and short[0] == long[0])
    if draft.label is other.label is EntityLabel.ORG or draft.label is other.label is EntityLabel.FORCE:
        return len(short) == 1 and short[0] in long and short[0] in words.ORG_WORDS | words.FORCE_WORDS
    return False


def _is_acronym_of(parse: Parse, draft: Draft, other: Draft) -> bool:
    acronym = parse.tokens[draft.head].text.replace(".", "")
    if not (acronym.isupper() and 2 <= len(acronym) <= 7) or len(other.name.split()) < 2:
        return False
    bracketed = draft.first == other.end + 1 and acronym[0].casefold() in {word[0] for word in other.name.split()}
    return bracketed or acronym.casefold() in _initials(other.name)


# ── Descriptions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _is_definite(parse: Parse, draft: Draft) -> bool:
    first = parse.tokens[draft.first].text.lower()
    return first in DEFINITE or (first in POSSESSIVE and parse.tokens[draft.head].text.lower() in words.COUNTRY_ANAPHORS)


def _modifiers(parse: Parse, draft: Draft) -> frozenset[str]:
    """The content words before the head, lower case."""
    inside = parse.tokens[draft.first : draft.head]
    return frozenset(
        token.text.lower() for token in inside if token.upos in ("ADJ", "NOUN", "PROPN", "NUM", "VERB", "DET") and token.deprel != "det"
    )


def _singular(word: str) -> str:
    """A word without a plural ending, good enough to compare nouns."""
    lowered = word.lower()
    if lowered.endswith("men"):
        return lowered[:-3] + "man"
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    return lowered[:-1] if lowered.endswith("s") and not lowered.endswith("ss") else lowered


def _same_noun(parse: Parse, draft: Draft, history: History) -> Draft | None:
    """An earlier mention with the same noun whose words do not contradict: "the panicked militias" of "Hezbollah militias"."""
    noun = _singular(parse.tokens[draft.head].text)
    described = _modifiers(parse, draft)
    named = {word for word in described if _names_something(parse, draft, word)}
    for other in history.with_noun(noun, *map(_singular, described)):
        if not _may_be_described(parse, draft, other):
            continue
        theirs = _modifiers(parse, other)
        if theirs & words.DISTINCT_WORDS or not named <= theirs | set(other.name.split()):
            continue
        same = _singular(parse.tokens[other.head].text) == noun and is_plural(parse, other) == is_plural(parse, draft)
        members = noun in MEMBERS and _singular(parse.tokens[other.head].text) in map(_singular, described)
        if same or (members and is_plural(parse, draft)):
            return None if draft.named and other.name == draft.name else other
    return None


def _names_something(parse: Parse, draft: Draft, word: str) -> bool:
    """Whether a modifier tells entities apart: a name, a nationality, or a noun ("regime forces")."""
    inside = parse.tokens[draft.first : draft.head]
    return any(token.text.lower() == word and (token.upos in ("PROPN", "NOUN") or token.text[:1].isupper()) for token in inside) and not (
        _singular(word) in ("militia", "army", "group", "force") and parse.tokens[draft.head].text.lower() in ("members", "fighters", "men")
    )


def _may_be_described(parse: Parse, draft: Draft, other: Draft) -> bool:
    """Whether a description may take up an earlier mention at all: not one in the dateline, around it or inside it."""
    dateline = parse.sentences[parse.tokens[other.head].sentence].kind is BlockKind.DATELINE
    return other.end <= draft.first and not other.pronoun and other.kind is draft.kind and not dateline


def _other_noun(parse: Parse, draft: Draft, history: History) -> Draft | None:
    """An earlier mention under another noun: "the group" of a named body, "the town" of a place, "the general" of one."""
    word = parse.tokens[draft.head].text.lower()
    if any(_names_something(parse, draft, modifier) for modifier in _modifiers(parse, draft)):
        return None
    here = parse.tokens[draft.head].sentence
    best, best_score = None, float("-inf")
    for other in islice(reversed(history.drafts), MAX_LOOKED_AT):
        distance = here - parse.tokens[other.head].sentence
        if distance > REACH:
            break
        if not _may_be_described(parse, draft, other) or not _may_stand_for(parse, word, draft, other):
            continue
        score = PER_REPEAT * min(MAX_REPEATS, history.repeats[other.name]) - PER_SENTENCE * distance
        if score > best_score:
            best, best_score = other, score
    if best is None or best.named:
        return best
    return best.antecedent or best


def _may_stand_for(parse: Parse, word: str, draft: Draft, other: Draft) -> bool:
    singular = _singular(word)
    if draft.kind is MentionKind.PLACE:
        return _place_stands_for(parse, singular, draft, other)
    if is_person(draft) and is_person(other):
        titles = {token.text.lower().rstrip(".") for token in parse.tokens[other.first : other.end]}
        return other.named and (singular in titles or singular in ANYBODY)
    if singular in words.GROUP_ANAPHORS:
        return other.named and is_body(other) and other.label is not EntityLabel.GPE and not is_plural(parse, other)
    if singular in words.ATTACKERS and is_plural(parse, draft):
        return other.label is EntityLabel.FORCE and is_plural(parse, other) and _is_irregular(parse, other)
    return singular in words.BODY_ANAPHORS and other.named and singular in other.name.split()


def _is_irregular(parse: Parse, draft: Draft) -> bool:
    """Whether armed people are of the kind called militants, not of an army."""
    return _singular(parse.tokens[draft.head].text) in FIGHTERS


def _place_stands_for(parse: Parse, singular: str, draft: Draft, other: Draft) -> bool:
    if singular in words.COUNTRY_ANAPHORS:
        return bool(other.countries)
    if singular in words.AREA_ANAPHORS:
        return not other.countries and other.label in (EntityLabel.GPE, EntityLabel.LOC)
    if singular in words.TOWN_ANAPHORS:
        return other.named and not other.countries and other.label is EntityLabel.GPE
    return other.named and other.name.split()[-1:] == [singular]


def country_of_owner(parse: Parse, draft: Draft, history: History) -> Draft | None:
    """For "their country": a mention of the country whose people the owner is."""
    pronoun = history.at_head(draft.first)
    owner = pronoun.antecedent if pronoun is not None and pronoun.pronoun else None
    if owner is None or parse.tokens[draft.head].text.lower() not in words.COUNTRY_ANAPHORS:
        return None
    owner = owner.antecedent or owner
    before = list(reversed(history.countries()))
    inside = (other.countries for other in before if owner.first <= other.head < owner.end)  # "Chad's president said his country …"
    countries = owner.countries or next(inside, frozenset())
    if not countries:
        return None
    named = [other for other in before if other.countries & countries]
    return next((other for other in named if other.kind is MentionKind.PLACE), named[0] if named else None)
