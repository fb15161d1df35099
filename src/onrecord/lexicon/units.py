"""The ``units`` section of the lexicon: how numbers are written, how they are bounded, and what they count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from onrecord.lexicon.inflect import noun_forms, verb_forms
from onrecord.lexicon.numbergrammar import NumberGrammar
from onrecord.lexicon.numbers import Implied, Number, NumberWords, Vague
from onrecord.lexicon.numerals import NumeralWords
from onrecord.lexicon.source import Sourced
from onrecord.lexicon.words import Phrases
from onrecord.records import Exactness, QuantityOf, Record, Span, Unit


class EntryKind(StrEnum):
    """What the forms of an entry do: in the number, around it, or as what it counts."""

    NUMERAL = "numeral"
    MULTIPLIER = "multiplier"
    SHORT = "short"
    PLURAL = "plural"
    VAGUE = "vague"
    NONE = "none"
    BOTH = "both"
    BOUND = "bound"
    ADDITIVE = "additive"
    PERCENT = "percent"
    CURRENCY = "currency"
    MEASURE = "measure"
    LABEL = "label"
    COUNTED = "counted"
    WORD = "word"
    LOSS = "loss"
    DEGREE = "degree"
    PREDICATE = "predicate"


class Argument(StrEnum):
    """Which argument of a predicate is counted."""

    OBJECT = "object"
    SUBJECT = "subject"
    EITHER = "either"
    OF = "of"
    STATE = "state"


FATES = (QuantityOf.KILLED, QuantityOf.INJURED, QuantityOf.CAPTURED, QuantityOf.RECOVERED)
LOOSE = ("lose", "burn", "seize", "hang", "retrieve", "recover")  # their objects are as often things


class Entry(Record, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of ``lexicon/units/*.yaml``. ``forms`` are in lower case but for currency signs and codes.

    value: of numerals, multipliers and round plurals.  low, low_conservative, exactness: the convention for a vague word.
    of, unit: what is counted.  side: where a bound stands.  argument: which argument of a predicate is counted.
    """

    id: str
    kind: EntryKind
    forms: tuple[str, ...] = ()
    value: float | None = None
    low: float | None = None
    low_conservative: float | None = None
    exactness: Exactness | None = None
    side: str | None = None
    multiplies: bool = False
    bare: bool = False
    capitalised: bool = False
    of: QuantityOf | None = None
    unit: Unit | None = None
    argument: Argument | None = None
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class Meaning(NamedTuple):
    """What a predicate says of a count that fills ``argument``; ``beside``: words that must stand with it ("take in": in).

    near: words of which one must stand in the sentence or the one before ("reached nine of them" counts the recovered only under rubble).
    """

    of: QuantityOf
    argument: Argument
    beside: tuple[str, ...]
    near: tuple[str, ...] = ()


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id, a form without letters, a numeral without a value."""
    seen: dict[str, str] = {}
    for sourced in entries:
        entry = sourced.entry
        first = seen.setdefault(entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{entry.id}' was used before at {first}; give each entry its own"
        words = entry.forms + entry.verbs + entry.nouns + entry.adjectives
        if not words or any(not form.strip() for form in words):
            yield f"{sourced.where}: '{entry.id}' has an empty form; write at least one word"
        if entry.kind is EntryKind.PREDICATE and (entry.of is None or entry.argument is None):
            yield f"{sourced.where}: '{entry.id}' is a predicate; say what it counts with of: and argument:"
        if entry.kind in (EntryKind.NUMERAL, EntryKind.MULTIPLIER, EntryKind.SHORT, EntryKind.PLURAL) and entry.value is None:
            yield f"{sourced.where}: '{entry.id}' is a {entry.kind} without a value; add value: N"


class Index:
    """Look-ups over the entries; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        by_kind: defaultdict[EntryKind, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_kind[entry.kind].append(entry)
        self._counted = {form: entry for entry in by_kind[EntryKind.COUNTED] for form in entry.forms}
        self._verbs = _meanings(by_kind[EntryKind.PREDICATE], lambda entry: entry.verbs, verb_forms)
        self._nouns = _meanings(by_kind[EntryKind.PREDICATE], lambda entry: entry.nouns, noun_forms)
        self._states = _meanings(by_kind[EntryKind.PREDICATE], lambda entry: entry.adjectives, lambda word: (word,))
        self._grammar = NumberGrammar(_number_words(by_kind))
        self._last: tuple[tuple[str, tuple[Span, ...]], tuple[Number, ...]] | None = None  # two stages ask for the same text in turn

    def find_numbers(self, text: str, *, skip: Sequence[Span] = ()) -> tuple[Number, ...]:
        """The numbers and counting words of a text, in order, none overlapping another.

        Args: text: a whole document or one sentence.  skip: spans that hold no counts, such as time expressions and dates.
        Returns: spans are code points of ``text``. A mention of kind ``quantity``, label ``NUMBER`` takes ``span`` as its extent and
        ``number_span or span`` as its head. Left out are years, ages, measures (km, tonnes), ordinals, and names with numbers (T-72).
        """
        asked = (text, tuple(skip))
        if self._last is None or self._last[0] != asked:
            self._last = (asked, tuple(self._grammar.find(text, skip)))
        return self._last[1]

    def counted(self, noun: str) -> Entry | None:
        """The entry that says what a noun, in lower case and any number, counts ("houses": buildings), or None."""
        return self._counted.get(noun)

    def verb_meanings(self, form: str) -> tuple[Meaning, ...]:
        """What a verb form, in lower case, says of the counts it governs, the ones that need more words first; may be ()."""
        return self._verbs.get(form, ())

    def noun_meanings(self, form: str) -> tuple[Meaning, ...]:
        """What a noun form says of a count of it or under it ("deaths", "toll"); may be ()."""
        return self._nouns.get(form, ())

    def state_meanings(self, form: str) -> tuple[Meaning, ...]:
        """What an adjective says of the count it describes ("dead", "homeless"); may be ()."""
        return self._states.get(form, ())


def _meanings(
    entries: Sequence[Entry], words_of: Callable[[Entry], tuple[str, ...]], forms_of: Callable[[str], tuple[str, ...]]
) -> dict[str, tuple[Meaning, ...]]:
    """Per inflected form the meanings of its entries, the ones that need more words first."""
    table: defaultdict[str, list[Meaning]] = defaultdict(list)
    for entry in entries:
        if entry.of is None or entry.argument is None:
            continue
        for phrase in words_of(entry):
            head, *beside = phrase.split()
            if entry.nouns:
                *beside, head = phrase.split()
            for form in forms_of(head):
                table[form].append(Meaning(entry.of, entry.argument, tuple(beside), entry.near))
    return {form: tuple(sorted(dict.fromkeys(listed), key=_demand)) for form, listed in table.items()}


def _demand(meaning: Meaning) -> int:
    """Less for a meaning that asks for more words."""
    return -len(meaning.beside) - bool(meaning.near)


def _number_words(by_kind: dict[EntryKind, list[Entry]]) -> NumberWords:
    def values(kind: EntryKind) -> dict[str, float]:
        return {form: entry.value or 0.0 for entry in by_kind[kind] for form in entry.forms}

    def forms(kind: EntryKind) -> Phrases[bool]:
        return Phrases((form, entry.capitalised) for entry in by_kind[kind] for form in entry.forms)

    def sided(kind: EntryKind, side: str) -> Iterator[tuple[str, Exactness | None]]:
        return ((form, entry.exactness) for entry in by_kind[kind] if entry.side == side for form in entry.forms)

    def implied(kind: EntryKind) -> Phrases[Implied]:
        return Phrases(
            (form, Implied(entry.of, entry.low, entry.exactness or Exactness.VAGUE)) for entry in by_kind[kind] for form in entry.forms
        )

    return NumberWords(
        numerals=NumeralWords(values(EntryKind.NUMERAL), values(EntryKind.MULTIPLIER), values(EntryKind.SHORT), values(EntryKind.PLURAL)),
        before=Phrases(sided(EntryKind.BOUND, "before")),
        after=Phrases(sided(EntryKind.BOUND, "after")),
        adds_before=Phrases((form, True) for form, _ in sided(EntryKind.ADDITIVE, "before")),
        adds_after=Phrases((form, True) for form, _ in sided(EntryKind.ADDITIVE, "after")),
        vague=Phrases(
            (form, Vague(entry.low or 0.0, entry.multiplies, entry.bare)) for entry in by_kind[EntryKind.VAGUE] for form in entry.forms
        ),
        none=forms(EntryKind.NONE),
        both=Phrases(values(EntryKind.BOTH)),
        percent=forms(EntryKind.PERCENT),
        currency=Phrases((form, entry.id) for entry in by_kind[EntryKind.CURRENCY] for form in entry.forms),
        measure=forms(EntryKind.MEASURE),
        counted=Phrases((form, entry.unit is Unit.PEOPLE) for entry in by_kind[EntryKind.COUNTED] for form in entry.forms),
        labels=forms(EntryKind.LABEL),
        implied=implied(EntryKind.WORD),
        losses=implied(EntryKind.LOSS),
        degrees=forms(EntryKind.DEGREE),
        events=Phrases((form, True) for entry in by_kind[EntryKind.COUNTED] if entry.unit is Unit.EVENTS for form in entry.forms),
        fates=frozenset(
            form
            for entry in by_kind[EntryKind.PREDICATE]
            if entry.of in FATES and entry.argument is Argument.OBJECT and not entry.near
            for verb in entry.verbs
            if " " not in verb and verb not in LOOSE
            for form in verb_forms(verb)
        ),
    )
