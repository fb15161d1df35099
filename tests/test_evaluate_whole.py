"""What is scored in reports annotated whole, on cases whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluation.reports import report
from onrecord.errors import DataError
from onrecord.evaluate import Comparison, GoldClaim, GoldReport, compare, read_reports, summarise_whole
from onrecord.evaluate.gold import relation_of
from onrecord.evaluate.whole import COUNTED, count_words, f1
from onrecord.records import Link, LinkRole, Participant, ParticipantRole, Relation, RelationType

TEXT = (
    "Rockets hit a bakery in Ariha on Thursday, a doctor said by radio. It was the shelling that the town had feared. The army denied it."
)
CODED: list[dict[str, Any]] = [
    {"type": "ASSAULT", "quote": "Rockets hit a bakery in Ariha on Thursday"},
    {"type": "ASSAULT", "quote": "the shelling that the town had feared"},
    {"type": "ASSAULT", "quote": "The army denied it", "denies": True},
]
WANTED = tuple(GoldClaim(words=one["quote"], type="ASSAULT") for one in CODED)


def compared(claims: tuple[GoldClaim, ...] = WANTED, relations: tuple[str, ...] = (), found: tuple[Relation, ...] = ()) -> Comparison:
    gold = GoldReport(id="r1", text=TEXT, claims=claims, whole=True, relations=relations)
    coding = report("r1", text=TEXT, claims=CODED)
    ids = [claim.id for claim in coding.claims]
    named = tuple(msgspec.structs.replace(one, source=ids[int(one.source)], target=ids[int(one.target)]) for one in found)
    return compare(gold, msgspec.structs.replace(coding, relations=named))


def link(source: int, target: int, type: RelationType = RelationType.SAME_EVENT) -> Relation:
    return Relation(source=str(source), target=str(target), type=type)


@pytest.mark.parametrize(
    ("annotated", "coded", "counts", "why"),
    [
        ((), (), (0, 0, 0), "nothing said, nothing found"),
        (("a bakery",), ("bakery",), (1, 1, 1), "one holds the other"),
        (("a bakery",), ("a mill",), (0, 1, 1), "another thing"),
        (("a bakery", "a mill"), ("mill",), (1, 1, 2), "one missed"),
        (("mill",), ("a mill", "the mill"), (1, 2, 1), "each serves once"),
    ],
)
def test_count_words(annotated: tuple[str, ...], coded: tuple[str, ...], counts: tuple[int, int, int], why: str) -> None:
    assert count_words(annotated, coded) == counts, why


@pytest.mark.parametrize(("counts", "value"), [([(1, 2, 1), (1, 1, 2)], 2 / 3), ([(0, 3, 3)], 0.0), ([], 0.0)])
def test_f1_sums_first(counts: list[tuple[int, int, int]], value: float) -> None:
    assert f1(counts) == pytest.approx(value)


def test_same_event_is_taken_over_the_whole_group() -> None:
    one = compared(relations=("2 same_event 1", "3 same_event 1"), found=(link(2, 1), link(1, 0)))
    assert COUNTED["same event"](one) == (3, 3, 3)
    assert COUNTED["same event"](compared(relations=("2 same_event 1", "3 same_event 1"), found=(link(1, 0),))) == (1, 1, 3)


def test_other_relations_have_a_direction_and_a_type() -> None:
    wanted = ("2 content_of 1",)
    assert COUNTED["other relations"](compared(relations=wanted, found=(link(1, 0, RelationType.CONTENT_OF),))) == (1, 1, 1)
    assert COUNTED["other relations"](compared(relations=wanted, found=(link(0, 1, RelationType.CONTENT_OF),))) == (0, 1, 1)
    assert COUNTED["other relations"](compared(relations=wanted, found=(link(1, 0, RelationType.HEDGES),))) == (0, 1, 1)
    assert COUNTED["other relations"](compared(relations=wanted, found=(link(1, 0),))) == (0, 0, 1)


def test_targets_means_and_links_are_counted_by_role() -> None:
    wanted = (msgspec.structs.replace(WANTED[0], target=("a bakery",), means=("Rockets",), channel="radio"), *WANTED[1:])
    one = compared(wanted)
    (gold, claim, wrong), *rest = one.pairs
    part = {"span": None, "head": None, "mention": None, "path": "obj", "actor": None}
    others = (
        Participant(**part, text="bakery", role=ParticipantRole.PHYSICAL_TARGET),  # type: ignore[arg-type]
        Participant(**part, text="the town", role=ParticipantRole.INSTRUMENT),  # type: ignore[arg-type]
    )
    channel = Link(role=LinkRole.CHANNEL, span=None, text="by radio", actor=None, attribution=None, cue=None, form="evidence")  # type: ignore[arg-type]
    found = msgspec.structs.replace(claim, others=others, attribution=(*claim.attribution, channel))
    one = msgspec.structs.replace(one, pairs=((gold, found, wrong), *rest))
    assert {name: COUNTED[name](one) for name in ("targets", "means", "channel", "relay")} == {
        "targets": (1, 1, 1), "means": (0, 1, 1), "channel": (1, 1, 1), "relay": (0, 0, 0),
    }  # fmt: skip


def test_words_of_the_evidence_are_counted_by_character() -> None:
    short = (msgspec.structs.replace(WANTED[0], words="hit a bakery"), *WANTED[1:])
    right, made, asked = COUNTED["words of the evidence"](compared(short))
    assert (right, made - right) == (asked, len("RocketsinAriha" + "onThursday"))


def test_only_whole_reports_are_measured() -> None:
    one = compared()
    assert [row.name for row in summarise_whole([one])] == ["certainty", "place's id", *(f"{name}, F1" for name in COUNTED)]
    plain = msgspec.structs.replace(one, report=msgspec.structs.replace(one.report, whole=False))
    assert summarise_whole([plain]) == []


@pytest.mark.parametrize("said", ["2 same_event", "4 same_event 1", "0 same_event 1", "2 resembles 1", "b same_event 1"])
def test_a_relation_names_two_claims_of_the_report(tmp_path: Path, said: str) -> None:
    gold = GoldReport(id="r1", text=TEXT, claims=WANTED)
    assert relation_of(gold, said) is None
    (tmp_path / "r.yaml").write_text(f"id: r\ntext: Planes struck.\nclaims:\n  - {{words: struck, type: ASSAULT}}\nrelations: [{said}]\n")
    with pytest.raises(DataError, match="relations: write the numbers of two claims"):
        read_reports([tmp_path])
