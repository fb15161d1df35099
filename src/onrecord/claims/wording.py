"""Loaded words: read correctly, flagged, never repeated as our own voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onrecord.records import Parse, Wording

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon


def find_wording(parse: Parse, lexicon: Lexicon) -> tuple[Wording, ...]:
    """The loaded words and phrases of the report in order of position, with what they say without the load."""
    return ()
