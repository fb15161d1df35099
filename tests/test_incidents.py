"""Linking claims into incidents: order-independence, components, ranges, grades, names that last."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import networkx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.linking import read_gold, reported, score_copies, score_pairs, score_voices, voices_of
from evaluation.reports import report
from onrecord.incidents import Known, Ruling, find_neighbours, link_claims, report_claims
from onrecord.incidents.facts import facts_of, is_linkable, plain, spot_of, stem
from onrecord.incidents.grade import count_voices, path_of, side_named
from onrecord.incidents.ranges import POLICIES, Total, counted
from onrecord.incidents.score import NEVER, compare, compare_modes, compare_places, compare_spots, distance_km
from onrecord.records import Coding, Incident, PlaceBasis, ReportedClaim, Voice, connected

CASES = yaml.safe_load((Path(__file__).parent / "cases/incidents.yaml").read_text(encoding="utf-8"))
DEV = read_gold("dev")
TOWN: dict[str, Any] = {"name": "Ariha", "kind": "populated", "lat": 35.81, "lon": 36.61, "country": "SYR", "admin1": "Idlib"}


def claims_of(*codings: Coding) -> list[ReportedClaim]:
    return [claim for coding in codings for claim in report_claims(coding)]


def told(name: str, outlet: str, **claim: Any) -> Coding:
    base = {"type": "ASSAULT", "mode": ["aerial"], "whom": ["SYR CVL"], "where": TOWN, "when": "2021-05-03"}
    return report(name, text=f"Report {name}.", outlet=outlet, published="2021-05-04", claims=[{**base, **claim}])


def link(*codings: Coding, **options: Any) -> tuple[Incident, ...]:
    voices = {coding.document.id: voice(coding.document.outlet or coding.document.id) for coding in codings}
    return link_claims(claims_of(*codings), voices, **options).incidents


def voice(name: str, affiliation: str | None = None) -> Voice:
    return Voice(id=f"voi-{name}", name=name, affiliation=affiliation, members=())


# ── Pairs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES["pairs"], ids=lambda case: case["why"])
def test_link_pairs(case: dict[str, Any]) -> None:
    one, other = told("a", "One", **case["one"]), told("b", "Two", **case["other"])
    assert (len(link(one, other)) == 1) is case["same"]


@pytest.mark.parametrize("case", CASES["one_report"], ids=lambda case: case["why"])
def test_link_claims_of_one_report(case: dict[str, Any]) -> None:
    base = {"type": "ASSAULT", "where": TOWN, "when": "2021-05-03"}
    text = " ".join(claim.get("quote", "") for claim in case["claims"])
    relations = [tuple(relation) for relation in case.get("relations", ())]
    coding = report(
        "a", text=text, outlet="One", published="2021-05-04", claims=[{**base, **claim} for claim in case["claims"]], relations=relations
    )
    assert case["incidents"] == len(link(coding))


def test_compare_is_symmetric() -> None:
    facts = [facts_of(claim) for claim in reported(DEV) if is_linkable(claim.claim)]
    for one in facts:
        for other in facts:
            assert compare(one, other) == compare(other, one)


def test_is_linkable_leaves_out_what_is_no_incident() -> None:
    def linkable(**claim: Any) -> bool:
        return is_linkable(told("a", "One", **claim).claims[0])

    assert linkable()
    assert linkable(denies=True)
    assert not linkable(type="ACCUSE")
    assert not linkable(status="planned")
    assert not linkable(when="2021-01-01/2021-05-01")
    assert not linkable(kind="state")
    assert not linkable(figures=[{"of": "killed", "n": 500, "scope": "cumulative"}])
    assert not linkable(figures=[{"of": "killed", "n": 64, "scope": "aggregate"}])


# ── Order, components, neighbourhoods ─────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_link_does_not_depend_on_order(seed: int) -> None:
    claims, voices = reported(DEV), voices_of(DEV.codings)
    shuffled = random.Random(seed).sample(claims, len(claims))
    assert link_claims(claims, voices) == link_claims(shuffled, voices)


@settings(max_examples=40)
@given(st.sets(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: pair[0] < pair[1]), max_size=40))
def test_components_are_those_of_networkx(edges: set[tuple[int, int]]) -> None:
    names = [f"n{number:02}" for number in range(31)]
    graph = networkx.Graph()
    graph.add_nodes_from(names)
    pairs = {(names[one], names[other]): 1.0 for one, other in edges}
    graph.add_edges_from(pairs)
    expected = sorted(sorted(component) for component in networkx.connected_components(graph))
    assert expected == connected(names, pairs)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_link_of_a_part_with_its_neighbourhood_is_link_of_the_whole(seed: int) -> None:
    claims, voices = reported(DEV), voices_of(DEV.codings)
    whole = link_claims(claims, voices)
    new = random.Random(seed).sample(claims, 3)
    rest = [claim for claim in claims if claim not in new]
    old = link_claims(rest, voices)
    near = find_neighbours(new, rest)
    touched = {old.components[hashed] for hashed in near}
    scope = [claim for claim in rest if old.components.get(claim.claim.hash) in touched]
    again = {frozenset(incident.claims) for incident in link_claims([*new, *scope], voices).incidents}
    untouched = {frozenset(one.claims) for one in old.incidents if old.components[one.claims[0]] not in touched}
    assert {frozenset(incident.claims) for incident in whole.incidents} == again | untouched


def test_link_every_claim_is_in_at_most_one_incident() -> None:
    incidents = link_claims(reported(DEV), voices_of(DEV.codings)).incidents
    members = [claim for incident in incidents for claim in (*incident.claims, *incident.denials)]
    assert len(members) == len(set(members))


def test_link_obeys_rulings() -> None:
    same, apart = told("a", "One"), told("b", "Two")
    pair = (min(same.claims[0].hash, apart.claims[0].hash), max(same.claims[0].hash, apart.claims[0].hash))
    assert len(link(same, apart)) == 1
    assert len(link(same, apart, ruling=Ruling(apart=frozenset({pair})))) == 2
    other = told("c", "Three", when="2021-06-20")
    forced = (min(same.claims[0].hash, other.claims[0].hash), max(same.claims[0].hash, other.claims[0].hash))
    assert len(link(same, other, ruling=Ruling(together=frozenset({forced})))) == 1


def test_link_keeps_ids_and_gives_none_twice() -> None:
    one, two = told("a", "One"), told("b", "Two", when="2021-05-20")
    first = link(one, two)
    known = Known(incidents={claim: incident.id for incident in first for claim in incident.claims}, used={one.id for one in first})
    assert link(one, two, known=known) == first
    fresh = link(one, known=Known(used={incident.id for incident in first}))
    assert fresh[0].id not in {incident.id for incident in first}


# ── Ranges ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES["ranges"], ids=lambda case: case["why"])
def test_range_policies(case: dict[str, Any]) -> None:
    codings = [told(f"r{number}", f"Outlet {number}", **{"killed": figure}) for number, figure in enumerate(case["killed"])]
    for policy, expected in case["ranges"].items():
        (incident,) = link(*codings, policy=policy)
        assert incident.killed is not None
        assert [incident.killed.low, incident.killed.best, incident.killed.high] == expected, policy


def test_range_sums_groups_of_one_claim_and_keeps_parts_out_of_the_total() -> None:
    figures = [
        {"of": "killed", "n": 5, "group": "SYR MIL"},
        {"of": "killed", "n": 3, "group": "SYR CVL"},
        {"of": "killed", "n": 2, "group": "SYR MED", "part": True},
    ]
    (incident,) = link(told("a", "One", figures=figures))
    assert incident.killed is not None
    assert incident.killed.best == 8
    assert {group.group: group.best for group in incident.killed.by_group} == {"SYR MIL": 5, "SYR CVL": 3, "SYR MED": 2}


def test_range_keeps_out_what_is_added_later_and_what_the_attackers_lost() -> None:
    attack = {"who": ["SYR REB"], "whom": ["SYR MIL"]}
    toll = told("a", "One", **attack, figures=[{"of": "killed", "n": 12, "group": "SYR MIL"}])
    later = told("b", "Two", **attack, figures=[{"of": "killed", "n": 14, "group": "SYR MIL"}])
    own = told("c", "Three", **attack, figures=[{"of": "killed", "n": 2, "group": "SYR REB"}])
    more = {**attack, "type": "ASSAULT", "where": TOWN, "when": "2021-05-03"}
    both = report(
        "d",
        text="Thirteen were killed. Two of the wounded died.",
        outlet="Four",
        published="2021-05-04",
        claims=[
            {**more, "quote": "Thirteen were killed.", "figures": [{"of": "killed", "n": 13, "group": "SYR MIL"}]},
            {**more, "quote": "Two of the wounded died.", "figures": [{"of": "killed", "n": 2, "group": "SYR CVL", "additive": True}]},
        ],
        relations=[("c2", "same_event", "c1")],
    )
    (incident,) = link(toll, later, own, both)
    assert incident.killed is not None
    assert (incident.killed.low, incident.killed.high) == (12, 14)


@pytest.mark.parametrize(
    ("attacks", "groups"),
    [
        ((("SYR MIL", "SYR REB"), ("SYR REB", "SYR MIL")), ["SYR MIL", "SYR REB"]),
        ((("SYR MIL", "SYR REB"), ("SYR MIL", "SYR REB")), ["SYR REB"]),
        ((("SYR MIL", "SYR REB"), ("SYR REB", "SYR MIL"), ("SYR MIL", "SYR REB")), ["SYR REB"]),
    ],
)
def test_counted_leaves_out_who_acts_more_often_than_it_is_hit(attacks: Sequence[tuple[str, str]], groups: list[str]) -> None:
    toll = [{"of": "killed", "n": 3, "group": "SYR REB"}, {"of": "killed", "n": 10, "group": "SYR MIL"}]
    told_of = [told(f"r{n}", f"Outlet {n}", who=[who], whom=[whom], figures=toll[: 2 if n else 0]) for n, (who, whom) in enumerate(attacks)]
    facts = [facts_of(claim) for claim in claims_of(*told_of)]
    assert sorted({str(figure.group) for _, figures in counted(facts, "killed") for figure in figures}) == groups


@pytest.mark.parametrize(("before", "counts"), [(11, [11]), ("some", [2])])
def test_counted_keeps_what_is_added_to_a_figure_without_a_number(before: object, counts: list[int]) -> None:
    """ "Eleven were killed. Two of the wounded died" counts the eleven; "Some were killed. Two of the wounded died" the two."""
    note = {"type": "ASSAULT", "where": TOWN, "when": "2021-05-03", "whom": ["SYR CVL"]}
    spoken = report(
        "a",
        text="Some were killed. Two of the wounded died.",
        outlet="One",
        published="2021-05-04",
        claims=[
            {**note, "quote": "Some were killed.", "figures": [{"of": "killed", "n": before}]},
            {**note, "quote": "Two of the wounded died.", "figures": [{"of": "killed", "n": 2, "additive": True}]},
        ],
    )
    found = counted([facts_of(claim) for claim in claims_of(spoken)], "killed")
    assert [figure.best for _, figures in found for figure in figures if figure.best is not None] == counts


BOUNDS = st.tuples(*[st.integers(0, 100)] * 3).map(sorted)


@given(st.lists(st.tuples(BOUNDS, st.booleans()), min_size=1, max_size=8), st.sampled_from(sorted(POLICIES)))
def test_ranges_are_ordered(drawn: Sequence[tuple[list[int], bool]], policy: str) -> None:
    totals = [
        Total(f"c{number}", "2021", f"o{number}", low, low, best, None if is_open else high)
        for number, ((low, best, high), is_open) in enumerate(drawn)
    ]
    found = POLICIES[policy](totals)
    known = [value for value in (found.low, found.best, found.high) if value is not None]
    assert known == sorted(known)


# ── Voices and grades ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES["grades"], ids=lambda case: case["why"])
def test_grades(case: dict[str, Any]) -> None:
    codings, voices = [], {}
    for number, spec in enumerate(case["reports"]):
        claim = {key: value for key, value in spec.items() if key not in ("outlet", "tie", "copy")}
        coding = told(f"g{number}", spec["outlet"], **claim)
        codings.append(coding)
        voices[coding.document.id] = voice(spec.get("copy", spec["outlet"]), spec.get("tie"))
    retracted = {codings[number].document.id for number in case.get("retracted", ())}
    (incident,) = link_claims(claims_of(*codings), voices, retracted=retracted).incidents
    assert (case["grade"], case["voices"]) == (incident.grade, incident.voices), incident.grade_reason


@given(st.sets(st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")), min_size=1))
def test_count_voices_is_a_maximum_matching(pairs: set[tuple[str, str]]) -> None:
    graph = networkx.Graph([(f"o{one}", f"p{other}") for one, other in pairs])
    top = {node for node in graph if node.startswith("o")}
    matching = networkx.bipartite.maximum_matching(graph, top_nodes=top)
    claim = facts_of(claims_of(told("a", "One"))[0])
    base = path_of(claim, {}, frozenset())
    paths = [base._replace(origin=f"o{one}", publisher=f"p{other}") for one, other in sorted(pairs)]
    assert len(matching) // 2 == count_voices(paths)


def test_side_named_reads_affiliations() -> None:
    assert side_named("independent") is None
    assert side_named(None) is None
    side = side_named("state TUR")
    assert side is not None
    assert (side.country, side.group) == ("TUR", "state")


# ── Places and words ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_distance_km_of_known_places() -> None:
    assert distance_km(33.51, 36.29, 36.2, 37.16) == pytest.approx(310, abs=3)  # Damascus to Aleppo
    assert distance_km(10, 20, 10, 20) == 0


def test_compare_spots_rules_out_what_is_apart() -> None:
    claim = told("a", "One").claims[0]
    here = spot_of(claim.place)
    assert here is not None
    far = spot_of(told("b", "Two", where={**TOWN, "name": "Homs", "lat": 34.73, "lon": 36.71, "admin1": "Homs"}).claims[0].place)
    assert compare_spots(here, far) == NEVER
    assert compare_spots(here, None) == 0.0
    assert compare_spots(here, here) == 1.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("aerial", "aerial", 1.0), ("aerial", "explosives", 0.0), ("aerial", "heavy-weapons", -0.6), ("aerial", "firearms", -1.4)],
)
def test_compare_modes_takes_a_bomb_for_whatever_throws_it(one: str, other: str, expected: float) -> None:
    assert compare_modes(frozenset({one}), frozenset({other})) == compare_modes(frozenset({other}), frozenset({one})) == expected


def test_a_place_that_a_claim_is_lent_rules_nothing_out_in_its_own_report() -> None:
    far = {**TOWN, "name": "Homs", "lat": 34.73, "lon": 36.71, "admin1": "Homs"}
    here, stated = told("a", "One").claims[0], told("a", "Two", where=far).claims[0]
    borrowed = msgspec.structs.replace(stated, place=msgspec.structs.replace(stated.place, basis=PlaceBasis.DOCUMENT))
    for other, expected in ((stated, NEVER), (borrowed, -0.5)):
        one, two = (facts_of(ReportedClaim(document="doc-a", published=None, claim=claim)) for claim in (here, other))
        assert compare_places(one, two) == expected


def test_plain_and_stem() -> None:
    assert plain("Deir ez-Zor") == plain("Deir Ez Zor")
    assert stem("bombing") == stem("bombed") == "bomb"


# ── The gold ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "floor"), [("dev", 0.97), ("held", 0.97), ("blind", 0.9)])
def test_gold_floors(name: str, floor: float) -> None:
    gold = read_gold(name)
    assert score_pairs(gold).f1 >= floor
    copies = score_copies(gold)
    assert (copies.recall, copies.precision) == (1.0, 1.0)
    voices, grades = score_voices(gold)
    assert (voices.recall, grades.recall) == (1.0, 1.0)


def test_seed_incidents_come_out(data_folder: Path) -> None:
    """I1 and I2 of the seed's notes: the air strike with its range, and the retaliation for it."""
    import msgspec

    raw = msgspec.json.decode((data_folder / "seed/gold.json").read_bytes())
    for number, claim in enumerate(raw["claims"]):
        claim["hash"] = f"clm-{number:03}"
    coding = msgspec.convert(raw, Coding)
    ids = {claim.hash: claim.id for claim in coding.claims}
    incidents = link_claims(report_claims(coding), {coding.document.id: voice("Anadolu Agency", "state TUR")}).incidents
    strike = next(incident for incident in incidents if "c31" in {ids[claim] for claim in incident.claims})
    assert {"c30", "c31", "c33"} == {ids[claim] for claim in strike.claims}
    assert strike.killed is not None
    assert strike.injured is not None
    assert (strike.killed.low, strike.killed.best, strike.killed.high) == (34, 34, None)
    assert (strike.injured.low, strike.injured.best, strike.injured.high) == (24, None, None)
    assert (strike.grade, strike.voices) == ("party_claim", 1)
    answer = next(incident for incident in incidents if "c35" in {ids[claim] for claim in incident.claims})
    assert {"c21", "c29", "c35"} <= {ids[claim] for claim in answer.claims}
    assert [(relation.type, relation.to) for relation in answer.relations] == [("retaliates_for", strike.id)]
