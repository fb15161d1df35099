"""A person's corrections put into the claim that they are of: what linking reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from onrecord.ledger.review.values import CLOSED, COUNTED, FIGURES, Value, parts_of, values_of
from onrecord.ledger.store.rows import codes_of
from onrecord.records import (
    Actor,
    Certainty,
    Claim,
    ClaimKind,
    EventCode,
    Exactness,
    Factuality,
    Form,
    Granularity,
    Link,
    LinkRole,
    Participant,
    ParticipantRole,
    Place,
    PlaceBasis,
    PlaceKind,
    Polarity,
    Quantity,
    Scope,
    Status,
    Time,
    TimeBasis,
    Unit,
    actor_code,
)

# PLOVER's sectors, with ours for the press, health, militias and other armed forces.
SECTORS = frozenset("AGR BUS COP CRM CVL EDU ELI GOV JRN JUD LAB LEG MED MIL OPP PRE PRM PTY REB REF REL SOC SPY UAF UNK".split())


def apply_values(claim: Claim, values: Mapping[str, Value]) -> Claim:
    """The claim with a person's corrections in place; a team's own fields change nothing in it."""
    changes: dict[str, Any] = {}
    if "type" in values or "mode" in values:
        changes |= _event(claim, values)
    for name, field, role in (("who", "actors", ParticipantRole.ACTOR), ("whom", "recipients", ParticipantRole.RECIPIENT)):
        if name in values:
            known = {codes_of((part,)): part for part in getattr(claim, field)}
            changes[field] = tuple(known.get(code) or _participant(code, role) for code in parts_of(values[name], ";"))
    if any(name in values for name in ("place", "country", "latitude", "longitude")):
        changes["place"] = _place(claim, {**values_of(claim), **values})
    if "from" in values or "to" in values:
        changes["time"] = _time({**values_of(claim), **values})
    if any(name in values for name in FIGURES):
        changes["quantities"] = _quantities(claim, {**values_of(claim), **values})
    if any(name in values for name in CLOSED):
        changes["factuality"] = _factuality(claim.factuality, values)
    if "speaker" in values:
        changes["attribution"] = _attribution(claim, values["speaker"])
    return msgspec.structs.replace(claim, **changes) if changes else claim


def _event(claim: Claim, values: Mapping[str, Value]) -> dict[str, Any]:
    type_ = values.get("type", claim.event.type if claim.event else None)
    if type_ is None:
        return {"event": None}
    same = claim.event is not None and claim.event.type == type_
    mode = tuple(parts_of(values["mode"], ",")) if "mode" in values else (claim.event.mode if claim.event else ())
    known = claim.event if claim.event is not None and same else EventCode(type=str(type_))
    return {"kind": ClaimKind.EVENT, "event": msgspec.structs.replace(known, mode=mode, codable=True)}


def _participant(code: str, role: ParticipantRole) -> Participant:
    country, _, rest = code.partition(" ")
    if not rest and country.split("/")[0] in SECTORS:
        country, rest = "", country
    sectors = tuple(part for part in rest.split("/") if part)
    actor = Actor(
        id=None,
        name=code,
        country=country or None,
        sectors=sectors,
        code=actor_code(country or None, sectors),
        basis="user",
        confidence=1.0,
    )
    return Participant(span=None, head=None, text=code, mention=None, role=role, path="review", actor=actor)


def _place(claim: Claim, values: Mapping[str, Value]) -> Place | None:
    """The candidate that has that name and those coordinates, or a place of the person's own."""
    name, lat, lon = values["place"], values["latitude"], values["longitude"]
    if name is None:
        return None
    known = (claim.place, *claim.place.candidates) if claim.place else ()
    for candidate in known:
        if candidate is not None and (candidate.name, candidate.lat, candidate.lon) == (name, lat, lon):
            return msgspec.structs.replace(candidate, candidates=(), confidence=1.0)
    return Place(
        span=None,
        text=None,
        name=str(name),
        id=None,
        kind=PlaceKind.POPULATED if lat is not None else PlaceKind.REGION,
        lat=lat if isinstance(lat, float) else None,
        lon=lon if isinstance(lon, float) else None,
        country=str(values["country"]) if values["country"] else None,
        admin1=None,
        relation=None,
        radius_km=None,
        acled_precision=None,
        ucdp_precision=None,
        basis=PlaceBasis.ARGUMENT,
        confidence=1.0,
        why=("a reviewer chose it",),
    )


