"""Builds codings from short hand-written notes, so that linking is tested and measured without a language model.

report("wire-1", outlet="Example Wire", published="2024-05-03", text="…", claims=[note("ASSAULT", …), …])
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from onrecord.records import (
    Actor,
    Block,
    BlockKind,
    Certainty,
    Claim,
    ClaimKind,
    Coding,
    Document,
    EventCode,
    Exactness,
    Factuality,
    Form,
    Granularity,
    Link,
    LinkRole,
    Participant,
    ParticipantRole,
    Place,
    PlaceBasis,
    PlaceKind,
    PlaceRelation,
    Polarity,
    Quantity,
    QuantityOf,
    Relation,
    RelationType,
    Scope,
    Sentence,
    Status,
    Time,
    TimeBasis,
    Unit,
    content_id,
    text_sha256,
)

VERSION = "0.1.0"


def actor(code: str, name: str | None = None) -> Actor:
    """An actor from "SYR MIL", "SYR MIL|SYR GOV" (the second a candidate) or "act-x=LBN REB" (a named group)."""
    first, *rest = code.split("|")
    id, _, code = first.rpartition("=")
    country, _, sectors = code.partition(" ")
    if len(country) != 3 or country in ("REB", "MIL", "CVL", "UAF", "CRM"):
        country, sectors = "", code
    return Actor(
        id=id or None,
        name=name or id or code,
        country=country or None,
        sectors=tuple(sectors.split("/")) if sectors else (),
        code=code,
        basis="lexicon",
        confidence=1.0,
        candidates=tuple(actor(other) for other in rest),
    )


def participant(code: str, role: ParticipantRole) -> Participant:
    return Participant(span=None, head=None, text=code, mention=None, role=role, path="nsubj", actor=actor(code))


def place(spec: dict[str, Any] | None) -> Place | None:
    """A place from ``{name, kind, lat, lon, country, admin1, id, radius_km, relation}``."""
    if spec is None:
        return None
    return Place(
        span=None,
        text=spec["name"],
        name=spec["name"],
        id=spec.get("id"),
        kind=PlaceKind(spec.get("kind", "populated")),
        lat=spec.get("lat"),
        lon=spec.get("lon"),
        country=spec.get("country"),
        admin1=spec.get("admin1"),
        relation=PlaceRelation(spec.get("relation", "in")),
        radius_km=spec.get("radius_km"),
        acled_precision=1,
        ucdp_precision=1,
        basis=PlaceBasis.ARGUMENT,
        confidence=1.0,
    )


def time(spec: str | None) -> Time | None:
    """A time from "2024-05-02", "2024-05-02T18:00/2024-05-03T06:00" or "2024-05-01/2024-05-08" (half-open)."""
    if spec is None:
        return None
    start, _, end = spec.partition("/")
    if not end:
        end = (date.fromisoformat(start) + timedelta(days=1)).isoformat()
    start, end = (moment if "T" in moment else f"{moment}T00:00" for moment in (start, end))
    days = (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days
    granularity = Granularity.PART_OF_DAY if "T00:00" not in start + end else Granularity.DAY if days <= 1 else Granularity.WEEK
    return Time(
        span=None,
        text=spec,
        value=spec,
        start=start,
        end=end,
        zone=None,
        granularity=granularity,
        basis=TimeBasis.EXPLICIT,
        anchor=None,
        acled_precision=1,
        ucdp_precision=1,
    )


def quantity(of: str, spec: Any) -> Quantity:
    """A figure from 12, "12+" (at least), "12-15", "~12" (about), "dozens", "some" (no number), or a mapping.

    spec: as a mapping ``{n, group, part, scope, additive, period}``, of which ``n`` is one of the forms above.
    """
    details = spec if isinstance(spec, dict) else {"n": spec}
    low, conservative, best, high, exactness = _bounds(str(details["n"]))
    group = details.get("group")
    unit = Unit.EVENTS if of == "attacks" else Unit.PEOPLE
    return Quantity(
        span=(0, 1),
        number_span=None,
        text=str(details["n"]),
        of=QuantityOf(of),
        unit=unit,
        group=participant(group, ParticipantRole.VICTIM) if group else None,
        low=low,
        low_conservative=conservative,
        best=best,
        high=high,
        exactness=exactness,
        scope=Scope(details.get("scope", "incident")),
        period=time(details.get("period")),
        part_of=(0, 1) if details.get("part") else None,
        additive=bool(details.get("additive")),
    )


Bounds = tuple[float | None, float | None, float | None, float | None, Exactness]
VAGUE = {"dozens": (24.0, 12.0), "several": (3.0, 3.0), "hundreds": (200.0, 100.0), "deadly": (1.0, 1.0), "some": (None, None)}


def _bounds(text: str) -> Bounds:
    if text in VAGUE:
        low, conservative = VAGUE[text]
        return low, conservative, None, None, Exactness.VAGUE
    if text.endswith("+"):
        return float(text[:-1]), None, float(text[:-1]), None, Exactness.AT_LEAST
    if text.startswith("~"):
        return None, None, float(text[1:]), None, Exactness.ABOUT
    if "-" in text:
        low_text, _, high_text = text.partition("-")
        return float(low_text), None, None, float(high_text), Exactness.RANGE
    return float(text), None, float(text), float(text), Exactness.EXACT


def chain(outlet: str | None, affiliation: str | None, speaker: str | None, anonymous: bool) -> tuple[Link, ...]:
    """The attribution chain: a speaker ("TUR GOV=Turkish defence ministry" or a code), then the publisher."""
    links = []
    if speaker:
        code, _, name = speaker.partition("=")
        spoken = actor(code, name or None)
        if name:
            spoken = Actor(**{**_fields(spoken), "id": content_id("act-", name)})
        links.append(_link(LinkRole.SPEAKER, name or code, spoken, Form.INDIRECT, anonymous, None))
    links.append(_link(LinkRole.PUBLISHER, outlet, None, Form.OUTLET_VOICE, None, affiliation))
    return tuple(links)


def _fields(record: Actor) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__struct_fields__}


def _link(role: LinkRole, text: str | None, who: Actor | None, form: Form, anonymous: bool | None, affiliation: str | None) -> Link:
    return Link(
        role=role, span=None, text=text, actor=who, attribution=None, cue=None, form=form, anonymous=anonymous, affiliation=affiliation
    )


def claim(document: Document, number: int, spec: dict[str, Any]) -> Claim:
    """A claim from ``{type, mode, who, whom, where, when, killed, injured, …, says, denies, codable, kind, status, quote}``."""
    quote = spec.get("quote", "")
    start = document.text.find(quote) if quote else 0
    if start < 0:
        raise ValueError(f"{document.id}: the text does not have {quote!r}")
    span = (start, start + len(quote)) if quote else (0, len(document.text))
    figures = [quantity(str(of), spec[of]) for of in QuantityOf if of in spec]
    figures += [quantity(each["of"], each) for each in spec.get("figures", ())]
    kind = ClaimKind(spec.get("kind", "event"))
    polarity = Polarity.NEGATIVE if spec.get("denies") else Polarity.POSITIVE
    event = (
        EventCode(type=spec["type"], mode=tuple(spec.get("mode", ())), quad=4, codable=spec.get("codable", True))
        if spec.get("type")
        else None
    )
    return Claim(
        id=f"c{number}",
        hash=content_id("clm-", document.sha256, number, VERSION),
        kind=kind,
        sentence=spec.get("sentence", number),
        evidence=(span,),
        event_id=f"e{number}",
        event=event,
        actors=tuple(participant(code, ParticipantRole.ACTOR) for code in spec.get("who", ())),
        recipients=tuple(participant(code, ParticipantRole.RECIPIENT) for code in spec.get("whom", ())),
        others=(),
        place=place(spec.get("where")),
        origin=None,
        destination=None,
        time=time(spec.get("when")),
        quantities=tuple(figures),
        attribution=chain(document.outlet, spec.get("affiliation"), spec.get("says"), bool(spec.get("unnamed"))),
        factuality=Factuality(
            polarity=polarity,
            certainty=Certainty.CERTAIN,
            status=Status(spec.get("status", "occurred")),
            score=-3 if spec.get("denies") else 3,
        ),
        confidence=0.9,
        origin_rule="hand.v1",
    )


def report(
    name: str,
    *,
    text: str,
    claims: Sequence[dict[str, Any]] = (),
    outlet: str | None = None,
    published: str | None = None,
    credit: str | None = None,
    url: str | None = None,
    relations: Sequence[tuple[str, str, str]] = (),
    version: str = VERSION,
) -> Coding:
    """A coding whose claims were written by hand. relations: ("c1", "same_event", "c2")."""
    digest = text_sha256(text)
    document = Document(
        id=content_id("doc-", digest),
        text=text,
        sha256=digest,
        path=f"{name}.txt",
        outlet=outlet,
        url=url,
        published=published,
        credit=credit,
        blocks=(Block(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0),),
        version=version,
    )
    return Coding(
        document=document,
        sentences=(Sentence(span=(0, len(text)), kind=BlockKind.BODY, paragraph=0),),
        mentions=(),
        attributions=(),
        events=(),
        claims=tuple(claim(document, number, spec) for number, spec in enumerate(claims, 1)),
        relations=tuple(Relation(source=one, target=other, type=RelationType(kind)) for one, kind, other in relations),
        agreements=(),
        victims=(),
        wording=(),
    )
