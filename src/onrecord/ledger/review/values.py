"""A claim as the flat values that people correct, and what they write in the form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from onrecord.ledger.review.team import FieldKind, Team, TeamField
from onrecord.ledger.store.rows import codes_of
from onrecord.records import Certainty, Claim, LinkRole, Polarity, QuantityOf, Scope, Status

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


def values_of(claim: Claim) -> Values:
    """What a claim says, field by field; None where it says nothing."""
    place, time, factuality = claim.place, claim.time, claim.factuality
    found: Values = {
        "type": claim.event.type if claim.event else None,
        "mode": ", ".join(claim.event.mode) or None if claim.event else None,
        "who": codes_of(claim.actors),
        "whom": codes_of(claim.recipients),
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
        kept = parts_of(before, ";")
        return "; ".join(part if part in kept else _code(part) for part in parts_of(text, ";")) or None
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


def parts_of(value: Value, mark: str) -> list[str]:
    """The parts of a value that holds several with a mark between."""
    return [part.strip() for part in str(value or "").split(mark) if part.strip()]
