"""What makes an item of the queue urgent: doubt, times what is at stake."""

from __future__ import annotations

import hashlib
import math

from onrecord.records import Certainty, Claim, LinkRole, ParticipantRole, Polarity, QuantityOf, Scope, TimeBasis

DOUBT = 0.8  # what one reason for doubt leaves of the confidence


def doubts(claim: Claim) -> tuple[str, ...]:
    """What about a claim is uncertain, in words."""
    found = []
    if claim.place is None:
        found.append("no place")
    elif claim.place.candidates:
        number = len(claim.place.candidates)
        found.append(f"{number} other {'place' if number == 1 else 'places'} of that name")
    if claim.time is None or claim.time.basis is TimeBasis.SYMBOLIC:
        found.append("no date")
    if claim.event is not None and not claim.actors:
        found.append("nobody is said to have done it")
    if any(part.actor is not None and part.actor.candidates for part in (*claim.actors, *claim.recipients)):
        found.append("a party that could be several")
    if claim.factuality.polarity is Polarity.UNCLEAR or claim.factuality.certainty is not Certainty.CERTAIN:
        found.append("hedged")
    if any(link.role is LinkRole.SPEAKER and link.anonymous for link in claim.attribution):
        found.append("a nameless source")
    return tuple(found)


def importance(claim: Claim) -> float:
    """1, and more for people killed (log2), injured (half of that), and civilians among those it was done to."""
    killed, injured = _counted(claim, QuantityOf.KILLED), _counted(claim, QuantityOf.INJURED)
    civilian = any(
        part.role is ParticipantRole.VICTIM or (part.actor is not None and "CVL" in part.actor.sectors)
        for part in (*claim.recipients, *claim.others)
    )
    return 1 + math.log2(1 + killed) + math.log2(1 + injured) / 2 + (0.5 if civilian else 0)


def _counted(claim: Claim, of: QuantityOf) -> float:
    found = (q.best or q.low or q.high or 0 for q in claim.quantities if q.of is of and q.scope is Scope.INCIDENT)
    return max(found, default=0)


def priority(claim: Claim) -> float:
    """Uncertainty (one minus the confidence, lowered by every doubt) times importance."""
    sure = claim.confidence * DOUBT ** len(doubts(claim))
    return round((1 - sure) * importance(claim), 4)


def is_sampled(claim: str, salt: str, share: float) -> bool:
    """Whether a claim is coded twice: decided by its id and the ledger alone, so that nobody can choose."""
    drawn = int.from_bytes(hashlib.sha256(f"{salt} second {claim}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def reasons(claim: Claim) -> str:
    """Why a claim stands where it stands in the queue, a reason per line."""
    killed = _counted(claim, QuantityOf.KILLED)
    found = [f"confidence {claim.confidence:.2f}", *doubts(claim)]
    return "\n".join([*found, *([f"{killed:.10g} killed"] if killed else [])])
