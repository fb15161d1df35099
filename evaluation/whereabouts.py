"""Measures how often an event happened where its report would lend it a place: the events that name their place, their words hidden.

python -m evaluation.whereabouts [COUNT]    (MUC-4 development reports of ONRECORD_DATA)
For every local place that the syntax gives to a scene, the mention is hidden and a place lent: right within 50 km of it, or if it is in
the division lent. Events that name their place are more often elsewhere than those that do not: a lower bound.
"""

from __future__ import annotations

import sys
from collections import Counter

import msgspec

from benchmarks.pipeline import captures
from onrecord.claims.whereabouts import LOCAL, find_whereabouts
from onrecord.gazetteer.geometry import distance_km
from onrecord.pipeline import Options, build_pipeline
from onrecord.records import Claim, Mention, Parse, Place

NEAR_KM = 50.0


def is_same(lent: Place, own: Place) -> bool:
    """Whether the lent place is within 50 km of the own one, or the division that holds it."""
    if lent.id is not None and lent.id == own.id:
        return True
    if lent.admin1 is not None and lent.kind.value == "admin1" and (lent.country, lent.admin1) == (own.country, own.admin1):
        return True
    if None in (lent.lat, lent.lon, own.lat, own.lon):
        return False
    return distance_km(lent.lat, lent.lon, own.lat, own.lon) <= NEAR_KM  # type: ignore[arg-type]


def hide(claim: Claim, claims: tuple[Claim, ...], mentions: tuple[Mention, ...], parse: Parse) -> Place | None:
    """What the claim would be lent if neither it nor its sentence named the place."""
    span = claim.place.span if claim.place else None
    others = tuple(msgspec.structs.replace(c, place=None) if c.place is not None and c.place.span == span else c for c in claims)
    bounds = parse.sentences[claim.sentence].span
    kept = tuple(m for m in mentions if m.place is None or not bounds[0] <= m.span[0] < bounds[1])
    return next(c.place for c in find_whereabouts(others, kept, parse) if c.id == claim.id)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    pipeline = build_pipeline(Options())
    asked = 0
    lent: Counter[str] = Counter()
    right: Counter[str] = Counter()
    documents = [capture.document for capture in captures(count)]
    for parse in pipeline.parser.parse(documents):
        mentions = pipeline.find_mentions(parse, pipeline.lexicon, pipeline.gazetteer)
        mentions = pipeline.resolve_mentions(parse, mentions, pipeline.lexicon, pipeline.gazetteer)
        claims = pipeline.extract_claims(parse, mentions, pipeline.lexicon).claims
        for claim in claims:
            if claim.place is None or claim.place.basis != "argument" or claim.place.kind not in LOCAL or claim.place.id is None:
                continue
            asked += 1
            found = hide(claim, claims, mentions, parse)
            if found is not None:
                lent[found.basis] += 1
                right[found.basis] += is_same(found, claim.place)
    print(f"{asked} places hidden in {len(documents)} reports; lent to {sum(lent.values())}")
    for basis in sorted(lent):
        print(f"{basis:10} {right[basis]:4} of {lent[basis]:4} right  {right[basis] / lent[basis]:.2f}")


if __name__ == "__main__":
    main()
