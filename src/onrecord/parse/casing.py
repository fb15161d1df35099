"""Texts in capitals, as telegrams, monitored broadcasts and court papers are, with the letters that they would have in print.

Capitals say nothing about names, and the networks and the lexicon read names by their letters. So such a text is read twice: in small
letters, where the tagger knows names by their sense; then with these in capitals. The document keeps its letters; only the words of the
parse have others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from onrecord.records import Document, Parse, Token

NO_VOWEL = re.compile(r"[b-df-hj-np-tv-xz]{2,6}")
INITIALS = re.compile(r"(?:[a-z]\.)+[a-z]?")
IN_BRACKETS = re.compile(r"\(\s*([a-z]{2,7})\s*\)")


def in_small_letters(document: Document) -> Document:
    """The document with every capital made small that has one small letter."""
    return msgspec.structs.replace(document, text="".join(map(_small, document.text)))


def with_capitals(parse: Parse) -> Document:
    """The document of a parse in small letters, with capitals for names, first words, and abbreviations."""
    letters = list(parse.document.text)
    short = set(IN_BRACKETS.findall(parse.document.text))
    for token in _raised(parse):
        start, end = token.span
        all_of_it = token.text in short or NO_VOWEL.fullmatch(token.text) or INITIALS.fullmatch(token.text)
        for at in range(start, end if all_of_it else start + 1):
            letters[at] = _capital(letters[at])
    return msgspec.structs.replace(parse.document, text="".join(letters))


def _raised(parse: Parse) -> Iterator[Token]:
    firsts = {sentence.first for sentence in parse.sentences}
    for token in parse.tokens:
        named_after = token.upos == "ADJ" and token.lemma[:1].isupper()  # "Turkish"
        if token.upos == "PROPN" or named_after or token.index in firsts or token.text == "i":
            yield token


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 else letter
