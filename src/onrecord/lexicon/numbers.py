"""Numbers as the text has them: where they are, their bounds, and the tables that the grammar reads them with."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from onrecord.lexicon.numerals import NumeralWords
from onrecord.lexicon.words import Phrases
from onrecord.records import Exactness, QuantityOf, Record, Span


class NumberKind(StrEnum):
    """What sort of number it is: only counts may count people."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    WORD = "word"


class Number(Record, frozen=True, kw_only=True):
    """A number or a word that counts, as it stands in the text.

    span: the phrase with its bound and additive words ("at least 34", "dozens more", "nine of them").
    number_span: the numeral alone ("34"), None for words that imply a number ("deadly", "heavy losses", "a series of").
    low, low_conservative, best, high: bounds as docs/method/figures.md defines them, None where the text gives none.
    additive: it adds to a figure before it ("another 12", "dozens more").
    partitive: it counts part of what was named before ("nine of them").
    superseded: an earlier value that the text itself replaces ("revised from 34 to 33").
    implies: what the word itself counts ("deadly": killed), None where syntax must tell.
    currency: ISO 4217 code where ``kind`` is money and it is known.
    """

    span: Span
    number_span: Span | None
    low: float | None
    low_conservative: float | None
    best: float | None
    high: float | None
    exactness: Exactness
    kind: NumberKind = NumberKind.COUNT
    additive: bool = False
    partitive: bool = False
    superseded: bool = False
    implies: QuantityOf | None = None
    currency: str | None = None


class Vague(NamedTuple):
    """What a vague word stands for.

    multiplies: it may stand before a numeral ("several hundred").  bare: it is no numeral itself ("a series of").
    """

    low: float
    multiplies: bool
    bare: bool


class Implied(NamedTuple):
    """A word that implies a number without being one ("deadly")."""

    of: QuantityOf | None
    low: float | None
    exactness: Exactness


class NumberWords(NamedTuple):
    """The words around numerals, from the lexicon. Bounds map to None where they say nothing ("a total of")."""

    numerals: NumeralWords
    before: Phrases[Exactness | None]
    after: Phrases[Exactness | None]
    adds_before: Phrases[bool]
    adds_after: Phrases[bool]
    vague: Phrases[Vague]
    none: Phrases[bool]
    both: Phrases[float]
    percent: Phrases[bool]
    currency: Phrases[str]
    measure: Phrases[bool]
    counted: Phrases[bool]  # True for people
    labels: Phrases[bool]
    implied: Phrases[Implied]
    losses: Phrases[Implied]
    degrees: Phrases[bool]
    events: Phrases[bool]
    fates: frozenset[str]  # verb forms that say what befell their object: killed, wounding, abducted
