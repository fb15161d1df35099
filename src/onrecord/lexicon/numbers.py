"""The grammar of numbers in running text: numerals in every form, their bounds, and words that count vaguely."""

from __future__ import annotations

from enum import StrEnum

from onrecord.records import Exactness, QuantityOf, Record, Span


class NumberKind(StrEnum):
    """What sort of number it is: only counts may count people."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    WORD = "word"


class Number(Record):
    """A number or a word that counts, as it stands in the text.

    span: the phrase with its bound and additive words ("at least 34", "dozens more", "nine of them").
    number_span: the numeral alone ("34"), None for words that imply a number ("deadly", "heavy losses").
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
