"""Who the actors are: a country and PLOVER sectors for each actor mention, from its words first and then from the report.

mention ─▶ reading (its words) ─▶ compose (names, countries, agent nouns) ─▶ chains (coreference, short names, bare nouns)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from onrecord.records import Mention, MentionKind, Parse
from onrecord.resolve.actors.chains import Resolver
from onrecord.resolve.actors.context import read_setting
from onrecord.resolve.actors.ties import with_ties

if TYPE_CHECKING:
    from onrecord.lexicon import Lexicon

__all__ = ["resolve_actors"]


def resolve_actors(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Mention, ...]:
    """All mentions, those of kind ``actor`` with their :class:`Actor` where the report supports one.

    ``Actor.id``: of a lexicon entry ("act-hezbollah") or of a state's government or armed forces ("act-tur-mil"); None for who is only
    described.  ``basis``: lexicon, composed, metonymy, coreference, context.  ``candidates``: other readings, likeliest first,
    then whom a named group answered to (basis "parent") and fought beside (basis "side") on that date.
    What a name meant is decided for ``document.published``; without a date the latest term counts.  Unknown names stay None.
    Places that are resolved already (``mention.place``) help to tell the country of bare nouns ("the army").
    Source: codes and sectors after the PLOVER manual (see onrecord.lexicon.sectors).
    """
    setting = read_setting(parse, mentions, lexicon)
    resolver = Resolver(parse, mentions, lexicon, setting)
    resolver.run()
    return tuple(
        msgspec.structs.replace(mention, actor=with_ties(resolver.actor_of(mention.id), setting, lexicon))
        if mention.kind is MentionKind.ACTOR
        else mention
        for mention in mentions
    )
