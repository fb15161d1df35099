"""Phrases matched as people write them: without case, accents, hyphens, dots and possessives, in time that does not grow with the list.

A key is a phrase's normal form: ``key("Jabhat al-Nuṣra’s") == "jabhat al nusra"``. A :class:`PhraseTable` maps keys to values and finds the
longest of its phrases in a row of words: one dictionary look-up per possible length, the lengths known from the first word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

Value = TypeVar("Value")

# What NFKD does not take apart, as news in English writes it.
_LATIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ħ": "h", "ə": "a", "ŋ": "n"}
_POSSESSIVES = frozenset({"'s", "’s", "'", "’", "s'"})
_APOSTROPHES = "’ʼ‘`´ʻʿʾ′"
_TABLE: dict[int, str | None] = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_TABLE |= {ord(mark): "'" for mark in _APOSTROPHES} | {ord(mark): " " for mark in "–—‐‑‒−“”«»…•·/"}
_TABLE |= {ord(letter): plain for letter, plain in _LATIN.items()}
_TABLE |= {ord("."): None, ord("'"): "'", 0xAD: None, 0x200B: None, 0x200C: None, 0x200D: None, 0xFEFF: None}


def key(text: str) -> str:
    """The normal form of a phrase: lower case, plain Latin letters, single spaces, no possessive, no leading "the"; may be ""."""
    if not text.isascii():
        folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(mark for mark in folded if not unicodedata.combining(mark))
    normal = text.translate(_TABLE)
    if "'" in normal:
        normal = _without_apostrophes(normal)
    normal = " ".join(normal.split())
    return normal[4:] if normal.startswith("the ") else normal


def _without_apostrophes(text: str) -> str:
    """Possessives go ("army's", "rebels'"); an apostrophe inside a name goes without trace ("N'Djamena", "Sana'a")."""
    words = [word.removesuffix("'s").strip("'") if len(word) > 2 else word for word in text.split()]
    return " ".join(words).replace("'", "")


# Letters of other scripts that look like Latin ones (a choice of those of Unicode's confusables that names use).
_LOOKALIKES = str.maketrans("АВЕЗКМНОРСТУХІЈЅасеорухіјѕԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορι", "ABE3KMHOPCTYXIJSaceopyxijsqwABEZHIKMNOPTYXvopi")


def skeleton(text: str) -> str | None:
    """What a text in mixed scripts looks like in Latin letters ("Наmas" with a Cyrillic "На"); None where its letters are of one script."""
    if text.isascii():
        return None
    latin = any(letter.isascii() and letter.isalpha() for letter in text)
    plain = text.translate(_LOOKALIKES)
    return plain if latin and plain != text else None


@lru_cache(maxsize=65_536)
def _word_key(word: str) -> tuple[str, ...]:
    if word in _POSSESSIVES:
        return ()
    return tuple(key(word).split())


@lru_cache(maxsize=256)  # several tables read the same row one after the other
def word_keys(words: tuple[str, ...]) -> tuple[list[str], list[int]]:
    """The normal words of a row of words and, per normal word, which of the row it came from ("al-Nusra" gives two, "-" none)."""
    normal: list[str] = []
    origins: list[int] = []
    for position, word in enumerate(words):
        for part in _word_key(word):
            normal.append(part)
            origins.append(position)
    return normal, origins


def is_acronym(text: str) -> bool:
    """Whether a form is read letter by letter ("YPG", "U.S.", "M23"): capitals and digits only, at most six."""
    letters = text.replace(".", "")
    return 2 <= len(letters) <= 6 and letters.isalnum() and letters.isupper()


def same_case(form: str, text: str) -> bool:
    """Whether a text is written like a listed form, so that "us" is not the US, "is" not IS and "polish" not Polish.

    A short acronym must be in capitals; one of four letters and more may have one capital only ("Isis", "Nato").
    Another form with a capital needs one in the text. A form in small letters takes any.
    """
    if is_acronym(form):
        bare = text.replace(".", "")
        return bare.isupper() or (len(form.replace(".", "")) > 3 and bare[:1].isupper())
    return not any(letter.isupper() for letter in form) or any(letter.isupper() for letter in text)


class PhraseTable(Generic[Value]):
    """Phrases with the values that they stand for; one phrase may stand for several, in the order they were added."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._more: dict[str, list[Value]] = {}
        self._lengths: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._values)

    def add(self, phrase: str, value: Value) -> None:
        """Adds a phrase; one without a letter or digit is passed over."""
        self.add_key(key(phrase), value)

    def add_key(self, normal: str, value: Value) -> None:
        """Adds a phrase that is in its normal form already."""
        if not normal:
            return
        known = self._values.setdefault(normal, value)
        if known is not value:
            self._more.setdefault(normal, []).append(value)
            return
        first = normal[: normal.find(" ")] if " " in normal else normal
        length = normal.count(" ") + 1
        if self._lengths.get(first, 0) < length:
            self._lengths[first] = length

    def get(self, phrase: str) -> tuple[Value, ...]:
        """The values of a whole phrase, or ()."""
        return self.get_key(key(phrase))

    def get_key(self, normal: str) -> tuple[Value, ...]:
        """The values of a phrase in its normal form, or ()."""
        if normal not in self._values:
            return ()
        more = self._more.get(normal)
        return (self._values[normal], *more) if more else (self._values[normal],)

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[Value, ...]]]:
        """The longest phrases in a row of words, left to right, not overlapping: first word, end (half-open), values."""
        normal, origins = word_keys(tuple(words))
        end = 0
        for at, first in enumerate(normal):
            found = self._longest(normal, origins, at) if first in self._lengths and at >= end else None
            if found is not None:
                end, values = found
                yield origins[at], origins[end - 1] + 1, values

    def _longest(self, normal: list[str], origins: list[int], at: int) -> tuple[int, tuple[Value, ...]] | None:
        """The end and values of the longest phrase that begins here, with a word that one begins with, and ends with a whole word."""
        if at and origins[at - 1] == origins[at]:
            return None
        longest = min(self._lengths[normal[at]], len(normal) - at)
        for length in range(longest, 0, -1):
            end = at + length
            if end < len(normal) and origins[end - 1] == origins[end]:
                continue
            values = self.get_key(" ".join(normal[at:end]) if length > 1 else normal[at])
            if values:
                return end, values
        return None
