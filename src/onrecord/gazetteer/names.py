"""Place names as keys: folded for exact look-up, reduced to a consonant skeleton for look-up across transliterations."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[a-z0-9 ]*\Z")
_APOSTROPHES = re.compile("['`´‘’ʹʻʼʽʾʿˈ′ʺ\u02bb\u0640]")
_INITIALS = re.compile(r"\b((?:\w\.)+)(\w\b)?")
_BREAKS = re.compile(r"[^\w]+")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e"})
_WORDS = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft", "and": "&"}
_LONG_WORDS = re.compile(r"\b(?:sainte?|mount|fort|and)\b")


def fold(name: str) -> str:
    """The look-up key of a name: lower case, without accents, apostrophes and punctuation; initials joined ("U.S." is "us").

    Scripts other than Latin stay as they are. Two spellings with one key are the same name to the gazetteer.
    """
    key = name.lower()
    if not _PLAIN.match(key):
        key = _plain(key)
    if _LONG_WORDS.search(key):
        key = _LONG_WORDS.sub(lambda match: _WORDS[match.group()], key)
    return key if "  " not in key and not key.startswith(" ") and not key.endswith(" ") else " ".join(key.split())


def _plain(key: str) -> str:
    if not key.isascii():
        key = unicodedata.normalize("NFKD", key)
        key = "".join(letter for letter in key if not unicodedata.combining(letter)).translate(_LETTERS).lower()
    key = _APOSTROPHES.sub("", key)
    if "." in key:
        key = _INITIALS.sub(lambda match: match.group().replace(".", ""), key)
    return _BREAKS.sub(" ", key.replace("_", " ").replace("&", " and "))


# Articles of Arabic names, assimilated or not ("ash-Shughur"), and the linking vowels of Persian ones.
_ARTICLES = re.compile(r"(?:al|el|ul|il|ad|ed|ar|er|as|ash|esh|at|et|an|en|az|ez|adh|ath|l|i|e|y)\Z")
# Replaced in this order, by capitals so that no sound is read twice.
_SOUNDS_WITH_H = (
    ("tsch", "C"), ("shch", "S"), ("sch", "S"), ("tch", "C"), ("kh", "K"), ("gh", "G"), ("sh", "S"), ("ch", "C"), ("th", "T"),
    ("dh", "D"), ("zh", "J"), ("ph", "F"),
)  # fmt: skip
_SOUNDS = (("dj", "J"), ("ck", "K"), ("ts", "C"), ("tz", "C"))
_LETTER_SOUNDS = str.maketrans("qvpzx", "kbbsk")
_VOWELS = re.compile(r"[aeiouwy]+")
_DOUBLED = re.compile(r"(.)\1+")


def skeleton(name: str) -> str:
    """The consonants of a Latin-script name, alike for most ways to write it down, or "" if too few are left to go by.

    >>> skeleton("Khan Sheikhoun") == skeleton("Khān Shaykhūn"), skeleton("Ma'arrat an-Nu'man") == skeleton("Maaret al-Numan")
    (True, True)
    """
    words = fold(name).split()
    if not words or not name or not words[0].isascii():
        return ""
    kept = [word for at, word in enumerate(words) if not _ARTICLES.match(word) or at + 1 == len(words)]
    bones = "".join(_bones(word) for word in kept)
    return bones if len(bones) >= _ENOUGH else ""


_ENOUGH = 3


def _bones(word: str) -> str:
    for prefix in ("al", "el"):  # "Alraqqa", "Elfasher": the article grown on
        if word.startswith(prefix) and len(word) > 6 and word[2] not in "aeiou":
            word = word[2:]
    for letters, sound in _SOUNDS_WITH_H if "h" in word else ():
        word = word.replace(letters, sound)
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    word = word.translate(_LETTER_SOUNDS).lower()
    start = "a" if word and word[0] in "aeiou" else ""
    bones = _VOWELS.sub("", word)
    if len(bones) > 1 and bones.endswith("h"):
        bones = bones[:-1]
    return start + _DOUBLED.sub(r"\1", bones)
