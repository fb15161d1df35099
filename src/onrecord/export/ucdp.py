"""Lethal incidents in the 49 columns of UCDP GED, for tools that read those. What comes out are not UCDP's data.

Columns after GED 25.1. The numbers that UCDP gives to conflicts, dyads, sides and countries are its own and stay empty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from onrecord.claim_cells import at_a_point, degrees, joined
from onrecord.export.account import Account, commonest, first_day, last_day, name_of, reports, speakers
from onrecord.export.cells import whole
from onrecord.export.countries import country_name
from onrecord.export.layout import Column, Layout, LeftOut, Row, by_name, day, empty, integer, number, text
from onrecord.ontology import Ontology, load_ontology
from onrecord.records import Actor, GroupRange, Incident, PlaceKind, QuantityOf, Range, Scope

NUMBERS = "UCDP's own numbers"
DIGITS_IN_ID = 13  # of the incident's id: 52 bits, exact in every program that keeps numbers as doubles
GRID_ROWS, GRID_COLUMNS = 360, 720  # half-degree cells
STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
GOVERNMENT = frozenset("GOV MIL COP SPY".split())


def _side(letter: str) -> tuple[Column, ...]:
    return (
        empty(f"side_{letter}_dset_id", NUMBERS),
        empty(f"side_{letter}_new_id", NUMBERS),
        text(f"side_{letter}", "name, or code where reports only describe it; further ones joined by ;"),
    )


COLUMNS = (
    integer("id", f"the first {DIGITS_IN_ID} hexadecimal digits of the incident's id as a number; not a UCDP id"),
    text("relid", "id of the incident"),
    integer("year", "of date_start"),
    empty("active_year", "whether the conflict was active that year is UCDP's finding"),
    text("code_status", "state of review"),
    integer("type_of_violence", "1 state-based, 2 non-state, 3 one-sided"),
    empty("conflict_dset_id", NUMBERS),
    empty("conflict_new_id", NUMBERS),
    empty("conflict_name", "UCDP's list of conflicts is not reproduced"),
    empty("dyad_dset_id", NUMBERS),
    empty("dyad_new_id", NUMBERS),
    text("dyad_name", "both sides"),
    *_side("a"),
    *_side("b"),
    integer("number_of_sources", "reports that assert it"),
    text("source_article", "outlet, date and title of each report, joined by ;"),
    text("source_office", "outlets, joined by ;"),
    text("source_date", "days of publication, joined by ;"),
    text("source_headline", "titles, joined by ;"),
    text("source_original", "whom the reports go back to, joined by ;"),
    integer("where_prec", "1 exact … 7"),
    text("where_coordinates", "name of the place"),
    text("where_description", "the place with its relation"),
    text("adm_1", "first-order division"),
    text("adm_2", "second-order division, where the place is one"),
    number("latitude", "empty unless the place is a point, a settlement or a facility"),
    number("longitude", "empty unless the place is a point, a settlement or a facility"),
    text("geom_wkt", "the point"),
    integer("priogrid_gid", "cell of the 0.5° PRIO-GRID"),
    text("country", "name"),
    empty("country_id", NUMBERS),
    empty("region", "UCDP's own list; not reproduced"),
    integer("event_clarity", "1 an event of its own, 2 summed up by the reports"),
    integer("date_prec", "1 day … 5 year"),
    day("date_start", "first day"),
    day("date_end", "last day, inclusive"),
    integer("deaths_a", "reported dead of side a"),
    integer("deaths_b", "reported dead of side b"),
    integer("deaths_civilians", "reported civilian dead"),
    integer("deaths_unknown", "best less the three others"),
    integer("best", "best reported number of dead; where reports give only a bound, that bound"),
    integer("high", "highest reported number; empty where none is reported"),
    integer("low", "lowest reported number; empty where none is reported"),
    empty("gwnoa", NUMBERS),
    empty("gwnob", NUMBERS),
)
NOTES = (
    "Only lethal incidents: at least one reported dead in best, high or low.",
    "best, high and low are a range of reported figures, not an estimate of UCDP's coders; an end that no report gives is empty.",
    "Incidents whose sides fit none of the three types of violence, or without a first day, have no row.",
    "Coordinates are left out where the place is an area or a line: where_prec and adm_1 say what is known.",
)


class UcdpRows:
    """Makes rows; holds the ontology that tells the type of violence."""

    def __init__(self, ontology: Ontology | None = None) -> None:
        self._ontology = ontology or load_ontology()

    def __call__(self, account: Account) -> Row | LeftOut:
        """The row of an incident, or why it has none."""
        incident = account.incident
        began, ended = first_day(incident.time), last_day(incident.time)
        best = best_of(incident.killed)
        if best is None:
            return LeftOut("nobody reported dead")
        violence = self.type_of_violence(account)
        if violence is None:
            return LeftOut("no type of violence: a side is unknown or fits none")
        if began is None:
            return LeftOut("no first day")
        side_a, side_b = sides(incident, violence)
        return {
            **dict.fromkeys(column.name for column in COLUMNS),
            "id": number_of(incident.id),
            "relid": incident.id,
            "year": int(began[:4]),
            "code_status": str(incident.state),
            "type_of_violence": violence,
            "dyad_name": f"{side_a or 'unknown'} - {side_b or 'unknown'}",
            "side_a": side_a,
            "side_b": side_b,
            **_source_cells(account),
            **_place_cells(incident),
            "event_clarity": clarity(account),
            "date_prec": incident.time.ucdp_precision if incident.time else None,
            "date_start": began,
            "date_end": ended,
            **death_cells(incident, violence, best),
        }

    def type_of_violence(self, account: Account) -> int | None:
        """By the sectors of both sides of the incident; else what most of its claims say."""
        incident = account.incident
        by_sides = self._ontology.ucdp(_sectors(incident.actors), _sectors(incident.recipients))
        if by_sides is not None:
            return by_sides
        return commonest(
            found.claim.event.ucdp_violence for found in account.asserting if found.claim.event and found.claim.event.ucdp_violence
        )


def number_of(id: str) -> int:
    """An incident's id as a number: its first hexadecimal digits, or those of its SHA-256 if it is no such id.

    >>> number_of("inc-6578d8a4fe3b0d07495d")
    1785115282760624
    """
    digits = id.removeprefix("inc-")[:DIGITS_IN_ID]
    if len(digits) < DIGITS_IN_ID or not set(digits) <= set("0123456789abcdef"):
        digits = hashlib.sha256(id.encode()).hexdigest()[:DIGITS_IN_ID]
    return int(digits, 16)


# ── Sides ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def sides(incident: Incident, violence: int) -> tuple[str | None, str | None]:
    """Names of both sides: of a state-based event the government first, of a one-sided one the perpetrator and "Civilians"."""
    actors, recipients = _ordered(incident, violence)
    names_a = joined([name_of(actor) for actor in actors])
    if violence == ONE_SIDED:
        return names_a, "Civilians"
    return names_a, joined([name_of(actor) for actor in recipients])


def _ordered(incident: Incident, violence: int) -> tuple[Sequence[Actor], Sequence[Actor]]:
    actors, recipients = incident.actors, incident.recipients
    turned = violence == STATE_BASED and not _sectors(actors) & GOVERNMENT and _sectors(recipients) & GOVERNMENT
    return (recipients, actors) if turned else (actors, recipients)


def _sectors(actors: Sequence[Actor]) -> frozenset[str]:
    return frozenset(sector for actor in actors for sector in actor.sectors)


# ── Deaths ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def best_of(killed: Range | None) -> int | None:
    """The best reported number, or the bound where reports give only one; None unless at least one is reported dead."""
    ends = (killed.best, killed.low, killed.high) if killed is not None else ()
    known = [end for end in ends if end is not None]
    return whole(known[0]) if known and max(known) >= 1 else None


def death_cells(incident: Incident, violence: int, best: int) -> Row:
    """The three ends, and best shared out: what reports give for a group goes to its side, the rest is unknown."""
    shares = deaths_by_side(incident, violence)
    if sum(shares.values()) > best:  # groups that overlap, or figures of different reports: no division is reported
        shares = dict.fromkeys(shares, 0)
    killed = incident.killed
    ends = {"best": best, "high": whole(killed.high) if killed else None, "low": whole(killed.low) if killed else None}
    return {**shares, "deaths_unknown": best - sum(shares.values()), **ends}


def deaths_by_side(incident: Incident, violence: int) -> dict[str, int]:
    """What reports give as the dead of each side and of civilians."""
    actors, recipients = _ordered(incident, violence)
    codes = {"deaths_a": {actor.code for actor in actors}, "deaths_b": {actor.code for actor in recipients}}
    found = {"deaths_a": 0, "deaths_b": 0, "deaths_civilians": 0}
    for group in _distinct(incident.killed.by_group if incident.killed else ()):
        column = "deaths_civilians" if _civilian(group) else next((side for side, of in codes.items() if group.group in of), None)
        if column is not None:
            found[column] += whole(_best(group)) or 0
    return found


def _distinct(groups: Sequence[GroupRange]) -> list[GroupRange]:
    """Without the groups that another names more closely: "CVL" beside "SYR CVL" are the same people."""
    names = [group.group for group in groups]
    return [group for group in groups if not any(name.endswith(f" {group.group}") for name in names)]


def _civilian(group: GroupRange) -> bool:
    return group.group.split()[-1].split("/")[0] in {"CVL", "REF", "JRN", "MED", "EDU", "AGR", "LAB", "REL"}


def _best(group: GroupRange) -> float | None:
    return next((end for end in (group.best, group.low, group.high) if end is not None), None)


# ── Sources and place ─────────────────────────────────────────────────────────────────────────────────────────────────


def clarity(account: Account) -> int:
    """2 where every figure of dead is a sum over events or a running total, else 1."""
    quantities = [quantity for found in account.asserting for quantity in found.claim.quantities]
    scopes = {quantity.scope for quantity in quantities if quantity.of is QuantityOf.KILLED}
    return 2 if scopes and not scopes - {Scope.AGGREGATE, Scope.CUMULATIVE} else 1


def _source_cells(account: Account) -> Row:
    printed = reports(account)
    cited = [",".join(f'"{part}"' for part in (one.outlet, one.published, one.title) if part) for one in printed]
    return {
        "number_of_sources": len(printed),
        "source_article": joined([one for one in cited if one]),
        "source_office": joined([one.outlet for one in printed if one.outlet]),
        "source_date": joined([one.published[:10] for one in printed if one.published]),
        "source_headline": joined([one.title for one in printed if one.title]),
        "source_original": joined(speakers(account)),
    }


def _place_cells(incident: Incident) -> Row:
    place = incident.place
    if place is None:
        return {}
    cells: Row = {
        "where_prec": place.ucdp_precision,
        "where_coordinates": place.name,
        "where_description": f"{place.relation} {place.name}" if place.relation else place.name,
        "adm_1": place.admin1,
        "adm_2": place.name if place.kind is PlaceKind.ADMIN2 else None,
        "country": country_name(place.country),
    }
    if at_a_point(place) and place.lat is not None and place.lon is not None:
        lat, lon = degrees(place.lat), degrees(place.lon)
        cells |= {"latitude": lat, "longitude": lon, "geom_wkt": f"POINT ({lon} {lat})", "priogrid_gid": priogrid(place.lat, place.lon)}
    return cells


def priogrid(lat: float, lon: float) -> int:
    """The PRIO-GRID cell of a point: rows of 720 half-degree cells from the south-west corner, counted from 1.

    >>> priogrid(-90, -180), priogrid(35.64, 36.67), priogrid(90, 180)
    (1, 181154, 259200)
    """
    row = min(int((lat + 90) * 2), GRID_ROWS - 1)
    column = min(int((lon + 180) * 2), GRID_COLUMNS - 1)
    return row * GRID_COLUMNS + column + 1


def ucdp_like() -> Layout[Account]:
    """The layout, with the ontology loaded."""
    return Layout("ucdp_like", COLUMNS, by_name(COLUMNS, UcdpRows()), NOTES)
