"""What many reports come to, and what people decide about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from onrecord.records.base import Record
from onrecord.records.claims import Claim, RelationType
from onrecord.records.mentions import Actor, Place, QuantityOf, Time, Unit


class ReportedClaim(Record, frozen=True):
    """A claim with what linking must know of its report.

    document: content-hash id.  same_event: hashes of the report's other claims that its relations tie to this one as the same event.
    different: hashes that they tie as another event ("a second attack").  text: the words of the evidence.
    relations: what it follows, retaliates for or is part of; ``to`` is the hash of a claim.
    """

    document: str
    published: str | None
    claim: Claim
    same_event: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    text: str = ""
    relations: tuple[IncidentRelation, ...] = ()


class GroupRange(Record, frozen=True):
    """The range for one group ("civilians"), with the claims that it rests on."""

    group: str
    low: float | None
    best: float | None
    high: float | None
    claims: tuple[str, ...] = ()


class Range(Record, frozen=True):
    """A range of *reported* figures, not a confidence interval. ``policy`` names the rule that chose them."""

    low: float | None
    best: float | None
    high: float | None
    policy: str
    by_group: tuple[GroupRange, ...] = ()


class Voice(Record, frozen=True):
    """An independent origin of reports: an outlet, or the wire that several outlets copied."""

    id: str
    name: str
    affiliation: str | None
    members: tuple[str, ...]
    credit: str | None = None


class ClaimInContext(Record, frozen=True):
    """A claim with the words of its evidence, the report that it stands in and the incident that it belongs to."""

    claim: Claim
    document: str
    text: str
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None
    incident: str | None
    denies: bool
    voice: Voice | None


class Grade(StrEnum):
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    CORROBORATED = "corroborated"
    PARTY_CLAIM = "party_claim"
    SINGLE_SOURCE = "single_source"


class IncidentState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    AGREED = "agreed"
    CONFLICT = "conflict"
    ADJUDICATED = "adjudicated"
    REOPENED = "reopened"


class IncidentRelation(Record, frozen=True):
    type: RelationType
    to: str


class Incident(Record, frozen=True):
    """What several claims are about. ``claims`` assert it, ``denials`` deny it; both are content-hash claim ids."""

    id: str
    type: str
    mode: tuple[str, ...]
    time: Time | None
    place: Place | None
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    killed: Range | None
    injured: Range | None
    casualties: Range | None
    missing: Range | None
    captured: Range | None
    displaced: Range | None
    grade: Grade
    grade_reason: str
    voices: int
    claims: tuple[str, ...]
    denials: tuple[str, ...] = ()
    relations: tuple[IncidentRelation, ...] = ()
    violations: tuple[str, ...] = ()
    state: IncidentState = IncidentState.PROPOSED
    merged_into: str | None = None


class TallyPoint(Record, frozen=True):
    as_of: str | None
    low: float | None
    best: float | None
    high: float | None
    voice: str | None
    claim: str


class Tally(Record, frozen=True):
    """A stock or cumulative figure over time; never added to incidents."""

    id: str
    subject: str
    of: QuantityOf
    unit: Unit
    place: str | None
    period: str | None
    series: tuple[TallyPoint, ...]
    flags: tuple[str, ...] = ()


class ViolationStatus(StrEnum):
    ALLEGED = "alleged"
    CORROBORATED = "corroborated"
    VERIFIED = "verified"
    DISPUTED = "disputed"
    REJECTED = "rejected"


class Violation(Record, frozen=True):
    id: str
    agreement: str
    incident: str
    article: str | None
    status: ViolationStatus
    by: Actor | None
    local_time: str | None
    reason: str


class Decision(Record, frozen=True):
    """What a person decided about a proposal. Appended, never changed; a later one ``supersedes``."""

    id: str
    by: str
    at: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    supersedes: str | None = None
