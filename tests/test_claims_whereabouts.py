"""Places lent to events: by the sentence, the paragraph, the report's focus, and when not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from onrecord.claims.whereabouts import find_whereabouts
from onrecord.records import (
    BlockKind,
    Certainty,
    Claim,
    ClaimKind,
    Document,
    EntityLabel,
    EventCode,
    Factuality,
    Granularity,
    Mention,
    MentionKind,
    Parse,
    ParsedSentence,
    Place,
    PlaceBasis,
    PlaceKind,
    Polarity,
    Relation,
    RelationType,
    Status,
    Time,
    TimeBasis,
)

# One sentence a line; [X] is a place, {X} a province, <X> a country, (X) the dateline; an empty line begins a paragraph.
KINDS = {"[": PlaceKind.POPULATED, "{": PlaceKind.ADMIN1, "<": PlaceKind.COUNTRY}
ENDS = {"[": "]", "{": "}", "<": ">"}


def report(text: str) -> tuple[Parse, tuple[Mention, ...]]:
    sentences, mentions, paragraph, at = [], [], 0, 0
    for line in text.split("\n"):
        if line:
            kind = BlockKind.HEADLINE if line.startswith("#") else BlockKind.DATELINE if line.startswith("(") else BlockKind.BODY
            sentences.append(ParsedSentence(span=(at, at + len(line)), kind=kind, paragraph=paragraph, first=0, end=0))
            mentions += _mentions(line, at)
        else:
            paragraph += 1
        at += len(line) + 1
    document = Document(id="doc-test", text=text, sha256="", published="2024-03-10")
    return Parse(document=document, sentences=tuple(sentences), tokens=()), tuple(mentions)


def _mentions(line: str, at: int) -> list[Mention]:
    found = []
    for offset, sign in enumerate(line):
        if sign in KINDS:
            words = line[offset + 1 : line.index(ENDS[sign], offset)]
            span = (at + offset + 1, at + offset + 1 + len(words))
            place = Place(
                span=span, text=words, name=words, id=None, kind=KINDS[sign], lat=1.0, lon=1.0, country="SYR", admin1="Idlib",
                relation=None, radius_km=3.0, acled_precision=1, ucdp_precision=1, basis=PlaceBasis.ARGUMENT, confidence=0.9,
            )  # fmt: skip
            found.append(
                Mention(
                    id="m", kind=MentionKind.PLACE, label=EntityLabel.GPE, span=span, head=span, text=words, named=True, place=place
                )
            )  # fmt: skip
    return found


def claim(sentence: int, **changes: Any) -> Claim:
    occurred = Factuality(polarity=Polarity.POSITIVE, certainty=Certainty.CERTAIN, status=Status.OCCURRED, score=3)
    made = Claim(
        id=f"c{sentence}", hash="", kind=ClaimKind.EVENT, sentence=sentence, evidence=((0, 1),), event_id=None,
        event=EventCode(type="ASSAULT"), actors=(), recipients=(), others=(), place=None, origin=None, destination=None, time=None,
        quantities=(), attribution=(), factuality=occurred, confidence=0.8, origin_rule="test",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def on(day: str) -> Time:
    return Time(
        span=(0, 1), text="then", value=day, start=day + "T00:00", end=day + "T23:59", zone=None, granularity=Granularity.DAY,
        basis=TimeBasis.EXPLICIT, anchor=None, acled_precision=1, ucdp_precision=1,
    )  # fmt: skip


def lent(text: str, asked: Claim, *others: Claim, relations: tuple[Relation, ...] = ()) -> tuple[str, str] | None:
    parse, mentions = report(text)
    place = next(c for c in find_whereabouts((*others, asked), mentions, parse, relations) if c is asked or c.id == asked.id).place
    return (place.name, place.basis.value) if place else None


@pytest.mark.parametrize(
    ("text", "sentence", "expected", "why"),
    [
        ("[Saraqib] saw it: shells fell.", 0, ("Saraqib", "sentence"), "the only place of the sentence"),
        ("[Saraqib] and [Maarrat] saw it.", 0, None, "two places in the sentence"),
        ("{Idlib}: [Saraqib] saw it.", 0, ("Saraqib", "sentence"), "a town and what holds it are one place"),
        ("<Syria> saw it.", 0, None, "a country says too little"),
        ("He is in [Saraqib].\nShells fell.", 1, ("Saraqib", "paragraph"), "the nearest place before it"),
        ("He is in [Saraqib] or [Maarrat].\nShells fell.", 1, None, "the nearest sentence with places has two"),
        ("Shells fell.\nHe is in [Saraqib].", 0, None, "a place is lent forwards only, and named once it is no focus"),
        ("# [Saraqib] is hit\n\nIn [Saraqib] it was loud.\n\nShells fell.", 2, ("Saraqib", "document"), "what the report is about"),
        ("# [A] and [B]\n\nIn [A].\n\nIn [B].\n\nShells fell.", 3, None, "a report about several places"),
        ("([Rivera])\n\n([Rivera])\n\nShells fell.", 2, None, "never the dateline"),
    ],
)  # fmt: skip
def test_places_are_lent(text: str, sentence: int, expected: tuple[str, str] | None, why: str) -> None:
    assert lent(text, claim(sentence)) == expected, why


PLANNED = Factuality(polarity=Polarity.POSITIVE, certainty=Certainty.CERTAIN, status=Status.PLANNED, score=0)
FOCUS = "# [Saraqib] is hit\n\nIn [Saraqib] it was loud.\n\nShells fell.\n\nIt was said."


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"event": EventCode(type="ACCUSE")}, "what is said has no scene"),
        ({"event": EventCode(type="ASSAULT", codable=False)}, "only what is coded"),
        ({"event": None, "kind": ClaimKind.REMARK}, "no event"),
        ({"kind": ClaimKind.STATE}, "a state"),
        ({"time": on("2023-01-05")}, "background of long ago"),
        ({"factuality": PLANNED}, "has not happened"),
    ],
)  # fmt: skip
def test_places_are_not_lent_to(changes: dict[str, Any], why: str) -> None:
    assert lent(FOCUS, claim(2, **changes)) is None, why
    assert lent(FOCUS, claim(2)) == ("Saraqib", "document")


def test_the_reason_of_an_event_is_elsewhere() -> None:
    reason = Relation(source="c3", target="c2", type=RelationType.RETALIATES_FOR)
    assert lent(FOCUS, claim(2), claim(3), relations=(reason,)) is None


def test_another_day_than_all_placed_events_is_background() -> None:
    place = report(FOCUS)[1][1].place
    placed = claim(1, place=place, time=on("2024-03-09"))
    assert lent(FOCUS, claim(2, time=on("2024-03-09")), placed) == ("Saraqib", "document")
    assert lent(FOCUS, claim(2, time=on("2024-03-07")), placed) is None


def test_the_place_of_another_event_is_not_lent_within_its_sentence() -> None:
    text = "Shells fell in [Saraqib] and they were shot at."
    place = report(text)[1][0].place
    assert lent(text, claim(0, id="c9"), claim(0, place=place)) is None


def test_lent_places_are_less_sure_and_less_exact() -> None:
    parse, mentions = report(FOCUS)
    place = find_whereabouts((claim(2),), mentions, parse)[0].place
    assert place is not None
    assert (place.confidence, place.acled_precision, place.ucdp_precision, place.radius_km) == (0.45, 2, 3, 25.0)
    assert (place.span, place.text) == (None, None)
    assert place.why[0] == "the place that the document names"
