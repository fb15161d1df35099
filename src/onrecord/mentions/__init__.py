"""Who, where, when, how many: the stretches of a report that name, describe or count something, and which of them are the same.

parse ─▶ names (known words, capitals, signals) ─▶ extents ─▶ kinds ─▶ coreference ─▶ mentions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from onrecord.mentions.coreference import link_mentions
from onrecord.mentions.drafts import Draft
from onrecord.mentions.entities import find_entities
from onrecord.mentions.figures import find_figures
from onrecord.records import Mention, Parse

if TYPE_CHECKING:
    from onrecord.gazetteer import Gazetteer
    from onrecord.lexicon import Lexicon

__all__ = ["find_mentions"]


def find_mentions(parse: Parse, lexicon: Lexicon, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """The mentions of a report in order of position, an outer one before the ones inside it; nothing in them is resolved.

    kind ``actor``: names, nouns and pronouns for people, bodies and states that act; ``place``, ``time``, ``quantity`` and ``weapon`` as
    named; ``other``: what carries words ("voice message").  ``refers_to``: an earlier mention of the same entity, for pronouns,
    descriptions, acronyms and short names; a name that repeats an earlier one exactly has none.
    Source: entity labels after OntoNotes (Weischedel et al. 2013) with FORCE, WEAPON and VEHICLE beside them.
    """
    figures = find_figures(parse, lexicon)
    entities = find_entities(parse, lexicon, gazetteer, figures)
    link_mentions(parse, lexicon, entities)
    return _finish(parse, [*figures, *entities])


def _finish(parse: Parse, drafts: Sequence[Draft]) -> tuple[Mention, ...]:
    ordered = sorted((draft for draft in drafts if not draft.dropped), key=lambda draft: (draft.span[0], -draft.span[1], draft.head))
    ids = {id(draft): f"m{number}" for number, draft in enumerate(ordered, start=1)}
    return tuple(
        Mention(
            id=ids[id(draft)],
            kind=draft.kind,
            label=draft.label,
            span=draft.span,
            head=draft.head_span or parse.tokens[draft.head].span,
            text=parse.text_of(draft.span),
            named=draft.named,
            refers_to=ids.get(id(draft.antecedent)) if draft.antecedent is not None else None,
        )
        for draft in ordered
    )
