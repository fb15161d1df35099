"""What an incident's page shows: its voices, its figures claim by claim, who agrees with whom, and what all of it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_uppercase

from onrecord.display import describe_range
from onrecord.ledger.query.reports import ReportRow
from onrecord.records import Actor, ClaimInContext, GroupRange, Incident, Participant, Place, Quantity, Range, Record, Scope, Time, Voice
from onrecord.web.charts import Event, Reported, Said
from onrecord.web.readings import day, figure_reading, interval

COSTS = ("killed", "injured", "casualties", "missing", "captured", "displaced")


class VoiceRow(Record, frozen=True):
    """A voice in an incident under a letter. claims: those that assert it, denials: that deny it."""

    sign: str
    voice: Voice | None
    name: str
    claims: tuple[ClaimInContext, ...]
    denials: tuple[ClaimInContext, ...]


class Cell(Record, frozen=True):
    """What a voice says in one field. state: "agrees", "differs", "denies" or "silent"; each value with the claim that says it."""

    state: str
    values: tuple[tuple[str, str], ...]


class Basis(Record, frozen=True):
    """What an incident rests on, in counts and names."""

    reports: int
    voices: int
    affiliations: tuple[str, ...]
    languages: tuple[str, ...]
    days: int
    first: str | None
    last: str | None


# ── Voices ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def voice_rows(claims: Sequence[ClaimInContext]) -> tuple[VoiceRow, ...]:
    """The voices in the order of their first claim, under letters A, B, … Z, AA …"""
    found: dict[str, list[ClaimInContext]] = {}
    for claim in claims:
        found.setdefault(claim.voice.id if claim.voice else claim.document, []).append(claim)
    return tuple(_voice_row(number, own) for number, own in enumerate(found.values()))


def _voice_row(number: int, claims: Sequence[ClaimInContext]) -> VoiceRow:
    voice = claims[0].voice
    return VoiceRow(
        sign=letters(number),
        voice=voice,
        name=voice.name if voice else claims[0].outlet or "unknown",
        claims=tuple(claim for claim in claims if not claim.denies),
        denials=tuple(claim for claim in claims if claim.denies),
    )


def letters(number: int) -> str:
    """A, B, … Z, AA, AB …

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    sign = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        sign = ascii_uppercase[rest] + sign
    return sign


def signs_of(voices: Iterable[VoiceRow]) -> dict[str, str]:
    """Per claim, the letter of its voice."""
    return {claim.claim.hash: row.sign for row in voices for claim in (*row.claims, *row.denials)}


def basis_of(claims: Sequence[ClaimInContext], reports: Mapping[str, ReportRow]) -> Basis:
    """What the incident rests on, denials included."""
    documents = {claim.document for claim in claims}
    known = [reports[document] for document in sorted(documents) if document in reports]
    days = sorted({row.published[:10] for row in known if row.published})
    return Basis(
        reports=len(documents),
        voices=len({claim.voice.id if claim.voice else claim.document for claim in claims}),
        affiliations=tuple(sorted({row.affiliation or "no affiliation known" for row in known})),
        languages=tuple(sorted({row.language for row in known})),
        days=len(days),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )


# ── Ranges ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def ranges_of(incident: Incident) -> tuple[tuple[str, Range], ...]:
    """The kinds of human cost that the incident has a range for."""
    return tuple((cost, found) for cost in COSTS if (found := getattr(incident, cost)) is not None)


def reported_rows(incident: Incident, claims: Sequence[ClaimInContext], signs: Mapping[str, str]) -> tuple[Reported, ...]:
    """Per kind of cost a row for all, and one per group where reports tell groups apart; with what each claim says of it."""
    rows = []
    for cost, found in ranges_of(incident):
        groups = [group for group in found.by_group if len(found.by_group) > 1 or _bounds(group) != _bounds(found)]
        rows.append(_row(cost, found, None, claims, signs))
        rows += [_row(f"{cost}: {group.group}", group, group, claims, signs) for group in groups]
    return tuple(rows)


def _bounds(found: Range | GroupRange) -> tuple[float | None, ...]:
    return found.low, found.best, found.high


