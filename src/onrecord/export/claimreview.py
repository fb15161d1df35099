"""Incidents with their claims as JSON-LD in the words of schema.org, to be read by what reads ClaimReview.

Nobody is called a liar: the rating is the grade of the incident, how well it is attested by independent voices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from onrecord.claim_cells import at_a_point, degrees
from onrecord.export.account import Account, first_day, last_day
from onrecord.export.writing import encode_json
from onrecord.records import ClaimInContext, Incident, LinkRole, Place

NOTES = (
    "schema.org: an Event per incident, a ClaimReview per claim; its rating is the grade of the incident, no verdict on who said it.",
    "Search engines have stopped to show ClaimReview or restrict who may publish it: made for reading, not for ranking.",
)
GENERATOR = {"@type": "Organization", "name": "onrecord"}


def jsonld_lines(accounts: Iterable[Account]) -> Iterator[str]:
    """One document with a graph, a node a line."""
    yield '{"@context":"https://schema.org","@graph":['
    number = 0
    for account in accounts:
        for node in nodes(account):
            yield f"{',' if number else ''}\n{encode_json(node)}"
            number += 1
    yield "\n]}\n"


def nodes(account: Account) -> Iterator[dict[str, Any]]:
    """The event, and a review for each claim that asserts or denies it."""
    incident = account.incident
    yield _known(
        {
            "@type": "Event",
            "@id": f"urn:onrecord:{incident.id}",
            "identifier": incident.id,
            "name": _name(incident),
            "startDate": first_day(incident.time),
            "endDate": last_day(incident.time),
            "location": _place(incident.place),
            "description": f"Grade {incident.grade.replace('_', ' ')}: {incident.grade_reason}.",
        }
    )
    for found in account.claims:
        yield _review(incident, found)


def _review(incident: Incident, found: ClaimInContext) -> dict[str, Any]:
    speaker = next((link.text for link in found.claim.attribution if link.role is LinkRole.SPEAKER and link.text), None)
    report = _known(
        {
            "@type": "NewsArticle",
            "headline": found.title,
            "url": found.url,
            "datePublished": found.published,
            "publisher": {"@type": "Organization", "name": found.outlet} if found.outlet else None,
        }
    )
    claim = _known(
        {
            "@type": "Claim",
            "@id": f"urn:onrecord:{found.claim.hash}",
            "text": found.text,
            "author": {"@type": "Thing", "name": speaker} if speaker else report.get("publisher"),
            "datePublished": found.published,
            "appearance": report,
            "about": {"@id": f"urn:onrecord:{incident.id}"},
        }
    )
    said = "denies that it happened" if found.denies else "says that it happened"
    rating = {"@type": "Rating", "alternateName": incident.grade.replace("_", " "), "ratingExplanation": f"{said}; {incident.grade_reason}"}
    review = {"@type": "ClaimReview", "claimReviewed": found.text, "itemReviewed": claim, "reviewRating": rating, "author": GENERATOR}
    return _known({**review, "url": f"urn:onrecord:{found.claim.hash}"})


def _name(incident: Incident) -> str:
    where = incident.place.name if incident.place else "an unknown place"
    mode = f" ({', '.join(incident.mode)})" if incident.mode else ""
    return f"{incident.type}{mode} in {where}"


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    geo = None
    if at_a_point(place):
        geo = {"@type": "GeoCoordinates", "latitude": degrees(place.lat), "longitude": degrees(place.lon)}
    address = _known({"@type": "PostalAddress", "addressCountry": place.country, "addressRegion": place.admin1})
    return _known({"@type": "Place", "name": place.name, "address": address, "geo": geo})


def _known(node: dict[str, Any]) -> dict[str, Any]:
    """The node without what is not known."""
    return {name: value for name, value in node.items() if value is not None}
