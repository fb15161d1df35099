"""The second claim of a sentence in which two sources give figures for one thing: "The army said 12 were killed, rebels say 30"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from onrecord.claims.chains import Chains
from onrecord.claims.gaps import COUNTED
from onrecord.records import Attribution, Claim, LinkRole, Mention, MentionKind, Parse, Quantity, content_id, covering, overlap

FIGURE_WORDS = frozenset(["NUM", "ADP", "ADV", "ADJ", "DET", "PART", "PUNCT"])


def figures_apart(parse: Parse, attributions: Sequence[Attribution]) -> Iterator[tuple[Attribution, Attribution]]:
    """Pairs of one sentence: what says the whole, and what sets but a figure against it."""
    last: dict[int, Attribution] = {}
    for one in attributions:
        tokens = [token for span in one.content for token in parse.tokens_in(span)]
        if not tokens or not one.source:
            continue
        sentence = tokens[0].sentence
        counted = (token.upos in FIGURE_WORDS or token.text.lower() in COUNTED for token in tokens)
        bare = any(token.upos == "NUM" for token in tokens) and all(counted)
        if bare and sentence in last:
            yield last[sentence], one
        elif not bare:
            last.setdefault(sentence, one)


def counter_claims(
    claims: Sequence[Claim], parse: Parse, mentions: Sequence[Mention], attributions: Sequence[Attribution], chains: Chains
) -> Iterator[tuple[int, Claim, Claim]]:
    """Position of a claim, that claim without the second source's figure, and the second source's claim with it.

    The second claim tells of the same event with the same people, place and time; its figure, its chain and its evidence are its own.
    Ids are left for the caller to give.
    """
    for first, second in figures_apart(parse, attributions):
        span = covering(second.content)
        figure = next((m.quantity for m in mentions if m.kind is MentionKind.QUANTITY and m.quantity and overlap(m.span, span)), None)
        for at, claim in enumerate(claims):
            own = tuple(quantity for quantity in claim.quantities if not overlap(quantity.span, span))
            said = any(link.role is LinkRole.SPEAKER and link.attribution == first.id for link in claim.attribution)
            if figure is None or not said or not own or claim.sentence != parse.tokens_in(span)[0].sentence:
                continue
            evidence = (*claim.evidence, covering((*second.source, *second.content)))
            counted = _counted(figure, own[0])
            yield (
                at,
                msgspec.structs.replace(claim, quantities=own),
                msgspec.structs.replace(
                    claim,
                    hash=content_id("clm-", parse.document.sha256, list(evidence), claim.kind, claim.origin_rule),
                    evidence=evidence,
                    quantities=(counted,),
                    attribution=chains.chain(span),
                ),
            )
            break


def _counted(figure: Quantity, like: Quantity) -> Quantity:
    """A bare figure counts what the figure that it is set against counts."""
    return msgspec.structs.replace(figure, of=like.of, unit=like.unit, group=like.group, scope=like.scope, period=like.period)
