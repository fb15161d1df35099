"""What a report's words were read as, in a person's words: times, figures, how a claim became known, and why a grade was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from onrecord.records import Exactness, Grade, Incident, Link, LinkRole, Place, Quantity, RelationType, Scope, Time, TimeBasis

GRADES = {
    Grade.CONFIRMED: "an actor admits its own act, or at least three independent voices of two or more affiliations report it",
    Grade.CORROBORATED: "at least two independent voices report it",
    Grade.CONTESTED: "one side asserts it and another denies it, or the reported figures exclude one another",
    Grade.PARTY_CLAIM: "only voices tied to a party report it",
    Grade.SINGLE_SOURCE: "one voice reports it",
    Grade.WITHDRAWN: "every source has retracted it",
}
SIGNS = {
    Grade.CONFIRMED: "●",
    Grade.CORROBORATED: "◕",
    Grade.SINGLE_SOURCE: "◔",
    Grade.PARTY_CLAIM: "◑",
    Grade.CONTESTED: "⚔",
    Grade.WITHDRAWN: "✕",
}
SCOPES = {
    Scope.INCIDENT: "of this event",
    Scope.CUMULATIVE: "counted since a start",
    Scope.STOCK: "a state at a time",
    Scope.AGGREGATE: "over several events",
}
EXACTNESS = {
    Exactness.EXACT: "exact",
    Exactness.AT_LEAST: "at least",
    Exactness.MORE_THAN: "more than",
    Exactness.AT_MOST: "at most",
    Exactness.NEARLY: "nearly",
    Exactness.ABOUT: "about",
    Exactness.RANGE: "a range",
    Exactness.VAGUE: "a vague word",
    Exactness.UNSPECIFIED: "no number",
    Exactness.NONE: "none",
}


def grade_words(grade: Grade) -> str:
    """What a grade means."""
    return GRADES[grade]


def grade_sign(grade: Grade) -> str:
    """A sign that stands beside the grade's name."""
    return SIGNS[grade]


def plain(value: str) -> str:
    """A code as words: "party_claim" → "party claim"."""
    return value.replace("_", " ")


RELATIONS = {
    RelationType.SAME_EVENT: "tells the same event as",
    RelationType.IDENTIFIES: "says who or what is meant in",
    RelationType.SUBSET_OF: "counts a part of",
    RelationType.PART_OF: "is part of",
    RelationType.RETALIATES_FOR: "answers",
    RelationType.CAUSES: "brings about",
    RelationType.FOLLOWS: "comes after",
    RelationType.SINCE_ANCHOR: "counts from",
    RelationType.HEDGES: "casts doubt on",
    RelationType.REPEATS: "repeats",
    RelationType.CONTENT_OF: "is what is said in",
}


def relation_words(type: RelationType) -> str:
    """What one claim or incident is to another, as the verb of a sentence."""
    return RELATIONS[type]


def day(moment: str | None) -> str:
    """ "27 Feb 2020" for an ISO moment; "" for none.

    >>> day("2020-02-27T18:00")
    '27 Feb 2020'
    """
    if not moment:
        return ""
    found = date.fromisoformat(moment[:10])
    return f"{found.day} {found:%b %Y}"


def interval(start: str | None, end: str | None) -> str:
    """A half-open interval with its last minute or day, as people write it.

    >>> interval("2020-02-27T18:00", "2020-02-28T06:00")
    '27 Feb 2020 18:00 – 28 Feb 2020 05:59'
    >>> interval("2020-02-27T00:00", "2020-02-28T00:00")
    '27 Feb 2020'
    """
    if start is None and end is None:
        return ""
    if start is None or end is None:
        return f"since {_moment(start)}" if start else f"until {_moment(end)}"
    if start.endswith("T00:00") and end.endswith("T00:00"):
        last = day((datetime.fromisoformat(end) - timedelta(days=1)).isoformat())
        return day(start) if last == day(start) else f"{day(start)} – {last}"
    if start == end:
        return _moment(start)
    last = (datetime.fromisoformat(end) - timedelta(minutes=1)).isoformat(timespec="minutes")
    if last <= start:
        return _moment(start)
    return f"{_moment(start)} – {last[11:] if last[:10] == start[:10] else _moment(last)}"


