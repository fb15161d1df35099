"""Declared agreements, and the incidents that would break them.

An agreement found in a text is a proposal; only a declaration by a person makes one that incidents are held against.
Every party is held to it alike, and silence of the sources is not taken for peace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from onrecord.errors import DataError
from onrecord.records import (
    Actor,
    Agreement,
    Grade,
    Incident,
    IncidentState,
    Place,
    PlaceKind,
    Record,
    Violation,
    ViolationStatus,
    content_id,
)

PROPOSAL_PREFIX = "agp-"
COARSE = (PlaceKind.COUNTRY, PlaceKind.REGION)


class Party(Record, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A party, by its actor codes: "TUR MIL" also stands for "TUR" as a whole when ``whole`` is true."""

    name: str
    codes: tuple[str, ...]


class Area(Record, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where it holds: any of the place ids, names, provinces or countries, or inside the polygon ([longitude, latitude] corners)."""

    place_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    admin1: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    polygon: tuple[tuple[float, float], ...] = ()


class Article(Record, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule: the classes of event that it prohibits, for whom (all parties unless named), and what it leaves out.

    prohibits: PLOVER types, or type/mode ("ASSAULT/aerial").  exceptions: the same, or codes of groups that it does not protect.
    """

    number: str
    text: str
    prohibits: tuple[str, ...]
    parties: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    unprotected: tuple[str, ...] = ()


class Declaration(Record, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An agreement as a person declared it. Times are ISO, local to ``zone`` (an IANA name); ``until`` is exclusive."""

    id: str
    name: str
    parties: tuple[Party, ...]
    signed: str
    valid_from: str
    area: Area
    articles: tuple[Article, ...]
    source: str
    zone: str
    until: str | None = None
    note: str | None = None


class StatementKind(StrEnum):
    COMPLAINT = "complaint"
    REPLY = "reply"


class Statement(Record, frozen=True):
    """A party's complaint about a violation, or its reply to one, as somebody logged it. ``claim``: where a report tells of it."""

    violation: str
    kind: StatementKind
    party: str
    text: str
    claim: str | None = None


class PeriodRow(Record, frozen=True):
    """One line of a report: per period and party, violations by status. ``reports`` counts all reports about the area in it.

    silent: there were no reports at all, so that no violations says nothing.
    """

    start: str
    end: str
    party: str
    alleged: int
    corroborated: int
    verified: int
    disputed: int
    rejected: int
    reports: int
    silent: bool


# ── Declarations ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read_declarations(path: Path) -> tuple[Declaration, ...]:
    """The declarations of a YAML file, or of all in a folder, checked; raises DataError with file and remedy."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path}: no agreements (*.yaml) here")
    return tuple(declaration for file in files for declaration in _read_file(file))


def _read_file(file: Path) -> Iterator[Declaration]:
    try:
        loaded: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise DataError(f"{file}: not valid YAML: {str(error).splitlines()[0]}") from error
    for value in loaded if isinstance(loaded, list) else [loaded]:
        yield parse_declaration(value, str(file))


def parse_declaration(value: Any, where: str) -> Declaration:
    """A checked declaration from plain data; raises DataError."""
    try:
        declaration = msgspec.convert(_as_text(value), Declaration)
    except msgspec.ValidationError as error:
        raise DataError(f"{where}: {error}") from error
    for problem in check_declaration(declaration):
        raise DataError(f"{where}: {problem}")
    return declaration


def _as_text(value: Any) -> Any:
    """YAML reads dates as dates; records keep them as text."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _as_text(item) for key, item in value.items()}
    return [_as_text(item) for item in value] if isinstance(value, list) else value


def check_declaration(declaration: Declaration) -> Iterator[str]:
    """What is wrong with it, each with a remedy."""
    if len(declaration.parties) < 2 and not declaration.note:
        yield f"'{declaration.id}' has fewer than two parties: name them all, or say in 'note' why one binds itself"
    names = {party.name for party in declaration.parties}
    for article in declaration.articles:
        for name in (*article.parties, *article.unprotected):
            if name not in names and name in article.parties:
                yield f"article {article.number}: '{name}' is not a party; parties are {', '.join(sorted(names))}"
    try:
        ZoneInfo(declaration.zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"'{declaration.zone}' is not a time zone; write it like Asia/Damascus"
    for moment in (declaration.signed, declaration.valid_from, declaration.until):
        if moment is not None and not _is_moment(moment):
            yield f"'{moment}' is not a date or time; write 2018-09-17 or 2018-09-17T18:00"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def propose(agreement: Agreement) -> dict[str, Any]:
    """A draft declaration from an agreement that a report mentions, for a person to complete and declare."""
    return {
        "id": content_id(PROPOSAL_PREFIX, agreement.name, [actor.code for actor in agreement.parties]),
        "name": agreement.name,
        "parties": [{"name": actor.name, "codes": [actor.code]} for actor in agreement.parties],
        "signed": (agreement.time.start or "")[:10] if agreement.time else "",
        "area": {"names": [agreement.area.name]} if agreement.area else {},
        "articles": [{"number": "?", "text": "?", "prohibits": list(agreement.prohibits)}],
        "source": "proposed from a report; declare with a source",
    }


# ── Violations ────────────────────────────────────────────────────────────────────────────────────────────────────────


def find_violations(incidents: Iterable[Incident], agreements: Iterable[Declaration]) -> tuple[Violation, ...]:
    """Every incident that would break a declared agreement, with its status and the reason in words.

    Whoever did it: an incident whose actor is unknown is listed with ``by`` None.
    """
    declared = sorted(agreements, key=lambda declaration: declaration.id)
    found = [
        violation
        for incident in incidents
        if incident.merged_into is None
        for declaration in declared
        for violation in _violations(incident, declaration)
    ]
    return tuple(sorted(found, key=lambda violation: (violation.agreement, violation.local_time or "", violation.id)))


def _violations(incident: Incident, declaration: Declaration) -> Iterator[Violation]:
    timing = _when(incident, declaration)
    placing = _where(incident.place, declaration.area)
    if timing is None or placing is None:
        return
    for article in declaration.articles:
        if not _prohibits(article, incident) or _unprotected(article, incident):
            continue
        for actor, party in _doers(incident, declaration, article):
            named = party.name if party else "an unknown side"
            yield Violation(
                id=content_id("vio-", declaration.id, article.number, incident.id, party.name if party else None),
                agreement=declaration.id,
                incident=incident.id,
                article=article.number,
                status=status_of(incident),
                by=actor,
                local_time=incident.time.start if incident.time else None,
                reason=f"{incident.type} by {named}, {placing}, {timing}; {incident.grade}: {incident.grade_reason}",
            )
        return


def status_of(incident: Incident) -> ViolationStatus:
    """From what people decided about the incident, else from its grade. Only a person verifies."""
    if incident.state is IncidentState.REJECTED or incident.grade is Grade.WITHDRAWN:
        return ViolationStatus.REJECTED
    if incident.grade is Grade.CONTESTED or incident.state is IncidentState.CONFLICT:
        return ViolationStatus.DISPUTED
    if incident.state in (IncidentState.ACCEPTED, IncidentState.AGREED, IncidentState.ADJUDICATED, IncidentState.CORRECTED):
        return ViolationStatus.VERIFIED
    if incident.grade in (Grade.CONFIRMED, Grade.CORROBORATED):
        return ViolationStatus.CORROBORATED
    return ViolationStatus.ALLEGED


def _when(incident: Incident, declaration: Declaration) -> str | None:
    """In words, how the incident's time lies in the agreement's; None outside it or undated."""
    time = incident.time
    if time is None or time.start is None or time.end is None:
        return None
    begins, ends = _full(declaration.valid_from), _full(declaration.until) if declaration.until else "9999"
    if time.end <= begins or time.start >= ends:
        return None
    if time.start < begins or time.end > ends:
        return "possibly within its validity"
    return "within its validity"


def _full(moment: str) -> str:
    return moment if "T" in moment else f"{moment}T00:00"


def _where(place: Place | None, area: Area) -> str | None:
    """In words, how the place lies in the area; None outside it or where nobody says."""
    if place is None:
        return None
    if place.id in area.place_ids or place.name in area.names:
        return f"in {place.name}"
    if area.polygon and place.lat is not None and place.lon is not None and place.kind not in COARSE:
        if in_polygon(place.lon, place.lat, area.polygon):
            return f"in {place.name}, inside the area"
        near = place.radius_km is not None and _near_polygon(place.lon, place.lat, place.radius_km, area.polygon)
        return f"at {place.name}, possibly inside the area" if near else None
    if place.admin1 in area.admin1 and place.kind not in COARSE:
        return f"in {place.name}, {place.admin1}"
    return f"in {place.name}" if place.country in area.countries else None


def in_polygon(x: float, y: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Whether a point lies inside a polygon, by counting crossings; points on the edge may fall on either side."""
    inside = False
    for (x1, y1), (x2, y2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _near_polygon(x: float, y: float, radius_km: float, corners: Sequence[tuple[float, float]]) -> bool:
    high = radius_km / 111.0
    around = ((x, y + high), (x, y - high), (x + high, y), (x - high, y))
    return any(in_polygon(at_x, at_y, corners) for at_x, at_y in around)


def _prohibits(article: Article, incident: Incident) -> bool:
    named = {incident.type, *(f"{incident.type}/{mode}" for mode in incident.mode)}
    return bool(named & set(article.prohibits)) and not named & set(article.exceptions)


def _unprotected(article: Article, incident: Incident) -> bool:
    """Whether all who were hit are among those that the article leaves out ("except designated groups")."""
    if not article.unprotected or not incident.recipients:
        return False
    return all({actor.code, actor.id} & set(article.unprotected) for actor in incident.recipients)


def _doers(incident: Incident, declaration: Declaration, article: Article) -> Iterator[tuple[Actor | None, Party | None]]:
    """Per party that is said to have done it, the actor; one unknown where nobody is named. Outsiders break nothing."""
    bound = [party for party in declaration.parties if not article.parties or party.name in article.parties]
    if not incident.actors:
        yield None, None
        return
    seen: set[str] = set()
    for actor in incident.actors:
        party = next((party for party in bound if is_of(actor, party)), None)
        if party is not None and party.name not in seen:
            seen.add(party.name)
            yield actor, party


def is_of(actor: Actor, party: Party) -> bool:
    """Whether an actor belongs to a party: its code or id is listed, or begins with a listed code ("SYR" covers "SYR MIL")."""
    codes = {actor.code, actor.id or ""}
    return any(code in codes or actor.code.startswith(code + " ") or actor.code.startswith(code + "/") for code in party.codes)


# ── Reports per period ────────────────────────────────────────────────────────────────────────────────────────────────


def period_table(
    violations: Iterable[Violation],
    declaration: Declaration,
    *,
    start: date,
    end: date,
    days: int,
    coverage: Mapping[str, int],
    rejected: Collection[str] = (),
) -> tuple[PeriodRow, ...]:
    """Violations of one agreement per period of so many days and party. ``coverage``: per day, how many reports speak of its area."""
    own = [violation for violation in violations if violation.agreement == declaration.id and violation.id not in rejected]
    rows = []
    first = start
    while first < end:
        last = min(end, first + timedelta(days=days))
        within = [violation for violation in own if first.isoformat() <= (violation.local_time or "")[:10] < last.isoformat()]
        reports = sum(coverage.get((first + timedelta(days=day)).isoformat(), 0) for day in range((last - first).days))
        names = (*(party.name for party in declaration.parties), "unknown")
        rows += [_period_row(first, last, name, [one for one in within if _by(one, declaration) == name], reports) for name in names]
        first = last
    return tuple(rows)


def _by(violation: Violation, declaration: Declaration) -> str:
    actor = violation.by
    if actor is None:
        return "unknown"
    return next((party.name for party in declaration.parties if is_of(actor, party)), "unknown")


def _period_row(first: date, last: date, name: str, violations: Sequence[Violation], reports: int) -> PeriodRow:
    counts = {status: sum(violation.status is status for violation in violations) for status in ViolationStatus}
    return PeriodRow(
        start=first.isoformat(),
        end=last.isoformat(),
        party=name,
        alleged=counts[ViolationStatus.ALLEGED],
        corroborated=counts[ViolationStatus.CORROBORATED],
        verified=counts[ViolationStatus.VERIFIED],
        disputed=counts[ViolationStatus.DISPUTED],
        rejected=counts[ViolationStatus.REJECTED],
        reports=reports,
        silent=reports == 0,
    )
