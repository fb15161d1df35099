"""Compares two readings of one text: which claims are about the same words, and where they differ."""

from __future__ import annotations

from typing import Any

import msgspec

from onrecord.records import Claim

Matched = tuple[list[tuple[Claim, Claim]], list[Claim], list[Claim]]


def match_claims(old: tuple[Claim, ...], new: tuple[Claim, ...]) -> Matched:
    """Claims of two codings of one text that are about the same words: pairs, only old, only new. Most overlap first."""
    overlaps = sorted(
        ((-share, at, other) for at, one in enumerate(old) for other, two in enumerate(new) if (share := _shared(one, two)) >= 0.5),
    )
    taken_old: dict[int, int] = {}
    taken_new: set[int] = set()
    for _, at, other in overlaps:
        if at not in taken_old and other not in taken_new:
            taken_old[at] = other
            taken_new.add(other)
    pairs = [(old[at], new[other]) for at, other in sorted(taken_old.items())]
    lost = [claim for at, claim in enumerate(old) if at not in taken_old]
    return pairs, lost, [claim for at, claim in enumerate(new) if at not in taken_new]


def _shared(one: Claim, other: Claim) -> float:
    """The overlap of the evidence over its union; more when the type is the same, none for another kind of claim."""
    first = {at for start, end in one.evidence for at in range(start, end)}
    second = {at for start, end in other.evidence for at in range(start, end)}
    union = len(first | second)
    if not union:
        return 0.0
    same_type = (one.event and one.event.type) == (other.event and other.event.type)
    return len(first & second) / union + (0.3 if same_type else 0.0)


BESIDES = ("span", "text", "confidence", "why", "candidates", "anchor", "basis")
COMPARED = ("kind", "event", "place", "origin", "destination", "time", "factuality")


def changed_fields(one: Claim, other: Claim) -> tuple[str, ...]:
    """The fields in which two readings of the same words differ in value; spans, ids and confidences do not count."""
    found = [name for name in COMPARED if _value(getattr(one, name)) != _value(getattr(other, name))]
    for name in ("actors", "recipients"):
        codes = [{part.actor.code if part.actor else part.text for part in getattr(claim, name)} for claim in (one, other)]
        found += [name] if codes[0] != codes[1] else []
    figures = [
        sorted((str(q.of), q.low or -1, q.best or -1, q.high or -1, str(q.exactness), str(q.scope)) for q in claim.quantities)
        for claim in (one, other)
    ]
    chains = [[(str(link.role), link.text) for link in claim.attribution] for claim in (one, other)]
    return (*found, *(["quantities"] if figures[0] != figures[1] else []), *(["attribution"] if chains[0] != chains[1] else []))


def _value(part: Any) -> Any:
    """What a part of a claim says, without where it stands in the text and how sure it is."""
    built = msgspec.to_builtins(part)
    return {key: value for key, value in built.items() if key not in BESIDES} if isinstance(built, dict) else built