def _time(values: Mapping[str, Value]) -> Time | None:
    start = values["from"]
    if start is None:
        return None
    first = str(start)
    end = str(values["to"]) if values["to"] else _next_day(first)
    hours = (datetime.fromisoformat(end) - datetime.fromisoformat(first)) / timedelta(hours=1)
    whole_day = hours == 24 and first.endswith("T00:00")
    return Time(
        span=None,
        text=None,
        value=first[:10] if whole_day else f"{first}/{end}",
        start=first,
        end=end,
        zone=None,
        granularity=_granularity(hours),
        basis=TimeBasis.EXPLICIT,
        anchor=None,
        acled_precision=1 if hours <= 24 else 2 if hours <= 24 * 7 else 3,
        ucdp_precision=None,
    )


def _next_day(moment: str) -> str:
    return f"{(date.fromisoformat(moment[:10]) + timedelta(days=1)).isoformat()}T00:00"


def _granularity(hours: float) -> Granularity:
    steps = ((1, Granularity.HOUR), (23, Granularity.PART_OF_DAY), (24, Granularity.DAY), (24 * 7, Granularity.WEEK))
    return next((name for most, name in steps if hours <= most), Granularity.MONTH if hours <= 24 * 31 else Granularity.YEAR)


def _quantities(claim: Claim, values: Mapping[str, Value]) -> tuple[Quantity, ...]:
    kept = [quantity for quantity in claim.quantities if quantity.of not in COUNTED or quantity.scope is not Scope.INCIDENT]
    for of in COUNTED:
        low, best, high = (value if isinstance(value := values[f"{of}_{end}"], float) else None for end in ("low", "best", "high"))
        if (low, best, high) == (None, None, None):
            continue
        before = next((quantity for quantity in claim.quantities if quantity.of is of and quantity.scope is Scope.INCIDENT), None)
        if before is not None and (before.low, before.best, before.high) == (low, best, high):
            kept.append(before)
            continue
        kept.append(
            Quantity(
                span=before.span if before else claim.evidence[0],
                number_span=before.number_span if before else None,
                text=before.text if before else "",
                of=of,
                unit=Unit.PEOPLE,
                group=before.group if before else None,
                low=low,
                low_conservative=None,
                best=best,
                high=high,
                exactness=Exactness.EXACT if low == high else Exactness.RANGE,
                scope=Scope.INCIDENT,
                claim=claim.id,
            )
        )
    return tuple(kept)


def _factuality(before: Factuality, values: Mapping[str, Value]) -> Factuality:
    changed = msgspec.structs.replace(
        before,
        polarity=Polarity(str(values.get("polarity") or before.polarity)),
        certainty=Certainty(str(values.get("certainty") or before.certainty)),
        status=Status(str(values.get("status") or before.status)),
    )
    return changed if changed == before else msgspec.structs.replace(changed, score=_score(changed))


def _score(factuality: Factuality) -> int:
    """The UDS score of what a person chose: its sign from the polarity, its size from the certainty."""
    size = {Certainty.CERTAIN: 3, Certainty.PROBABLE: 2, Certainty.POSSIBLE: 1, Certainty.UNCLEAR: 0}[factuality.certainty]
    if factuality.status not in (Status.OCCURRED, Status.ONGOING, Status.HABITUAL):
        return 0
    return {Polarity.POSITIVE: size, Polarity.NEGATIVE: -size, Polarity.UNCLEAR: 0}[factuality.polarity]


def _attribution(claim: Claim, speaker: Value) -> tuple[Link, ...]:
    rest = tuple(link for link in claim.attribution if link.role is not LinkRole.SPEAKER)
    if speaker is None:
        return rest
    link = Link(role=LinkRole.SPEAKER, span=None, text=str(speaker), actor=None, attribution=None, cue=None, form=Form.INDIRECT)
    return (link, *rest)
