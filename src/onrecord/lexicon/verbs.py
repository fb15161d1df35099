"""The ``verbs`` section of the lexicon: event frames whose head is a verb or a predicate adjective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.lexicon.frames import Frame, FrameIndex, check_frames
from onrecord.lexicon.inflect import verb_forms
from onrecord.lexicon.source import Sourced

Entry = Frame


def check(entries: Sequence[Sourced[Entry]]) -> Iterator[str]:
    """Problems between entries: duplicate ids, unknown codes, patterns that cannot be reached."""
    yield from check_frames(entries, nominal=False)


class Index(FrameIndex):
    """Verb patterns by any form of the verb."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(entries, verb_forms, nominal=False)