def _row(
    label: str, found: Range | GroupRange, group: GroupRange | None, claims: Sequence[ClaimInContext], signs: Mapping[str, str]
) -> Reported:
    cost = label.partition(":")[0]
    said = tuple(
        _said(quantity, claim, signs)
        for claim in claims
        if not claim.denies and (group is None or claim.claim.hash in group.claims)
        for quantity in claim.claim.quantities
        if quantity.of == cost and quantity.scope is Scope.INCIDENT and (group is None or _of_group(quantity, group.group, claim))
    )
    bounds = found if isinstance(found, Range) else Range(low=found.low, best=found.best, high=found.high, policy="")
    return Reported(label=label, words=describe_range(bounds), low=found.low, best=found.best, high=found.high, said=said)


def _of_group(quantity: Quantity, group: str, claim: ClaimInContext) -> bool:
    """Whether a quantity is of a group; where only one of the claim's can be, that one is."""
    own = [one for one in claim.claim.quantities if one.of == quantity.of]
    return len(own) == 1 or group in (_code(quantity.group), quantity.group.text if quantity.group else None)


def _code(participant: Participant | None) -> str | None:
    return participant.actor.code if participant is not None and participant.actor is not None else None


def _said(quantity: Quantity, claim: ClaimInContext, signs: Mapping[str, str]) -> Said:
    return Said(
        low=quantity.low,
        best=quantity.best,
        high=quantity.high,
        sign=signs[claim.claim.hash],
        claim=claim.claim.hash,
        words=f"{claim.outlet or 'unknown outlet'}: “{' '.join(quantity.text.split())}” ({figure_reading(quantity)})",
    )


# ── Who agrees with whom ──────────────────────────────────────────────────────────────────────────────────────────────


def matrix(incident: Incident, voices: Sequence[VoiceRow]) -> tuple[tuple[str, str, tuple[Cell, ...]], ...]:
    """Per field: its name, what the incident says, and a cell for every voice."""
    fields: list[tuple[str, str, Callable[[ClaimInContext], tuple[str, bool] | None]]] = [
        ("when", _when(incident.time), lambda claim: _time_said(claim.claim.time, incident.time)),
        ("where", _where(incident.place), lambda claim: _place_said(claim.claim.place, incident.place)),
        ("by", _names(incident.actors), lambda claim: _side_said(claim.claim.actors, incident.actors)),
        ("to", _names(incident.recipients), lambda claim: _side_said(claim.claim.recipients, incident.recipients)),
        *(
            (cost, describe_range(found), lambda claim, cost=cost, found=found: _figure_said(claim.claim.quantities, cost, found))
            for cost, found in ranges_of(incident)
        ),
    ]
    happened: tuple[str, str, tuple[Cell, ...]] = ("happened", "said to have happened", tuple(map(_happened, voices)))
    return (happened, *((name, said, tuple(_cell(row, read) for row in voices)) for name, said, read in fields))


def _happened(row: VoiceRow) -> Cell:
    asserted = tuple((f"says so{_how_often(row.claims)}", claim.claim.hash) for claim in row.claims[:1])
    denied = tuple((f"denies it{_how_often(row.denials)}", claim.claim.hash) for claim in row.denials[:1])
    return Cell(state="denies" if denied else "agrees", values=(*asserted, *denied))


def _how_often(claims: Sequence[ClaimInContext]) -> str:
    return f" ({len(claims)} claims)" if len(claims) > 1 else ""


def _cell(row: VoiceRow, read: Callable[[ClaimInContext], tuple[str, bool] | None]) -> Cell:
    values: dict[str, tuple[str, bool]] = {}
    for claim in row.claims:
        said = read(claim)
        if said is not None:
            values.setdefault(said[0], (claim.claim.hash, said[1]))
    if not values:
        return Cell(state="silent", values=())
    agrees = any(same for _, same in values.values())
    return Cell(state="agrees" if agrees else "differs", values=tuple((words, claim) for words, (claim, _) in values.items()))


def _when(time: Time | None) -> str:
    return interval(time.start, time.end) if time else ""


