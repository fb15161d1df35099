"""Running figures: series by subject, place and period; flags; never part of incidents."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec

from evaluation.reports import report
from onrecord.incidents import link_claims, report_claims
from onrecord.records import Coding, ReportedClaim, Voice
from onrecord.tallies import track_tallies

IDLIB: dict[str, Any] = {"name": "Idlib", "kind": "admin1", "country": "SYR", "admin1": "Idlib", "lat": 35.93, "lon": 36.63}


def counted(name: str, outlet: str, published: str, n: object, *, scope: str = "cumulative", since: str = "2021-01-01") -> Coding:
    figure = {
        "of": "killed",
        "n": n,
        "scope": scope,
        "group": "SYR CVL",
        "period": f"{since}/2021-12-31" if scope == "cumulative" else None,
    }
    claim = {"type": "ASSAULT", "kind": "figure", "where": IDLIB, "figures": [figure]}
    return report(name, text=name, outlet=outlet, published=published, claims=[claim])


def claims_of(*codings: Coding) -> list[ReportedClaim]:
    return [claim for coding in codings for claim in report_claims(coding)]


def voices_of(*codings: Coding) -> dict[str, Voice]:
    names = {coding.document.id: coding.document.outlet or "" for coding in codings}
    return {id: Voice(id=f"voi-{name}", name=name, affiliation=None, members=()) for id, name in names.items()}


def test_track_tallies_makes_one_series_per_subject_place_and_period() -> None:
    codings = (
        counted("a", "Monitor", "2021-03-01", 100),
        counted("b", "Monitor", "2021-04-01", "140+"),
        counted("c", "Monitor", "2021-04-01", 30, since="2021-03-15"),
    )
    tallies = track_tallies(claims_of(*codings), voices_of(*codings))
    assert [(tally.period, [point.best for point in tally.series]) for tally in tallies] == [
        ("2021-01-01/..", [100, 140]),
        ("2021-03-15/..", [30]),
    ]
    assert {tally.flags for tally in tallies} == {()}


def test_track_tallies_flags_a_count_that_falls() -> None:
    codings = (counted("a", "Monitor", "2021-03-01", 100), counted("b", "Monitor", "2021-04-01", 90))
    (tally,) = track_tallies(claims_of(*codings), voices_of(*codings))
    assert tally.flags == ("decreases: 100 on 2021-03-01, 90 on 2021-04-01",)


def test_track_tallies_lets_two_voices_differ_over_time_but_not_on_one_day() -> None:
    codings = (counted("a", "Monitor", "2021-03-01", 100), counted("b", "Ministry", "2021-03-01", 40))
    (tally,) = track_tallies(claims_of(*codings), voices_of(*codings))
    assert tally.flags == ("inconsistent: 40 to 100 on 2021-03-01",)


def test_track_tallies_lets_a_stock_fall() -> None:
    codings = (counted("a", "Office", "2021-03-01", 100, scope="stock"), counted("b", "Office", "2021-04-01", 90, scope="stock"))
    (tally,) = track_tallies(claims_of(*codings), voices_of(*codings))
    assert tally.flags == ()


def test_track_tallies_compares_with_the_sum_over_incidents_without_adding_to_them() -> None:
    running = counted("a", "Monitor", "2021-06-01", 100)
    single = report(
        "b",
        text="b",
        outlet="Post",
        published="2021-05-04",
        claims=[{"type": "ASSAULT", "where": IDLIB, "when": "2021-05-03", "killed": 7}],
    )
    incidents = link_claims(claims_of(running, single), {}).incidents
    assert [incident.killed.best for incident in incidents if incident.killed] == [7]
    (tally,) = track_tallies(claims_of(running, single), {}, incidents)
    assert tally.flags == ("incidents: our 1 in that place and period add up to 7",)


def test_track_tallies_does_not_depend_on_order() -> None:
    claims = claims_of(*(counted(f"r{number}", f"O{number % 3}", f"2021-0{1 + number % 6}-01", 10 * number + 10) for number in range(9)))
    shuffled = random.Random(1).sample(claims, len(claims))
    assert track_tallies(claims) == track_tallies(shuffled)


def test_seed_figures_are_tallies(data_folder: Path) -> None:
    coding = msgspec.json.decode((data_folder / "seed/gold.json").read_bytes(), type=Coding)
    found = {(tally.of, tally.series[0].best) for tally in track_tallies(report_claims(coding))}
    assert {("killed", 1300), ("population", 4_000_000), ("displaced", 1_700_000), ("hosted", 3_700_000)} <= found
