"""The ``lists`` section of the lexicon: the word lists that the rules of the stages ask for, each under a name and with what it decides.

Function words (pronouns, prepositions, negations, modal verbs) and small sets of nouns and verbs ("nouns for relatives", "verbs of refusing
in deed") that belong to a language, not to a conflict. A stage binds them once, when it is imported:

    NEGATIONS = word_set("modality.negations")

They are therefore the same for everybody in a process; a user's folder (``--lexicon``) cannot hold any. See docs/decisions/0015.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal

import msgspec

from onrecord.errors import DataError
from onrecord.lexicon.inflect import noun_forms, verb_forms
from onrecord.lexicon.source import Sourced, did_you_mean
from onrecord.records import Record

_NAME = re.compile(r"[a-z]+(?:\.[a-z0-9]+(?:_[a-z0-9]+)*)+")
_FORMS = {"verb": verb_forms, "noun": noun_forms}


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One list. id: subject and name ("people.kin").  what: one sentence: what the words are and what they decide.

    words: separated by commas; a phrase has spaces.  sorts: instead of ``words``, such words by what they mean; each has one sort.
    forms: the words are base forms of verbs or nouns, and every inflected form of them is meant.
    """

    id: str
    what: str
    words: str = ""
    sorts: dict[str, str] = msgspec.field(default_factory=dict)
    forms: Literal["", "verb", "noun"] = ""


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems of names, of explanations, and of words that are empty or stand twice."""
    first: dict[str, str] = {}
    for sourced in entries:
        entry, where = sourced.entry, sourced.where
        if not _NAME.fullmatch(entry.id):
            yield f"{where}: '{entry.id}' must be subject and name in small letters, like 'people.kin'"
        if entry.id in first:
            yield f"{where}: '{entry.id}' is there already, at {first[entry.id]}; give one of them another name"
        first.setdefault(entry.id, where)
        if not entry.what.strip().endswith("."):
            yield f"{where}: 'what' must be a sentence that says what the words of '{entry.id}' are"
        if bool(entry.words) == bool(entry.sorts):
            yield f"{where}: '{entry.id}' needs either 'words' or 'sorts'"
        texts = [text for text in (entry.words, *entry.sorts.values()) if text]
        for word, times in Counter(word for text in texts for word in _split(text)).items():
            if not word:
                yield f"{where}: there is a comma too many in '{entry.id}'"
            elif times > 1:
                yield f"{where}: '{word}' stands twice in '{entry.id}'"


class Index:
    """The lists by name."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in entries}

    def __getitem__(self, name: str) -> Entry:
        """The list of a name; raises DataError with the nearest name where there is none."""
        found = self._by_id.get(name)
        if found is None:
            raise DataError(f"lexicon/lists: there is no list '{name}'{did_you_mean(name, self._by_id)}; if it is new, build the lexicon")
        return found


def word_set(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(word_row(name))


def word_row(name: str) -> tuple[str, ...]:
    """The words of a list in the order in which people wrote them, for lists whose order decides."""
    entry = _built()[name]
    return _inflected(entry, entry.words)


def word_sorts(name: str) -> dict[str, str]:
    """Word → sort, of a list that sorts its words."""
    entry = _built()[name]
    return {word: sort for sort, text in entry.sorts.items() for word in _inflected(entry, text)}


def _inflected(entry: Entry, text: str) -> tuple[str, ...]:
    forms = _FORMS.get(entry.forms)
    return tuple(form for word in _split(text) for form in forms(word)) if forms else _split(text)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


@lru_cache(maxsize=1)
def _built() -> Index:
    pack = resources.files("onrecord.data").joinpath("lexicon", "lists.json").read_bytes()
    return Index(msgspec.json.decode(pack, type=list[Entry]))
