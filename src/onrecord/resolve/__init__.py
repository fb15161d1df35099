"""Mentions become data: an actor with country and sector, a place on the map, an interval, a quantity with bounds and group."""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.gazetteer import Gazetteer
from onrecord.lexicon import Lexicon
from onrecord.records import Mention, Parse
from onrecord.resolve.actors import resolve_actors
from onrecord.resolve.places import resolve_places
from onrecord.resolve.quantities import resolve_quantities
from onrecord.resolve.times import resolve_times

__all__ = ["resolve_mentions"]


def resolve_mentions(parse: Parse, mentions: Sequence[Mention], lexicon: Lexicon, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """All mentions, each resolved to what its kind says where the report supports it.

    Places come before actors: where no word names a country, the places tell whose army it is. Actors come before quantities:
    the group that a quantity counts takes the actor of its mention.
    """
    resolved = resolve_places(parse, tuple(mentions), lexicon, gazetteer)
    resolved = resolve_actors(parse, resolved, lexicon)
    resolved = resolve_times(parse, resolved, lexicon)
    return resolve_quantities(parse, resolved, lexicon)
