"""Reads one numeral: digits with either separator, number words, round plurals, and mixtures of them ("3.7 million", "half a dozen")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from onrecord.lexicon.words import Word
from onrecord.records import Exactness

LARGEST = 1e13  # larger than any count or sum in a conflict report: an identifier, a calculation or a joke
MULTIPLIED_AFTER_ARTICLE = ("hundred", "thousand", "million", "billion", "dozen", "lakh", "crore", "trillion")
ORDINAL_ENDINGS = ("st", "nd", "rd", "th", "s")
MEASURES = frozenset(["%", "percent", "per", "km", "kilometres", "kilometers", "miles", "metres", "meters", "degrees", "magnitude"])
SEPARATORS = "  \u2009\u202f"

LONGEST_WORD = 30
_WORD_BEFORE = re.compile(r"(?:^|[\s(\"“])[^\W\d_]{4,}$")  # "least140,000": a space was lost after a whole word
_GROUPED = re.compile(  # at most five groups, so that endless runs of digits cost no more than their length
    r"\d{1,3}(?:,\d{3}){1,4}(?!,?\d)"
    r"|\d{1,2}(?:,\d{2}){1,4},\d{3}(?!,?\d)"
    r"|\d{1,3}(?:[.'’]\d{3}){2,4}(?![.'’]?\d)"
    rf"|[1-9]\d{{0,2}}(?:[{SEPARATORS}]\d{{3}}){{1,4}}(?![,.]?\d|[{SEPARATORS}]\d{{3}}(?!\d))"
    r"|\d{1,3}(?:٬\d{3}){1,4}(?!٬?\d)"
)
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}(?!\d)")
_DECIMAL = re.compile(r"\d{1,15}(?:,\d{3}){0,4}[.٫]\d{1,15}(?!\.?\d)")
_COMMA_DECIMAL = re.compile(r"\d{1,3},\d{1,2}(?!\d)")
_PLAIN = re.compile(r"\d{1,15}(?!,?\d)")


class NumeralWords(NamedTuple):
    """The words that numerals are made of, from the lexicon."""

    numerals: Mapping[str, float]
    multipliers: Mapping[str, float]
    shorts: Mapping[str, float]
    plurals: Mapping[str, float]


class Numeral(NamedTuple):
    """A value as read, and the index of the word after it. ``scaled``: it already holds a multiplier."""

    low: float | None
    low_conservative: float | None
    best: float | None
    high: float | None
    exactness: Exactness
    end: int
    scaled: bool = False


def exactly(value: float, end: int, *, scaled: bool = False) -> Numeral:
    """A numeral with one value."""
    return Numeral(value, None, value, value, Exactness.EXACT, end, scaled)


def read_numeral(text: str, words: Sequence[Word], at: int, known: NumeralWords) -> Numeral | None:
    """The numeral that begins at ``words[at]``, or None. "m" after digits is left to the caller, who knows what follows."""
    if words[at].digits:
        return _read_digits(text, words, at, known)
    return _read_plural(words, at, known) or _read_fraction(words, at, known) or _read_words(words, at, known)


def lower_at(words: Sequence[Word], at: int) -> str:
    """The word at an index in lower case, "" beyond either end."""
    return words[at].lower if 0 <= at < len(words) else ""


def _read_digits(text: str, words: Sequence[Word], at: int, known: NumeralWords) -> Numeral | None:
    if not _stands_alone(text, words[at].start):
        return None
    matched = _match_digits(text, words[at].start)
    if matched is None:
        return None
    raw, stop = matched
    if len(raw) > 1 and raw[0] == "0" and raw.isdecimal():
        return None  # "0500": a clock time, a code
    end = at
    while end < len(words) and words[end].end <= stop:
        end += 1
    if _DOTTED.fullmatch(raw) and lower_at(words, end) not in known.multipliers and not _is_part(words, end):
        raw = raw.replace(".", "")
    elif _COMMA_DECIMAL.fullmatch(raw):
        if lower_at(words, end) not in known.multipliers:
            return None  # "12,34": a slip, or two numbers: nothing that can be trusted
        raw = raw.replace(",", ".")
    value = float(re.sub(rf"[,'’٬{SEPARATORS}]", "", raw).replace("٫", ".") if raw.count(".") < 2 else raw.replace(".", ""))
    return _scaled(value, words, end, known) if _ends_well(text, words, end, known) and value <= LARGEST else None


def _match_digits(text: str, start: int) -> tuple[str, int] | None:
    for pattern in (_GROUPED, _DOTTED, _DECIMAL, _COMMA_DECIMAL, _PLAIN):
        match = pattern.match(text, start)
        if match:
            return match.group(), match.end()
    return None


def _is_part(words: Sequence[Word], at: int) -> bool:
    """What follows measures rather than counts, so that a dot is a decimal point."""
    return lower_at(words, at) in MEASURES


def _stands_alone(text: str, start: int) -> bool:
    """Not the tail of a name ("T-72", "F16"), of a date, a ratio or a power."""
    before = text[start - 1] if start else " "
    further = text[start - 2] if start > 1 else " "
    if before.isalnum() or before in "_^#@" or (before in ".,:/" and further.isdecimal()):
        return before.islower() and _WORD_BEFORE.search(text, max(0, start - LONGEST_WORD), start) is not None
    return not (before in "-‑–" and further.isalpha())


def _ends_well(text: str, words: Sequence[Word], end: int, known: NumeralWords) -> bool:
    """Not followed by what makes it an ordinal, a decade, a clock time, a ratio, a power or a model name."""
    if end >= len(words) or not words[end].glued:
        return True
    after = words[end]
    if after.text in ("^", "_", "×"):
        return False
    if after.text in (":", "/", ".", ",") and end + 1 < len(words) and words[end + 1].glued and words[end + 1].digits:
        return after.text == ","
    if after.text[0].isalpha():
        joined = len(after.text) > 1 and after.lower not in ORDINAL_ENDINGS
        return joined or after.lower in known.shorts or after.lower in known.multipliers
    return True


def _scaled(value: float, words: Sequence[Word], end: int, known: NumeralWords) -> Numeral | None:
    """With the multipliers that follow: "3.7 million", "2 dozen", "5 lakh", also hyphenated."""
    scaled = False
    while True:
        after = end + 1 if lower_at(words, end) in ("-", "‑") and words[end].glued else end
        factor = known.multipliers.get(lower_at(words, after))
        if factor is None:
            break
        value, end, scaled = value * factor, after + 1, True
    return exactly(value, end, scaled=scaled) if value <= LARGEST else None


def _read_plural(words: Sequence[Word], at: int, known: NumeralWords) -> Numeral | None:
    """ "dozens", "hundreds of thousands": at least two of the round number."""
    base = known.plurals.get(words[at].lower)
    if base is None:
        return None
    end = at + 1
    if lower_at(words, end) == "of" and lower_at(words, end + 1) in known.plurals:
        base *= known.plurals[lower_at(words, end + 1)]
        end += 2
    return Numeral(2 * base, base, None, None, Exactness.VAGUE, end, True) if base <= LARGEST else None


def _read_fraction(words: Sequence[Word], at: int, known: NumeralWords) -> Numeral | None:
    """ "half a million", "half a dozen", "a quarter of a million", "a half million"."""
    first = 1 if lower_at(words, at) in ("a", "an") else 0
    part = {"half": 0.5, "quarter": 0.25}.get(lower_at(words, at + first))
    if part is None:
        return None
    end = at + first + 1
    while lower_at(words, end) in ("a", "an", "of", "-"):
        end += 1
    factor = known.multipliers.get(lower_at(words, end))
    return exactly(part * factor, end + 1, scaled=True) if factor else None


def _read_words(words: Sequence[Word], at: int, known: NumeralWords) -> Numeral | None:
    """ "one hundred and thirty-two", "two and a half million", "a dozen"."""
    if lower_at(words, at) in ("a", "an") and lower_at(words, at + 1) not in MULTIPLIED_AFTER_ARTICLE:
        return None
    total, current, end, scaled = 0.0, None, at, False
    while end < len(words):
        word, step = words[end].lower, 1
        if word in ("and", "-", "‑", "a", "an") and end > at:
            step = _linked(words, end, known)
            if not step:
                break
            if step < 0:
                current, end = (current or 0) + 0.5, end - step
                continue
            word = words[end + step - 1].lower
        elif word in ("a", "an"):
            end += 1
            continue
        if word in known.numerals and _fits(current, total, known.numerals[word]):
            current = (current or 0) + known.numerals[word]
        elif word in known.multipliers:
            factor = known.multipliers[word]
            scaled = True
            if factor < 1000:
                current = (1 if current is None else current) * factor
            else:
                total, current = total + (1 if current is None else current) * factor, None
        else:
            break
        end += step
    value = total + (current or 0)
    return exactly(value, end, scaled=scaled) if end > at and value <= LARGEST and words[end - 1].lower not in ("a", "an") else None


def _linked(words: Sequence[Word], at: int, known: NumeralWords) -> int:
    """How many words to step over a link inside a number word; negative over "and a half"; 0 where the link ends the number."""
    word, after = words[at].lower, lower_at(words, at + 1)
    if word == "and" and after == "a" and lower_at(words, at + 2) == "half":
        return -3
    if word == "and":
        before = lower_at(words, at - 1)
        return 2 if before in known.multipliers and known.multipliers[before] >= 100 and after in known.numerals else 0
    if word in ("-", "‑") and words[at].glued:
        return 2 if after in known.numerals or after in known.multipliers else 0
    return 0


def _fits(current: float | None, total: float, value: float) -> bool:
    """A numeral may start, or fill the empty places of the one before: twenty + five, two hundred + twelve."""
    if current is None:
        return True
    if current % 100 == 0 and current >= 100:
        return value < 100
    return current % 10 == 0 and current % 100 >= 20 and 1 <= value < 10
