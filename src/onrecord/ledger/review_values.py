"""A claim as the flat values that people correct, and back: what they write in the form is what linking reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from onrecord.ledger.review_team import FieldKind, Team, TeamField
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
    QuantityOf,
    Scope,
    Status,
    Time,
    TimeBasis,
    Unit,
    actor_code,
)

Value = str | float | None
Values = dict[str, Value]

COUNTED = (QuantityOf.KILLED, QuantityOf.INJURED)
FIGURES = tuple(f"{of}_{end}" for of in COUNTED for end in ("low", "best", "high"))
TEXTS = ("type", "mode", "who", "whom", "place", "country", "from", "to", "polarity", "certainty", "status", "speaker")
NUMBERS = ("latitude", "longitude", *FIGURES)
FIELDS = (*TEXTS[:6], "latitude", "longitude", *TEXTS[6:8], *FIGURES, *TEXTS[8:])
CLOSED: dict[str, tuple[str, ...]] = {"polarity": tuple(Polarity), "certainty": tuple(Certainty), "status": tuple(Status)}
CODE = re.compile(r"[A-Z]{3}(?: [A-Z]{3})?(?:/[A-Z]{3})*")
MOST_CHARACTERS = 500
# PLOVER's sectors, with ours for the press, health, militias and other armed forces.
SECTORS = frozenset("AGR BUS COP CRM CVL EDU ELI GOV JRN JUD LAB LEG MED MIL OPP PRE PRM PTY REB REF REL SOC SPY UAF UNK".split())


def values_of(claim: Claim) -> Values:
    """What a claim says, field by field; None where it says nothing."""
    place, time, factuality = claim.place, claim.time, claim.factuality
    found: Values = {
        "type": claim.event.type if claim.event else None,
        "mode": ", ".join(claim.event.mode) or None if claim.event else None,
        "who": _codes(claim.actors),
        "whom": _codes(claim.recipients),
        "place": place.name if place else None,
        "country": place.country if place else None,
        "latitude": place.lat if place else None,
        "longitude": place.lon if place else None,
        "from": time.start if time else None,
        "to": time.end if time else None,
        "polarity": str(factuality.polarity),
        "certainty": str(factuality.certainty),
        "status": str(factuality.status),
        "speaker": next((link.text for link in claim.attribution if link.role is LinkRole.SPEAKER), None),
    }
    for of in COUNTED:
        counted = [quantity for quantity in claim.quantities if quantity.of is of and quantity.scope is Scope.INCIDENT]
        for end in ("low", "best", "high"):
            found[f"{of}_{end}"] = getattr(counted[0], end) if counted else None
    return {name: found[name] for name in FIELDS}


def _codes(participants: Iterable[Participant]) -> str | None:
    codes = ((part.actor.code or part.actor.name) if part.actor else part.text or "" for part in participants)
    return "; ".join(dict.fromkeys(code for code in codes if code)) or None


def changed_values(before: Mapping[str, Value], after: Mapping[str, Value]) -> Values:
    """The fields in which two sets of values differ, as they are after."""
    return {name: value for name, value in after.items() if before.get(name) != value}


# ── What people write ─────────────────────────────────────────────────────────────────────────────────────────────────


class Entries(msgspec.Struct, frozen=True):
    """A form as it was read: its values, and what is wrong with it, by field."""

    values: Values
    problems: dict[str, str]


def shown(value: Value) -> str:
    """A value as the form shows it."""
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else value


def read_entries(form: Mapping[str, str], team: Team, types: Iterable[str], before: Mapping[str, Value]) -> Entries:
    """The values that a person entered; fields that the form lacks are left out, empty ones are None.

    before: what stood there; what the person left as it was is not questioned.
    """
    values: Values = {}
    problems: dict[str, str] = {}
    known = {*types, *(own.name for own in team.types)}
    for name, text in ((name, form[name].strip()) for name in FIELDS if name in form):
        if text == shown(before.get(name)):
            values[name] = before.get(name)
            continue
        try:
            values[name] = _value(name, text, known, shown(before.get(name))) if text else None
        except ValueError as error:
            problems[name] = str(error)
    for field in team.fields:
        if field.name in form:
            try:
                values[field.name] = _own_value(field, form[field.name].strip())
            except ValueError as error:
                problems[field.name] = str(error)
    if not problems:
        problems.update(_contradictions(values))
    return Entries(values, problems)


def _value(name: str, text: str, types: set[str], before: str) -> Value:
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"at most {MOST_CHARACTERS} characters")
    if name in NUMBERS:
        return _number(name, text)
    if name in ("from", "to"):
        return _moment(text)
    if name in ("who", "whom"):
        kept = _split(before, ";")
        return "; ".join(part if part in kept else _code(part) for part in _split(text, ";")) or None
    if name == "type" and text not in types:
        raise ValueError(f"there is no type '{text}'")
    if name in CLOSED and text not in CLOSED[name]:
        raise ValueError(f"one of {', '.join(CLOSED[name])}")
    if name == "country" and not re.fullmatch("[A-Z]{3}", text):
        raise ValueError("three capital letters, as in SYR")
    return text


def _number(name: str, text: str) -> float:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        raise ValueError(f"'{text}' is not a number") from None
    limit = {"latitude": 90, "longitude": 180}.get(name)
    if limit is not None and not -limit <= number <= limit:
        raise ValueError(f"from -{limit} to {limit}")
    if limit is None and not 0 <= number <= 1e9:
        raise ValueError("a number of people from 0")
    return number


def _moment(text: str) -> str:
    """A day or a minute, as "2020-02-27T00:00"."""
    try:
        return datetime.fromisoformat(text.replace(" ", "T")).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        raise ValueError(f"'{text}' is no day: write 2020-02-27 or 2020-02-27 18:00") from None


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError(f"'{text}' is no code: country and sectors, as in SYR MIL or SYR CVL/REF; several with ; between")
    return text


def _own_value(field: TeamField, text: str) -> Value:
    if not text:
        return None
    if field.kind is FieldKind.NUMBER:
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"'{text}' is not a number") from None
    choices = ("yes", "no") if field.kind is FieldKind.YES_NO else field.choices
    if choices and text not in choices:
        raise ValueError(f"one of {', '.join(choices)}")
    return text[:MOST_CHARACTERS]


def _contradictions(values: Values) -> Iterator[tuple[str, str]]:
    start, end = values.get("from"), values.get("to")
    if isinstance(start, str) and isinstance(end, str) and end < start:
        yield "to", "it ends before it begins"
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        yield "latitude", "latitude and longitude go together"
    for of in COUNTED:
        bounds = [value for end in ("low", "best", "high") if isinstance(value := values.get(f"{of}_{end}"), float)]
        if bounds != sorted(bounds):
            yield f"{of}_low", "the lowest comes first: low, best, high"


# ── What linking reads ────────────────────────────────────────────────────────────────────────────────────────────────


def apply_values(claim: Claim, values: Mapping[str, Value]) -> Claim:
    """The claim with a person's corrections in place; a team's own fields change nothing in it."""
    changes: dict[str, Any] = {}
    if "type" in values or "mode" in values:
        changes |= _event(claim, values)
    for name, field, role in (("who", "actors", ParticipantRole.ACTOR), ("whom", "recipients", ParticipantRole.RECIPIENT)):
        if name in values:
            known = {_codes([part]): part for part in getattr(claim, field)}
            changes[field] = tuple(known.get(code) or _participant(code, role) for code in _split(values[name], ";"))
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


def _split(value: Value, mark: str) -> list[str]:
    return [part.strip() for part in str(value or "").split(mark) if part.strip()]


def _event(claim: Claim, values: Mapping[str, Value]) -> dict[str, Any]:
    type_ = values.get("type", claim.event.type if claim.event else None)
    if type_ is None:
        return {"event": None}
    same = claim.event is not None and claim.event.type == type_
    mode = tuple(_split(values["mode"], ",")) if "mode" in values else (claim.event.mode if claim.event else ())
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
