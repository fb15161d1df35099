"""Our own two tables: incidents and claims, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.claim_cells import BOUNDS, COSTS, joined, own_cells, place_cells, time_cells
from onrecord.export.account import Account, name_of, reports, speakers
from onrecord.export.layout import Cells, Column, Layout, Row, by_name, flag, integer, number, text
from onrecord.export.writing import csv_of
from onrecord.records import Actor, ClaimInContext

# ── What both have ────────────────────────────────────────────────────────────────────────────────────────────────────

TIME_COLUMNS = (
    text("time_start", "begin of the interval, local time; empty where open"),
    text("time_end", "end of the interval, exclusive; empty where open"),
    text("time_granularity", "how finely the reports tell the time"),
    integer("time_precision_acled", "1 to 3"),
    integer("time_precision_ucdp", "1 to 5"),
)
PLACE_COLUMNS = (
    text("place", "name"),
    text("place_id", "id in the gazetteer"),
    text("place_kind", "point, populated, facility, admin2, admin1, country, region, line or zone"),
    text("place_relation", "in, near, outside, between, along, border or distance"),
    text("country", "ISO 3166-1 alpha-3"),
    text("admin1", "first-order division"),
    number("latitude", "WGS 84 degrees; empty unless the place is a point, a settlement or a facility"),
    number("longitude", "WGS 84 degrees; empty unless the place is a point, a settlement or a facility"),
    number("radius_km", "uncertainty around the place"),
    integer("geo_precision_acled", "1 to 3"),
    integer("geo_precision_ucdp", "1 to 7"),
)


def _named(columns: Sequence[Column], cells: Cells) -> Row:
    return dict(zip((column.name for column in columns), cells, strict=True))


# ── Incidents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cost_columns() -> tuple[Column, ...]:
    said = {"low": "lowest", "best": "best", "high": "highest"}
    return tuple(number(f"{cost}_{bound}", f"{said[bound]} reported number of {cost}") for cost in COSTS for bound in BOUNDS)


INCIDENT_COLUMNS = (
    text("id", "id of the incident, persistent"),
    text("type", "PLOVER type"),
    text("mode", "PLOVER modes, joined by /"),
    *TIME_COLUMNS,
    *PLACE_COLUMNS,
    text("actors", "codes of who did it, joined by ;"),
    text("actor_names", "their names, joined by ;"),
    text("recipients", "codes of to whom it was done, joined by ;"),
    text("recipient_names", "their names, joined by ;"),
    *_cost_columns(),
    text("range_policy", "the rule by which reported figures became low, best and high"),
    text("grade", "how well attested"),
    text("grade_reason", "why that grade"),
    integer("voices", "independent origins of the reports"),
    integer("reports", "reports that assert it"),
    integer("claims", "claims that assert it"),
    integer("denials", "claims that deny it"),
    text("outlets", "who printed it, joined by ;"),
    text("according_to", "whom the reports go back to, in their words, joined by ;"),
    text("urls", "addresses of the reports, joined by a space"),
    text("violations", "ids of violations of agreements that it is, joined by ;"),
    text("state", "state of review"),
)


def incident_row(account: Account) -> Row:
    """The row of an incident under ``INCIDENT_COLUMNS``."""
    incident = account.incident
    return {
        "id": incident.id,
        "type": incident.type,
        "mode": joined(incident.mode, by="/"),
        **_named(TIME_COLUMNS, time_cells(incident.time)),
        **_named(PLACE_COLUMNS, place_cells(incident.place)),
        "actors": joined(_codes(incident.actors)),
        "actor_names": joined([name_of(actor) for actor in incident.actors]),
        "recipients": joined(_codes(incident.recipients)),
        "recipient_names": joined([name_of(actor) for actor in incident.recipients]),
        **cost_cells(account),
        "range_policy": range_policy(account),
        "grade": str(incident.grade),
        "grade_reason": incident.grade_reason,
        "voices": incident.voices,
        **_source_cells(account),
        "violations": joined(incident.violations),
        "state": str(incident.state),
    }


def cost_cells(account: Account) -> Row:
    """Low, best and high of every kind of human cost."""
    ranges = {cost: getattr(account.incident, cost) for cost in COSTS}
    return {f"{cost}_{bound}": getattr(ranges[cost], bound) if ranges[cost] else None for cost in COSTS for bound in BOUNDS}


def range_policy(account: Account) -> str | None:
    """The rule behind the incident's ranges; None if it has none."""
    return next((found.policy for cost in COSTS if (found := getattr(account.incident, cost)) is not None), None)


def _source_cells(account: Account) -> Row:
    printed = reports(account)
    return {
        "reports": len(printed),
        "claims": len(account.incident.claims),
        "denials": len(account.incident.denials),
        "outlets": joined([report.outlet for report in printed if report.outlet]),
        "according_to": joined(speakers(account)),
        "urls": joined([report.url.replace(" ", "%20") for report in printed if report.url], by=" "),
    }


def _codes(actors: Sequence[Actor]) -> list[str]:
    return [actor.code or actor.name for actor in actors]


# ── Claims ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CLAIM_COLUMNS = (
    text("id", "content-hash id of the claim"),
    text("document", "id of the report"),
    text("incident", "id of the incident that it is about"),
    flag("denies", "whether it denies that incident"),
    text("kind", "event, figure, state or remark"),
    text("type", "PLOVER type"),
    text("mode", "PLOVER modes, joined by /"),
    flag("codable", "whether it tells of an event of its own"),
    text("actors", "codes of who did it, joined by ;"),
    text("actor_text", "the report's words for them, joined by ;"),
    text("recipients", "codes of to whom it was done, joined by ;"),
    text("recipient_text", "the report's words for them, joined by ;"),
    *TIME_COLUMNS,
    text("time_text", "the report's words for the time"),
    *PLACE_COLUMNS,
    text("place_text", "the report's words for the place"),
    *(number(f"{cost}_{bound}", f"{bound} of the number of {cost} in the incident") for cost in COSTS for bound in BOUNDS),
    text("figures", "every figure in the report's words with what it counts and its scope, joined by ;"),
    text("polarity", "positive, negative or unclear"),
    text("certainty", "certain, probable, possible or unclear"),
    text("status", "occurred, ongoing, habitual, planned, pledged, threatened, requested, hypothetical, purpose or deontic"),
    text("according_to", "the chain from the one who speaks to the one who prints, between <"),
    text("voice", "the independent origin of the report"),
    text("outlet", "who printed it"),
    text("published", "when"),
    text("url", "address of the report"),
    number("confidence", "0 to 1, of the coding"),
    text("rule", "what found it"),
    text("evidence", "the words that say it"),
)


def claim_cells(found: ClaimInContext) -> Cells:
    """The row of a claim under ``CLAIM_COLUMNS``."""
    id, *told, confidence, rule = own_cells(found.claim)
    voice = found.voice.name if found.voice else None
    about = (found.document, found.incident, found.denies)
    return (id, *about, *told, voice, found.outlet, found.published, found.url, confidence, rule, found.text or None)


INCIDENTS: Layout[Account] = Layout("incidents", INCIDENT_COLUMNS, by_name(INCIDENT_COLUMNS, incident_row))
CLAIMS: Layout[ClaimInContext] = Layout("claims", CLAIM_COLUMNS, claim_cells)


def codebook_lines() -> Iterator[str]:
    """What the columns of incidents and claims mean, as CSV."""
    rows = [
        {"table": layout.name, "column": column.name, "type": str(column.kind), "meaning": column.description}
        for layout in (INCIDENTS, CLAIMS)
        for column in layout.columns
    ]
    return csv_of(rows)
