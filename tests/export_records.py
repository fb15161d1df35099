"""Incidents and claims for the tests of exports, made by hand."""

from __future__ import annotations

from typing import Any

from onrecord.export import Account
from onrecord.records import (
    AcledType,
    Actor,
    Certainty,
    Claim,
    ClaimInContext,
    ClaimKind,
    EventCode,
    Factuality,
    Form,
    Grade,
    Granularity,
    GroupRange,
    Incident,
    Link,
    LinkRole,
    Place,
    PlaceBasis,
    PlaceKind,
    Polarity,
    Range,
    Status,
    Time,
    TimeBasis,
)

ID = "inc-0123456789abcdef0123"
SHELLING = AcledType(event_type="Explosions/Remote violence", sub_event_type="Shelling/artillery/missile attack")


def actor(code: str, *, name: str | None = None, id: str | None = None) -> Actor:
    """ "SYR MIL": a country and its sectors; "REB": sectors alone."""
    country, _, sectors = code.rpartition(" ")
    return Actor(
        id=id, name=name or "men", country=country or None, sectors=tuple(sectors.split("/")), code=code, basis="text", confidence=1.0
    )


def place(kind: PlaceKind = PlaceKind.POPULATED, **parts: Any) -> Place:
    """Saraqib, or a wider area with the same coordinates."""
    told: dict[str, Any] = {
        "span": None,
        "text": "Saraqib",
        "name": "Saraqib",
        "id": "gn:1",
        "kind": kind,
        "lat": 35.86444449,
        "lon": 36.80583,
        "country": "SYR",
        "admin1": "Idlib",
        "relation": None,
        "radius_km": 2.0,
        "acled_precision": 1,
        "ucdp_precision": 1,
        "basis": PlaceBasis.ARGUMENT,
        "confidence": 1.0,
    }
    return Place(**(told | parts))


def time(start: str | None = "2020-02-27T18:00", end: str | None = "2020-02-28T00:00") -> Time:
    return Time(
        span=None, text="late on Thursday", value="2020-02-27", start=start, end=end, zone=None, granularity=Granularity.PART_OF_DAY,
        basis=TimeBasis.RELATIVE, anchor=None, acled_precision=1, ucdp_precision=1,
    )  # fmt: skip


def range_of(low: float | None, best: float | None, high: float | None, **groups: float) -> Range:
    by_group = tuple(
        GroupRange(group=group.replace("_", " "), low=number, best=number, high=number) for group, number in sorted(groups.items())
    )
    return Range(low=low, best=best, high=high, policy="ucdp", by_group=by_group)


def incident(**parts: Any) -> Incident:
    """The army shells fighters in Saraqib; 33 to 36 are reported dead."""
    told: dict[str, Any] = {
        "id": ID,
        "type": "ASSAULT",
        "mode": ("heavy-weapons",),
        "time": time(),
        "place": place(),
        "actors": (actor("SYR MIL"),),
        "recipients": (actor("REB", name="Northern Front", id="act-northern-front"),),
        "killed": range_of(33, 34, 36),
        "injured": None,
        "casualties": None,
        "missing": None,
        "captured": None,
        "displaced": None,
        "grade": Grade.CORROBORATED,
        "grade_reason": "2 reports, 2 independent voices",
        "voices": 2,
        "claims": ("clm-1",),
    }
    return Incident(**(told | parts))


def claim(
    *,
    hash: str = "clm-1",
    polarity: Polarity = Polarity.POSITIVE,
    status: Status = Status.OCCURRED,
    acled: tuple[AcledType, ...] = (SHELLING,),
    violence: int | None = None,
    text: str = "The army shelled Saraqib",
    outlet: str = "Example Wire",
    title: str | None = "Shells on Saraqib",
    denies: bool = False,
    speaker: str = "a doctor",
    quantities: tuple[Any, ...] = (),
) -> ClaimInContext:
    """A claim of the incident, as the ledger lists it."""
    said = Claim(
        id="c1", hash=hash, kind=ClaimKind.EVENT, sentence=0, evidence=((0, 5),), event_id="e1",
        event=EventCode(type="ASSAULT", mode=("heavy-weapons",), acled=acled, ucdp_violence=violence), actors=(), recipients=(), others=(),
        place=place(), origin=None, destination=None, time=time(), quantities=quantities,
        attribution=(
            Link(role=LinkRole.SPEAKER, span=(0, 3), text=speaker, actor=None, attribution="a1", cue=None, form=Form.INDIRECT),
            Link(role=LinkRole.PUBLISHER, span=None, text=outlet, actor=None, attribution=None, cue=None, form=Form.OUTLET_VOICE),
        ),
        factuality=Factuality(polarity=polarity, certainty=Certainty.CERTAIN, status=status, score=3), confidence=0.8, origin_rule="r1",
    )  # fmt: skip
    return ClaimInContext(
        claim=said, document=f"doc-{outlet}", text=text, outlet=outlet, published="2020-02-28", title=title, url="https://wire.example/1",
        incident=ID, denies=denies, voice=None,
    )  # fmt: skip


def account(*claims: ClaimInContext, **parts: Any) -> Account:
    return Account(incident(**parts), claims or (claim(),))
