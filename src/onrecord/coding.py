"""PLOVER, and from it CAMEO, ACLED and UCDP: the codes of one claim."""

from __future__ import annotations

import msgspec

from onrecord.ontology import Ontology
from onrecord.records import Claim, EventCode, Participant, Polarity, Status

HAPPENED = frozenset((Status.OCCURRED, Status.ONGOING))


def code_claim(claim: Claim, ontology: Ontology) -> Claim:
    """The claim with quad class, CAMEO, ACLED and UCDP codes filled in from the ontology's tables; unchanged if it has no event.

    A code that the frame itself names (CAMEO 196 for a broken ceasefire) stays. ACLED and UCDP code what is said to have happened.
    """
    if claim.event is None:
        return claim
    event = claim.event
    actors, recipients = _sectors(claim.actors), _sectors(claim.recipients)
    happened = claim.factuality.polarity is Polarity.POSITIVE and claim.factuality.status in HAPPENED
    frame = claim.origin_rule.rpartition("/")[2]
    code = EventCode(
        type=event.type,
        mode=event.mode,
        contexts=event.contexts,
        quad=ontology.quad(event.type),
        cameo=event.cameo or ontology.cameo(event.type, event.mode, event.contexts),
        acled=event.acled or (ontology.acled(event, frame, actors, recipients) if happened else ()),
        ucdp_violence=ontology.ucdp(actors, recipients) if event.type == "ASSAULT" and happened else None,
        codable=event.codable,
    )
    return msgspec.structs.replace(claim, event=code)


def _sectors(participants: tuple[Participant, ...]) -> frozenset[str]:
    return frozenset(sector for p in participants if p.actor is not None for sector in p.actor.sectors)
