"""Violations of declared agreements: who is bound, where, when; statuses; silence told apart from peace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluation.reports import report
from onrecord.ceasefire import Declaration, find_violations, in_polygon, parse_declaration, period_table, propose, read_declarations
from onrecord.errors import DataError
from onrecord.incidents import link_claims, report_claims
from onrecord.ledger import link_ledger, open_ledger
from onrecord.ledger.decisions.agreements import declare
from onrecord.ledger.query.incidents import list_incidents
from onrecord.ledger.query.violations import list_violations, report_periods
from onrecord.records import Actor, Agreement, Coding, Grade, Incident, IncidentState, ViolationStatus, Voice

ROOT = Path(__file__).parent.parent
TOWN: dict[str, Any] = {"name": "Hays", "kind": "populated", "lat": 13.93, "lon": 43.48, "country": "YEM", "admin1": "Al Hudaydah"}
TRUCE = {
    "id": "agr-truce",
    "name": "A truce",
    "parties": [{"name": "Government", "codes": ["YEM MIL", "YEM GOV"]}, {"name": "Movement", "codes": ["YEM REB"]}],
    "signed": "2022-04-01",
    "valid_from": "2022-04-02T19:00",
    "until": "2022-10-02",
    "zone": "Asia/Aden",
    "area": {"admin1": ["Al Hudaydah"], "polygon": [[42.5, 13.0], [44.0, 13.0], [44.0, 16.5], [42.5, 16.5]]},
    "articles": [{"number": "1", "text": "No attacks.", "prohibits": ["ASSAULT"], "exceptions": ["ASSAULT/explosives"]}],
    "source": "made up for the test",
}


def truce(**changes: Any) -> Declaration:
    return parse_declaration({**TRUCE, **changes}, "test")


def incident(outlet: str = "Post", **claim: Any) -> Incident:
    base = {"type": "ASSAULT", "mode": ["heavy-weapons"], "who": ["YEM MIL"], "whom": ["YEM CVL"], "where": TOWN, "when": "2022-04-08"}
    coding = report("a", text="a", outlet=outlet, published="2022-04-09", claims=[{**base, **claim}])
    voice = Voice(id=f"voi-{outlet}", name=outlet, affiliation=None, members=())
    (found,) = link_claims(report_claims(coding), {coding.document.id: voice}).incidents
    return found


@pytest.mark.parametrize(
    ("why", "claim", "by"),
    [
        ("the government shells", {}, ["YEM MIL"]),
        ("the movement shells: the other side is bound alike", {"who": ["YEM REB"]}, ["YEM REB"]),
        ("nobody is named", {"who": []}, [None]),
        ("an outsider is not bound", {"who": ["SAU MIL"]}, []),
        ("both at once", {"who": ["YEM MIL", "YEM REB"]}, ["YEM MIL", "YEM REB"]),
        ("before it is in force", {"when": "2022-04-01"}, []),
        ("the day that it comes into force", {"when": "2022-04-02"}, ["YEM MIL"]),
        ("after it has run out", {"when": "2022-10-02"}, []),
        ("an undated incident", {"when": None}, []),
        ("another province outside the polygon", {"where": {**TOWN, "name": "Marib", "lat": 15.46, "lon": 45.33, "admin1": "Marib"}}, []),
        ("inside the polygon although the province is unknown", {"where": {**TOWN, "admin1": None}}, ["YEM MIL"]),
        ("a whole country is no place in an area", {"where": {**TOWN, "name": "Yemen", "kind": "country", "admin1": None}}, []),
        ("what it does not prohibit", {"type": "COERCE"}, []),
        ("an exception", {"mode": ["explosives"]}, []),
    ],
)
def test_find_violations(why: str, claim: dict[str, Any], by: list[str | None]) -> None:
    found = find_violations([incident(**claim)], [truce()])
    assert sorted(by, key=str) == sorted((violation.by.code if violation.by else None for violation in found), key=str), why


def test_find_violations_does_not_protect_whom_the_article_leaves_out() -> None:
    article = {**TRUCE["articles"][0], "unprotected": ["act-x"]}  # type: ignore[index]
    declared = truce(articles=[article])
    assert find_violations([incident(whom=["act-x=YEM REB"])], [declared]) == ()
    assert find_violations([incident(whom=["act-x=YEM REB", "YEM CVL"])], [declared]) != ()


@pytest.mark.parametrize(
    ("grade", "state", "status"),
    [
        ("single_source", "proposed", "alleged"),
        ("party_claim", "proposed", "alleged"),
        ("corroborated", "proposed", "corroborated"),
        ("confirmed", "proposed", "corroborated"),
        ("confirmed", "accepted", "verified"),
        ("contested", "accepted", "disputed"),
        ("confirmed", "rejected", "rejected"),
        ("withdrawn", "proposed", "rejected"),
    ],
)
def test_status_only_a_person_verifies(grade: str, state: str, status: str) -> None:
    told = msgspec.structs.replace(incident(), grade=Grade(grade), state=IncidentState(state))
    (violation,) = find_violations([told], [truce()])
    assert violation.status == status


def test_period_table_tells_silence_from_peace() -> None:
    found = find_violations([incident()], [truce()])
    coverage = {"2022-04-09": 3, "2022-04-20": 1}
    rows = period_table(found, truce(), start=date(2022, 4, 4), end=date(2022, 5, 2), days=7, coverage=coverage)
    counted = {(row.start, row.party): (row.alleged, row.reports, row.silent) for row in rows}
    assert counted[("2022-04-04", "Government")] == (1, 3, False)
    assert counted[("2022-04-04", "Movement")] == (0, 3, False)
    assert counted[("2022-04-11", "Government")] == (0, 0, True)
    assert counted[("2022-04-18", "Government")] == (0, 1, False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zone": "Yemen/Aden"}, "is not a time zone"),
        ({"valid_from": "next week"}, "is not a date"),
        ({"parties": [{"name": "Government", "codes": ["YEM MIL"]}]}, "fewer than two parties"),
        ({"articles": [{"number": "1", "text": "x", "prohibits": ["ASSAULT"], "parties": ["Moon"]}]}, "'Moon' is not a party"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_parse_declaration_says_what_is_wrong(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        truce(**changes)


def test_shipped_agreements_are_sound() -> None:
    declared = read_declarations(ROOT / "ontology/agreements")
    assert len({declaration.id for declaration in declared}) == len(declared) >= 2


def test_propose_drafts_and_declares_nothing() -> None:
    actor = Actor(id=None, name="Türkiye", country="TUR", sectors=("GOV",), code="TUR GOV", basis="lexicon", confidence=1.0)
    draft = propose(
        Agreement(id="g1", span=(0, 4), name="the deal", parties=(actor,), time=None, area=None, prohibits=("ASSAULT",), claims=())
    )
    assert draft["parties"] == [{"name": "Türkiye", "codes": ["TUR GOV"]}]
    with pytest.raises(DataError):
        parse_declaration(draft, "draft")


def test_in_polygon() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert in_polygon(1, 1, square)
    assert not in_polygon(3, 1, square)


def test_declaring_holds_incidents_in_the_ledger_against_the_agreement(tmp_path: Path) -> None:
    claim = {"type": "ASSAULT", "who": ["YEM MIL"], "whom": ["YEM CVL"], "where": TOWN, "when": "2022-04-08"}
    with open_ledger(tmp_path / "l.db", create=True) as ledger:
        ledger.append(report("a", text="A shepherd died.", outlet="Post", published="2022-04-09", claims=[claim]))
        link_ledger(ledger)
        assert list_violations(ledger) == ()
        assert declare(ledger, [truce()], by="A. Monitor", at="2022-04-10") == ("agr-truce",)
        assert declare(ledger, [truce()], by="A. Monitor", at="2022-04-11") == ()
        (violation,) = list_violations(ledger)
        assert violation.status is ViolationStatus.ALLEGED
        assert [one.violations for one in list_incidents(ledger)] == [(violation.id,)]
        rows = report_periods(ledger, "agr-truce", since="2022-04-04", until="2022-04-18", days=7)
        assert [(row.start, row.alleged, row.silent) for row in rows if row.party == "Government"] == [
            ("2022-04-04", 1, False),
            ("2022-04-11", 0, True),
        ]


def test_seed_agreement_has_candidate_violations_on_both_sides(data_folder: Path) -> None:
    raw = msgspec.json.decode((data_folder / "seed/gold.json").read_bytes())
    for number, claim in enumerate(raw["claims"]):
        claim["hash"] = f"clm-{number:03}"
    coding = msgspec.convert(raw, Coding)
    incidents = link_claims(report_claims(coding), {}).incidents
    (declared,) = (one for one in read_declarations(ROOT / "ontology/agreements") if one.id.endswith("-all"))
    assert {"SYR MIL", "TUR MIL"} <= {violation.by.code for violation in find_violations(incidents, [declared]) if violation.by}