def _time_said(time: Time | None, own: Time | None) -> tuple[str, bool] | None:
    if time is None or time.start is None:
        return None
    meets = own is None or own.start is None or (time.start < (own.end or "9") and own.start < (time.end or "9"))
    return interval(time.start, time.end), meets


def _where(place: Place | None) -> str:
    return place.name if place else ""


def _place_said(place: Place | None, own: Place | None) -> tuple[str, bool] | None:
    if place is None:
        return None
    same = (
        own is None or place.id == own.id or place.name == own.name or own.name == place.admin1 or place.name in (own.admin1, own.country)
    )
    return place.name, same


def _names(actors: Sequence[Actor]) -> str:
    return ", ".join(dict.fromkeys(actor.code or actor.name for actor in actors))


def _side_said(parts: Sequence[Participant], own: Sequence[Actor]) -> tuple[str, bool] | None:
    codes = dict.fromkeys(part.actor.code or part.actor.name for part in parts if part.actor)
    if not codes:
        return None
    known = [actor.code for actor in own]
    return ", ".join(codes), not known or any(one.startswith(other) or other.startswith(one) for one in codes for other in known if other)


def _figure_said(quantities: Sequence[Quantity], cost: str, own: Range) -> tuple[str, bool] | None:
    said = [one for one in quantities if one.of == cost and one.scope is Scope.INCIDENT]
    if not said:
        return None
    words = "; ".join(dict.fromkeys(" ".join(one.text.split()) for one in said))
    best = own.best if own.best is not None else own.low
    return words, best is None or any((one.low or one.best or 0) <= best <= (one.high or _highest(one)) for one in said)


def _highest(quantity: Quantity) -> float:
    """The upper end of a figure that names none: its best where it is exact or about so many, otherwise open."""
    return quantity.best if quantity.best is not None and quantity.low is None else float("inf")


# ── In time ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline_events(incident: Incident, claims: Sequence[ClaimInContext], signs: Mapping[str, str]) -> tuple[Event, ...]:
    """The incident's own time, and every report on the day on which it was printed."""
    events = []
    if incident.time is not None and incident.time.start:
        words = f"said to have happened {interval(incident.time.start, incident.time.end)}"
        events.append(Event(start=incident.time.start, end=incident.time.end, sign="event", words=words))
    seen = set()
    for claim in claims:
        key = (claim.document, claim.denies)
        if claim.published is None or key in seen:
            continue
        seen.add(key)
        what = "denies it" if claim.denies else "reports it"
        sign = signs[claim.claim.hash] + ("✕" if claim.denies else "")
        words = f"{claim.outlet or 'unknown outlet'} {what}, {day(claim.published)}"
        events.append(
            Event(start=claim.published[:10], end=None, sign=sign, words=words, link=f"/articles/{claim.document}#{claim.claim.id}")
        )
    return tuple(events)


# ── Between revisions ─────────────────────────────────────────────────────────────────────────────────────────────────


def differences(before: Incident | None, after: Incident | None) -> tuple[str, ...]:
    """What changed from one state of an incident to the next, a line each."""
    if before is None or after is None:
        return ("ended",) if after is None else ("new",)
    lines = [
        f"{name}: {one or 'not said'} → {other or 'not said'}"
        for name, one, other in (
            ("type", _what(before), _what(after)),
            ("when", _when(before.time), _when(after.time)),
            ("where", _where(before.place), _where(after.place)),
            ("by", _names(before.actors), _names(after.actors)),
            ("to", _names(before.recipients), _names(after.recipients)),
            *((cost, _maybe(getattr(before, cost)), _maybe(getattr(after, cost))) for cost in COSTS),
            ("grade", before.grade.value, after.grade.value),
            ("state", before.state.value, after.state.value),
        )
        if one != other
    ]
    for name in ("claims", "denials"):
        old, new = set(getattr(before, name)), set(getattr(after, name))
        if new - old:
            lines.append(f"{len(new - old)} more: {name}")
        if old - new:
            lines.append(f"{len(old - new)} fewer: {name}")
    return tuple(lines) or ("nothing that is shown here",)


def _what(incident: Incident) -> str:
    return " ".join((incident.type, *incident.mode))


def _maybe(found: Range | None) -> str:
    return describe_range(found) if found else ""
