"""Quantities: placeholder, see below."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.lexicon import Lexicon
from onrecord.records import Mention, Parse


def resolve_quantities(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon) -> tuple[Mention, ...]:
    """All mentions, those of kind ``quantity`` with what they count."""
    return tuple(mentions)
