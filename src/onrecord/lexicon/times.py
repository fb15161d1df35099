"""The ``times`` section of the lexicon: the words of time expressions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.lexicon.source import Sourced
from onrecord.lexicon.timexes import Timex
from onrecord.records import Record


class Entry(Record, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of ``lexicon/times/*.yaml``."""

    id: str


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: a duplicate id."""
    seen: dict[str, str] = {}
    for sourced in entries:
        first = seen.setdefault(sourced.entry.id, sourced.where)
        if first != sourced.where:
            yield f"{sourced.where}: id '{sourced.entry.id}' was used before at {first}"


class Index:
    """Look-ups over the entries; later entries win."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)

    def find_timexes(self, text: str) -> tuple[Timex, ...]:
        """The time expressions of a text, in order of their start, an outer one before the one inside it.

        Args: text: a whole document or one sentence.
        Returns: spans are code points of ``text``; a mention of kind ``time`` takes ``span`` as its extent and head and ``label`` as its label
        (``DATE`` or ``TIME``). Durations without a place in time ("for three days") and ages are left out.
        """
        return ()
