"""The ``wording`` section: loaded words, with what they say without the load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from onrecord.lexicon.source import Sourced
from onrecord.records import Record


class Reason(StrEnum):
    """honorific: it honours the dead or the doer. loaded: it takes a side. euphemism: it hides what was done.

    dehumanising: it makes people less than people. sensational: it heats up. epithet: a name that one side gives another.
    """

    HONORIFIC = "honorific"
    LOADED = "loaded"
    EUPHEMISM = "euphemism"
    DEHUMANISING = "dehumanising"
    SENSATIONAL = "sensational"
    EPITHET = "epithet"


class Entry(Record, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"unless": "except"}):
    """One wording of ``lexicon/wording/*.yaml``.

    forms: every writing, lower case, of one or more words.  plain: the same without the load, if there is such a word.
    upos: only as this part of speech (the last word's).  except: lower-case phrases around it in which it is a plain word.
    """

    forms: tuple[str, ...]
    reason: Reason
    plain: str | None = None
    upos: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a form used twice, or one that is not lower case."""
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    for sourced in entries:
        for form in sourced.entry.forms:
            first = seen.setdefault((form, sourced.entry.upos), sourced.where)
            if first != sourced.where:
                yield f"{sourced.where}: '{form}' was used before at {first}"
            if form != form.lower():
                yield f"{sourced.where}: '{form}': forms are lower case"


class Index:
    """Look-ups over the entries by the first word of a form; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_first: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
        for entry in reversed(self.entries):
            for form in entry.forms:
                words = tuple(form.split())
                self._by_first.setdefault(words[0], []).append((words, entry))
        for listed in self._by_first.values():
            listed.sort(key=lambda item: -len(item[0]))

    def starting(self, word: str) -> Sequence[tuple[tuple[str, ...], Entry]]:
        """The forms that begin with a lower-case word, split at spaces, longest first."""
        return self._by_first.get(word, ())
