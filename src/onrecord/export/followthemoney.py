"""Incidents as FollowTheMoney entities, one a line, for Aleph, OpenAleph and yente.

An incident becomes an Event, its place an Address, its sides LegalEntities, its reports Articles that are its proof, and who says it a
Documentation. The model has no property for casualties: the range of reported figures stands in summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.claim_cells import at_a_point, degrees
from onrecord.export.account import Account, first_day, last_day, name_of, reports
from onrecord.export.acled import notes
from onrecord.export.countries import country_name, iso2
from onrecord.export.writing import encode_json
from onrecord.records import Actor, LinkRole, Place, content_id

Entity = dict[str, Any]
NOTES = (
    "Entities of the FollowTheMoney model, an entity a line; what comes with several incidents is written once.",
    "The model has no property for casualties: the range of reported figures stands in the summary of the event.",
    "A side that reports only describe is a LegalEntity by its code, the same for everybody of that code.",
)


def entity_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """The entities of incidents, each once."""
    seen: set[str] = set()
    for account in accounts:
        for entity in entities(account):
            if entity["id"] not in seen:
                seen.add(entity["id"])
                yield encode_json(entity) + "\n"


def entities(account: Account) -> Iterator[Entity]:
    """The entities of one incident."""
    incident = account.incident
    actors = {_actor_id(actor): actor for actor in (*incident.actors, *incident.recipients)}
    address = _address(incident.place)
    for id, actor in actors.items():
        yield _entity(id, "LegalEntity", name=name_of(actor), country=iso2(actor.country), notes=" ".join(actor.sectors))
    if address is not None:
        yield address
    printed = reports(account)
    for report in printed:
        yield _entity(
            report.document,
            "Article",
            title=report.title or report.document,
            publisher=report.outlet,
            publishedAt=report.published,
            sourceUrl=report.url,
        )
    place = incident.place
    yield _entity(
        incident.id,
        "Event",
        name=f"{incident.type}{f' in {place.name}' if place else ''}",
        recordId=incident.id,
        startDate=first_day(incident.time),
        endDate=last_day(incident.time),
        country=iso2(place.country) if place else None,
        location=place.name if place else None,
        addressEntity=address["id"] if address else None,
        involved=list(actors),
        summary=notes(account),
        keywords=list(incident.mode),
        proof=[report.document for report in printed],
    )
    yield from _documentations(account)


def _documentations(account: Account) -> Iterator[Entity]:
    for found in account.claims:
        speaker = next((link.text for link in found.claim.attribution if link.role is LinkRole.SPEAKER and link.text), None)
        role = f"{'denied' if found.denies else 'reported'} by {speaker or found.outlet or 'an unknown outlet'}"
        yield _entity(
            found.claim.hash,
            "Documentation",
            document=found.document,
            entity=account.incident.id,
            role=role,
            summary=found.text,
            date=found.published,
        )


def _actor_id(actor: Actor) -> str:
    return actor.id or content_id("act-", actor.code or actor.name)


def _address(place: Place | None) -> Entity | None:
    if place is None:
        return None
    parts = [place.name, place.admin1 if place.admin1 != place.name else None, country_name(place.country)]
    exact = at_a_point(place)
    return _entity(
        content_id("adr-", place.id or place.name, place.country),
        "Address",
        full=", ".join(part for part in parts if part),
        country=iso2(place.country),
        latitude=f"{degrees(place.lat)}" if exact else None,
        longitude=f"{degrees(place.lon)}" if exact else None,
    )


def _entity(id: str, schema: str, **values: str | list[str] | None) -> Entity:
    """An entity with the properties that are known; every property is a list."""
    properties = {name: [value] if isinstance(value, str) else value for name, value in values.items() if value}
    return {"id": id, "schema": schema, "properties": properties}
