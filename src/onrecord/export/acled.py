"""Incidents in the 31 columns of an ACLED export, for tools that read those. What comes out are not ACLED's data.

Columns after ACLED's 2023 layout. Names of actor types and disorder types are ACLED's; which incident gets which is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.claim_cells import COSTS, at_a_point, degrees, joined
from onrecord.export.account import Account, commonest, first_day, name_of, reports, said_range
from onrecord.export.cells import whole
from onrecord.export.countries import ISO_NUMERIC, country_name
from onrecord.export.layout import Layout, LeftOut, Row, by_name, day, empty, integer, number, text
from onrecord.export.tables import range_policy
from onrecord.records import AcledType, Actor, Incident, PlaceKind

NOT_OURS = "ACLED's own list; not reproduced"
COLUMNS = (
    text("event_id_cnty", "ONR- and the digits of the incident's id; not an ACLED id"),
    day("event_date", "first day of the interval"),
    integer("year", "of event_date"),
    integer("time_precision", "1 day, 2 week, 3 month or wider"),
    text("disorder_type", "by event and sub-event type"),
    text("event_type", "of the six"),
    text("sub_event_type", "of the twenty-five"),
    text("actor1", "first actor: name, or code where reports only describe it"),
    text("assoc_actor_1", "further actors, joined by ;"),
    text("inter1", "actor type of actor1"),
    text("actor2", "first recipient"),
    text("assoc_actor_2", "further recipients, joined by ;"),
    text("inter2", "actor type of actor2"),
    text("interaction", "both actor types"),
    text("civilian_targeting", '"Civilian targeting" where all recipients are civilians'),
    integer("iso", "ISO 3166-1 numeric code of the country"),
    empty("region", NOT_OURS),
    text("country", "name"),
    text("admin1", "first-order division"),
    text("admin2", "second-order division, where the place is one"),
    empty("admin3", "not resolved"),
    text("location", "name of the place"),
    number("latitude", "empty unless the place is a point, a settlement or a facility"),
    number("longitude", "empty unless the place is a point, a settlement or a facility"),
    integer("geo_precision", "1 the place named, 2 near it, 3 a larger area"),
    text("source", "outlets, joined by ;"),
    empty("source_scale", NOT_OURS),
    text("notes", "the figures as ranges, the grade and the denials, in our words"),
    integer("fatalities", "the lowest reported number; empty, not 0, where no report gives one"),
    empty("tags", NOT_OURS),
    empty("timestamp", "an export does not depend on when it is made"),
)
NOTES = (
    "fatalities is the lowest reported figure of the range (ACLED's rule where sources differ); notes gives the whole range.",
    "Incidents without an ACLED sub-event type or a first day have no row.",
    "Coordinates are left out where the place is an area or a line: geo_precision and admin1 say what is known.",
)

CIVILIANS = frozenset("CVL REF JRN MED EDU LAB AGR BUS REL SOC ELI JUD PTY OPP NGO".split())
STATE = frozenset("MIL COP GOV SPY".split())
MILITIA = frozenset("UAF PRM CRM".split())
STATE_FORCES, REBELS, MILITIAS = "State forces", "Rebel group", "Political militia"
RIOTERS, PROTESTERS, CIVILIAN, OTHERS = "Rioters", "Protesters", "Civilians", "External/Other forces"


def acled_row(account: Account) -> Row | LeftOut:
    """The row of an incident, or why it has none."""
    incident = account.incident
    began, kind = first_day(incident.time), acled_type(account)
    if kind is None:
        return LeftOut("no ACLED sub-event type")
    if began is None:
        return LeftOut("no first day")
    return {
        "event_id_cnty": f"ONR-{incident.id.removeprefix('inc-')}",
        "event_date": began,
        "year": int(began[:4]),
        "time_precision": incident.time.acled_precision if incident.time else None,
        "disorder_type": disorder_type(kind),
        "event_type": kind.event_type,
        "sub_event_type": kind.sub_event_type,
        **_side_cells(incident, kind),
        **_place_cells(incident),
        "source": joined([report.outlet for report in reports(account) if report.outlet]),
        "source_scale": None,
        "notes": notes(account),
        "fatalities": fatalities(incident),
        "tags": None,
        "timestamp": None,
    }


def acled_type(account: Account) -> AcledType | None:
    """The type that most of the asserting claims have; the first such."""
    return commonest(kind for found in account.asserting if found.claim.event for kind in found.claim.event.acled[:1])


def disorder_type(kind: AcledType) -> str:
    """What kind of disorder a sub-event is part of."""
    if kind.sub_event_type == "Excessive force against protesters":
        return "Political violence; Demonstrations"
    if kind.event_type == "Strategic developments":
        return kind.event_type
    demonstration = kind.event_type == "Protests" or kind.sub_event_type == "Violent demonstration"
    return "Demonstrations" if demonstration else "Political violence"


def fatalities(incident: Incident) -> int | None:
    """The lowest number of killed that is reported; the best where no report gives a lowest; None where none gives either."""
    killed = incident.killed
    return None if killed is None else whole(killed.low if killed.low is not None else killed.best)


# ── Who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _side_cells(incident: Incident, kind: AcledType) -> Row:
    country = incident.place.country if incident.place else None
    inter1 = actor_type(incident.actors[0], kind, country) if incident.actors else None
    inter2 = actor_type(incident.recipients[0], None, country) if incident.recipients else None
    return {
        "actor1": _first(incident.actors),
        "assoc_actor_1": _others(incident.actors),
        "inter1": inter1,
        "actor2": _first(incident.recipients),
        "assoc_actor_2": _others(incident.recipients),
        "inter2": inter2,
        "interaction": interaction(inter1, inter2),
        "civilian_targeting": "Civilian targeting" if civilian_targeting(incident, kind) else None,
    }


def civilian_targeting(incident: Incident, kind: AcledType) -> bool:
    """Whether all recipients are civilians, of whatever is done to somebody."""
    civilian = bool(incident.recipients) and all(_civilian(actor) for actor in incident.recipients)
    return civilian and kind.event_type != "Strategic developments"


def _first(actors: Sequence[Actor]) -> str | None:
    return name_of(actors[0]) if actors else None


def _others(actors: Sequence[Actor]) -> str | None:
    first = _first(actors)
    return joined([name for name in map(name_of, actors[1:]) if name != first])


def actor_type(actor: Actor, kind: AcledType | None, country: str | None) -> str | None:
    """The ACLED actor type by country and sectors; None where the reports do not say. ``kind`` is given for the one who acts.

    A state's forces outside their own country, and international ones, are external.
    """
    if kind is not None and kind.event_type == "Protests" and not STATE & set(actor.sectors):
        return PROTESTERS
    if kind is not None and kind.event_type == "Riots" and not STATE & set(actor.sectors):
        return RIOTERS
    sector = actor.sectors[0] if actor.sectors else None
    if sector == "REB":
        return REBELS
    if sector in MILITIA:
        return MILITIAS
    if sector in CIVILIANS:
        return CIVILIAN
    if sector is None and actor.country is None:
        return None
    if sector is None or sector in STATE:
        return STATE_FORCES if country is None or actor.country in (None, country) else OTHERS
    return OTHERS


def interaction(one: str | None, other: str | None) -> str | None:
    """Both types in ACLED's order; "… only" for one alone.

    >>> interaction("Civilians", "State forces"), interaction("Rebel group", None)
    ('State forces-Civilians', 'Rebel group only')
    """
    order = (STATE_FORCES, REBELS, MILITIAS, RIOTERS, PROTESTERS, CIVILIAN, OTHERS)
    known = sorted((kind for kind in (one, other) if kind), key=order.index)
    if not known:
        return None
    return "-".join(known) if len(known) == 2 else f"{known[0]} only"


def _civilian(actor: Actor) -> bool:
    return bool(actor.sectors) and actor.sectors[0] in CIVILIANS


# ── Where, and what is said ───────────────────────────────────────────────────────────────────────────────────────────


def _place_cells(incident: Incident) -> Row:
    place = incident.place
    exact = at_a_point(place)
    return {
        "iso": ISO_NUMERIC.get(place.country) if place and place.country else None,
        "region": None,
        "country": country_name(place.country) if place else None,
        "admin1": place.admin1 if place else None,
        "admin2": place.name if place and place.kind is PlaceKind.ADMIN2 else None,
        "admin3": None,
        "location": place.name if place else None,
        "latitude": degrees(place.lat) if place and exact else None,
        "longitude": degrees(place.lon) if place and exact else None,
        "geo_precision": place.acled_precision if place else None,
    }


def notes(account: Account) -> str:
    """What the row cannot hold: ranges with the rule behind them, the grade with its reason, the incident's id."""
    incident = account.incident
    ranges = ((cost, getattr(incident, cost)) for cost in COSTS)
    figures = [f"{words} {cost}" for cost, found in ranges if found and (words := said_range(found.low, found.best, found.high))]
    said = [f"Reported: {'; '.join(figures)} (range of reported figures, rule {range_policy(account)})."] if figures else []
    said.append(f"Grade {incident.grade.replace('_', ' ')}: {incident.grade_reason}.")
    return " ".join([*said, f"Onrecord incident {incident.id}."])


ACLED_LIKE: Layout[Account] = Layout("acled_like", COLUMNS, by_name(COLUMNS, acled_row), NOTES)
