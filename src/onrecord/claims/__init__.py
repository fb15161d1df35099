"""What a report says happened, will or did not happen, or is so.

    triggers → roles → drafts → speech acts → second opinion → circumstances → factuality → chains → claims → relations, agreements, victims
``extract_claims`` is the stage; ``explain_claims`` tells for every claim which frame and which paths made it.
"""

from __future__ import annotations

from onrecord.claims.agreements import find_agreements
from onrecord.claims.anchoring import anchor_times
from onrecord.claims.announcing import settle_announcements
from onrecord.claims.attribution import find_attributions
from onrecord.claims.building import Builder
from onrecord.claims.chains import build_chains
from onrecord.claims.circumstances import Circumstancer
from onrecord.claims.drafts import group_triggers
from onrecord.claims.elision import settle_numbers
from onrecord.claims.explaining import Explanation, explain
from onrecord.claims.fillers import Fillers
from onrecord.claims.labels import label_circumstances
from onrecord.claims.learned import add_learned
from onrecord.claims.relations import Relator
from onrecord.claims.repairs import repair
from onrecord.claims.seconding import fill_roles
from onrecord.claims.speech import settle_speech
from onrecord.claims.syntax import Syntax
from onrecord.claims.triggers import find_triggers
from onrecord.claims.victims import find_victims
from onrecord.claims.whereabouts import find_whereabouts
from onrecord.claims.wording import find_wording
from onrecord.lexicon import Lexicon
from onrecord.records import Attribution, Extraction, Mention, Parse

__all__ = ["Explanation", "explain_claims", "extract_claims"]


def extract_claims(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> Extraction:
    """Everything that one report claims, from its parse and its resolved mentions; works without ``parse.signals``.

    Claims are in order of their evidence, with ids ``c1 c2 …``; events and agreements likewise (``e1``, ``g1``).
    """
    attributions = find_attributions(parse, mentions, lexicon)
    builder = _build(parse, mentions, lexicon, attributions)
    syntax, fillers = builder.syntax, builder.fillers
    relations = Relator(builder.claims, builder.drafts, syntax, fillers).relations()
    agreements = find_agreements(builder.claims, builder.drafts, syntax, fillers)
    placed = label_circumstances(find_whereabouts(builder.claims, mentions, parse, relations), mentions, parse)
    return Extraction(
        attributions=attributions,
        events=builder.events,
        claims=anchor_times(placed, relations, agreements, parse.document.published, builder.relative),
        relations=relations,
        agreements=agreements,
        victims=find_victims(builder.claims, builder.drafts, syntax, fillers),
        wording=find_wording(parse, lexicon),
    )


def explain_claims(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon) -> tuple[Explanation, ...]:
    """For every claim of ``extract_claims``, in its order: the frame, the way to every role, and what was rejected and why."""
    builder = _build(parse, mentions, lexicon, find_attributions(parse, mentions, lexicon))
    return explain(builder.claims, builder.drafts, builder.syntax)


def _build(parse: Parse, mentions: tuple[Mention, ...], lexicon: Lexicon, attributions: tuple[Attribution, ...]) -> Builder:
    chains = build_chains(parse, mentions, lexicon, attributions)
    syntax = Syntax(repair(parse))
    fillers = Fillers(syntax, mentions, lexicon)
    triggers = find_triggers(syntax, fillers, lexicon)
    drafts = settle_speech(group_triggers(triggers, syntax, fillers), syntax, fillers, lexicon)
    fill_roles(drafts, syntax, fillers, attributions)
    settle_announcements(drafts, syntax, fillers, attributions)
    drafts = add_learned(drafts, syntax, fillers, lexicon)
    settle_numbers(drafts, syntax, fillers)
    return Builder(syntax, fillers, chains, triggers, drafts, Circumstancer(drafts, syntax, fillers).found, attributions)