def period(value: str) -> str:
    """An EDTF interval as people write it.

    >>> period("2021-03-01/.."), period("2021-03-01/2021-05-01")
    ('since 1 Mar 2021', '1 Mar 2021 to 1 May 2021')
    """
    start, _, end = value.partition("/")
    try:
        return f"since {day(start)}" if end in ("", "..") else f"{day(start)} to {day(end)}"
    except ValueError:
        return value  # a month, a season: said as it stands


def _moment(moment: str | None) -> str:
    return day(moment) + (f" {moment[11:16]}" if moment and len(moment) > 10 and not moment.endswith("T00:00") else "")


def time_reading(time: Time, anchors: Mapping[str, str] = {}) -> str:
    """What a time expression was read as, and what it was anchored on. anchors: words of mentions by id."""
    read = interval(time.start, time.end) or f"{time.value} (no date can be given)"
    return f"{read}, {plain(time.granularity.value)}{_basis(time, anchors)}"


def _basis(time: Time, anchors: Mapping[str, str]) -> str:
    if time.anchor == "published" or time.basis is TimeBasis.PUBLICATION:
        return ", anchored on publication"
    if time.anchor:
        return f", anchored on “{anchors.get(time.anchor, time.anchor)}”"
    return "" if time.basis in (TimeBasis.EXPLICIT, TimeBasis.SYMBOLIC) else f", {time.basis.value}"


def place_reading(place: Place) -> str:
    """What the words for a place were read as."""
    where = ", ".join(dict.fromkeys(part for part in (place.name, place.admin1, place.country) if part))
    relation = f"{place.relation.value} " if place.relation and place.relation.value != "in" else ""
    lent = "" if place.basis.value == "argument" else f", lent by its {place.basis.value}"
    count = len(place.candidates)
    others = f", {count} other candidate{'s' if count > 1 else ''}" if count else ""
    return f"{relation}{where} ({place.kind.value}{lent}{others})"


def figure_reading(quantity: Quantity) -> str:
    """The bounds that a number's words were read as: "low 34, best 34, high open; at least; of this event"."""
    bounds = ", ".join(f"{name} {_number(value)}" for name, value in _bounds(quantity))
    added = "; adds to the one before" if quantity.additive else ""
    return f"{quantity.of.value}: {bounds}; {EXACTNESS[quantity.exactness]}; {SCOPES[quantity.scope]}{added}"


def _bounds(quantity: Quantity) -> tuple[tuple[str, float | None], ...]:
    return ("low", quantity.low), ("best", quantity.best), ("high", quantity.high)


def _number(value: float | None) -> str:
    return "open" if value is None else f"{value:,.10g}"


def incident_heading(incident: Incident) -> str:
    """What to call an incident: "ASSAULT (aerial), Saraqib, 27 Feb 2020"."""
    what = incident.type + (f" ({', '.join(incident.mode)})" if incident.mode else "")
    when = day(incident.time.start) if incident.time and incident.time.start else "time unknown"
    return f"{what}, {incident.place.name if incident.place else 'place unknown'}, {when}"


def link_reading(link: Link) -> str:
    """What a link of the chain is: "says it, in direct speech", "passes it on", "prints it, state TUR"."""
    roles = {
        LinkRole.SPEAKER: "says it",
        LinkRole.CHANNEL: "carries it",
        LinkRole.ACCESSOR: "saw or obtained it",
        LinkRole.RELAY: "passes it on",
        LinkRole.PUBLISHER: "prints it",
    }
    parts = [roles[link.role]]
    if link.role is LinkRole.SPEAKER:
        parts.append({"direct": "in direct speech", "indirect": "in indirect speech", "mixed": "partly quoted"}.get(link.form.value, ""))
    if link.anonymous:
        parts.append("not named")
    if link.medium:
        parts.append(f"by {link.medium}")
    if link.affiliation:
        parts.append(link.affiliation)
    return ", ".join(part for part in parts if part)
