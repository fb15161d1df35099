"""The ``agents`` section: common nouns for actors ("soldier", "aid worker", "prime minister") and the words before them that matter.

Sectors are PLOVER's (:mod:`onrecord.lexicon.sectors`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.phrases import PhraseTable, key
from onrecord.lexicon.sectors import SUPRANATIONAL, sector_problem
from onrecord.lexicon.source import Sourced, did_you_mean
from onrecord.records import Record


class Kind(StrEnum):
    PERSON = "person"
    BODY = "body"
    OFFICE = "office"
    RANK = "rank"
    EQUIPMENT = "equipment"
    ACT = "act"
    MODIFIER = "modifier"


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One notion of ``lexicon/agents/*.yaml`` with all its words.

    words: nouns and noun phrases in the singular (plurals are made), or the words of a modifier.
    sectors: primary first.  alternatives: sectors that the same words often have instead.  in_war: sectors where a report is of a war.
    kind: ``equipment`` acts for its owner ("Turkish jets"); ``act`` is no actor itself but tells what its owner acts as ("Turkey's raid").
    country: what stands in the country's place (UNO, NGO, IGO).  abroad: where they are does not tell whose they are ("refugees in Chad").
    homes: the states that alone have such an office ("foreign secretary"), likeliest first.
    generic: takes the sectors of its owner ("rebel commander"); its own hold after a country ("Turkish forces").
    over: for a modifier, the sectors of a head that it replaces.  adds: a modifier's sectors come after the head's ("CVL/REF").
    """

    id: str
    words: tuple[str, ...]
    sectors: tuple[str, ...] = ()
    kind: Kind = Kind.PERSON
    alternatives: tuple[str, ...] = ()
    in_war: tuple[str, ...] = ()
    country: str | None = None
    generic: bool = False
    over: tuple[str, ...] = ()
    adds: bool = False
    abroad: bool = False
    homes: tuple[str, ...] = ()


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id, a word in two entries of one kind, an unknown sector or country."""
    seen: dict[str, str] = {}
    words: dict[tuple[str, str], str] = {}
    for sourced in entries:
        entry = sourced.entry
        first = seen.setdefault(entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{entry.id}' was used before at {first}"
        for sector in (*entry.sectors, *entry.alternatives, *entry.in_war, *entry.over):
            yield from sector_problem(sourced.where, sector)
        if entry.country is not None and entry.country not in SUPRANATIONAL:
            yield f"{sourced.where}: '{entry.country}' does not stand for a country{did_you_mean(entry.country, SUPRANATIONAL)}"
        for word in entry.words:
            before = words.setdefault((_table(entry.kind), key(word)), sourced.where)
            if before != sourced.where:
                yield f"{sourced.where}: '{word}' was used before at {before}"


def _table(kind: Kind) -> str:
    """Modifiers, acts and actors are looked up apart, so a word may be in each."""
    return kind.value if kind in (Kind.MODIFIER, Kind.ACT) else "noun"


_IRREGULAR = {"child": "children", "wife": "wives", "thief": "thieves", "person": "people", "schoolchild": "schoolchildren"}
_WITHOUT_PLURAL = ("people", "police", "media", "folk", "staff", "personnel", "infantry", "artillery", "clergy", "corps", "headquarters")


def plural(phrase: str) -> str:
    """The plural of a noun phrase; of "X of Y" and "X in Y" the first part changes ("heads of state")."""
    for joint in (" of ", " in ", " at "):
        before, found, after = phrase.partition(joint)
        if found:
            return plural(before) + joint + after
    start, _, word = phrase.rpartition(" ")
    return f"{start} {_plural_word(word)}".strip()


def _plural_word(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("man", "woman")) and word not in ("shaman", "human", "german", "ottoman", "muslim"):
        return word[:-2] + "en"
    if word.endswith(_WITHOUT_PLURAL):
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


class Index:
    """Look-ups by noun or noun phrase, in the singular, the plural or as lemma; case does not matter."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._nouns: dict[str, Entry] = {}
        self._modifiers: dict[str, Entry] = {}
        self._acts: dict[str, Entry] = {}
        self._table: PhraseTable[str] = PhraseTable()
        for entry in entries:
            self._add(entry)
        for phrase in self._nouns:
            self._table.add_key(phrase, phrase)

    def _add(self, entry: Entry) -> None:
        if entry.kind is Kind.MODIFIER:
            self._modifiers |= {key(word): entry for word in entry.words}
            return
        table = self._acts if entry.kind is Kind.ACT else self._nouns
        table.update((key(word), entry) for word in entry.words)
        for word in entry.words:
            table.setdefault(key(plural(word)), entry)

    def lookup(self, phrase: str) -> Entry | None:
        """The notion of a noun or noun phrase ("troops", "aid worker", "Prime Minister"), or None."""
        return self._nouns.get(key(phrase))

    def modifier(self, word: str) -> Entry | None:
        """The notion of a word before an agent noun ("pro-government", "displaced"), or None."""
        return self._modifiers.get(key(word))

    def act(self, phrase: str) -> Entry | None:
        """The notion of a noun for a deed of armed people ("air strike", "retaliation"), or None."""
        return self._acts.get(key(phrase))

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, Entry]]:
        """The longest agent phrases in a row of words: first word, end (half-open), notion."""
        for first, end, phrases in self._table.matches(words):
            yield first, end, self._nouns[phrases[0]]
