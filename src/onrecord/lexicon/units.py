"""The ``units`` section of the lexicon: how numbers are written, how they are bounded, and what they count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.lexicon.numbers import Number
from onrecord.lexicon.source import Sourced
from onrecord.records import Record, Span


class Entry(Record, omit_defaults=True, forbid_unknown_fields=True):
    """One entry of ``lexicon/units/*.yaml``."""

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

    def find_numbers(self, text: str, *, skip: Sequence[Span] = ()) -> tuple[Number, ...]:
        """The numbers and counting words of a text, in order, none overlapping another.

        Args: text: a whole document or one sentence.  skip: spans that hold no counts, such as time expressions and dates.
        Returns: spans are code points of ``text``. A mention of kind ``quantity``, label ``NUMBER`` takes ``span`` as its extent and
        ``number_span or span`` as its head. Years, ages, measures (km, tonnes), ordinals, names with numbers (T-72, Resolution 2254) are left out.
        """
        return ()
