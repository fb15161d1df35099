"""PLOVER, and from it CAMEO, ACLED and UCDP: the codes of one claim."""

from __future__ import annotations

from onrecord.ontology import Ontology
from onrecord.records import Claim, EventCode


def code_claim(claim: Claim, ontology: Ontology) -> Claim:
    """The claim with its event's codes completed from the ontology's tables; unchanged if it has no event."""
    if claim.event is None:
        return claim
    event = claim.event
    code = EventCode(
        type=event.type,
        mode=event.mode,
        contexts=event.contexts,
        quad=ontology.quad(event.type),
        cameo=event.cameo,
        acled=event.acled,
        ucdp_violence=event.ucdp_violence,
        codable=event.codable,
    )
    return Claim(**{**{name: getattr(claim, name) for name in Claim.__struct_fields__}, "event": code})
