"""Scoring against annotated reports: reading them, matching, fields, what is printed and shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluation.reports import report
from onrecord.errors import DataError
from onrecord.evaluate import GoldClaim, GoldReport, compare, read_reports, summarise
from onrecord.evaluate.errors import error_page
from onrecord.evaluate.gold import bounds_of, find_words

TEXT = "Warplanes struck a market in Ariha on Thursday, killing at least 12 people, two doctors said. A second raid hit a bakery."
PLACE = {"name": "Ariha", "kind": "populated", "country": "SYR", "admin1": "Idlib"}
CODED = {
    "type": "ASSAULT", "mode": ["aerial"], "who": ["RUS MIL"], "whom": ["SYR CVL"], "where": PLACE, "when": "2020-02-27", "killed": "12+",
    "says": "two doctors=two doctors", "quote": "Warplanes struck a market in Ariha on Thursday",
}  # fmt: skip
WANTED = GoldClaim(
    words="struck a market in Ariha", type="ASSAULT", mode=("aerial",), actors=("RUS MIL",), recipients=("SYR CVL",), when="2020-02-27",
    where="Ariha", figures={"killed": "12+"}, said_by="two doctors",
)  # fmt: skip
RAID = GoldClaim(words="A second raid hit a bakery", type="ASSAULT", mode=("aerial",))


def gold(*claims: GoldClaim) -> GoldReport:
    return GoldReport(id="r1", text=TEXT, claims=claims)


def coded(**changes: Any) -> Any:
    return report("r1", text=TEXT, outlet="Example Wire", claims=[{**CODED, **changes}])


def test_a_claim_that_is_right_is_right_in_every_field() -> None:
    found = compare(gold(WANTED), coded())
    assert [wrong for _, _, wrong in found.pairs] == [()]
    assert (found.missed, found.extra) == ((), ())


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"type": "COERCE"}, ("type",)),
        ({"mode": []}, ("mode",)),
        ({"who": ["SYR MIL"]}, ("actors",)),
        ({"whom": []}, ("recipients",)),
        ({"when": "2020-02-26"}, ("time",)),
        ({"when": None}, ("time",)),
        ({"where": {**PLACE, "name": "Idlib"}}, ("place",)),
        ({"killed": 12}, ("figures",)),
        ({"injured": 3}, ("figures",)),
        ({"says": None}, ("speaker",)),
        ({"says": "a monitor=a monitor"}, ("speaker",)),
        ({"denies": True}, ("polarity",)),
        ({"status": "planned"}, ("status",)),
    ],
)
def test_one_wrong_field_is_named(change: dict[str, Any], wrong: tuple[str, ...]) -> None:
    ((_, _, found),) = compare(gold(WANTED), coded(**change)).pairs
    assert found == wrong


def test_what_the_text_does_not_say_must_not_be_said() -> None:
    bare = GoldClaim(words="struck a market in Ariha", type="ASSAULT")
    ((_, _, wrong),) = compare(gold(bare), coded()).pairs
    assert wrong == ("mode", "actors", "recipients", "time", "place", "figures", "speaker")


def test_missed_and_made_up_are_told_apart() -> None:
    found = compare(gold(RAID), coded())
    assert (found.missed, len(found.extra), found.pairs) == ((RAID,), 1, ())


def test_each_coded_claim_serves_one_annotated_claim_the_likelier_one() -> None:
    other = GoldClaim(words="killing at least 12 people", type="ASSAULT")
    both = report("r1", text=TEXT, claims=[{**CODED, "quote": TEXT.partition(", two")[0]}])
    found = compare(gold(other, WANTED), both)
    assert (len(found.pairs), len(found.missed)) == (1, 1)


def test_summarise_counts_by_hand() -> None:
    found = [compare(gold(WANTED, RAID), coded()), compare(gold(WANTED), coded(type="COERCE"))]
    values = {one.name: one.value for one in summarise(found)}
    assert (values["claims, precision"], values["claims, recall"], values["claims, F1"]) == (1.0, 0.6667, 0.8)
    assert (values["type"], values["mode"], values["right in every field, F1"]) == (0.5, 1.0, 0.4)


@pytest.mark.parametrize(
    ("figure", "bounds"), [("18", (18, 18)), ("18+", (18, None)), ("-18", (None, 18)), ("12-15", (12, 15)), ("1,300", (1300, 1300))]
)
def test_bounds_of(figure: str, bounds: tuple[float | None, float | None]) -> None:
    assert bounds_of(figure) == bounds


def test_find_words_takes_the_occurrence_that_is_asked_for() -> None:
    assert find_words("hit and hit", "hit#2") == (8, 11)
    assert find_words("hit and hit", "hit#3") is None


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("{words: never said, type: ASSAULT}", "does not stand in the text"),
        ("{words: struck, type: ASSAULT, figures: {killed: many}}", "is none of 18"),
        ("{words: struck, kind: ASSAULT}", "unknown field"),
    ],
)
def test_read_reports_names_what_is_wrong(tmp_path: Path, claim: str, message: str) -> None:
    (tmp_path / "r.yaml").write_text(f"id: r\ntext: Planes struck.\npublished: 2020-02-28\nclaims:\n  - {claim}\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"r\.yaml.*{message}"):
        read_reports([tmp_path])


def test_read_reports_keeps_dates_as_written(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("- {id: r, text: Planes struck., published: 2020-02-28, claims: []}\n", encoding="utf-8")
    assert [one.published for one in read_reports([tmp_path])] == ["2020-02-28"]


def test_error_page_shows_words_as_words() -> None:
    odd = msgspec.structs.replace(RAID, said_by="<script>alert(1)</script>")
    found = compare(gold(odd), coded(type="COERCE"))
    page = error_page([found], summarise([found]), {})
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_error_page_marks_every_error_in_the_text_and_counts_them() -> None:
    found = compare(gold(WANTED, RAID), coded(type="COERCE"))
    page = error_page([found], summarise([found]), {})
    assert "Reports: 1, with errors: 1. Errors: 1 missed, 1 wrong." in page
    assert '<mark class="missed">A second raid hit a bakery</mark>' in page
    assert '<td class="wrong">ASSAULT</td><td class="wrong">COERCE</td>' in page
    assert "No claim that could be coded has any of these words." in page
    links, targets = re.findall(r'href="#([^"]+)"', page), re.findall(r'id="([^"]+)"', page)
    assert set(links) == set(targets)
    taken = compare(gold(WANTED, msgspec.structs.replace(RAID, words="a market")), coded())
    assert "These words are in the evidence of" in error_page([taken], summarise([taken]), {})


def test_error_page_of_right_codings_has_no_report() -> None:
    found = compare(gold(WANTED), coded())
    assert "Reports: 1, with errors: 0. Errors: none." in error_page([found], summarise([found]), {})
